/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "model/processes_json.h"

#include "base/buf.h"
#include "base/json_fields.h"
#include "model/columns_json.h"

static const struct column process_columns[] = {
	COLUMN_COUNT("iterations", struct process_row, iterations),
	COLUMN_SMALL("batches", struct process_row, nr_batches),
	COLUMN_SMALL("disturbed", struct process_row, nr_disturbed),
	COLUMN_COUNT("warmup_ns", struct process_row, warmup_ns),
	COLUMN_FLAG("settled", struct process_row, settled),
	COLUMN_NUMBER("cpu_ns", struct process_row, cpu_ns),
	COLUMN_COUNT("peak_bytes", struct process_row, peak_bytes),
	COLUMN_NEW_FLAG("empty", struct process_row, empty),
};

static const struct column sample_columns[] = {
	COLUMN_COUNT("wall_ns", struct batch, wall_ns),
	COLUMN_COUNT("cpu_ns", struct batch, cpu_ns),
	COLUMN_COUNT("switches", struct batch, nr_switches),
	COLUMN_NEW_COUNT("waits", struct batch, nr_waits),
};

static const struct column duet_columns[] = {
	COLUMN_FLAG("base_first", struct duet, base_first),
	COLUMN_COUNT("quads", struct duet, nr_quads),
	COLUMN_COUNT("dropped", struct duet, nr_dropped),
	COLUMN_COUNT("base_disturbed", struct duet, nr_base_disturbed),
	COLUMN_COUNT("head_disturbed", struct duet, nr_head_disturbed),
	COLUMN_COUNT("iterations", struct duet, iterations),
	COLUMN_COUNT("warmup_ns", struct duet, warmup_ns),
	COLUMN_FLAG("settled", struct duet, settled),
	COLUMN_NEW_COUNT("place", struct duet, place),
	COLUMN_NEW_FLAG("parallel", struct duet, parallel),
	COLUMN_NEW_FLAG("late", struct duet, late),
	COLUMN_NEW_COUNT("life_ns", struct duet, life_ns),
	COLUMN_NEW_COUNT("counted", struct duet, nr_counted),
	COLUMN_NEW_COUNT("base_bursts", struct duet, nr_base_bursts),
	COLUMN_NEW_COUNT("head_bursts", struct duet, nr_head_bursts),
	COLUMN_NEW_FLAG("base_empty", struct duet, base_empty),
	COLUMN_NEW_FLAG("head_empty", struct duet, head_empty),
};

static const struct columns of_process = COLUMNS(process_columns, struct process_row, "process");
static const struct columns of_duet = COLUMNS(duet_columns, struct duet, "duet");

#define NR(table) (sizeof(table) / sizeof *(table))

static void add_batches(
	struct json *list, const struct column *column, const struct batches *batches)
{
	double *cells = mem_alloc(batches->nr, sizeof *cells);

	for (size_t i = 0; i < batches->nr; i++)
		cells[i] = column_cell(column, &batches->items[i]);
	json_add_numbers(list, NULL, cells, batches->nr);
	free(cells);
}

static void add_samples(struct json *to, const struct process_batches *batches)
{
	struct json *columns, *list;

	if (!batches->nr)
		return;
	columns = json_add_object(to, "samples");
	for (size_t i = 0; i < NR(sample_columns); i++) {
		list = json_add_array(columns, sample_columns[i].name);
		for (size_t j = 0; j < batches->nr; j++)
			add_batches(list, &sample_columns[i], &batches->items[j]);
	}
}

void processes_json_add(struct json *to, const struct result *result)
{
	struct json *columns = json_add_object(to, "processes");

	columns_json_add(columns, &of_process, result->processes.items, result->processes.nr);
	add_samples(columns, &result->batches);
	if (result->duets.nr)
		columns_json_add(json_add_object(to, "duets"), &of_duet, result->duets.items,
			result->duets.nr);
}

static int read_rows(const struct json *from, const struct column_place *place, const char *name,
	struct column_rows *rows, struct error *err)
{
	const struct json *list = json_member(from, name, JSON_OBJECT, place->where, err);
	struct buf where = BUF_INIT;
	int rc;

	buf_addf(&where, "%s.%s", place->where, name);
	rc = list ? columns_json_read(
			    list, &(struct column_place){ place->columns, where.data }, rows, err)
		  : -1;
	buf_release(&where);
	return rc;
}

int processes_json_read(
	const struct json *from, struct result *result, const char *where, struct error *err)
{
	struct column_rows processes = { 0 }, duets = { 0 };
	int rc = read_rows(
		from, &(struct column_place){ &of_process, where }, "processes", &processes, err);

	result->processes = (struct process_rows){ processes.items, processes.nr, processes.nr };
	if (!rc && json_get(from, "duets")) {
		rc = read_rows(
			from, &(struct column_place){ &of_duet, where }, "duets", &duets, err);
		result->duets = (struct duets){ duets.items, duets.nr, duets.nr };
	}
	return rc;
}
