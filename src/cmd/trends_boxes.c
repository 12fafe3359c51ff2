/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cmd/trends.h"

#include "base/str.h"
#include "model/units.h"
#include "report/past_words.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Fit for a light and for a dark ground */
#define RED "\033[31;1m"
#define GREEN "\033[32m"
#define YELLOW "\033[33m"
#define PLAIN "\033[0m"

enum { NAME_WIDTH = 20, MAX_NAME_WIDTH = 60, BAR_WIDTH = 8, CHANGE_WIDTH = 8, VALUES_WIDTH = 20 };
#define SPACES 5 /* between the cells of a line, and at its ends */
#define EDGES 4

static void add_colored(
	const char *text, const char *color, struct trends_style style, struct buf *out)
{
	bool colored = style.color && *color;

	buf_adds(out, colored ? color : "");
	buf_adds(out, text);
	buf_adds(out, colored ? PLAIN : "");
}

/* Of a terminal wider than 80 columns names get half of what is more. */
static size_t name_width(struct trends_style style)
{
	size_t width = NAME_WIDTH + (style.width - TRENDS_MIN_WIDTH) / 2;

	return width < MAX_NAME_WIDTH ? width : MAX_NAME_WIDTH;
}

/* Cut, which an ellipsis shows, or filled up to a width. */
static void add_fitted(const char *text, size_t width, bool right, struct buf *out)
{
	struct buf printable = BUF_INIT;
	size_t columns, at = 0;

	buf_add_printable(&printable, text);
	columns = str_columns(printable.data);
	if (right && columns < width)
		buf_fill(out, ' ', width - columns);
	for (size_t i = 0; i < (columns > width ? width - 1 : columns); i++) {
		size_t len = str_utf8_len(printable.data + at);

		buf_add(out, printable.data + at, len ? len : 1);
		at += len ? len : 1;
	}
	buf_adds(out, columns > width ? "…" : "");
	if (!right && columns < width)
		buf_fill(out, ' ', width - columns);
	buf_release(&printable);
}

/* Of the budget where there is one, else of the larger of old and new; eighths of a column. */
static void add_full_bar(const struct trends_line *line, struct buf *out)
{
	static const char *const eighths[] = { "", "▏", "▎", "▍", "▌", "▋", "▊", "▉" };
	double now = line->move.now,
	       whole = line->limit.text ? line->limit.value : fmax(now, line->move.before);
	double share = whole > 0 && now > 0 ? fmin(now / whole, 1) : 0;
	size_t steps = (size_t)lround(share * BAR_WIDTH * 8);

	for (size_t i = 0; i < steps / 8; i++)
		buf_adds(out, "█");
	buf_adds(out, eighths[steps % 8]);
	buf_fill(out, ' ', BAR_WIDTH - steps / 8 - (steps % 8 != 0));
}

static bool is_over_budget(const struct trends_line *line)
{
	double now = line->move.now;

	return line->limit.text &&
		(line->past.more_is_better ? now < line->limit.value : now > line->limit.value);
}

static const char *color_of_line(const struct trends_line *line)
{
	static const char *const colors[PAST_NR_STATES] = {
		[PAST_IS_OVER_BUDGET] = RED,
		[PAST_IS_WORSE] = RED,
		[PAST_IS_MAYBE_WORSE] = YELLOW,
		[PAST_IS_CREEPING] = YELLOW,
		[PAST_IS_BETTER] = GREEN,
		[PAST_IS_STEADY] = "",
	};

	enum past_state state = past_state_of(
		&line->past, line->move.now, line->limit.text ? line->limit.value : (double)NAN);

	return state == PAST_IS_STEADY && past_is_unusual(&line->past) ? YELLOW : colors[state];
}

