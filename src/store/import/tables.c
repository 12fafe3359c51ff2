/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tables of separated values: Google Benchmark's, Celero's, nanobench's, and any with a column map.
 */
#include "store/import/import.h"
#include "store/import/rows.h"

#include "base/buf.h"
#include "base/csv.h"
#include "base/str.h"
#include "store/import/import.h"

#include <math.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

/* The header's fields, and the rows behind it. */
struct table {
	struct csv csv;
	struct texts headings;
};

#define MAX_NAMED_HEADINGS 8

/* Finds the row that has this heading: what stands before it is no part of the table. */
static bool table_open(struct table *table, const char *text, const char *heading)
{
	csv_open(&table->csv, text);
	while (csv_next(&table->csv)) {
		if (heading && !texts_have(&table->csv.fields, heading))
			continue;
		for (size_t i = 0; i < table->csv.fields.nr; i++)
			texts_add(&table->headings, table->csv.fields.items[i]);
		return true;
	}
	return false;
}

static void table_close(struct table *table)
{
	csv_release(&table->csv);
	texts_release(&table->headings);
}

/* Of the row; NULL where there is no such column. */
static const char *table_text(const struct table *table, const char *heading)
{
	for (size_t i = 0; i < table->headings.nr; i++)
		if (strcmp(table->headings.items[i], heading) == 0)
			return csv_field(&table->csv, i);
	return NULL;
}

/* NaN where there is no such column, or nothing in it; what else is no number refuses the file. */
static double table_number(struct import *import, const struct table *table, const char *heading)
{
	const char *text = table_text(table, heading), *at = text;
	double number;

	if (!text || !*text || strcasestr(text, "nan"))
		return NAN;
	if (import_take_number(&at, &number) && !*at)
		return number;
	import_wrong(import, table->csv.line, heading, text);
	return NAN;
}

static int table_wrong(const struct table *table, const char *heading, struct error *err)
{
	const char *text = table_text(table, heading);

	return error_set(err, ERR_USAGE, "line %zu: %s is '%.40s'; it must be a number",
		table->csv.line, heading, text ? text : "");
}

/* Names end so where they are of an aggregate. */
static bool is_aggregate(const char *name)
{
	static const char *const ends[] = { "_mean", "_median", "_stddev", "_cv", "_BigO", "_RMS" };
	size_t len = strlen(name);

	for (size_t i = 0; i < sizeof ends / sizeof *ends; i++)
		if (len > strlen(ends[i]) && strcmp(name + len - strlen(ends[i]), ends[i]) == 0)
			return true;
	return false;
}

static int google_csv_read(struct import *import, struct error *err)
{
	static const struct metric_kind cpu = { "cpu_time", "ns", false };
	struct table table = { .csv = { .at = "" } };
	int rc = 0;

	table_open(&table, import->text, "real_time");
	while (!rc && csv_next(&table.csv)) {
		const char *name = table_text(&table, "name");
		const char *unit = table_text(&table, "time_unit");
		const char *failed = table_text(&table, "error_occurred");
		double factor = import_unit(unit && *unit ? unit : "ns").factor;

		if (!name || is_aggregate(name))
			continue;
		if (failed && strcasecmp(failed, "true") == 0) {
			import_fault(
				import, name, RESULT_EXITED, table_text(&table, "error_message"));
			continue;
		}
		if (isnan(table_number(import, &table, "real_time")))
			rc = table_wrong(&table, "real_time", err);
		import->is_beside = false;
		import_sample(import, name, &metric_time,
			table_number(import, &table, "real_time") * factor);
		import->is_beside = true;
		import_sample(
			import, name, &cpu, table_number(import, &table, "cpu_time") * factor);
	}
	table_close(&table);
	return rc;
}

const struct import_format import_google_benchmark_csv = {
	.name = "google-benchmark-csv",
	.title = "Google Benchmark, CSV",
	.shape = IMPORT_TEXT,
	.marks = { "name,iterations,real_time,cpu_time,time_unit" },
	.read = google_csv_read,
	.values = "real_time of each repetition, as samples of one process; cpu_time beside it",
	.more = "--benchmark_repetitions=20 gives samples",
};

