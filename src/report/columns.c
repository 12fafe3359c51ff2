/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "report/columns.h"

#include "base/str.h"

#include <string.h>

struct grid {
	const struct column *columns;
	size_t nr;
	size_t widths[COLUMNS_MAX]; /* 0: left out */
};

static const void *row_at(struct rows rows, size_t at)
{
	return (const char *)rows.items + at * rows.size;
}

static size_t cell_width(const struct column *column, const void *row)
{
	struct buf cell = BUF_INIT;
	size_t width;

	column->fill(row, &cell);
	width = str_columns(cell.data);
	buf_release(&cell);
	return width;
}

static void fit_columns(struct grid *grid, struct rows rows, unsigned width)
{
	size_t all = 0;

	for (size_t i = 0; i < grid->nr; i++) {
		grid->widths[i] = strlen(grid->columns[i].heading);
		for (size_t j = 0; j < rows.nr; j++) {
			size_t needed = cell_width(&grid->columns[i], row_at(rows, j));

			if (needed > grid->widths[i])
				grid->widths[i] = needed;
		}
		all += grid->widths[i] + 2;
	}
	for (int rank = 1; rank < COLUMNS_MAX && all > width + 2; rank++)
		for (size_t i = 0; i < grid->nr; i++)
			if (grid->columns[i].rank == rank) {
				all -= grid->widths[i] + 2;
				grid->widths[i] = 0;
			}
}

/* The heading where there is no row. */
static void columns_add_row(const struct grid *grid, const void *row, struct buf *out)
{
	size_t start = out->len;

	for (size_t i = 0; i < grid->nr; i++) {
		struct buf cell = BUF_INIT;
		size_t used;

		if (row)
			grid->columns[i].fill(row, &cell);
		else
			buf_adds(&cell, grid->columns[i].heading);
		used = str_columns(cell.data);
		if (grid->widths[i] && i)
			buf_fill(out, ' ', grid->widths[i] + 2 - used);
		if (grid->widths[i])
			buf_adds(out, cell.data);
		if (grid->widths[i] && !i)
			buf_fill(out, ' ', grid->widths[i] - used);
		buf_release(&cell);
	}
	while (out->len > start && out->data[out->len - 1] == ' ')
		out->data[--out->len] = '\0';
	buf_addc(out, '\n');
}

void columns_add(const struct column *columns, size_t nr_columns, struct rows rows, unsigned width,
	struct buf *out)
{
	struct grid grid = { .columns = columns, .nr = nr_columns };

	fit_columns(&grid, rows, width);
	columns_add_row(&grid, NULL, out);
	for (size_t i = 0; i < rows.nr; i++)
		columns_add_row(&grid, row_at(rows, i), out);
}