/* The newest values in so many columns, from the lowest to the highest of them. */
static void add_sparkline(const struct past_points *points, size_t width, struct buf *out)
{
	static const char *const steps[] = { "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█" };
	size_t nr = points->nr < width ? points->nr : width;
	const struct past_point *from = points->items + points->nr - nr;
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

static void trends_boxes_add_values(const struct trends_line *line, struct buf *out)
{
	if (isfinite(line->move.before)) {
		units_add(out, line->move.before, line->series->unit);
		buf_adds(out, " -> ");
	}
	units_add(out, line->move.now, line->series->unit);
}

static void trends_boxes_add_name(const struct series *series, struct buf *out)
{
	buf_adds(out, series->benchmark);
	if (strcmp(series->metric, "time") != 0)
		buf_addf(out, " %s", series->metric);
}

static void add_first_line(
	const struct trends_line *line, struct trends_style style, struct buf *out)
{
	struct buf cell = BUF_INIT, fitted = BUF_INIT;
	const char *color = color_of_line(line);

	trends_boxes_add_name(line->series, &cell);
	buf_adds(out, "│ ");
	add_fitted(cell.data, name_width(style), false, out);
	buf_addc(out, ' ');
	add_full_bar(line, &fitted);
	add_colored(fitted.data, color, style, out);
	buf_clear(&cell);
	buf_clear(&fitted);
	units_add_change(&cell, line->move.now / line->move.before - 1);
	add_fitted(cell.data, CHANGE_WIDTH, true, &fitted);
	buf_addc(out, ' ');
	add_colored(fitted.data, color, style, out);
	buf_addc(out, ' ');
	buf_clear(&cell);
	trends_boxes_add_values(line, &cell);
	add_fitted(cell.data, VALUES_WIDTH, true, out);
	buf_addc(out, ' ');
	add_sparkline(&line->past.points,
		style.width - name_width(style) - BAR_WIDTH - CHANGE_WIDTH - VALUES_WIDTH - SPACES -
			EDGES + 1,
		out);
	buf_adds(out, " │\n");
	buf_release(&fitted);
	buf_release(&cell);
}

/* "step +12.0 % abcdef1": short enough for several in a line. */
static void trends_boxes_add_step(const struct past *past, struct buf *out)
{
	const struct changepoints *changes = &past->changes;
	const struct changepoint *last = changes->nr ? &changes->items[changes->nr - 1] : NULL;

	if (!last || !past_surprises(past, last->p))
		return;
	buf_addf(out, "%s%s ", last->maybe ? "maybe a " : "",
		last->kind == CHANGE_STEP ? "step" : "slope");
	if (changes->logs)
		units_add_change(out, last->after / last->before - 1);
	else
		buf_addf(out, "%g -> %g", last->before, last->after);
	if (past->points.items[last->at].commit)
		buf_addf(out, " %.7s", past->points.items[last->at].commit);
	buf_addf(out, " %.10s", past->points.items[last->at].time);
}

static void add_unusual(const struct past *past, struct buf *out)
{
	if (!past_is_unusual(past))
		return;
	buf_adds(out, "unusual value, ");
	units_add_change(out, past->points.items[past->points.nr - 1].value / past->usual - 1);
}

static void add_creep(const struct past *past, struct buf *out)
{
	if (!past->creeps)
		return;
	buf_adds(out, "creeps ");
	units_add_change(out, expm1(past->trend.slope));
	buf_adds(out, " a week");
}

static void add_budget_words(const struct trends_line *line, struct buf *out)
{
	struct past_words words;

	if (!line->limit.text)
		return;
	words = past_words_of(&line->past, line->series->benchmark, &line->limit);
	for (size_t i = 0; i < words.nr; i++)
		if (words.items[i].kind == PAST_BUDGET)
			buf_adds(out, words.items[i].text);
	past_words_release(&words);
	if (is_over_budget(line))
		buf_addf(out, "%s its budget of %s", line->past.more_is_better ? "under" : "over",
			line->limit.text);
}

static void end_words(const struct trends_line *line, struct trends_style style, struct buf *words,
	struct buf *out)
{
	struct buf fitted = BUF_INIT;

	if (words->len) {
		buf_adds(out, "│   ");
		add_fitted(words->data, style.width - EDGES - 2, false, &fitted);
		add_colored(fitted.data, color_of_line(line), style, out);
		buf_adds(out, " │\n");
	}
	buf_clear(words);
	buf_release(&fitted);
}

/* What there is to say, in as few lines as it fits; nothing where nothing happened. */
static void add_words_lines(
	const struct trends_line *line, struct trends_style style, struct buf *out)
{
	struct buf parts[] = { BUF_INIT, BUF_INIT, BUF_INIT, BUF_INIT }, words = BUF_INIT;

	trends_boxes_add_step(&line->past, &parts[0]);
	add_unusual(&line->past, &parts[1]);
	add_creep(&line->past, &parts[2]);
	add_budget_words(line, &parts[3]);
	for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
		size_t columns = str_columns(words.data) + str_columns(parts[i].data) + 2;

		if (parts[i].len && columns > style.width - EDGES - 2)
			end_words(line, style, &words, out);
		if (parts[i].len)
			buf_addf(&words, "%s%s", words.len ? "; " : "", parts[i].data);
		buf_release(&parts[i]);
	}
	end_words(line, style, &words, out);
	buf_release(&words);
}

/* What stands before the slash, or the tier; and where it was measured. */
static void add_box_name(const struct series *series, struct buf *out)
{
	size_t len = strcspn(series->benchmark, "/");

	if (series->benchmark[len])
		buf_add(out, series->benchmark, len);
	else
		buf_adds(out, *series->tier ? series->tier : "benchmarks");
	buf_addf(out, ", %s, %s%s%s", *series->branch ? series->branch : "no branch",
		series_is_shared(series) ? "" : "machine ", series->machine,
		series->in_turn ? ", in turn" : "");
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

int trends_compare(const void *a, const void *b)
{
	const struct series *one = a, *other = b;
	struct buf first = BUF_INIT, second = BUF_INIT;
	int order;

	add_box_name(one, &first);
	add_box_name(other, &second);
	order = strcmp(first.data, second.data);
	if (!order)
		order = strcmp(one->benchmark, other->benchmark);
	if (!order)
		order = strcmp(one->metric, other->metric);
	buf_release(&first);
	buf_release(&second);
	return order;
}

static void add_box_title(const char *group, size_t width, struct buf *out)
{
	size_t columns = str_columns(group), most = width - 8;
	struct buf title = BUF_INIT;

	buf_adds(&title, "─ ");
	add_fitted(group, columns < most ? columns : most, false, &title);
	buf_addc(&title, ' ');
	add_box_edge("┌", title.data, "┐", width, out);
	buf_release(&title);
}

void trends_boxes_add(struct trends_boxes *boxes, const struct trends_line *line, struct buf *out)
{
	struct trends_style style = boxes->style;
	struct buf group = BUF_INIT;

	add_box_name(line->series, &group);
	if (strcmp(group.data, boxes->group.data) != 0) {
		if (boxes->group.len)
			add_box_edge("└", "", "┘", style.width, out);
		add_box_title(group.data, style.width, out);
		buf_clear(&boxes->group);
		buf_adds(&boxes->group, group.data);
	}
	add_first_line(line, style, out);
	add_words_lines(line, style, out);
	buf_release(&group);
}

void trends_boxes_end(struct trends_boxes *boxes, struct buf *out)
{
	if (boxes->group.len)
		add_box_edge("└", "", "┘", boxes->style.width, out);
	buf_release(&boxes->group);
}
