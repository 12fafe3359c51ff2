/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "session/from_history.h"

#include "store/baseline.h"
#include "suite/revision.h"

#include <stdio.h>
#include <string.h>

/* What git makes of a name; nothing where it makes nothing of it. */
static int find_by_git(
	struct history *history, const char *said, struct history_runs *runs, struct error *err)
{
	struct revision revision = REVISION_INIT;
	struct error ignored = ERROR_INIT;
	int rc = 0;

	if (!revision_resolve(".", said, &revision, &ignored)) {
		const struct history_filter filter = { .commit = revision.commit };

		rc = history_list(history, &filter, runs, err);
	}
	revision_release(&revision);
	return rc;
}

int from_history_find(
	struct history *history, const char *said, struct history_runs *runs, struct error *err)
{
	const struct history_filter filter = { .said = said };
	size_t before = runs->nr;

	if (!*said)
		return error_set(err, ERR_USAGE, "the name of a run is empty");
	if (history_list(history, &filter, runs, err))
		return -1;
	if (runs->nr == before && find_by_git(history, said, runs, err))
		return -1;
	if (runs->nr == before)
		return error_set(err, ERR_NO_BASE,
			"%s has no run '%s'; a run is named by four letters or more of its id or its commit ('benchgate history list')",
			db_path(history_db(history)), said);
	return 0;
}

/* The runs of the newest commit of a branch that was measured: who names a branch rarely means the
 * one commit that it is at. */
static int find_by_branch(
	struct history *history, const char *branch, struct history_runs *runs, struct error *err)
{
	const struct history_filter of_branch = { .branch = branch, .clean = true, .newest = 1 };
	struct history_runs newest = { 0 };
	struct history_filter of_commit = { .clean = true };
	int rc = history_list(history, &of_branch, &newest, err);

	if (!rc && newest.nr && newest.items[0].commit) {
		of_commit.commit = newest.items[0].commit;
		rc = history_list(history, &of_commit, runs, err);
		fprintf(stderr, "benchgate: %s: its newest commit in %s, %.7s of %s\n", branch,
			db_path(history_db(history)), of_commit.commit, newest.items[0].time);
	}
	history_runs_release(&newest);
	return rc;
}

/* By id, commit, a name that git knows, or a branch. */
static int find_named_side(
	struct history *history, const char *said, struct history_runs *runs, struct error *err)
{
	struct error not_found = ERROR_INIT;

	if (!from_history_find(history, said, runs, &not_found))
		return 0;
	if (not_found.kind == ERR_NO_BASE && find_by_branch(history, said, runs, err))
		return -1;
	return runs->nr ? 0 : error_set(err, not_found.kind, "%s", not_found.text);
}

static bool is_session_of_base(const struct history_run *run, const struct history_run *like)
{
	return run->is_whole && run->number != like->number && run->in_turn == like->in_turn &&
		strcmp(run->machine, like->machine) == 0;
}

/* The newest whole one, measured alone if there is such; NULL: none is kept whole. */
static const struct history_run *choose_head(const struct history_runs *runs)
{
	const struct history_run *in_turn = NULL;

	for (size_t i = runs->nr; i-- > 0;) {
		const struct history_run *run = &runs->items[i];

		if (run->is_whole && !run->in_turn)
			return run;
		if (run->is_whole && !in_turn)
			in_turn = run;
	}
	return in_turn;
}

static int no_whole_run(const char *said, struct error *err)
{
	return error_set(err, ERR_NO_BASE,
		"of the runs of '%s' only their levels are kept, not what they measured", said);
}

/* Each is a session of the base. */
static int add_sessions_of(struct history *history, const struct history_runs *runs,
	const struct history_run *head, struct run *base, struct error *err)
{
	size_t nr = 0, nr_usable = 0;

	for (size_t i = 0; i < runs->nr; i++)
		nr_usable += is_session_of_base(&runs->items[i], head);
	for (size_t i = 0; i < runs->nr; i++) {
		struct run more = RUN_INIT;
		int rc;

		/* A baseline keeps the newest. */
		if (!is_session_of_base(&runs->items[i], head) ||
			nr++ + BASELINE_MAX_SESSIONS < nr_usable)
			continue;
		rc = history_read(history, runs->items[i].number, &more, err);
		if (!rc)
			baseline_add_session(base, &more, false);
		run_release(&more);
		if (rc)
			return -1;
	}
	return 0;
}

/* The run that head was timed in turn with. */
static int add_partner(struct history *history, const struct history_runs *runs,
	const struct run *head, struct run *base, struct error *err)
{
	for (size_t i = 0; i < runs->nr; i++)
		if (runs->items[i].is_whole && strcmp(runs->items[i].id, head->base_id) == 0)
			return history_read(history, runs->items[i].number, base, err);
	return 0;
}

static int read_pair(struct history *history, const struct from_history_sides *sides,
	const struct history_runs *of_base, const struct history_run *head, struct error *err)
{
	int rc = history_read(history, head->number, sides->head_run, err);

	if (!rc)
		rc = head->in_turn
			? add_partner(history, of_base, sides->head_run, sides->base_run, err)
			: add_sessions_of(history, of_base, head, sides->base_run, err);
	if (rc || sides->base_run->nr)
		return rc;
	return error_set(err, ERR_NO_BASE,
		"%s has no whole run of '%s' that the run %s of '%s' can be compared with: of machine %s, %s",
		db_path(history_db(history)), sides->base, head->id, sides->head, head->machine,
		head->in_turn ? "measured in turn with it" : "measured alone");
}

static int read_both_sides(
	struct history *history, const struct from_history_sides *sides, struct error *err)
{
	struct history_runs of_base = { 0 }, of_head = { 0 };
	const struct history_run *head = NULL;
	int rc = find_named_side(history, sides->head, &of_head, err);

	if (!rc)
		rc = find_named_side(history, sides->base, &of_base, err);
	if (!rc)
		head = choose_head(&of_head);
	if (!rc && !head)
		rc = no_whole_run(sides->head, err);
	if (!rc && head)
		rc = read_pair(history, sides, &of_base, head, err);
	history_runs_release(&of_base);
	history_runs_release(&of_head);
	return rc;
}

int from_history_read(const char *path, const struct from_history_sides *sides, struct error *err)
{
	struct history *history = history_open(path, DB_READ, err);
	int rc = history ? read_both_sides(history, sides, err) : -1;

	history_close(history);
	return rc;
}
