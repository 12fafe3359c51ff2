/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The document of one series. Points are columns, which are shorter, and what a chart takes. */
#include "pages/parts.h"

#include "base/array.h"
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

static void list_changes(struct json *to, const struct line *line)
{
	struct json *list = json_add_array(to, "changes");

	for (size_t i = 0; i < line->past.changes.nr; i++) {
		const struct changepoint *change = &line->past.changes.items[i];
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

static void list_compilers(struct json *to, const struct line *line)
{
	struct json *list = json_add_array(to, "compilers");

	for (size_t i = 0; i < line->past.nr_marks; i++) {
		struct json *item = json_add_object(list, NULL);

		json_add_number(item, "at", (double)line->past.marks[i]);
		json_add_text(
			item, "compiler", line->past.points.items[line->past.marks[i]].compiler);
	}
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

static void list_points(struct json *to, const struct moments *moments)
{
	double *column = mem_alloc(moments->nr, sizeof *column);

	for (size_t i = 0; i < moments->nr; i++)
		column[i] = (double)moments->items[i].run->number;
	json_add_numbers(to, "run", column, moments->nr);
	for (size_t i = 0; i < moments->nr; i++)
		column[i] = line_figures(moments->items[i].value, FIGURES);
	json_add_numbers(to, "value", column, moments->nr);
	for (size_t i = 0; i < moments->nr; i++)
		column[i] = line_figures(100 * moments->items[i].spread, 2);
	json_add_numbers(to, "error_percent", column, moments->nr);
	free(column);
}

void series_document(const struct documents *documents, const struct line *line, struct buf *out)
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
	list_changes(root, line);
	list_levels(root, line);
	list_compilers(root, line);
	list_findings(root, line);
	list_others(root, documents, line->series);
	list_points(json_add_object(root, "points"), &line->moments);
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
