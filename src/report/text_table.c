/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "report/text_parts.h"

#include "base/str.h"
#include "report/units.h"

#include <math.h>
#include <string.h>

#define NR(table) (sizeof(table) / sizeof *(table))
#define MAX_COLUMNS 7
/* Rank of a column that is never left out. */
#define STAYS 0

/* What a row's cells are filled from. */
struct row {
	const struct comparison *comparison;
	const char *mark; /* or NULL */
};

struct column {
	const char *heading;
	void (*fill)(const struct row *row, struct buf *cell);
	int rank; /* 1 is left out first when the table is too wide */
};

struct table {
	const struct column *columns; /* name first, and last the verdict */
	size_t nr;
	struct buf cells;           /* row by row, each ended by a NUL */
	size_t widths[MAX_COLUMNS]; /* 0: nothing in it, or left out */
};

static bool is_time(const struct row *row)
{
	return strcmp(row->comparison->metric->name, "time") == 0;
}

static void fill_name(const struct row *row, struct buf *cell)
{
	const struct comparison *comparison = row->comparison;

	if (is_time(row) && !comparison->is_limit) {
		buf_add_printable(cell, comparison->head->name);
		return;
	}
	buf_adds(cell, "  ");
	buf_add_printable(cell, comparison->metric->name);
	if (!comparison->is_limit)
		return;
	buf_adds(cell, comparison->metric->more_is_better ? " >= " : " <= ");
	buf_add_printable(cell, comparison->tolerance.limit->text);
}

static void fill_base(const struct row *row, struct buf *cell)
{
	const struct comparison *comparison = row->comparison;

	if (!comparison->is_limit && isfinite(comparison->base_estimate.value))
		units_add(cell, comparison->base_estimate.value, comparison->metric->unit);
}

static void fill_head(const struct row *row, struct buf *cell)
{
	units_add(cell, row->comparison->estimate.value, row->comparison->metric->unit);
}

static void fill_change(const struct row *row, struct buf *cell)
{
	if (isfinite(row->comparison->change_ratio))
		units_add_change(cell, row->comparison->change_ratio);
}

static bool is_exact(const struct row *row)
{
	return row->comparison->evidence == EVIDENCE_EXACT;
}

static void fill_change_interval(const struct row *row, struct buf *cell)
{
	const struct comparison *comparison = row->comparison;

	if (!is_exact(row) && isfinite(comparison->change_low))
		units_add_changes(cell, comparison->change_low, comparison->change_high);
}

/* The bound is one of getting worse; shown is the change that it allows. */
static void fill_bound(const struct row *row, struct buf *cell)
{
	double worse = row->comparison->bound_ratio;
	bool more = row->comparison->metric->more_is_better;

	if (is_exact(row) || !isfinite(worse))
		return;
	buf_adds(cell, more ? "> " : "< ");
	units_add_change(cell, more ? 1 / (1 + worse) - 1 : worse);
}

static void fill_interval(const struct row *row, struct buf *cell)
{
	const struct estimate *estimate = &row->comparison->estimate;

	if (!isfinite(estimate->low))
		return;
	units_add(cell, estimate->low, row->comparison->metric->unit);
	buf_adds(cell, " .. ");
	units_add(cell, estimate->high, row->comparison->metric->unit);
}

static void fill_spread(const struct row *row, struct buf *cell)
{
	if (isfinite(row->comparison->estimate.spread_pct))
		buf_addf(cell, "%.1f %%", row->comparison->estimate.spread_pct);
}

static void fill_rate(const struct row *row, struct buf *cell)
{
	const struct result *head = row->comparison->head;
	double value = row->comparison->estimate.value, nr_threads = (double)head->nr_threads;

	if (!is_time(row) || row->comparison->is_limit)
		return;
	if (head->bytes > 0)
		units_add_rate(cell, head->bytes * nr_threads, value, "B");
	if (head->bytes > 0 && head->items > 0)
		buf_adds(cell, ", ");
	if (head->items > 0)
		units_add_rate(cell, head->items * nr_threads, value, "");
}

static void fill_word(const struct row *row, struct buf *cell)
{
	buf_adds(cell, verdict_word_name(row->comparison->word));
	if (row->mark) {
		buf_adds(cell, ", ");
		buf_adds(cell, row->mark);
	}
}

/* With no base, NEW goes without saying. */
static void fill_word_of_limit(const struct row *row, struct buf *cell)
{
	if (row->comparison->is_limit)
		fill_word(row, cell);
}

static const struct column compared[] = {
	{ "benchmark", fill_name, STAYS },
	{ "base", fill_base, 2 },
	{ "head", fill_head, 4 },
	{ "change", fill_change, STAYS },
	{ "95 % interval", fill_change_interval, 1 },
	{ "surely", fill_bound, 3 },
	{ "verdict", fill_word, STAYS },
};

static const struct column alone[] = {
	{ "benchmark", fill_name, STAYS },
	{ "time/iteration", fill_head, STAYS },
	{ "95 % interval", fill_interval, 2 },
	{ "spread", fill_spread, 3 },
	{ "throughput", fill_rate, 1 },
	{ "verdict", fill_word_of_limit, STAYS },
};

static bool has_row(const struct comparison *comparison)
{
	return comparison->metric && comparison->head;
}

static void fill_row(struct table *table, const struct row *row)
{
	for (size_t i = 0; i < table->nr; i++) {
		size_t start = table->cells.len, width;

		table->columns[i].fill(row, &table->cells);
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
	} else if (column + 1 == table->nr) {
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
	struct page apart = { page->verdict, page->style, NULL, &line };

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
		if (has_row(&verdict->items[i]))
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
		if (has_row(&verdict->items[i]))
			fill_row(&table, &(struct row){ &verdict->items[i], page->mark });
	if (table.cells.len) {
		fit(&table, page->style->width);
		print_heading(page, &table);
		print_rows(page, &table);
	}
	buf_release(&table.cells);
}
