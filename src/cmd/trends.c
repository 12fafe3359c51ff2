/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cmd/trends.h"
#include "base/array.h"
#include "base/json.h"
#include "base/str.h"
#include "cmd/verbs.h"
#include "model/counted.h"
#include "pages/line.h"
#include "session/lineage.h"
#include "session/recorder.h"
#include "sys/clock.h"
#include "sys/process.h"
#include "sys/term.h"

#include <math.h>
#include <string.h>
#include <unistd.h>

#define WINDOW_NS (TRENDS_WINDOW_DAYS * UINT64_C(86400000000000))
#define MAX_WIDTH 200
#define WATCH_EVERY_NS UINT64_C(2000000000)

struct trends_options {
	struct settings_options settings;
	const char *db, *branch, *machine, *metric;
	const char *color;
	bool json, watch, together;
};

static const struct opt opts[] = {
	OPT_WORD(0, "db", struct trends_options, db, "FILE",
		"the history (default: \"history\" of the policy file)"),
	OPT_WORD(0, "branch", struct trends_options, branch, "NAME", "only this branch"),
	OPT_WORD(0, "machine", struct trends_options, machine, "ID", "only this machine"),
	OPT_WORD(0, "metric", struct trends_options, metric, "PATTERN",
		"these metrics (default: those that are judged)"),
	OPT_FLAG(0, "json", struct trends_options, json, "as JSON, for programs"),
	OPT_FLAG(0, "together", struct trends_options, together,
		"which benchmarks moved at the same commits"),
	OPT_FLAG('w', "watch", struct trends_options, watch,
		"show it again as runs are added, until Ctrl-C"),
	OPT_CHOICE(0, "color", struct trends_options, color, "auto,always,never",
		"whether to color the output (default auto: on a terminal, unless NO_COLOR is set)"),
	CONFIG_OPT(struct trends_options, settings),
	OPT_END,
};

static bool is_metric_shown(const struct trends_options *options, const struct series *series)
{
	return options->metric ? str_glob(options->metric, series->metric) : pasts_judge(series);
}

static bool is_series_shown(const struct trends_options *options, const struct words *patterns,
	const struct series *series)
{
	bool matches = !patterns->nr;

	for (size_t i = 0; i < patterns->nr && !matches; i++)
		matches = str_matches(patterns->items[i], series->benchmark);
	return matches && is_metric_shown(options, series) &&
		(!options->branch || strcmp(options->branch, series->branch) == 0) &&
		(!options->machine || strcmp(options->machine, series->machine) == 0);
}

/* --- for programs ------------------------------------------------------------------------------
 */

static void add_points_json(struct json *to, const struct past_points *points)
{
	struct json *list = json_add_array(to, "points");

	for (size_t i = 0; i < points->nr; i++) {
		struct json *point = json_add_object(list, NULL);

		json_add_text(point, "run", points->items[i].run);
		json_add_text(point, "time", points->items[i].time);
		json_add_text(point, "commit", points->items[i].commit);
		json_add_number(point, "value", points->items[i].value);
		json_add_number(point, "standard_error", points->items[i].error);
	}
}

static void add_line_json(struct json *to, const struct trends_line *line)
{
	const struct series *series = line->series;

	json_add_text(to, "benchmark", series->benchmark);
	json_add_text(to, "metric", series->metric);
	json_add_text(to, "unit", series->unit);
	json_add_text(to, "machine", series->machine);
	json_add_text(to, "branch", *series->branch ? series->branch : NULL);
	json_add_bool(to, "in_turn", series->in_turn);
	json_add_number(to, "change_percent", 100 * (line->move.now / line->move.before - 1));
	json_add_number(to, "trend_percent_per_week", 100 * expm1(line->past.trend.slope));
	json_add_number(to, "trend_low", 100 * expm1(line->past.trend.interval.low));
	json_add_number(to, "trend_high", 100 * expm1(line->past.trend.interval.high));
	json_add_bool(to, "creeps", line->past.creeps);
	json_add_text(to, "budget", line->limit.text);
	line_add_changes(&line->past, to);
	add_points_json(to, &line->past.points);
}

