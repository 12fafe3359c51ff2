/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/result_report.h"

#include "base/date.h"
#include "base/json_fields.h"
#include "base/str.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#define MAX_MS 1e12

static const struct unit_row {
	const char *unit;     /* as it is spelt in the file */
	const char *our_unit; /* and here */
	double factor;
} unit_rows[] = {
	{ "nanoseconds", "ns", 1 },
	{ "ns", "ns", 1 },
	{ "microseconds", "ns", 1e3 },
	{ "us", "ns", 1e3 },
	{ "milliseconds", "ns", 1e6 },
	{ "ms", "ns", 1e6 },
	{ "seconds", "ns", 1e9 },
	{ "s", "ns", 1e9 },
	{ "bytes", "B", 1 },
	{ "kilobytes", "B", 1e3 },
	{ "KB", "B", 1e3 },
	{ "megabytes", "B", 1e6 },
	{ "MB", "B", 1e6 },
	{ "gigabytes", "B", 1e9 },
	{ "GB", "B", 1e9 },
};

/* Of a unit that is not in the table the value stays as it is. */
static struct unit_row unit_row_of(const char *unit)
{
	for (size_t i = 0; i < sizeof unit_rows / sizeof *unit_rows; i++)
		if (strcmp(unit_rows[i].unit, unit) == 0)
			return unit_rows[i];
	return (struct unit_row){ unit, unit, 1 };
}

static bool text_ends(const char *text, const char *end)
{
	size_t len = strlen(text), end_len = strlen(end);

	return len >= end_len && strcmp(text + len - end_len, end) == 0;
}

/* "requests/s", "items_per_second" */
static bool is_rate(const char *unit)
{
	return text_ends(unit, "/s") || text_ends(unit, "per_second");
}

static void add_metric_value(struct result *result, double value, const char *unit)
{
	struct unit_row row = unit_row_of(unit);
	struct metric_kind kind = metric_time;

	if (strcmp(row.our_unit, "ns") != 0)
		kind = (struct metric_kind){ "value", row.our_unit, is_rate(unit) };
	metrics_add(&result->metrics, &kind, value * row.factor);
	*ARRAY_ADD(&result->processes) =
		(struct process_row){ .iterations = 1, .nr_batches = 1, .settled = true };
	result->nr_planned = 1;
}

static int check_value(
	const struct json *value, const struct json *unit, const char *where, struct error *err)
{
	if (!value || (json_type(value) != JSON_NUMBER && json_type(value) != JSON_NULL))
		return error_set(err, ERR_USAGE, "%s.value is %s; it must be a number or null",
			where, value ? json_type_name(json_type(value)) : "missing");
	if (json_type(value) == JSON_NUMBER && (!unit || json_type(unit) != JSON_TEXT))
		return error_set(err, ERR_USAGE,
			"%s.unit is %s; it must be a text such as \"milliseconds\"", where,
			unit ? json_type_name(json_type(unit)) : "missing");
	return 0;
}

/* A metric without a value failed, or was not measured. */
static void note_absence(const struct json *from, struct result *result)
{
	const struct json *status = json_get(from, "status");
	const char *word = status && json_type(status) == JSON_TEXT ? json_text(status) : "no word";
	struct fault fault = FAULT_INIT;

	fault_set(&fault, strcmp(word, "FAILED") == 0 ? RESULT_EXITED : RESULT_NOT_MEASURED,
		"the result file has no value, but \"%.40s\"", word);
	result_fault(result, &fault);
}

/* What base has and head has not is said by whoever compares. */
static bool is_of_base_alone(const struct json *from)
{
	const struct json *status = json_get(from, "status");

	return status && json_type(status) == JSON_TEXT &&
		strcmp(json_text(status), "MISSING") == 0;
}