/* A sample is so many iterations. */
static int celero_add(struct import *import, const struct table *table, struct error *err)
{
	const char *group = table_text(table, "Group"),
		   *problem = table_text(table, "Problem Space");
	const char *experiment = table_text(table, "Experiment");
	double iterations = table_number(import, table, "Iterations");
	double samples = table_number(import, table, "Samples");
	double mean = table_number(import, table, "T Mean (us)");
	double sd = table_number(import, table, "T Standard Deviation");
	char name[1024];

	if (!group || !experiment)
		return 0;
	snprintf(name, sizeof name, "%s/%s/%s", group, experiment, problem ? problem : "");
	if (table_number(import, table, "Failure") > 0) {
		import_fault(import, name, RESULT_EXITED, "Celero says that it failed");
		return 0;
	}
	if (isnan(mean)) {
		mean = table_number(import, table, "Mean (us)");
		sd = table_number(import, table, "Standard Deviation");
	}
	if (isnan(mean) || !(iterations > 0))
		return table_wrong(table, isnan(mean) ? "T Mean (us)" : "Iterations", err);
	import_mean(import, name, &metric_time,
		(struct digest){ mean * 1e3 / iterations, sd * 1e3 / iterations,
			samples >= 2 && samples < 1e15 ? (uint64_t)samples : 0 });
	return 0;
}

static int celero_read(struct import *import, struct error *err)
{
	struct table table = { .csv = { .at = "" } };
	int rc = 0;

	table_open(&table, import->text, "Experiment");
	while (!rc && csv_next(&table.csv))
		rc = celero_add(import, &table, err);
	table_close(&table);
	return rc;
}

const struct import_format import_celero = {
	.name = "celero",
	.title = "Celero, -t FILE",
	.shape = IMPORT_TEXT,
	.marks = { "Group,Experiment,Problem Space,Samples,Iterations", "us/Iteration" },
	.read = celero_read,
	.values = "the mean of an iteration, its deviation and its count, of one process",
};

static int nanobench_csv_read(struct import *import, struct error *err)
{
	struct table table = { .csv = { .at = "" } };
	int rc = 0;

	table_open(&table, import->text, "elapsed");
	while (!rc && csv_next(&table.csv)) {
		const char *name = table_text(&table, "name");
		double value = table_number(import, &table, "elapsed") * 1e9;
		double half = 2 * value * table_number(import, &table, "error %");

		if (!name)
			continue;
		if (isnan(value))
			rc = table_wrong(&table, "elapsed", err);
		import_interval(import, name, &metric_time,
			(const double[]){ value, value - half, value + half });
	}
	table_close(&table);
	return rc;
}

const struct import_format import_nanobench_csv = {
	.name = "nanobench-csv",
	.title = "nanobench, its csv template",
	.shape = IMPORT_TEXT,
	.marks = { "\"title\";\"name\";\"unit\"", "\"elapsed\"", "\"error %\"" },
	.read = nanobench_csv_read,
	.values = "the median, with twice its relative error as its interval",
	.more = "the json template has the samples",
};

/* Newer versions call what was measured by its unit. */
static int criterion_csv_add(struct import *import, const struct table *table, struct error *err)
{
	static const char *const parts[] = { "group", "function", "value" };
	double iterations = table_number(import, table, "iteration_count");
	double value = table_number(import, table, "sample_time_nanos");
	const char *unit = table_text(table, "unit");
	struct buf name = BUF_INIT;

	if (isnan(value))
		value = table_number(import, table, "sample_measured_value") *
			import_unit(unit && *unit ? unit : "ns").factor;
	if (isnan(value) || !(iterations > 0))
		return table_wrong(table, "iteration_count", err);
	for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
		const char *part = table_text(table, parts[i]);

		if (part && *part)
			buf_addf(&name, "%s%s", name.len ? "/" : "", part);
	}
	import_sample(import, name.data, &metric_time, value / iterations);
	buf_release(&name);
	return 0;
}

static int criterion_csv_read(struct import *import, struct error *err)
{
	struct table table = { .csv = { .at = "" } };
	int rc = 0;

	table_open(&table, import->text, "iteration_count");
	while (!rc && csv_next(&table.csv))
		rc = criterion_csv_add(import, &table, err);
	table_close(&table);
	return rc;
}

const struct import_format import_criterion_csv = {
	.name = "criterion-csv",
	.title = "criterion.rs, raw.csv",
	.shape = IMPORT_TEXT,
	.marks = { "group,function,value,", "iteration_count" },
	.read = criterion_csv_read,
	.values = "the time of an iteration in each sample of one process",
};

/* Headings that people give these columns. */
static const char *const name_headings[] = { "name", "benchmark", "Benchmark", "Name", "test",
	NULL };
static const char *const value_headings[] = { "value", "time", "mean", "ns", "Value", "Time", "ms",
	"us", "s", NULL };
static const char *const unit_headings[] = { "unit", "Unit", NULL };

