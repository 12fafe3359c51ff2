/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "pages/line.h"

#include "base/array.h"
#include "stats/summary.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define DAY_NS UINT64_C(86400000000000)

bool line_is_judged(const struct series *series)
{
	return pasts_judge(series);
}

int line_read(struct documents *documents, const struct series *series, struct line *line,
	struct error *err)
{
	int rc = series_read(&documents->reader, series->number, &line->moments, err);

	line->series = series;
	line->now = NAN;
	if (rc || !line->moments.nr)
		return rc;
	pasts_look(&line->moments, series, &documents->settings->past, &line->past);
	line->past.family = line_is_judged(series) ? documents->nr_judged : 1;
	line->limit = pasts_budget(documents->settings, series);
	line->move = past_move(&line->past, LINE_WINDOW_DAYS * DAY_NS);
	line->now = line->moments.items[line->moments.nr - 1].value;
	line->state = past_state_of(
		&line->past, line->now, line->limit.text ? line->limit.value : (double)NAN);
	return 0;
}

void line_close(struct line *line)
{
	past_release(&line->past);
	ARRAY_RELEASE(&line->moments);
}

static double level_between(const struct line *line, size_t from, size_t to)
{
	double *values = mem_alloc(to - from, sizeof *values), level;

	for (size_t i = from; i < to; i++)
		values[i - from] = line->moments.items[i].value;
	level = median_of(values, to - from);
	free(values);
	return level;
}

static void add_stretch(const struct line *line, size_t from, size_t to,
	const struct changepoint *slope, struct stretches *stretches)
{
	double level;

	if (from >= to)
		return;
	level = level_between(line, from, to);
	*ARRAY_ADD(stretches) = (struct stretch){ from, to, slope ? slope->before : level,
		slope ? slope->after : level };
}

void line_stretches(const struct line *line, struct stretches *stretches)
{
	const struct changepoints *changes = &line->past.changes;
	const struct changepoint *slope = NULL;
	size_t from = 0;

	for (size_t i = 0; i < changes->nr; i++) {
		const struct changepoint *change = &changes->items[i];

		if (change->maybe || change->at <= from)
			continue;
		add_stretch(line, from, change->at, slope, stretches);
		from = change->at;
		slope = change->kind == CHANGE_SLOPE ? change : NULL;
	}
	add_stretch(line, from, line->moments.nr, slope, stretches);
}

/* Powers of ten that a double holds exactly. */
static const double powers[] = { 1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12,
	1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22 };

#define MAX_POWER 22

/* A whole number over a power of ten, both exact, is the double that the text reads as. */
double line_figures(double value, int nr)
{
	int places;

	if (!isfinite(value) || value == 0)
		return value;
	places = nr - 1 - (int)floor(log10(fabs(value)));
	if (places >= 0 && places <= MAX_POWER)
		return nearbyint(value * powers[places]) / powers[places];
	if (places < 0 && places >= -MAX_POWER)
		return nearbyint(value / powers[-places]) * powers[-places];
	return value;
}

#define FIGURES 6
#define SHORT_FIGURES 3

void line_add_changes(const struct past *past, struct json *to)
{
	struct json *list = json_add_array(to, "changes");

	for (size_t i = 0; i < past->changes.nr; i++) {
		const struct changepoint *change = &past->changes.items[i];
		struct json *item = json_add_object(list, NULL);

		json_add_text(item, "kind", change->kind == CHANGE_STEP ? "step" : "slope");
		json_add_bool(item, "maybe", change->maybe);
		json_add_number(item, "at", (double)change->at);
		json_add_number(item, "first", (double)change->low);
		json_add_number(item, "last", (double)change->high);
		json_add_number(item, "before", line_figures(change->before, FIGURES));
		json_add_number(item, "after", line_figures(change->after, FIGURES));
		json_add_number(item, "change_percent",
			line_figures(100 * (change->after / change->before - 1), SHORT_FIGURES));
		json_add_number(item, "p", line_figures(change->p, SHORT_FIGURES));
	}
}
