/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The document of one series. Points are columns, which are shorter, and what a chart takes. */
#include "pages/parts.h"

#include "base/array.h"
#include "pages/thin.h"
#include "report/past_words.h"

#include <math.h>
#include <string.h>

#define FIGURES 6
#define SHORT_FIGURES 3

static void list_others(struct json *to, const struct documents *documents, const struct series *of)
{
	struct json *list = json_add_array(to, "others");

	for (size_t i = 0; i < documents->series.nr; i++) {
		const struct series *series = &documents->series.items[i];

		if (series->number != of->number && strcmp(series->benchmark, of->benchmark) == 0)
			parts_add_identity(json_add_object(list, NULL), series);
	}
}

static void list_levels(struct json *to, const struct line *line)
{
	struct json *list = json_add_array(to, "levels");
	struct stretches stretches = { 0 };

	line_stretches(line, &stretches);
	for (size_t i = 0; i < stretches.nr; i++) {
		struct json *item = json_add_object(list, NULL);

		json_add_number(item, "from", (double)stretches.items[i].from);
		json_add_number(item, "to", (double)stretches.items[i].to);
		json_add_number(item, "first", line_figures(stretches.items[i].first, FIGURES));
		json_add_number(item, "last", line_figures(stretches.items[i].last, FIGURES));
	}
	ARRAY_RELEASE(&stretches);
}

static void add_mark(struct json *list, size_t at, const char *kind, const char *text)
{
	struct json *item = json_add_object(list, NULL);

	json_add_number(item, "at", (double)at);
	json_add_text(item, "kind", kind);
	json_add_text(item, "text", text);
}

/* Where another compiler made it, or another machine measured it: only what the code alone decides
 * is one series for several machines. */
static void list_marks(struct json *to, const struct line *line)
{
	struct json *list = json_add_array(to, "marks");
	const struct moments *moments = &line->moments;

	for (size_t i = 0; i < line->past.nr_marks; i++)
		add_mark(list, line->past.marks[i], "compiler",
			line->past.points.items[line->past.marks[i]].compiler);
	for (size_t i = 1; i < moments->nr; i++)
		if (strcmp(moments->items[i].run->machine, moments->items[i - 1].run->machine) != 0)
			add_mark(list, i, "machine", moments->items[i].run->machine);
}

static void list_findings(struct json *to, const struct line *line)
{
	struct past_words words = past_words_of(
		&line->past, line->series->benchmark, line->limit.text ? &line->limit : NULL);
	struct json *list = json_add_array(to, "findings");

	for (size_t i = 0; i < words.nr; i++) {
		struct json *item = json_add_object(list, NULL);

		json_add_text(item, "kind", past_kinds[words.items[i].kind]);
		json_add_number(item, "at", (double)words.items[i].at);
		json_add_bool(item, "recent", words.items[i].is_recent);
		json_add_text(item, "text", words.items[i].text);
		json_add_text(item, "command", words.items[i].command);
	}
	past_words_release(&words);
}

/* A column of points, as it is filled. */
struct column {
	double *items;
	size_t nr;
};

static void add_column(struct json *to, const char *name, struct column *column)
{
	json_add_numbers(to, name, column->items, column->nr);
	column->nr = 0;
}

static void list_points(struct json *to, const struct moments *moments, size_t from, size_t behind)
{
	struct column column = { mem_alloc(behind - from, sizeof *column.items), 0 };

	for (size_t i = from; i < behind; i++)
		column.items[column.nr++] = (double)moments->items[i].run->number;
	add_column(to, "run", &column);
	for (size_t i = from; i < behind; i++)
		column.items[column.nr++] = line_figures(moments->items[i].value, FIGURES);
	add_column(to, "value", &column);
	for (size_t i = from; i < behind; i++)
		column.items[column.nr++] = line_figures(100 * moments->items[i].spread, 2);
	add_column(to, "error_percent", &column);
	free(column.items);
}

/* Of `width` neighbours each: the first run, the mean, the least and the largest value. */
static void list_bins(struct json *to, const struct moments *moments, size_t width)
{
	static const char *const names[] = { "value", "low", "high" };
	size_t nr = (moments->nr + width - 1) / width;
	struct column run = { mem_alloc(nr, sizeof(double)), 0 };
	struct column columns[3];

	for (size_t i = 0; i < 3; i++)
		columns[i] = (struct column){ mem_alloc(nr, sizeof(double)), 0 };
	for (size_t from = 0; from < moments->nr; from += width) {
		struct bin bin = thin_bin(moments, from, width);
		const double values[] = { bin.mean, bin.low, bin.high };

		run.items[run.nr++] = (double)moments->items[from].run->number;
		for (size_t i = 0; i < 3; i++)
			columns[i].items[columns[i].nr++] = line_figures(values[i], FIGURES);
	}
	json_add_number(to, "width", (double)width);
	add_column(to, "run", &run);
	free(run.items);
	for (size_t i = 0; i < 3; i++) {
		add_column(to, names[i], &columns[i]);
		free(columns[i].items);
	}
}

static void add_points_or_bins(struct json *root, const struct moments *moments, size_t most)
{
	size_t width = thin_width(moments->nr, most);
	struct json *points;

	json_add_number(root, "nr_points", (double)moments->nr);
	json_add_number(
		root, "value", line_figures(moments->items[moments->nr - 1].value, FIGURES));
	points = json_add_object(root, "points");
	if (width > 1)
		list_bins(points, moments, width);
	else
		list_points(points, moments, 0, moments->nr);
}

void series_document(
	const struct documents *documents, const struct line *line, size_t most, struct buf *out)
{
	const struct changepoints *changes = &line->past.changes;
	struct json *root = json_new_object();

	json_add_text(root, "format", "benchgate-series");
	json_add_number(root, "version", 1);
	parts_add_identity(root, line->series);
	json_add_text(root, "state", past_states[line->state]);
	json_add_text(root, "budget", line->limit.text);
	json_add_number(root, "budget_value", line->limit.text ? line->limit.value : (double)NAN);
	json_add_number(root, "baseline",
		line_figures(bases_level(&documents->bases, line->series), FIGURES));
	json_add_bool(root, "noise_is_ratio", changes->logs);
	json_add_number(root, "noise", line_figures(changes->noise, SHORT_FIGURES));
	line_add_changes(&line->past, root);
	list_levels(root, line);
	list_marks(root, line);
	list_findings(root, line);
	list_others(root, documents, line->series);
	add_points_or_bins(root, &line->moments, most);
	json_print_line(root, out);
	json_free(root);
}

void points_document(
	const struct moments *moments, const struct series *series, size_t chunk, struct buf *out)
{
	size_t from = chunk * DOCUMENTS_POINTS, left = moments->nr - from;
	struct json *root = json_new_object();

	json_add_text(root, "format", "benchgate-points");
	json_add_number(root, "version", 1);
	json_add_number(root, "series", (double)series->number);
	json_add_number(root, "from", (double)from);
	list_points(
		root, moments, from, from + (left < DOCUMENTS_POINTS ? left : DOCUMENTS_POINTS));
	json_print_line(root, out);
	json_free(root);
}

void list_document(const struct documents *documents, struct buf *out)
{
	struct buf rows = BUF_INIT;

	for (size_t i = 0; i < documents->series.nr; i++) {
		struct json *row = json_new_object();

		parts_add_identity(row, &documents->series.items[i]);
		parts_add_member(row, &rows);
	}
	buf_addf(out, "{\"format\":\"benchgate-series-list\",\"version\":1,\"series\":[%s]}",
		rows.data);
	buf_release(&rows);
}
