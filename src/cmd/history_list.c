/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cmd/history.h"

#include "base/array.h"
#include "base/json.h"
#include "base/str.h"
#include "model/run_json.h"
#include "model/units.h"
#include "report/columns.h"
#include "session/from_history.h"
#include "store/series.h"
#include "sys/file.h"
#include "sys/term.h"

#include <math.h>
#include <string.h>
#include <unistd.h>

static void fill_id(const void *row, struct buf *cell)
{
	history_add_name(((const struct history_run *)row)->id, 8, cell);
}

static void fill_time(const void *row, struct buf *cell)
{
	buf_adds(cell, ((const struct history_run *)row)->time);
}

static void fill_commit(const void *row, struct buf *cell)
{
	const struct history_run *run = row;

	history_add_name(run->commit ? run->commit : "-", 10, cell);
	buf_adds(cell, run->dirty ? "+" : "");
}

static void fill_branch(const void *row, struct buf *cell)
{
	const struct history_run *run = row;

	buf_add_printable(cell, run->branch ? run->branch : "-");
	if (run->tag) {
		buf_adds(cell, ", ");
		buf_add_printable(cell, run->tag);
	}
}

static void fill_machine(const void *row, struct buf *cell)
{
	const struct history_run *run = row;

	buf_add_printable(cell, run->machine ? run->machine : "-");
}

static void fill_levels(const void *row, struct buf *cell)
{
	buf_addf(cell, "%lld", (long long)((const struct history_run *)row)->nr_levels);
}

static void fill_kept(const void *row, struct buf *cell)
{
	const struct history_run *run = row;

	buf_adds(cell, run->is_whole ? run->in_turn ? "whole, in turn" : "whole" : "levels");
}

static const struct column columns[] = {
	{ "run", fill_id, 0 },
	{ "time", fill_time, 0 },
	{ "commit", fill_commit, 0 },
	{ "branch", fill_branch, 0 },
	{ "machine", fill_machine, 2 },
	{ "levels", fill_levels, 3 },
	{ "kept", fill_kept, 1 },
};

static void add_run_json(struct json *to, const struct history_run *run)
{
	json_add_text(to, "id", run->id);
	json_add_text(to, "time", run->time);
	json_add_text(to, "commit", run->commit);
	json_add_text(to, "branch", run->branch);
	json_add_text(to, "tag", run->tag);
	json_add_text(to, "machine", run->machine);
	json_add_text(to, "toolchain", run->toolchain);
	json_add_number(to, "height", (double)run->height);
	json_add_number(to, "levels", (double)run->nr_levels);
	json_add_bool(to, "in_turn", run->in_turn);
	json_add_bool(to, "dirty", run->dirty);
	json_add_bool(to, "whole", run->is_whole);
}

static void history_list_print_json(
	const struct history_work *work, const struct history_runs *runs, struct buf *out)
{
	struct json *root = json_new_object(), *list;

	json_add_text(root, "file", work->path);
	list = json_add_array(root, "runs");
	for (size_t i = 0; i < runs->nr; i++)
		add_run_json(json_add_object(list, NULL), &runs->items[i]);
	json_print(root, out);
	json_free(root);
}

int history_list_runs(struct history_work *work, struct error *err)
{
	struct history_runs runs = { 0 };
	int rc;

	if (work->operands.nr)
		return error_set(err, ERR_USAGE, "history list takes no argument, but got '%s'",
			work->operands.items[0]);
	rc = history_chosen(work, &runs, err);
	if (!rc && work->options->json)
		history_list_print_json(work, &runs, &work->text);
	else if (!rc && runs.nr)
		columns_add(columns, sizeof columns / sizeof *columns,
			(struct rows){ runs.items, runs.nr, sizeof *runs.items },
			term_width(STDOUT_FILENO), &work->text);
	else if (!rc)
		buf_adds(&work->text, "no run\n");
	history_runs_release(&runs);
	return rc;
}

/* --- one run -----------------------------------------------------------------------------------
 */

struct shown {
	const struct series *series;
	double value, spread;
};

struct shown_list {
	struct shown *items;
	size_t nr, alloc;
};

static void fill_benchmark(const void *row, struct buf *cell)
{
	buf_add_printable(cell, ((const struct shown *)row)->series->benchmark);
}

static void fill_run_metric(const void *row, struct buf *cell)
{
	buf_add_printable(cell, ((const struct shown *)row)->series->metric);
}

