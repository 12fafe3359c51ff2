/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/baseline.h"

#include "base/date.h"
#include "base/str.h"
#include "model/basis_json.h"
#include "model/counting_json.h"
#include "model/run_json.h"
#include "store/baseline_rows.h"
#include "store/result_report.h"
#include "store/session.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* A benchmark in the file. */
struct entry {
	const struct json *from;
	const char *name;
	unsigned version;
	char where[256]; /* for errors; a longer one is cut */
};

/* A member that may be missing; text is NULL then. */
static int baseline_parse_read_text(
	const struct json *root, const char *name, const char **text, struct error *err)
{
	const struct json *member = json_get(root, name);

	*text = NULL;
	if (!member || json_type(member) == JSON_NULL)
		return 0;
	if (json_type(member) != JSON_TEXT)
		return error_set(err, ERR_USAGE, "%s is %s; it must be a text", name,
			json_type_name(json_type(member)));
	*text = json_text(member);
	return 0;
}

static int read_head(
	const struct json *root, unsigned version, struct run *baseline, struct error *err)
{
	const char *platform, *cpu, *timestamp;

	if (baseline_parse_read_text(root, "platform", &platform, err) ||
		baseline_parse_read_text(root, "cpu", &cpu, err) ||
		baseline_parse_read_text(root, "timestamp", &timestamp, err))
		return -1;
	snprintf(baseline->timestamp, sizeof baseline->timestamp, "%s", timestamp ? timestamp : "");
	if (version > 1)
		return run_json_read_system(root, &baseline->env, err) ||
				counting_json_read(root, &baseline->counting, err)
			? -1
			: 0;
	env_set(&baseline->env, ENV_CPU, cpu);
	if (platform)
		env_set_platform(&baseline->env, platform);
	return 0;
}

static int check_least(double number, const char *where, const char *name, struct error *err)
{
	if (isnan(number))
		return error_set(err, ERR_USAGE, "%s.%s is null; it must be a number", where, name);
	if (number < 0)
		return error_set(err, ERR_USAGE, "%s.%s is %.9g; it must not be negative", where,
			name, number);
	return 0;
}

/* One value alone has no deviation: some write 0, some null. */
static int read_digest(const struct entry *entry, struct metrics *metrics, struct error *err)
{
	struct digest digest = { 0 };

	if (json_fields_read(entry->from, baseline_digest_rows, &digest, entry->where, err))
		return -1;
	if (!digest.nr)
		return error_set(
			err, ERR_USAGE, "%s.sample_size is 0; it must be 1 or more", entry->where);
	if (check_least(digest.mean, entry->where, "mean_ns", err))
		return -1;
	if (!(digest.nr == 1 && isnan(digest.sd)) &&
		check_least(digest.sd, entry->where, "std_dev_ns", err))
		return -1;
	*ARRAY_ADD(metrics) = (struct metric){ .name = str_dup(metric_time.name),
		.unit = str_dup(metric_time.unit),
		.digest = digest };
	return 0;
}

static bool is_bound(const struct json *bound)
{
	return bound && (json_type(bound) == JSON_NUMBER || json_type(bound) == JSON_NULL);
}

static double bound_of(const struct json *bound)
{
	return json_type(bound) == JSON_NUMBER ? json_number(bound) : NAN;
}

static int read_change(
	const struct json *from, struct change *change, const char *where, struct error *err)
{
	const struct json *interval, *low, *high;

	if (json_fields_read(from, baseline_change_rows, change, where, err))
		return -1;
	interval = json_member(from, "interval", JSON_ARRAY, where, err);
	if (!interval)
		return -1;
	low = json_first(interval);
	high = low ? json_next(low) : NULL;
	if (!is_bound(low) || !is_bound(high) || json_next(high))
		return error_set(err, ERR_USAGE, "%s.interval must be two numbers or nulls", where);
	change->low = bound_of(low);
	change->high = bound_of(high);
	return 0;
}

