/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/array.h"
#include "base/date.h"
#include "base/json.h"
#include "base/str.h"
#include "cmd/verbs.h"
#include "model/builtin.h"
#include "model/units.h"
#include "session/recorder.h"
#include "stats/changepoints.h"
#include "stats/summary.h"
#include "stats/trend.h"
#include "store/series.h"
#include "sys/term.h"

#include <math.h>
#include <string.h>
#include <unistd.h>

#define CHANCE 0.01
#define WINDOW_DAYS 14
#define WEEK_S (7.0 * 86400)
#define MAX_WIDTH 120

struct trends_options {
	struct settings_options settings;
	const char *db, *branch, *machine, *metric;
	bool json;
};

static const struct opt opts[] = {
	OPT_WORD(0, "db", struct trends_options, db, "FILE",
		"the history (default: \"history\" of the policy file)"),
	OPT_WORD(0, "branch", struct trends_options, branch, "NAME", "only this branch"),
	OPT_WORD(0, "machine", struct trends_options, machine, "ID", "only this machine"),
	OPT_WORD(0, "metric", struct trends_options, metric, "PATTERN",
		"these metrics (default: those that are judged)"),
	OPT_FLAG(0, "json", struct trends_options, json, "as JSON, for programs"),
	CONFIG_OPT(struct trends_options, settings),
	OPT_END,
};

/* A series and what is found in it. */
struct line {
	const struct series *series;
	struct moments moments;
	struct changepoints changes;
	struct trend trend; /* of the logarithm in a week, within the window; NaN: not known */
	double change;      /* from the start of the window to now; NaN: not known */
};

struct lines {
	struct line *items;
	size_t nr, alloc;
};

static void lines_release(struct lines *lines)
{
	for (size_t i = 0; i < lines->nr; i++) {
		ARRAY_RELEASE(&lines->items[i].moments);
		changepoints_release(&lines->items[i].changes);
	}
	ARRAY_RELEASE(lines);
}

static double *values_of(const struct moments *moments)
{
	double *values = mem_alloc(moments->nr, sizeof *values);

	for (size_t i = 0; i < moments->nr; i++)
		values[i] = moments->items[i].value;
	return values;
}

/* Where the window begins: the first that is at most so many days older than the newest. */
static size_t window_start(const struct moments *moments)
{
	const char *newest = moments->items[moments->nr - 1].run->time;
	size_t at = moments->nr - 1;

	while (at > 0 &&
		date_seconds_between(moments->items[at - 1].run->time, newest) <=
			WINDOW_DAYS * 86400)
		at--;
	return at;
}

/* One value is hit by whatever happened at that moment; the middle of three is not. */
static double middle_of_three(const double *values, size_t nr)
{
	double three[3];

	memcpy(three, values, (nr < 3 ? nr : 3) * sizeof *three);
	return median_of(three, nr < 3 ? nr : 3);
}

static void find_trend(struct line *line, const double *values, size_t from)
{
	size_t nr = line->moments.nr - from;
	double *weeks = mem_alloc(nr, sizeof *weeks), *logs = mem_alloc(nr, sizeof *logs);

	for (size_t i = 0; i < nr; i++) {
		weeks[i] = (double)date_seconds_between(line->moments.items[from].run->time,
				   line->moments.items[from + i].run->time) /
			WEEK_S;
		logs[i] = log(values[from + i]);
	}
	line->trend = trend_of(weeks, logs, nr, 0.95, line->changes.correlation);
	free(weeks);
	free(logs);
}

static void look_at_line(struct line *line)
{
	const struct moments *moments = &line->moments;
	double *values = values_of(moments);
	size_t from = window_start(moments), nr = moments->nr - from;

	changepoints_find(&line->changes, values, moments->nr, CHANCE);
	find_trend(line, values, from);
	line->change = nr < 2 ? (double)NAN
			      : middle_of_three(values + moments->nr - (nr < 3 ? nr : 3), nr) /
				middle_of_three(values + from, nr) -
			1;
	free(values);
}

static bool is_metric_shown(const struct trends_options *options, const char *metric)
{
	if (options->metric)
		return str_glob(options->metric, metric);
	return builtin_gating(metric) == GATING_JUDGED && strcmp(metric, metric_typical.name) != 0;
}

