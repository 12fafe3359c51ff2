/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "session/branch_runs.h"

#include "session/lineage.h"

int branch_runs_list(struct history *history, const struct base_branches *branches,
	const struct history_filter *filter, struct history_runs *runs, struct error *err)
{
	const char *const names[] = { branches->said, branches->of_policy, "main", "master" };
	struct history_filter of = *filter;

	for (size_t i = 0; i < sizeof names / sizeof *names && !runs->nr; i++) {
		of.branch = names[i];
		if (names[i] && history_list(history, &of, runs, err))
			return -1;
	}
	return 0;
}

static void keep_branch(struct history_runs *rows, struct texts *gone)
{
	for (size_t i = 0; i < rows->nr; i++)
		texts_add(gone, rows->items[i].id);
	lineage_keep(rows);
	for (size_t i = 0; i < rows->nr; i++)
		texts_remove(gone, rows->items[i].id);
}

int branch_runs_read(struct history *history, const struct base_branches *branches,
	const char *machine, struct branch_runs *runs, struct error *err)
{
	const struct history_filter filter = { .machine = machine,
		.alone = true,
		.clean = true,
		.whole = true,
		.newest = BRANCH_RUNS_NEWEST };
	struct history_runs rows = { 0 };
	int rc = branch_runs_list(history, branches, &filter, &rows, err);

	keep_branch(&rows, &runs->gone);
	for (size_t i = 0; i < rows.nr && !rc; i++) {
		struct run *run = ARRAY_ADD(runs);

		*run = (struct run)RUN_INIT;
		rc = history_read(history, rows.items[i].number, run, err);
	}
	history_runs_release(&rows);
	return rc;
}

void branch_runs_release(struct branch_runs *runs)
{
	for (size_t i = 0; i < runs->nr; i++)
		run_release(&runs->items[i]);
	ARRAY_RELEASE(runs);
	texts_release(&runs->gone);
}