static int read_changes(const struct entry *entry, struct changes *changes, struct error *err)
{
	const struct json *list =
		json_member(entry->from, "changes", JSON_ARRAY, entry->where, err);
	char where[sizeof entry->where + 32];

	if (!list)
		return -1;
	for (const struct json *at = json_first(list); at; at = json_next(at)) {
		struct change *change = ARRAY_ADD(changes);

		*change = (struct change){ .timestamp = NULL };
		snprintf(where, sizeof where, "%s.changes[%zu]", entry->where, changes->nr - 1);
		if (read_change(at, change, where, err))
			return -1;
	}
	return 0;
}

static int check_session(const struct json *list, const char *where, struct error *err)
{
	const char *name = json_name(list);

	if (!date_is_time(name))
		return error_set(err, ERR_USAGE,
			"%s.sessions has \"%.40s\"; a session is named by a time such as 2026-11-21T04:05:06Z",
			where, name);
	if (json_type(list) != JSON_ARRAY && json_type(list) != JSON_OBJECT)
		return error_set(err, ERR_USAGE,
			"%s.sessions.%s is %s; it must be a list of numbers", where, name,
			json_type_name(json_type(list)));
	return 0;
}

static int baseline_parse_not_a_number(
	const struct json *list, const char *where, struct error *err)
{
	const struct json *at = json_first(list);
	size_t nr = 0;

	for (; json_type(at) == JSON_NUMBER; at = json_next(at))
		nr++;
	return error_set(err, ERR_USAGE, "%s.sessions.%s[%zu] is %s; it must be a number", where,
		json_name(list), nr, json_type_name(json_type(at)));
}

/* Of another tool's file there may be no more. */
static int read_session_digest(
	const struct json *from, struct metric *metric, const char *where, struct error *err)
{
	struct digest digest = { 0 };
	char sessions[512];

	snprintf(sessions, sizeof sessions, "%s.sessions", where);
	if (digest_json_read(from, &digest, sessions, err))
		return -1;
	session_insert_digest(metric, json_name(from), digest);
	return 0;
}

static int read_session(
	const struct json *list, struct metric *metric, const char *where, struct error *err)
{
	const double *values;
	size_t nr;

	if (check_session(list, where, err))
		return -1;
	if (json_type(list) == JSON_OBJECT)
		return read_session_digest(list, metric, where, err);
	values = json_numbers(list, &nr);
	if (!values)
		return baseline_parse_not_a_number(list, where, err);
	if (!nr)
		return error_set(err, ERR_USAGE,
			"%s.sessions.%s is empty; it must be a list of numbers", where,
			json_name(list));
	session_insert(metric, json_name(list), values, nr);
	return 0;
}

static int read_sessions(
	const struct json *from, struct metric *metric, const char *where, struct error *err)
{
	const struct json *sessions = json_member(from, "sessions", JSON_OBJECT, where, err);

	if (!sessions)
		return -1;
	if (!json_first(sessions))
		return error_set(
			err, ERR_USAGE, "%s.sessions is empty; it must hold a session", where);
	for (const struct json *at = json_first(sessions); at; at = json_next(at))
		if (read_session(at, metric, where, err))
			return -1;
	return 0;
}

static int read_metrics(
	const struct entry *entry, const char *member, struct metrics *metrics, struct error *err)
{
	const struct json *list = json_member(entry->from, member, JSON_OBJECT, entry->where, err);
	char where[sizeof entry->where + 64];

	if (!list)
		return -1;
	for (const struct json *at = json_first(list); at; at = json_next(at))
		metrics->alloc++;
	metrics->items = mem_alloc(metrics->alloc, sizeof *metrics->items);
	for (const struct json *at = json_first(list); at; at = json_next(at)) {
		struct metric *metric = ARRAY_ADD(metrics);
		struct metric_line line = { NULL, 0 };
		int rc;

		snprintf(where, sizeof where, "%s.%s.%s", entry->where, member, json_name(at));
		rc = json_fields_read(at, baseline_metric_rows, &line, where, err);
		*metric = (struct metric){ .name = str_dup(json_name(at)),
			.unit = line.unit,
			.more_is_better = line.better };
		if (rc || basis_json_read(at, metric, where, err) ||
			read_sessions(at, metric, where, err))
			return -1;
	}
	return 0;
}