static bool is_series_shown(const struct trends_options *options, const struct words *patterns,
	const struct series *series)
{
	bool matches = !patterns->nr;

	for (size_t i = 0; i < patterns->nr && !matches; i++)
		matches = str_matches(patterns->items[i], series->benchmark);
	return matches && is_metric_shown(options, series->metric) &&
		(!options->branch || strcmp(options->branch, series->branch) == 0) &&
		(!options->machine || strcmp(options->machine, series->machine) == 0);
}

/* --- for people --------------------------------------------------------------------------------
 */

/* The newest values in so many columns, from the lowest to the highest of them. */
static void add_sparkline(const struct moments *moments, size_t width, struct buf *out)
{
	static const char *const steps[] = { "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█" };
	size_t nr = moments->nr < width ? moments->nr : width;
	const struct moment *from = moments->items + moments->nr - nr;
	double low = INFINITY, high = -INFINITY;

	for (size_t i = 0; i < nr; i++) {
		low = fmin(low, from[i].value);
		high = fmax(high, from[i].value);
	}
	/* What is within 2 % is flat. */
	high = fmax(high, low + 0.02 * fabs(low));
	for (size_t i = 0; i < nr; i++) {
		double at = high > low ? (from[i].value - low) / (high - low) : 0;

		buf_adds(out, steps[(size_t)fmin(fmax(at * 7.999, 0), 7)]);
	}
	buf_fill(out, ' ', width - nr);
}

/* Cut or filled up to a width. */
static void add_trend_cell(const char *text, size_t width, bool right, struct buf *out)
{
	struct buf printable = BUF_INIT;
	size_t columns, at = 0;

	buf_add_printable(&printable, text);
	columns = str_columns(printable.data);
	if (right && columns < width)
		buf_fill(out, ' ', width - columns);
	for (size_t i = 0; i < width && printable.data[at]; i++) {
		size_t len = str_utf8_len(printable.data + at);

		buf_add(out, printable.data + at, len ? len : 1);
		at += len ? len : 1;
	}
	if (!right && columns < width)
		buf_fill(out, ' ', width - columns);
	buf_release(&printable);
}

/* "step +12 %": the newest change, and where it was. */
static void add_change(const struct line *line, struct buf *out)
{
	const struct changepoint *last;

	if (!line->changes.nr)
		return;
	last = &line->changes.items[line->changes.nr - 1];
	buf_addf(out, "%s%s ", last->maybe ? "maybe " : "",
		last->kind == CHANGE_STEP ? "step" : "slope");
	units_add_change(out, last->after / last->before - 1);
	if (line->moments.items[last->at].run->commit) {
		buf_addc(out, ' ');
		history_add_name(line->moments.items[last->at].run->commit, 7, out);
	}
}

enum { NAME_WIDTH = 21, VALUE_WIDTH = 9, CHANGE_WIDTH = 8, WORD_WIDTH = 21 };

static void add_line(const struct line *line, size_t width, struct buf *out)
{
	const struct series *series = line->series;
	struct buf cell = BUF_INIT;

	buf_addf(&cell, "%s%s%s", series->benchmark, strcmp(series->metric, "time") == 0 ? "" : " ",
		strcmp(series->metric, "time") == 0 ? "" : series->metric);
	buf_adds(out, "│ ");
	add_trend_cell(cell.data, NAME_WIDTH, false, out);
	buf_addc(out, ' ');
	add_sparkline(&line->moments,
		width - 4 - NAME_WIDTH - VALUE_WIDTH - CHANGE_WIDTH - WORD_WIDTH - 4, out);
	buf_clear(&cell);
	buf_addc(out, ' ');
	units_add(&cell, line->moments.items[line->moments.nr - 1].value, series->unit);
	add_trend_cell(cell.data, VALUE_WIDTH, true, out);
	buf_clear(&cell);
	buf_addc(out, ' ');
	units_add_change(&cell, line->change);
	add_trend_cell(cell.data, CHANGE_WIDTH, true, out);
	buf_clear(&cell);
	buf_addc(out, ' ');
	add_change(line, &cell);
	add_trend_cell(cell.data, WORD_WIDTH, false, out);
	buf_adds(out, " │\n");
	buf_release(&cell);
}

