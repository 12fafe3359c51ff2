/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "report/text_parts.h"

#include "base/str.h"
#include "model/builtin.h"
#include "report/cells.h"
#include "report/count_words.h"

#include <string.h>

#define NR(table) (sizeof(table) / sizeof *(table))
#define MAX_COLUMNS 8
/* Rank of a column that is never left out. */
#define STAYS 0

struct column {
	const char *heading;
	void (*fill)(const struct comparison *comparison, struct buf *cell); /* NULL: the name */
	int rank; /* 1 is left out first when the table is too wide */
};

struct table {
	const struct column *columns; /* name first */
	size_t nr;
	struct buf cells;           /* row by row, each ended by a NUL */
	size_t widths[MAX_COLUMNS]; /* 0: nothing in it, or left out */
	const struct result *above; /* of the row before */
};

/* Below a row of its benchmark a metric needs no more than its own name. */
static void text_table_fill_name(struct table *table, const struct comparison *comparison)
{
	const struct metric *metric = comparison->metric;
	bool is_time = metric_is_time(metric), is_first = table->above != comparison->head;
	struct buf *cell = &table->cells;

	table->above = comparison->head;
	if (is_time || is_first)
		buf_add_printable(cell, comparison->head->name);
	if (!is_time) {
		buf_adds(cell, is_first ? " " : "  ");
		buf_add_printable(cell, metric->name);
	}
	/* Beside a base of before the mean was kept */
	if (metric_is(metric, &metric_typical))
		buf_adds(cell, " typical");
}

static void fill_word(const struct comparison *comparison, struct buf *cell)
{
	buf_adds(cell, verdict_word_name(comparison->word));
}

static const struct column compared[] = {
	{ "benchmark", NULL, STAYS },
	{ "base", cells_base, 3 },
	{ "head", cells_head, 5 },
	{ "change", cells_change, STAYS },
	{ "95 % interval", cells_change_interval, 1 },
	{ "better  |  worse   ", cells_bar, 2 },
	{ "bound", cells_bound, 4 },
	{ "verdict", fill_word, STAYS },
};

/* With no base, NEW goes without saying. */
static const struct column alone[] = {
	{ "benchmark", NULL, STAYS },
	{ "time/iteration", cells_head, STAYS },
	{ "95 % interval", cells_interval, 2 },
	{ "spread", cells_spread, 3 },
	{ "throughput", cells_rate, 1 },
};

static bool tells_percentile(const struct metric *metric)
{
	const struct builtin_metric *builtin = builtin_find(metric->name);

	return builtin && builtin->quantile > 0;
}

static bool text_table_is_word(const struct column *column)
{
	return column->fill == fill_word;
}

/* Six rows a benchmark that nobody asked to be judged would hide the one that is, and so would
 * counts that did not change. Budgets are in the table of targets. */
static bool has_row(const struct page *page, const struct comparison *comparison)
{
	if (!comparison->metric || !comparison->head || comparison->is_limit)
		return false;
	if (page->style->verbose)
		return true;
	return !count_words_are_quiet(comparison) &&
		(comparison->tolerance.gated || !tells_percentile(comparison->metric));
}

static void fill_row(struct table *table, const struct comparison *comparison, const char *mark)
{
	for (size_t i = 0; i < table->nr; i++) {
		size_t start = table->cells.len, width;

		if (table->columns[i].fill)
			table->columns[i].fill(comparison, &table->cells);
		else
			text_table_fill_name(table, comparison);
		if (text_table_is_word(&table->columns[i]) && mark)
			buf_addf(&table->cells, ", %s", mark);
		width = str_columns(table->cells.data + start);
		if (width > table->widths[i])
			table->widths[i] = width;
		buf_addc(&table->cells, '\0');
	}
}

/* What does not fit the width is left out. */
static void fit(struct table *table, unsigned width)
{
	size_t all = 0;

	for (size_t i = 0; i < table->nr; i++) {
		size_t heading = strlen(table->columns[i].heading);

		if (table->widths[i] && table->widths[i] < heading)
			table->widths[i] = heading;
		all += table->widths[i] ? table->widths[i] + 2 : 0;
	}
	for (int rank = 1; rank < MAX_COLUMNS && all > width + 2; rank++)
		for (size_t i = 0; i < table->nr; i++)
			if (table->columns[i].rank == rank && table->widths[i]) {
				all -= table->widths[i] + 2;
				table->widths[i] = 0;
			}
}

/* Names and verdicts to the left, numbers to the right. One too long for its column pushes its own
 * row only. */
static void print_cell(const struct page *page, const struct table *table, size_t column,
	const char *cell, const char *color)
{
	size_t width = str_columns(cell);
	size_t pad = table->widths[column] > width ? table->widths[column] - width : 0;

	if (!column) {
		buf_adds(page->out, cell);
		buf_fill(page->out, ' ', pad);
	} else if (text_table_is_word(&table->columns[column])) {
		buf_adds(page->out, "  ");
		text_add(page, color, cell);
	} else {
		buf_fill(page->out, ' ', pad + 2);
		buf_adds(page->out, cell);
	}
}

static void end_row(struct buf *out, size_t start)
{
	while (out->len > start && out->data[out->len - 1] == ' ')
		out->data[--out->len] = '\0';
	buf_addc(out, '\n');
}

/* Returns where the next row's cells begin. */
static const char *print_row(
	const struct page *page, const struct table *table, const char *cells, const char *color)
{
	size_t start = page->out->len;

	for (size_t i = 0; i < table->nr; i++) {
		if (table->widths[i])
			print_cell(page, table, i, cells, color);
		cells += strlen(cells) + 1;
	}
	end_row(page->out, start);
	return cells;
}

static void print_heading(const struct page *page, const struct table *table)
{
	struct buf cells = BUF_INIT, line = BUF_INIT;
	struct page apart = { page->verdict, page->style, false, &line };

	for (size_t i = 0; i < table->nr; i++)
		buf_add(&cells, table->columns[i].heading, strlen(table->columns[i].heading) + 1);
	print_row(&apart, table, cells.data, "");
	/* Before the end of the line: what follows starts plain. */
	line.data[--line.len] = '\0';
	text_add(page, TEXT_DIM, line.data);
	buf_addc(page->out, '\n');
	buf_release(&line);
	buf_release(&cells);
}

static void print_rows(const struct page *page, const struct table *table)
{
	const struct verdict *verdict = page->verdict;
	const char *cells = table->cells.data;

	for (size_t i = 0; i < verdict->nr; i++)
		if (has_row(page, &verdict->items[i]))
			cells = print_row(
				page, table, cells, text_word_color(verdict->items[i].word));
}

void text_table(const struct page *page)
{
	const struct verdict *verdict = page->verdict;
	struct table table = { .cells = BUF_INIT };

	table.columns = verdict->base ? compared : alone;
	table.nr = verdict->base ? NR(compared) : NR(alone);
	for (size_t i = 0; i < verdict->nr; i++)
		if (has_row(page, &verdict->items[i]))
			fill_row(&table, &verdict->items[i], text_mark(page, &verdict->items[i]));
	if (table.cells.len) {
		fit(&table, page->style->width);
		print_heading(page, &table);
		print_rows(page, &table);
	}
	buf_release(&table.cells);
}
