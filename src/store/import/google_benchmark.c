/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Google Benchmark: --benchmark_out=FILE --benchmark_out_format=json or csv. */
#include "store/import/rows.h"

#include "base/json_fields.h"
#include "base/str.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static const struct metric_kind cpu_time = { "cpu_time", "ns", false };

/* What an entry says beside its counters. */
static bool is_member_of_tool(const char *name)
{
	static const char *const names[] = { "family_index", "per_family_instance_index",
		"repetitions", "repetition_index", "threads", "iterations", "real_time", "cpu_time",
		"bytes_per_second", "items_per_second", "error_occurred", "cpu_coefficient",
		"real_coefficient", "rms", NULL };

	for (size_t i = 0; names[i]; i++)
		if (*names[i] == *name && strcmp(names[i], name) == 0)
			return true;
	return false;
}

/* Nobody says which way is better of these. */
static void add_counters(struct import *import, const struct json *entry, const char *name)
{
	import->is_beside = true;
	for (const struct json *at = json_first(entry); at; at = json_next(at))
		if (json_type(at) == JSON_NUMBER && !is_member_of_tool(json_name(at)))
			import_sample_in(import, name, json_name(at),
				import_unit(json_name(at)).more_is_better ? "/s" : "",
				json_number(at));
	import->is_beside = false;
}

/* Rates are the time once more: what an iteration works through says the same. */
static void note_work(
	struct import *import, const struct json *entry, const char *name, double time_ns)
{
	struct result *result = import_result(import, name);
	double bytes = import_number(import, entry, "bytes_per_second");
	double items = import_number(import, entry, "items_per_second");

	if (bytes > 0)
		result->bytes = bytes * time_ns / 1e9;
	if (items > 0)
		result->items = items * time_ns / 1e9;
}

static int google_add_iteration(struct import *import, const struct json *entry, const char *name,
	const char *where, struct error *err)
{
	const struct json *time = json_member(entry, "real_time", JSON_NUMBER, where, err);
	const char *said = import_text(entry, "time_unit");
	struct import_unit unit = import_unit(said ? said : "ns");

	if (!time)
		return -1;
	if (strcmp(unit.unit, "ns") != 0)
		return error_set(err, ERR_USAGE,
			"%s.time_unit is \"%.20s\"; it must be ns, us, ms or s", where, said);
	import_sample(import, name, &metric_time, json_number(time) * unit.factor);
	import->is_beside = true;
	import_sample(
		import, name, &cpu_time, import_number(import, entry, "cpu_time") * unit.factor);
	add_counters(import, entry, name);
	note_work(import, entry, name, json_number(time) * unit.factor);
	return 0;
}

static bool says_true(const struct json *entry, const char *name)
{
	const struct json *member = import_get(entry, name);

	return member && json_type(member) == JSON_BOOL && json_bool(member);
}

/* Mean and deviation stand in two entries, of which the mean comes first. */
static void google_add_aggregate(struct import *import, const struct json *entry)
{
	const char *what = import_text(entry, "aggregate_name");
	const char *name = import_text(entry, "run_name");
	const char *said = import_text(entry, "time_unit");
	double time =
		import_number(import, entry, "real_time") * import_unit(said ? said : "ns").factor;
	double nr = import_number(import, entry, "repetitions");
	struct result *result = name ? run_find(import->run, name) : NULL;
	struct metric *known = result ? metrics_time(&result->metrics) : NULL;

	if (!name || !what)
		return;
	if (strcmp(what, "mean") == 0 && !known)
		import_mean(import, name, &metric_time,
			(struct digest){ time, 0, nr >= 2 && nr < 1e9 ? (uint64_t)nr : 0 });
	else if (strcmp(what, "stddev") == 0 && known && known->digest.nr && time >= 0)
		known->digest.sd = time;
}

static int google_add(
	struct import *import, const struct json *entry, const char *where, struct error *err)
{
	const struct json *name = json_member(entry, "name", JSON_TEXT, where, err);
	const char *type = import_text(entry, "run_type");

	if (!name)
		return -1;
	/* Older versions have no run_type. */
	if ((type && strcmp(type, "aggregate") == 0) || import_get(entry, "cpu_coefficient") ||
		import_get(entry, "rms")) {
		google_add_aggregate(import, entry);
		return 0;
	}
	if (says_true(entry, "error_occurred"))
		import_fault(import, json_text(name), RESULT_EXITED,
			import_text(entry, "error_message"));
	else if (says_true(entry, "skipped") || import_text(entry, "skip_message"))
		import_fault(import, json_text(name), RESULT_NOT_MEASURED,
			import_text(entry, "skip_message"));
	else
		return google_add_iteration(import, entry, json_text(name), where, err);
	return 0;
}

static void set_context(struct import *import, const struct json *context)
{
	double nr_cpus = import_number(import, context, "num_cpus");

	import_set_time(import, import_text(context, "date"));
	if (nr_cpus > 0)
		env_setf(&import->run->env, ENV_CPUS, "%.0f", nr_cpus);
}

static int google_read(struct import *import, struct error *err)
{
	const struct json *list =
		json_member(import->root, "benchmarks", JSON_ARRAY, JSON_ROOT, err);
	char where[64];
	size_t nr = 0;

	if (!list)
		return -1;
	set_context(import, import_get(import->root, "context"));
	for (const struct json *at = json_first(list); at; at = json_next(at)) {
		snprintf(where, sizeof where, "benchmarks[%zu]", nr++);
		if (google_add(import, at, where, err))
			return -1;
	}
	return 0;
}

const struct import_format import_google_benchmark = {
	.name = "google-benchmark",
	.title = "Google Benchmark, JSON",
	.shape = IMPORT_JSON,
	.marks = { "\"benchmarks\"", "\"name\"", "\"iterations\"|\"run_type\"|\"aggregate_name\"",
		"\"real_time\"|\"cpu_time\"|\"rms\"", "\"time_unit\"|\"rms\"" },
	.read = google_read,
	.values =
		"real_time of each repetition, as samples of one process; cpu_time and counters beside it",
	.more = "--benchmark_repetitions=20 gives samples",
};
