/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "pages/parts.h"

#include "pages/spark.h"
#include "report/badge.h"

#include <math.h>

/* Five figures are more than any noise leaves. */
#define FIGURES 5
#define SHORT_FIGURES 3

void parts_add_identity(struct json *to, const struct series *series)
{
	json_add_number(to, "series", (double)series->number);
	json_add_text(to, "benchmark", series->benchmark);
	json_add_text(to, "metric", series->metric);
	json_add_text(to, "unit", series->unit);
	json_add_text(to, "tier", *series->tier ? series->tier : NULL);
	json_add_text(to, "machine", series->machine);
	json_add_text(to, "branch", *series->branch ? series->branch : NULL);
	json_add_bool(to, "in_turn", series->in_turn);
	json_add_bool(to, "more_is_better", series->more_is_better);
}

void parts_add_member(struct json *json, struct buf *list)
{
	struct buf text = BUF_INIT;

	json_print_line(json, &text);
	buf_adds(list, list->len ? "," : "");
	buf_add(list, text.data, text.len);
	json_free(json);
	buf_release(&text);
}

static double in_percent(double ratio)
{
	return line_figures(100 * ratio, SHORT_FIGURES);
}

/* Half of what two measurements differ by at random; NaN: too few were made. */
static double noise_of(const struct line *line)
{
	const struct changepoints *changes = &line->past.changes;

	if (line->moments.nr < CHANGEPOINTS_MIN_VALUES)
		return (double)NAN;
	return changes->logs ? changes->noise : changes->noise / fabs(line->now);
}

static double budget_used(const struct line *line)
{
	return line->past.more_is_better ? line->limit.value / line->now
					 : line->now / line->limit.value;
}

/* When it became what it is. */
static void add_since(struct json *row, const struct line *line)
{
	const struct changepoint *step = past_newest_step(&line->past);
	struct json *since;

	if (!step)
		return;
	since = json_add_object(row, "since");
	json_add_number(since, "run", (double)line->moments.items[step->at].run->number);
	json_add_text(since, "time", line->past.points.items[step->at].time);
	json_add_text(since, "commit", line->past.points.items[step->at].commit);
	json_add_number(since, "change_percent", in_percent(step->after / step->before - 1));
}

void overview_gather(const struct line *line, struct gathering *gathering)
{
	struct json *row = json_new_object();
	const struct past_point *newest = &line->past.points.items[line->past.points.nr - 1];
	struct buf path = BUF_INIT;

	parts_add_identity(row, line->series);
	json_add_text(row, "state", past_states[line->state]);
	json_add_number(row, "value", line_figures(line->now, FIGURES));
	json_add_number(row, "change_percent", in_percent(line->move.now / line->move.before - 1));
	json_add_number(row, "noise_percent", in_percent(noise_of(line)));
	json_add_number(row, "trend_percent_per_week", in_percent(expm1(line->past.trend.slope)));
	if (line->limit.text) {
		json_add_text(row, "budget", line->limit.text);
		json_add_number(row, "budget_used_percent", in_percent(budget_used(line)));
	}
	add_since(row, line);
	json_add_number(row, "points", (double)line->moments.nr);
	json_add_text(row, "newest", newest->time);
	spark_path(&line->moments, &path);
	json_add_text(row, "spark", path.data);
	buf_release(&path);
	parts_add_member(row, &gathering->overview);
	gathering->states[line->state]++;
}

static size_t count_commits_with_runs(const struct history_runs *runs)
{
	size_t nr = 0;

	for (size_t i = 0; i < runs->nr; i++)
		nr += runs->items[i].commit != NULL;
	return nr;
}

void overview_end(
	const struct documents *documents, const struct gathering *gathering, struct buf *out)
{
	const struct history_runs *runs = &documents->runs;

	buf_addf(out,
		"{\"format\":\"benchgate-overview\",\"version\":1,\"window_days\":%d,"
		"\"runs\":%zu,\"runs_with_commit\":%zu,\"newest\":",
		LINE_WINDOW_DAYS, runs->nr, count_commits_with_runs(runs));
	if (runs->nr)
		buf_addf(out, "\"%s\"", runs->items[runs->nr - 1].time);
	else
		buf_adds(out, "null");
	buf_adds(out, ",\"spark\":{");
	buf_addf(out, "\"width\":%d,\"height\":%d}", SPARK_WIDTH, SPARK_HEIGHT);
	buf_addf(out, ",\"rows\":[%s]}", gathering->overview.data);
}

void overview_badge(const struct gathering *gathering, struct buf *out)
{
	size_t nr_worse = gathering->states[PAST_IS_WORSE],
	       nr_over = gathering->states[PAST_IS_OVER_BUDGET];
	struct buf message = BUF_INIT;

	if (nr_over)
		buf_addf(&message, "%zu over budget", nr_over);
	if (nr_worse)
		buf_addf(&message, "%s%zu worse", nr_over ? ", " : "", nr_worse);
	badge_draw("performance", message.len ? message.data : "steady",
		message.len ? BADGE_RED : BADGE_GREEN, out);
	buf_release(&message);
}