static void fill_run_level(const void *row, struct buf *cell)
{
	const struct shown *shown = row;

	units_add(cell, shown->value, shown->series->unit);
}

static void fill_error(const void *row, struct buf *cell)
{
	const struct shown *shown = row;

	if (isfinite(shown->spread))
		buf_addf(cell, "%.2g %%", 100 * shown->spread);
	else
		buf_addc(cell, '-');
}

static const struct column level_columns[] = {
	{ "benchmark", fill_benchmark, 0 },
	{ "metric", fill_run_metric, 0 },
	{ "level", fill_run_level, 0 },
	{ "standard error", fill_error, 1 },
};

static bool is_asked_for(const struct words *patterns, const char *name)
{
	for (size_t i = 1; i < patterns->nr; i++)
		if (str_matches(patterns->items[i], name))
			return true;
	return patterns->nr < 2;
}

static void take_shown(const struct history_work *work, const struct series *series,
	const struct moments *moments, int64_t number, struct shown_list *shown)
{
	for (size_t i = 0; i < moments->nr; i++)
		if (moments->items[i].run->number == number &&
			is_asked_for(&work->operands, series->benchmark))
			*ARRAY_ADD(shown) = (struct shown){ series, moments->items[i].value,
				moments->items[i].spread };
}

static int show_levels(
	struct history_work *work, const struct history_runs *runs, struct error *err)
{
	struct series_list list = { 0 };
	struct series_reader reader = SERIES_READER_INIT;
	struct shown_list shown = { 0 };
	struct moments moments = { 0 };
	int rc = series_find(history_db(work->history), NULL, &list, err);

	if (!rc)
		rc = series_reader_open(&reader, history_db(work->history), runs, true, err);
	for (size_t i = 0; i < list.nr && !rc; i++) {
		moments.nr = 0;
		rc = series_read(&reader, list.items[i].number, &moments, err);
		take_shown(work, &list.items[i], &moments, runs->items[0].number, &shown);
	}
	history_spell_run(&runs->items[0], &work->text);
	buf_addf(&work->text, ", machine %s%s\n", runs->items[0].machine,
		runs->items[0].in_turn ? ", in turn" : "");
	if (shown.nr)
		columns_add(level_columns, sizeof level_columns / sizeof *level_columns,
			(struct rows){ shown.items, shown.nr, sizeof *shown.items },
			term_width(STDOUT_FILENO), &work->text);
	ARRAY_RELEASE(&shown);
	ARRAY_RELEASE(&moments);
	series_reader_release(&reader);
	series_list_release(&list);
	return rc;
}

static int write_out(const char *path, const struct buf *text, struct error *err)
{
	struct file_new out = FILE_NEW_INIT;
	int rc = command_open_out(&out, path, "out", err);

	if (!rc)
		rc = file_new_commit(&out, text, err);
	file_new_release(&out);
	return rc;
}

static int show_whole(struct history_work *work, const struct history_run *run, struct error *err)
{
	struct buf text = BUF_INIT;
	int rc = history_text(work->history, run->number, &text, err);

	if (!rc && work->options->out)
		rc = write_out(work->options->out, &text, err);
	else if (!rc)
		buf_add(&work->text, text.data, text.len);
	buf_release(&text);
	return rc;
}

/* The newest, where several are of one commit; those of several are not clear. */
static int choose_one(struct history_runs *runs, const char *said, struct error *err)
{
	struct history_run newest = runs->items[runs->nr - 1];

	for (size_t i = 0; i + 1 < runs->nr; i++) {
		const char *commit = runs->items[i].commit;

		if (!commit || !newest.commit || strcmp(commit, newest.commit) != 0)
			return error_set(err, ERR_USAGE,
				"'%s' is the beginning of several runs, such as %s and %s: give more of it",
				said, runs->items[i].id, newest.id);
	}
	runs->items[runs->nr - 1] = runs->items[0];
	runs->items[0] = newest;
	return 0;
}

int history_show_run(struct history_work *work, struct error *err)
{
	struct history_runs runs = { 0 };
	int rc;

	if (!work->operands.nr)
		return error_set(err, ERR_USAGE, "history show takes a run");
	rc = from_history_find(work->history, work->operands.items[0], &runs, err);
	if (!rc)
		rc = choose_one(&runs, work->operands.items[0], err);
	if (!rc)
		rc = work->options->json || work->options->out
			? show_whole(work, &runs.items[0], err)
			: show_levels(work, &runs, err);
	history_runs_release(&runs);
	return rc;
}