/* --- reading and printing ----------------------------------------------------------------------
 */

/* What is printed is handed out in pieces of so many bytes. */
#define PIECE_BYTES (1 << 18)

struct trends_work {
	struct trends_options options;
	struct words patterns;
	struct settings settings;
	struct history *history;
	struct history_runs runs;
	struct series_list series;
	struct places shown; /* the series that are */
	struct trends_boxes boxes;
	struct moves moves;
	struct buf text;
};

/* Which have a point. All of it is read before anything is printed, so that what is damaged is
 * said alone. */
static int choose_series(struct trends_work *work, struct series_reader *reader, struct error *err)
{
	struct moments moments = { 0 };
	int rc = 0;

	if (work->series.nr && !work->options.json)
		qsort(work->series.items, work->series.nr, sizeof *work->series.items,
			trends_compare);
	for (size_t i = 0; i < work->series.nr && !rc; i++) {
		const struct series *series = &work->series.items[i];

		if (!is_series_shown(&work->options, &work->patterns, series))
			continue;
		moments.nr = 0;
		rc = series_read(reader, series->number, &moments, err);
		if (moments.nr)
			*ARRAY_ADD(&work->shown) = i;
	}
	ARRAY_RELEASE(&moments);
	return rc;
}

static void add_json_line(const struct trends_line *line, struct buf *out)
{
	struct json *json = json_new_object();

	add_line_json(json, line);
	json_print_line(json, out);
	json_free(json);
}

/* A count that stayed as it was needs no line of its own. */
static bool is_quiet_count(const struct trends_line *line)
{
	const struct changepoints *changes = &line->past.changes;
	const struct changepoint *last = changes->nr ? &changes->items[changes->nr - 1] : NULL;

	if (!counted_find(line->series->metric) || line->limit.text || line->past.creeps)
		return false;
	return !last || (last->kind == CHANGE_STEP ? last->at : last->end - 1) < line->past.window;
}

static int print_series(struct trends_work *work, struct series_reader *reader,
	const struct series *series, struct error *err)
{
	struct trends_line line = { .series = series };
	int rc = pasts_read(reader, series, &work->settings.past, &line.past, err);

	if (!rc) {
		line.past.family = work->shown.nr;
		line.limit = pasts_budget(&work->settings, series);
		line.move = past_move(&line.past, WINDOW_NS);
		if (isnan(line.move.now))
			line.move.now = line.past.points.items[line.past.points.nr - 1].value;
		if (work->options.together)
			moves_add(&work->moves,
				&(struct move){ .benchmark = series->benchmark,
					.metric = series->metric,
					.machine = series->machine,
					.branch = series->branch },
				&line.past, NULL);
		else if (work->options.json)
			add_json_line(&line, &work->text);
		else if (work->options.metric || !is_quiet_count(&line))
			trends_boxes_add(&work->boxes, &line, &work->text);
	}
	past_release(&line.past);
	return rc;
}

/* The JSON has a line for each series. */
static int print_trends(struct trends_work *work, struct series_reader *reader, struct error *err)
{
	bool json = work->options.json;
	int rc = 0;

	if (json)
		buf_addf(&work->text, "{\"window_days\":%d,\"series\":[\n", TRENDS_WINDOW_DAYS);
	else if (!work->shown.nr)
		buf_adds(&work->text, "no series\n");
	for (size_t i = 0; i < work->shown.nr && !rc && !process_interrupted(); i++) {
		buf_adds(&work->text, json && i ? "," : "");
		rc = print_series(work, reader, &work->series.items[work->shown.items[i]], err);
		if (!rc && work->text.len > PIECE_BYTES) {
			rc = command_print(&work->text, err);
			buf_clear(&work->text);
		}
	}
	/* What was interrupted must not look whole. */
	if (process_interrupted())
		return rc;
	if (!json && work->shown.nr && !work->boxes.group.len)
		buf_adds(&work->text, "no count changed; --metric '*' shows them\n");
	trends_boxes_end(&work->boxes, &work->text);
	buf_adds(&work->text, json ? "]}\n" : "");
	return rc ? rc : command_print(&work->text, err);
}

