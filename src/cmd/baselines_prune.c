/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cmd/baselines.h"

#include "store/baseline.h"
#include "sys/lock.h"
#include "sys/process.h"
#include "sys/term.h"

#include <stdio.h>
#include <unistd.h>

static int baselines_prune_check_options(const struct baselines_work *work, struct error *err)
{
	const struct baselines_options *options = work->options;

	if (work->operands.nr && options->select.suites.nr)
		return error_set(err, ERR_USAGE,
			"give patterns or --suite, not both: a pattern removes benchmarks whether a suite has them or not");
	if (!options->yes && !options->dry_run && !term_is_terminal(STDIN_FILENO))
		return error_set(err, ERR_USAGE,
			"prune asks before it removes anything, but there is no terminal: give --yes or --dry-run");
	return 0;
}

/* What is read here is written as a baseline, which a result file must not become. */
static int baselines_prune_read_baseline(const char *path, struct run *baseline, struct error *err)
{
	bool is_result;

	if (result_file_read(path, NULL, baseline, &is_result, err))
		return -1;
	if (is_result)
		return error_set(err, ERR_USAGE,
			"%s is a result file; prune removes benchmarks from baselines only", path);
	return 0;
}

/* Which of it are to go, by what there still is. */
static int find_gone(
	struct baselines_work *work, struct base *base, struct texts *gone, struct error *err)
{
	const struct words none = { 0 };
	struct catalog catalog = CATALOG_INIT;
	struct selection selection = { &work->options->select, &none, &work->settings, &catalog };
	int rc;

	process_setup();
	/* They come again, with the suites. */
	settings_release(&work->settings);
	rc = measure_select(&selection, NULL, err);
	if (!rc)
		base_set_aside(base, &selection);
	for (size_t i = 0; i < base->run.nr && !rc; i++) {
		const struct result *result = &base->run.items[i];

		if (!result->aside && !benches_find(&catalog.benches, result->name))
			texts_add(gone, result->name);
	}
	catalog_release(&catalog);
	return rc;
}

static void find_matching(
	const struct words *patterns, const struct run *baseline, struct texts *gone)
{
	for (size_t i = 0; i < baseline->nr; i++)
		if (baseline_file_chosen(patterns, baseline->items[i].name))
			texts_add(gone, baseline->items[i].name);
}

static void list_gone(const struct base *base, const struct texts *gone, struct buf *out)
{
	for (size_t i = 0; i < gone->nr; i++) {
		const struct result *result = run_find(&base->run, gone->items[i]);
		size_t nr = baseline_file_sessions(result);
		const char *newest = baseline_file_newest(result);

		buf_adds(out, "to remove: ");
		buf_add_printable(out, result->name);
		buf_addf(out, ", %zu session%s%s%s\n", nr, nr == 1 ? "" : "s",
			newest ? ", the newest of " : "", newest ? newest : "");
	}
}

static bool baselines_prune_is_confirmed(const struct baselines_work *work, const char *path)
{
	struct buf question = BUF_INIT;
	bool yes;

	buf_addf(&question, "remove this from %s?", path);
	yes = work->options->yes || term_confirm(question.data);
	buf_release(&question);
	return yes;
}

/* Others may have recorded more meanwhile: of what is there now, the rest stays. */
static int write_without(struct base *base, const struct texts *gone, struct error *err)
{
	struct lock lock = LOCK_INIT;
	int rc = lock_folder_of(&lock, base->path.data, err);

	run_release(&base->run);
	base->run = (struct run)RUN_INIT;
	if (!rc)
		rc = baselines_prune_read_baseline(base->path.data, &base->run, err);
	if (!rc) {
		for (size_t i = 0; i < gone->nr; i++)
			baseline_remove(&base->run, gone->items[i]);
		rc = baseline_write(base->path.data, &base->run, err);
	}
	lock_release(&lock);
	return rc;
}

static int baselines_prune_take_out(
	struct baselines_work *work, struct base *base, const struct texts *gone, struct error *err)
{
	struct buf *text = &work->text;
	int rc = 0;

	list_gone(base, gone, text);
	if (work->options->dry_run) {
		buf_addf(text, "%zu would be removed from %s\n", gone->nr, base->path.data);
		return 0;
	}
	if (command_print(text, err))
		return -1;
	buf_clear(text);
	if (!baselines_prune_is_confirmed(work, base->path.data) || process_interrupted()) {
		buf_adds(text, "nothing was removed\n");
		return 0;
	}
	rc = write_without(base, gone, err);
	buf_addf(text, "removed %zu from %s, which has %zu left\n", gone->nr, base->path.data,
		base->run.nr);
	return rc;
}

static int prune(
	struct baselines_work *work, struct base *base, struct texts *gone, struct error *err)
{
	const struct words *patterns = &work->operands;

	if (!patterns->nr && find_gone(work, base, gone, err))
		return -1;
	if (patterns->nr) {
		if (baseline_file_check_patterns(patterns, &base->run, NULL, err))
			return -1;
		find_matching(patterns, &base->run, gone);
	}
	if (gone->nr)
		return baselines_prune_take_out(work, base, gone, err);
	buf_adds(&work->text, "the suites still have every benchmark of ");
	buf_add_printable(&work->text, base->path.data);
	buf_adds(&work->text, ": nothing to remove\n");
	return 0;
}

int baselines_prune(struct baselines_work *work, struct error *err)
{
	struct base base = BASE_INIT;
	struct run here = RUN_INIT;
	struct texts gone = { 0 };
	int rc = baselines_prune_check_options(work, err);

	if (!rc)
		rc = settings_load(&work->options->select.settings, &work->settings, err);
	if (!rc)
		rc = baselines_find(work, &base, &here, err);
	if (!rc)
		rc = baselines_prune_read_baseline(base.path.data, &base.run, err);
	if (!rc)
		rc = prune(work, &base, &gone, err);
	texts_release(&gone);
	run_release(&here);
	base_release(&base);
	return rc;
}