static int read_counts(const struct entry *entry, struct result *result, struct error *err)
{
	if (entry->version < 3 || !json_get(entry->from, "counts"))
		return 0;
	if (json_fields_read(entry->from, baseline_counted_rows, result, entry->where, err))
		return -1;
	return read_metrics(entry, "counts", &result->counts, err);
}

/* Other programs may give the digest alone, without a description. */
static int read_entry(const struct entry *entry, struct run *baseline, struct error *err)
{
	const struct json *from = entry->from;
	bool has_metrics = entry->version > 1 && json_get(from, "metrics");
	bool described = has_metrics || (entry->version > 1 && json_get(from, "tier"));
	struct result *result;

	if (run_find(baseline, entry->name))
		return error_set(err, ERR_USAGE,
			"%s.name is \"%s\", which another benchmark has too", entry->where,
			entry->name);
	result = run_add(baseline,
		&(struct bench){ .name = (char *)entry->name,
			.tier = (char[]){ "" },
			.file = (char[]){ "" },
			.nr_threads = 1 });
	if (described &&
		(json_fields_read(from, baseline_bench_rows, result, entry->where, err) ||
			read_changes(entry, &result->changes, err)))
		return -1;
	if (entry->version > 1 && json_get(from, "spent_ns") &&
		json_fields_read(from, baseline_spent_rows, result, entry->where, err))
		return -1;
	if (has_metrics && read_metrics(entry, "metrics", &result->metrics, err))
		return -1;
	if (read_counts(entry, result, err))
		return -1;
	if (entry->version < 3)
		metrics_date_time(&result->metrics);
	if (metrics_time(&result->metrics) || (result->metrics.nr && !json_get(from, "mean_ns")))
		return 0;
	return read_digest(entry, &result->metrics, err);
}

/* Where the benchmarks are a list, each says its name itself. */
static int name_entry(struct entry *entry, const struct json *list, size_t nr, struct error *err)
{
	const struct json *name;

	if (json_type(list) != JSON_ARRAY) {
		entry->name = json_name(entry->from);
		snprintf(entry->where, sizeof entry->where, "%s.%s", json_name(list), entry->name);
	} else {
		snprintf(entry->where, sizeof entry->where, "%s[%zu]", json_name(list), nr);
		name = json_member(entry->from, "name", JSON_TEXT, entry->where, err);
		if (!name)
			return -1;
		entry->name = json_text(name);
	}
	return *entry->name
		? 0
		: error_set(err, ERR_USAGE, "%s: the name of a benchmark is empty", entry->where);
}

static int read_entries(
	const struct json *root, unsigned version, struct run *baseline, struct error *err)
{
	const char *name = version == 1 && json_get(root, "baselines") ? "baselines" : "benchmarks";
	const struct json *list = json_get(root, name);
	bool in_list = version == 1 && list && json_type(list) == JSON_ARRAY;
	size_t nr = 0;

	if (!in_list)
		list = json_member(root, name, JSON_OBJECT, JSON_ROOT, err);
	if (!list)
		return -1;
	for (const struct json *at = json_first(list); at; at = json_next(at)) {
		struct entry entry = { .from = at, .version = version };

		if (name_entry(&entry, list, nr++, err) || read_entry(&entry, baseline, err))
			return -1;
	}
	return 0;
}