/* As the map says it, by number or heading; else the first known heading that there is. */
static size_t table_column(const struct table *table, const char *said, const char *const *known)
{
	uint64_t number;

	if (said && str_to_u64(said, &number) && number)
		return (size_t)number - 1;
	for (size_t i = 0; i < table->headings.nr; i++)
		if (said && strcmp(table->headings.items[i], said) == 0)
			return i;
	for (; !said && *known; known++)
		for (size_t i = 0; i < table->headings.nr; i++)
			if (strcmp(table->headings.items[i], *known) == 0)
				return i;
	return SIZE_MAX;
}

static int csv_read_rows(struct import *import, struct table *table, struct error *err)
{
	static const struct import_columns none = { NULL, NULL, NULL };
	const struct import_columns *said = import->input->columns ? import->input->columns : &none;
	size_t name = table_column(table, said->name, name_headings);
	size_t value = table_column(table, said->value, value_headings);
	size_t unit = table_column(table, said->unit, unit_headings);

	if (name == SIZE_MAX || value == SIZE_MAX)
		return error_set(err, ERR_USAGE,
			"no column is called '%.40s'; say which is which: --columns name=1,value=2,unit=3",
			name == SIZE_MAX ? (said->name ? said->name : "name")
					 : (said->value ? said->value : "value"));
	while (csv_next(&table->csv)) {
		const char *of = csv_field(&table->csv, name), *at = csv_field(&table->csv, value);
		const char *in = csv_field(&table->csv, unit), *shown = at ? at : "";
		const char *heading =
			value < table->headings.nr ? table->headings.items[value] : "";
		double number;

		if (!of || !*of)
			continue;
		if (!at || !import_take_number(&at, &number))
			return error_set(err, ERR_USAGE, "line %zu: '%.40s' is no number",
				table->csv.line, shown);
		if (in && *in && *at)
			return error_set(err, ERR_USAGE, "line %zu: '%.40s' is no number",
				table->csv.line, shown);
		if (!in || !*in)
			in = *at ? at : import_is_time(heading) ? heading : "";
		import_sample_in(import, of, NULL, in, number);
	}
	return 0;
}

static int csv_table_read(struct import *import, struct error *err)
{
	struct table table = { .csv = { .at = "" } };
	int rc = table_open(&table, import->text, NULL) ? csv_read_rows(import, &table, err) : 0;

	table_close(&table);
	return rc;
}

/* The first line alone tells. */
static bool csv_fits(const char *text, size_t len)
{
	struct table table = { .csv = { .at = "" } };
	bool fits;

	(void)len;
	table_open(&table, text, NULL);
	fits = table.headings.nr >= 2 && table_column(&table, NULL, name_headings) != SIZE_MAX &&
		table_column(&table, NULL, value_headings) != SIZE_MAX;
	table_close(&table);
	return fits;
}

static bool has_number(const struct texts *cells)
{
	for (size_t i = 0; i < cells->nr; i++) {
		const char *at = cells->items[i];
		double number;

		if (import_take_number(&at, &number) && !*at)
			return true;
	}
	return false;
}

/* Two rows with as many cells each, numbers in the second only: the first has the headings. */
bool import_asks_columns(const struct import_input *input, struct buf *headings)
{
	static const struct import_columns none = { NULL, NULL, NULL };
	const struct import_columns *said = input->columns ? input->columns : &none;
	struct table table = { .csv = { .at = "" } };
	bool is_table = table_open(&table, input->text, NULL) && table.headings.nr >= 2 &&
		!has_number(&table.headings) && csv_next(&table.csv) &&
		table.csv.fields.nr == table.headings.nr && has_number(&table.csv.fields);
	bool asks = is_table &&
		(table_column(&table, said->name, name_headings) == SIZE_MAX ||
			table_column(&table, said->value, value_headings) == SIZE_MAX);

	for (size_t i = 0; asks && i < table.headings.nr && i < MAX_NAMED_HEADINGS; i++) {
		buf_addf(headings, "%s'", i ? ", " : "");
		buf_add_printable(headings, table.headings.items[i]);
		buf_adds(headings, "'");
	}
	table_close(&table);
	return asks;
}

const struct import_format import_csv = {
	.name = "csv",
	.title = "any table of separated values",
	.shape = IMPORT_TEXT,
	.marks = { "\n" },
	.fits = csv_fits,
	.read = csv_table_read,
	.values =
		"by --columns name=1,value=ns,unit=3 (numbers or headings), or columns headed name, "
		"value and unit; rows of one name are samples of one process",
};