/* What stands before the slash, or the tier; and where it was measured. */
static void add_box_name(const struct series *series, struct buf *out)
{
	size_t len = strcspn(series->benchmark, "/");

	if (series->benchmark[len])
		buf_add(out, series->benchmark, len);
	else
		buf_adds(out, *series->tier ? series->tier : "benchmarks");
	buf_addf(out, ", %s%s%s%s", *series->branch ? series->branch : "no branch", ", machine ",
		series->machine, series->in_turn ? ", in turn" : "");
}

static void add_box_edge(
	const char *left, const char *title, const char *right, size_t width, struct buf *out)
{
	size_t used = str_columns(title);

	buf_adds(out, left);
	buf_adds(out, title);
	for (; used + 2 < width; used++)
		buf_adds(out, "─");
	buf_adds(out, right);
	buf_addc(out, '\n');
}

static int compare_groups(const void *a, const void *b)
{
	const struct line *one = a, *other = b;
	struct buf first = BUF_INIT, second = BUF_INIT;
	int order;

	add_box_name(one->series, &first);
	add_box_name(other->series, &second);
	order = strcmp(first.data, second.data);
	if (!order)
		order = strcmp(one->series->benchmark, other->series->benchmark);
	if (!order)
		order = strcmp(one->series->metric, other->series->metric);
	buf_release(&first);
	buf_release(&second);
	return order;
}

static void print_boxes(struct lines *lines, size_t width, struct buf *out)
{
	struct buf before = BUF_INIT;

	if (lines->nr)
		qsort(lines->items, lines->nr, sizeof *lines->items, compare_groups);
	for (size_t i = 0; i < lines->nr; i++) {
		struct buf group = BUF_INIT, title = BUF_INIT;

		add_box_name(lines->items[i].series, &group);
		if (strcmp(group.data, before.data) != 0) {
			if (i)
				add_box_edge("└", "", "┘", width, out);
			buf_adds(&title, "─ ");
			add_trend_cell(group.data,
				str_columns(group.data) < width - 8 ? str_columns(group.data)
								    : width - 8,
				false, &title);
			buf_addc(&title, ' ');
			add_box_edge("┌", title.data, "┐", width, out);
			buf_clear(&before);
			buf_adds(&before, group.data);
		}
		add_line(&lines->items[i], width, out);
		buf_release(&group);
		buf_release(&title);
	}
	if (lines->nr)
		add_box_edge("└", "", "┘", width, out);
	buf_release(&before);
}

/* --- for programs ------------------------------------------------------------------------------
 */

static void add_points_json(struct json *to, const struct moments *moments)
{
	struct json *list = json_add_array(to, "points");

	for (size_t i = 0; i < moments->nr; i++) {
		struct json *point = json_add_object(list, NULL);

		json_add_text(point, "run", moments->items[i].run->id);
		json_add_text(point, "time", moments->items[i].run->time);
		json_add_text(point, "commit", moments->items[i].run->commit);
		json_add_number(point, "value", moments->items[i].value);
		json_add_number(point, "standard_error", moments->items[i].spread);
	}
}

static void add_changes_json(struct json *to, const struct line *line)
{
	struct json *list = json_add_array(to, "changes");

	for (size_t i = 0; i < line->changes.nr; i++) {
		const struct changepoint *change = &line->changes.items[i];
		struct json *item = json_add_object(list, NULL);

		json_add_text(item, "kind", change->kind == CHANGE_STEP ? "step" : "slope");
		json_add_bool(item, "maybe", change->maybe);
		json_add_number(item, "at", (double)change->at);
		json_add_number(item, "first", (double)change->low);
		json_add_number(item, "last", (double)change->high);
		json_add_number(item, "before", change->before);
		json_add_number(item, "after", change->after);
		json_add_number(item, "p", change->p);
	}
}

static void add_line_json(struct json *to, const struct line *line)
{
	const struct series *series = line->series;

	json_add_text(to, "benchmark", series->benchmark);
	json_add_text(to, "metric", series->metric);
	json_add_text(to, "unit", series->unit);
	json_add_text(to, "machine", series->machine);
	json_add_text(to, "branch", *series->branch ? series->branch : NULL);
	json_add_bool(to, "in_turn", series->in_turn);
	json_add_number(to, "change_percent", 100 * line->change);
	json_add_number(to, "trend_percent_per_week", 100 * expm1(line->trend.slope));
	json_add_number(to, "trend_low", 100 * expm1(line->trend.interval.low));
	json_add_number(to, "trend_high", 100 * expm1(line->trend.interval.high));
	add_changes_json(to, line);
	add_points_json(to, &line->moments);
}