/* Other programs name no format, and may write the version as a text: "1.0". */
static int read_version_number(
	const struct json *root, bool has_format, double *number, struct error *err)
{
	const struct json *version = json_get(root, "version");

	if (!has_format && version && json_type(version) == JSON_TEXT &&
		str_to_double(json_text(version), number))
		return 0;
	version = json_member(root, "version", JSON_NUMBER, JSON_ROOT, err);
	if (version)
		*number = json_number(version);
	return version ? 0 : -1;
}

static int read_version(const struct json *root, unsigned *version, struct error *err)
{
	const struct json *format = json_get(root, "format");
	double number;

	if (read_version_number(root, format, &number, err))
		return -1;
	if (number != 1 && number != 2 && number != BASELINE_VERSION)
		return error_set(err, ERR_USAGE, "version is %.9g; this benchgate reads 1 to %d%s",
			number, BASELINE_VERSION,
			number > BASELINE_VERSION ? ": update benchgate" : "");
	*version = (unsigned)number;
	if (*version == 1 && !format)
		return 0;
	format = json_member(root, "format", JSON_TEXT, JSON_ROOT, err);
	if (!format)
		return -1;
	if (strcmp(json_text(format), "benchgate-baseline") != 0)
		return error_set(err, ERR_USAGE,
			"format is \"%.40s\"; it must be \"benchgate-baseline\" or \"benchgate-run\"",
			json_text(format));
	return 0;
}

static int read_result(const struct json *root, struct run *run, struct error *err)
{
	return result_report_is(root) ? result_report_read(root, run, err)
				      : run_json_read_tree(root, run, err);
}

static bool is_result_file(const struct json *root)
{
	const struct json *format = json_get(root, "format");

	return (format && json_type(format) == JSON_TEXT &&
		       strcmp(json_text(format), "benchgate-run") == 0) ||
		result_report_is(root);
}

static int baseline_parse_read_baseline(
	const struct json *root, struct run *baseline, struct error *err)
{
	unsigned version = 0;

	if (read_version(root, &version, err) || read_head(root, version, baseline, err))
		return -1;
	return read_entries(root, version, baseline, err);
}

/* Where what a file turns out to be goes. */
struct parsing {
	struct run *result, *baseline;
	bool is_result;
};

static int read_either(const struct json *root, void *context, struct error *err)
{
	struct parsing *parsing = context;

	parsing->is_result = is_result_file(root);
	return parsing->is_result ? read_result(root, parsing->result, err)
				  : baseline_parse_read_baseline(root, parsing->baseline, err);
}

static void forget_either(void *context)
{
	struct parsing *parsing = context;

	run_json_forget(parsing->is_result ? parsing->result : parsing->baseline);
}

static int baseline_parse_add_result(const struct run *run, struct run *baseline, struct error *err)
{
	if (!date_is_time(run->timestamp))
		return error_set(err, ERR_USAGE,
			"benchmark_run.timestamp is \"%s\"; it must be a time such as 2026-11-21T04:05:06Z",
			run->timestamp);
	if (run_is_in_turn(run))
		return error_set(err, ERR_USAGE,
			"it was measured in turn with a base; such times are longer than alone, and cannot be a baseline");
	baseline_add_session(baseline, run, true);
	return 0;
}

int baseline_parse(const char *text, size_t len, struct run *baseline, struct error *err)
{
	struct run run = RUN_INIT;
	struct parsing parsing = { .result = &run, .baseline = baseline };
	const struct json_reader reader = { read_either, forget_either, &parsing };
	int rc = json_read_large(text, len, &reader, err);

	if (!rc && parsing.is_result)
		rc = baseline_parse_add_result(&run, baseline, err);
	run_release(&run);
	return rc;
}

int baseline_parse_run(
	const char *text, size_t len, struct run *run, bool *is_result, struct error *err)
{
	struct parsing parsing = { .result = run, .baseline = run };
	const struct json_reader reader = { read_either, forget_either, &parsing };
	int rc = json_read_large(text, len, &reader, err);

	*is_result = parsing.is_result;
	return rc;
}
