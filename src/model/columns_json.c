/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "model/columns_json.h"

#include "base/json_fields.h"

#include <math.h>

/* A double holds every whole number up to here, and nothing counted gets here. */
#define MAX_COUNT 0x1p53

/* What may stand in a column of whole numbers. */
static const struct {
	double max;
	const char *name;
} whole[] = {
	[COLUMN_COUNT] = { MAX_COUNT, "a whole number" },
	[COLUMN_SMALL] = { UINT32_MAX, "a whole number below 2^32" },
	[COLUMN_FLAG] = { 1, "0 or 1" },
};

double column_cell(const struct column *column, const void *row)
{
	const void *field = (const char *)row + column->offset;

	switch (column->type) {
	case COLUMN_COUNT:
		return fmin((double)*(const uint64_t *)field, MAX_COUNT);
	case COLUMN_SMALL:
		return *(const uint32_t *)field;
	case COLUMN_FLAG:
		return *(const bool *)field;
	case COLUMN_NUMBER:
		return *(const double *)field;
	}
	return NAN;
}

void columns_json_add(struct json *to, const struct columns *columns, const void *rows, size_t nr)
{
	double *cells = mem_alloc(nr, sizeof *cells);

	for (size_t i = 0; i < columns->nr; i++) {
		for (size_t j = 0; j < nr; j++)
			cells[j] = column_cell(
				&columns->items[i], (const char *)rows + j * columns->row_size);
		json_add_numbers(to, columns->items[i].name, cells, nr);
	}
	free(cells);
}

static bool set_cell(const struct column *column, void *row, double number)
{
	void *field = (char *)row + column->offset;

	if (column->type == COLUMN_NUMBER) {
		*(double *)field = number;
		return true;
	}
	/* Whole ones alone are what they were, behind an integer. */
	if (!(number >= 0 && number <= whole[column->type].max) ||
		(double)(int64_t)number != number)
		return false;
	if (column->type == COLUMN_FLAG)
		*(bool *)field = number != 0;
	else if (column->type == COLUMN_SMALL)
		*(uint32_t *)field = (uint32_t)number;
	else
		*(uint64_t *)field = (uint64_t)number;
	return true;
}

static int wrong_cell(
	const struct column *column, const char *where, size_t i, double number, struct error *err)
{
	const char *right = whole[column->type].name;

	return isnan(number) ? error_set(err, ERR_USAGE, "%s.%s[%zu] is null; it must be %s", where,
				       column->name, i, right)
			     : error_set(err, ERR_USAGE, "%s.%s[%zu] is %.9g; it must be %s", where,
				       column->name, i, number, right);
}

/* Room for as many rows as the first column has cells; the others must have as many. */
static int fit_rows(const struct column_place *place, const struct column *column,
	const struct doubles *cells, struct column_rows *rows, struct error *err)
{
	const struct columns *columns = place->columns;

	if (column == columns->items) {
		rows->nr = cells->nr;
		rows->items = mem_alloc(cells->nr, columns->row_size);
	}
	if (cells->nr != rows->nr)
		return error_set(err, ERR_USAGE,
			"%s.%s has %zu items, and %s has %zu; each must have one a %s",
			place->where, column->name, cells->nr, columns->items[0].name, rows->nr,
			columns->noun);
	return 0;
}

/* How many, from the first on, are such as the column may have. */
static size_t set_cells(const struct column *column, size_t row_size,
	const struct column_rows *rows, const double *cells)
{
	char *row = rows->items;
	size_t nr = 0;

	for (; nr < rows->nr && set_cell(column, row, cells[nr]); nr++)
		row += row_size;
	return nr;
}

int columns_json_read(const struct json *from, const struct column_place *place,
	struct column_rows *rows, struct error *err)
{
	const struct columns *columns = place->columns;
	struct doubles cells = { 0 };
	size_t nr;
	int rc = 0;

	for (size_t i = 0; i < columns->nr && !rc; i++) {
		const struct column *column = &columns->items[i];

		if (column->is_new && !json_get(from, column->name))
			continue;
		rc = json_read_numbers(from, column->name, &cells, place->where, err);
		if (!rc)
			rc = fit_rows(place, column, &cells, rows, err);
		if (rc)
			break;
		nr = set_cells(column, columns->row_size, rows, cells.items);
		if (nr < rows->nr)
			rc = wrong_cell(column, place->where, nr, cells.items[nr], err);
	}
	ARRAY_RELEASE(&cells);
	return rc;
}