static void print_trends_json(const struct lines *lines, struct buf *out)
{
	struct json *root = json_new_object(), *list;

	json_add_number(root, "window_days", WINDOW_DAYS);
	list = json_add_array(root, "series");
	for (size_t i = 0; i < lines->nr; i++)
		add_line_json(json_add_object(list, NULL), &lines->items[i]);
	json_print(root, out);
	json_free(root);
}

/* --- reading -----------------------------------------------------------------------------------
 */

struct trends_work {
	struct trends_options options;
	struct words patterns;
	struct settings settings;
	struct history *history;
	struct history_runs runs;
	struct series_list series;
	struct lines lines;
	struct buf text;
};

static int read_trends(struct trends_work *work, struct error *err)
{
	struct series_reader reader = SERIES_READER_INIT;
	int rc = series_reader_open(&reader, history_db(work->history), &work->runs, true, err);

	for (size_t i = 0; i < work->series.nr && !rc; i++) {
		struct line line = { .series = &work->series.items[i],
			.changes = CHANGEPOINTS_INIT };

		if (!is_series_shown(&work->options, &work->patterns, line.series))
			continue;
		rc = series_read(&reader, line.series->number, &line.moments, err);
		if (!rc && line.moments.nr)
			look_at_line(&line);
		if (line.moments.nr)
			*ARRAY_ADD(&work->lines) = line;
	}
	series_reader_release(&reader);
	return rc;
}

static int read_history(struct trends_work *work, struct error *err)
{
	const struct history_filter all = { .said = NULL };
	const char *path;

	if (settings_load(&work->options.settings, &work->settings, err))
		return -1;
	path = recorder_path(work->options.db, &work->settings);
	if (!path)
		return error_set(err, ERR_USAGE,
			"no history is named: give --db FILE, or set \"history\" in the policy file");
	work->history = history_open(path, DB_READ, err);
	if (!work->history || history_list(work->history, &all, &work->runs, err) ||
		series_find(history_db(work->history), NULL, &work->series, err))
		return -1;
	return read_trends(work, err);
}

static int print_trends(struct trends_work *work, struct error *err)
{
	unsigned width = term_width(STDOUT_FILENO);

	if (work->options.json)
		print_trends_json(&work->lines, &work->text);
	else if (!work->lines.nr)
		buf_adds(&work->text, "no series\n");
	else
		print_boxes(&work->lines,
			width < 80                  ? 80
				: width > MAX_WIDTH ? MAX_WIDTH
						    : width,
			&work->text);
	return command_print(&work->text, err);
}

static int trends_run(struct arguments given, struct outcome *outcome, struct error *err)
{
	struct trends_work work = { .settings = SETTINGS_INIT, .text = BUF_INIT };
	int rc = opts_parse(opts, given, &work.options, &work.patterns, err);

	(void)outcome;
	if (!rc)
		rc = read_history(&work, err);
	if (!rc)
		rc = print_trends(&work, err);
	lines_release(&work.lines);
	series_list_release(&work.series);
	history_runs_release(&work.runs);
	history_close(work.history);
	settings_release(&work.settings);
	buf_release(&work.text);
	ARRAY_RELEASE(&work.patterns);
	return rc;
}

const struct command command_trends = {
	.name = "trends",
	.group = COMMANDS_RESULTS,
	.operands = "[PATTERN...]",
	.summary = "show how benchmarks changed from commit to commit",
	.details =
		"A box for what stands before the slash in the names of benchmarks, or for a tier. A line has the values "
		"of the newest commits, the newest value, its change within 14 days, and the newest step or slope with "
		"the commit that began it. A step of the newest values is a maybe: 'benchgate compare' of the two commits decides.\n"
		"The history is what --db of run, compare and merge keeps.",
	.examples = "benchgate trends 'sort*' --db benchmarks.db\n",
	.opts = opts,
	.run = trends_run,
};