/* A budget of a metric is an entry of the same name: the value is the same. */
static int read_metric_entry(
	const struct json *from, const char *where, struct run *run, struct error *err)
{
	const struct json *name = json_member(from, "name", JSON_TEXT, where, err);
	const struct json *value, *unit;
	struct result *result;

	if (!name)
		return -1;
	if (!*json_text(name))
		return error_set(err, ERR_USAGE, "%s.name is empty; it must name a metric", where);
	value = json_get(from, "value");
	unit = json_get(from, "unit");
	if (check_value(value, unit, where, err))
		return -1;
	if (run_find(run, json_text(name)) || is_of_base_alone(from))
		return 0;
	result = run_add(run,
		&(struct bench){ .name = (char *)json_text(name),
			.tier = (char[]){ "" },
			.file = (char[]){ "" },
			.nr_threads = 1 });
	if (json_type(value) == JSON_NULL)
		note_absence(from, result);
	else
		add_metric_value(result, json_number(value), json_text(unit));
	return 0;
}

static int read_metric_entries(const struct json *root, struct run *run, struct error *err)
{
	const struct json *list = json_member(root, "metrics", JSON_ARRAY, JSON_ROOT, err);
	char where[64];
	size_t nr = 0;

	if (!list)
		return -1;
	for (const struct json *at = json_first(list); at; at = json_next(at)) {
		snprintf(where, sizeof where, "metrics[%zu]", nr++);
		if (json_type(at) != JSON_OBJECT)
			return error_set(err, ERR_USAGE, "%s is %s; it must be an object", where,
				json_type_name(json_type(at)));
		if (read_metric_entry(at, where, run, err))
			return -1;
	}
	return 0;
}

static const char *member_text(const struct json *object, const char *name)
{
	const struct json *member = json_get(object, name);

	return member && json_type(member) == JSON_TEXT ? json_text(member) : NULL;
}

/* Other programs have ids of their own; ours are 16 hex digits. */
static void read_run_id(const char *text, struct run *run)
{
	if (strlen(text) == 16 && strspn(text, "0123456789abcdef") == 16)
		snprintf(run->id, sizeof run->id, "%s", text);
	else
		snprintf(run->id, sizeof run->id, "%016" PRIx64, str_hash(STR_HASH_START, text));
}

static int read_run_entry(const struct json *root, struct run *run, struct error *err)
{
	const struct json *from = json_member(root, "benchmark_run", JSON_OBJECT, JSON_ROOT, err);
	const struct json *duration;
	const char *timestamp, *id;

	if (!from)
		return -1;
	timestamp = member_text(from, "timestamp");
	if (!timestamp || !date_is_time(timestamp))
		return error_set(err, ERR_USAGE,
			"benchmark_run.timestamp is \"%.40s\"; it must be a time such as 2026-11-21T04:05:06Z",
			timestamp ? timestamp : "");
	snprintf(run->timestamp, sizeof run->timestamp, "%s", timestamp);
	id = member_text(from, "id");
	if (id)
		read_run_id(id, run);
	duration = json_get(from, "duration");
	if (duration && json_type(duration) == JSON_NUMBER && json_number(duration) >= 0 &&
		json_number(duration) <= MAX_MS)
		run->duration_ns = (uint64_t)(json_number(duration) * 1e6);
	return 0;
}

static void read_system_entry(const struct json *root, struct env *env)
{
	const struct json *from = json_get(root, "system_info");
	const struct json *memory;

	if (!from || json_type(from) != JSON_OBJECT)
		return;
	env_set(env, ENV_HOST, member_text(from, "hostname"));
	env_set(env, ENV_CPU, member_text(from, "cpu_model"));
	env_set(env, ENV_SUITE_COMPILER, member_text(from, "compiler"));
	memory = json_get(from, "ram_gb");
	if (memory && json_type(memory) == JSON_NUMBER)
		env_setf(env, ENV_MEMORY, "%.9g", json_number(memory));
}

bool result_report_is(const struct json *root)
{
	const struct json *run = json_get(root, "benchmark_run"), *list = json_get(root, "metrics");

	return !json_get(root, "format") && run && json_type(run) == JSON_OBJECT && list &&
		json_type(list) == JSON_ARRAY;
}

int result_report_read(const struct json *root, struct run *run, struct error *err)
{
	read_system_entry(root, &run->env);
	if (read_run_entry(root, run, err))
		return -1;
	return read_metric_entries(root, run, err);
}
