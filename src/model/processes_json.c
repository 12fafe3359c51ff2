/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "model/processes_json.h"

#include "base/json_fields.h"

#include <math.h>

/* What there is one of a process. */
enum column_type {
	COLUMN_COUNT,
	COLUMN_FLAG, /* 0 or 1 */
	COLUMN_NUMBER,
};

struct column {
	const char *name;
	enum column_type type;
	size_t offset; /* in its struct */
};

#define COUNT(name, struct_type, field) \
	{ \
		name, COLUMN_COUNT, FIELD_AT(struct_type, field, uint64_t) \
	}

static const struct column process_columns[] = {
	COUNT("iterations", struct process_row, iterations),
	COUNT("batches", struct process_row, nr_batches),
	COUNT("disturbed", struct process_row, nr_disturbed),
	COUNT("warmup_ns", struct process_row, warmup_ns),
	{ "settled", COLUMN_FLAG, FIELD_AT(struct process_row, settled, bool) },
	{ "cpu_ns", COLUMN_NUMBER, FIELD_AT(struct process_row, cpu_ns, double) },
	COUNT("peak_bytes", struct process_row, peak_bytes),
};

static const struct column sample_columns[] = {
	COUNT("wall_ns", struct batch, wall_ns),
	COUNT("cpu_ns", struct batch, cpu_ns),
	COUNT("switches", struct batch, nr_switches),
};

#define NR(table) (sizeof(table) / sizeof *(table))
/* A double holds every whole number up to here, and nothing counted gets here. */
#define MAX_COUNT 0x1p53

static double cell_of(const struct column *column, const void *row)
{
	const void *field = (const char *)row + column->offset;

	switch (column->type) {
	case COLUMN_COUNT:
		return fmin((double)*(const uint64_t *)field, MAX_COUNT);
	case COLUMN_FLAG:
		return *(const bool *)field;
	case COLUMN_NUMBER:
		return *(const double *)field;
	}
	return NAN;
}

static void add_columns(struct json *to, const struct process_rows *rows)
{
	double *cells = mem_alloc(rows->nr, sizeof *cells);

	for (size_t i = 0; i < NR(process_columns); i++) {
		for (size_t j = 0; j < rows->nr; j++)
			cells[j] = cell_of(&process_columns[i], &rows->items[j]);
		json_add_numbers(to, process_columns[i].name, cells, rows->nr);
	}
	free(cells);
}

static void add_batches(
	struct json *list, const struct column *column, const struct batches *batches)
{
	double *cells = mem_alloc(batches->nr, sizeof *cells);

	for (size_t i = 0; i < batches->nr; i++)
		cells[i] = cell_of(column, &batches->items[i]);
	json_add_numbers(list, NULL, cells, batches->nr);
	free(cells);
}

static void add_samples(struct json *to, const struct process_rows *rows)
{
	struct json *samples, *list;
	size_t nr = 0;

	for (size_t i = 0; i < rows->nr; i++)
		nr += rows->items[i].samples.nr;
	if (!nr)
		return;
	samples = json_add_object(to, "samples");
	for (size_t i = 0; i < NR(sample_columns); i++) {
		list = json_add_array(samples, sample_columns[i].name);
		for (size_t j = 0; j < rows->nr; j++)
			add_batches(list, &sample_columns[i], &rows->items[j].samples);
	}
}

void processes_json_add(struct json *to, const struct process_rows *rows)
{
	struct json *columns = json_add_object(to, "processes");

	add_columns(columns, rows);
	add_samples(columns, rows);
}

static bool set_cell(const struct column *column, void *row, double number)
{
	void *field = (char *)row + column->offset;
	double max = column->type == COLUMN_FLAG ? 1 : MAX_COUNT;

	if (column->type == COLUMN_NUMBER) {
		*(double *)field = number;
		return true;
	}
	if (!(number >= 0 && number <= max && number == floor(number)))
		return false;
	if (column->type == COLUMN_FLAG)
		*(bool *)field = number != 0;
	else
		*(uint64_t *)field = (uint64_t)number;
	return true;
}

static int wrong_cell(
	const struct column *column, const char *where, size_t i, double number, struct error *err)
{
	const char *right = column->type == COLUMN_FLAG ? "0 or 1" : "a whole number";

	return isnan(number) ? error_set(err, ERR_USAGE, "%s.%s[%zu] is null; it must be %s", where,
				       column->name, i, right)
			     : error_set(err, ERR_USAGE, "%s.%s[%zu] is %.9g; it must be %s", where,
				       column->name, i, number, right);
}

static int read_cells(const struct column *column, const struct doubles *cells,
	struct process_rows *rows, const char *where, struct error *err)
{
	for (size_t i = 0; i < cells->nr; i++)
		if (!set_cell(column, &rows->items[i], cells->items[i]))
			return wrong_cell(column, where, i, cells->items[i], err);
	return 0;
}

static int read_columns(const struct json *list, struct process_rows *rows, const char *where,
	struct doubles *cells, struct error *err)
{
	for (size_t i = 0; i < NR(process_columns); i++) {
		const struct column *column = &process_columns[i];

		if (json_read_numbers(list, column->name, cells, where, err))
			return -1;
		if (!i) {
			rows->nr = rows->alloc = cells->nr;
			rows->items = mem_alloc(cells->nr, sizeof *rows->items);
		}
		if (cells->nr != rows->nr)
			return error_set(err, ERR_USAGE,
				"%s.%s has %zu items, and %s has %zu; each must have one a process",
				where, column->name, cells->nr, process_columns[0].name, rows->nr);
		if (read_cells(column, cells, rows, where, err))
			return -1;
	}
	return 0;
}

int processes_json_read(
	const struct json *from, struct process_rows *rows, const char *where, struct error *err)
{
	const struct json *list = json_member(from, "processes", JSON_OBJECT, where, err);
	struct doubles cells = { 0 };
	struct buf place = BUF_INIT;
	int rc;

	buf_addf(&place, "%s.processes", where);
	rc = list ? read_columns(list, rows, place.data, &cells, err) : -1;
	ARRAY_RELEASE(&cells);
	buf_release(&place);
	return rc;
}