static int print_together(struct trends_work *work, struct series_reader *reader, struct error *err)
{
	int rc = 0;

	for (size_t i = 0; i < work->shown.nr && !rc && !process_interrupted(); i++)
		rc = print_series(work, reader, &work->series.items[work->shown.items[i]], err);
	if (rc || process_interrupted())
		return rc;
	trends_together(&work->moves, &work->series, &work->shown, work->options.json, &work->text);
	return command_print(&work->text, err);
}

static struct trends_style trends_style_of(const struct trends_options *options)
{
	unsigned width = term_width(STDOUT_FILENO);

	return (struct trends_style){ width < TRENDS_MIN_WIDTH ? TRENDS_MIN_WIDTH
			: width > MAX_WIDTH                    ? MAX_WIDTH
							       : width,
		term_color(STDOUT_FILENO, options->color) };
}

static int read_trends(struct trends_work *work, struct error *err)
{
	const struct history_filter all = { .said = NULL };
	struct series_reader reader = SERIES_READER_INIT;
	const char *path = recorder_path(work->options.db, &work->settings);
	int rc;

	if (!path)
		return error_set(err, ERR_USAGE,
			"no history is named: give --db FILE, or set \"history\" in the policy file");
	work->history = history_open(path, DB_READ, err);
	if (!work->history || history_list(work->history, &all, &work->runs, err) ||
		series_find(history_db(work->history), NULL, &work->series, err))
		return -1;
	lineage_keep(&work->runs);
	rc = series_reader_open(&reader, history_db(work->history), &work->runs, true, err);
	if (!rc)
		rc = choose_series(work, &reader, err);
	if (!rc)
		rc = work->options.together ? print_together(work, &reader, err)
					    : print_trends(work, &reader, err);
	series_reader_release(&reader);
	return rc;
}

static int show_trends(struct trends_work *work, struct error *err)
{
	int rc;

	work->boxes = (struct trends_boxes){ trends_style_of(&work->options), BUF_INIT };
	rc = read_trends(work, err);
	buf_release(&work->boxes.group);
	moves_release(&work->moves);
	ARRAY_RELEASE(&work->shown);
	series_list_release(&work->series);
	history_runs_release(&work->runs);
	history_close(work->history);
	work->history = NULL;
	buf_clear(&work->text);
	return rc;
}

/* The screen is not cleared before there is something to put on it. */
static int watch_trends(struct trends_work *work, struct error *err)
{
	int rc = 0;

	if (work->options.json || !term_is_terminal(STDOUT_FILENO))
		return error_set(err, ERR_USAGE,
			"--watch is for a terminal; without it the trends are shown once");
	while (!rc && !process_interrupted()) {
		buf_adds(&work->text, "\033[H\033[2J");
		rc = show_trends(work, err);
		if (!rc)
			clock_sleep_ns(WATCH_EVERY_NS);
	}
	return rc;
}

static int trends_run(struct arguments given, struct outcome *outcome, struct error *err)
{
	struct trends_work work = { .settings = SETTINGS_INIT, .text = BUF_INIT };
	int rc = opts_parse(opts, given, &work.options, &work.patterns, err);

	(void)outcome;
	process_setup();
	if (!rc)
		rc = settings_load(&work.options.settings, &work.settings, err);
	if (!rc)
		rc = work.options.watch ? watch_trends(&work, err) : show_trends(&work, err);
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
		"A box for what stands before the slash in the names of benchmarks, or for a tier. A line has the change "
		"within 14 days, the values before and now, a bar of the value (of its budget, if it has one), and the values of the newest "
		"commits. Counts are shown where they changed in that time or have a budget; --metric shows any. A second line tells the newest step or slope with the commit that began it, a creep, and when the budget is crossed. "
		"A step of the newest values is a maybe: 'benchgate compare' of the two commits decides.\n"
		"--together lists the commits at which several benchmarks moved.\n"
		"The history is what --db of run, compare and merge keeps.",
	.examples = "benchgate trends 'sort*' --db benchmarks.db\n"
		    "benchgate trends --watch --db benchmarks.db  # again as runs are added\n",
	.opts = opts,
	.run = trends_run,
};
