/* SPDX-License-Identifier: GPL-3.0-or-later */
/* hyperfine --export-json: each run of a command is a process of its own. */
#include "store/import/rows.h"

#include "base/json_fields.h"

#include <math.h>
#include <stdio.h>

static const struct metric_kind hyperfine_memory = { "memory_usage_byte", "B", false };

/* A value of each run. */
static size_t hyperfine_runs(struct import *import, const char *name,
	const struct metric_kind *kind, const struct json *list, double factor)
{
	size_t nr = 0;

	import->process = 0;
	for (const struct json *at = import_first(list); at;
		at = json_next(at), import->process++) {
		import_sample(import, name, kind, import_value(import, NULL, at) * factor);
		nr++;
	}
	return nr;
}

/* It was told to pass over them, but a run that fails does not do the same work. */
static bool hyperfine_failed(struct import *import, const char *name, const struct json *codes)
{
	size_t nr = 0, nr_failed = 0;
	int code = 0;
	char reason[160];

	for (const struct json *at = import_first(codes); at; at = json_next(at), nr++) {
		if (json_type(at) == JSON_NUMBER && json_number(at) == 0)
			continue;
		nr_failed++;
		code = json_type(at) == JSON_NUMBER ? (int)fmin(json_number(at), 1e6) : 0;
	}
	if (!nr_failed)
		return false;
	if (code)
		snprintf(reason, sizeof reason, "%zu of %zu runs failed, the last with status %d",
			nr_failed, nr, code);
	else
		snprintf(reason, sizeof reason, "%zu of %zu runs failed, the last without a status",
			nr_failed, nr);
	import_fault(import, name, RESULT_EXITED, reason);
	return true;
}

static int hyperfine_add(
	struct import *import, const struct json *from, const char *where, struct error *err)
{
	static const struct metric_kind user = { "user", "ns", false };
	static const struct metric_kind sys = { "system", "ns", false };
	const struct json *name = json_member(from, "command", JSON_TEXT, where, err);
	const struct json *mean;

	if (!name)
		return -1;
	if (hyperfine_failed(import, json_text(name), import_list(from, "exit_codes")))
		return 0;
	if (!hyperfine_runs(
		    import, json_text(name), &metric_time, import_list(from, "times"), 1e9)) {
		mean = json_member(from, "mean", JSON_NUMBER, where, err);
		if (!mean)
			return -1;
		import_sample(import, json_text(name), &metric_time, json_number(mean) * 1e9);
	}
	hyperfine_runs(import, json_text(name), &hyperfine_memory,
		import_list(from, "memory_usage_byte"), 1);
	import->is_beside = true;
	import_sample(import, json_text(name), &user, import_number(import, from, "user") * 1e9);
	import_sample(import, json_text(name), &sys, import_number(import, from, "system") * 1e9);
	import->is_beside = false;
	return 0;
}

static int hyperfine_read(struct import *import, struct error *err)
{
	const struct json *list = json_member(import->root, "results", JSON_ARRAY, JSON_ROOT, err);
	char where[64];
	size_t nr = 0;

	for (const struct json *at = import_first(list); at; at = json_next(at)) {
		snprintf(where, sizeof where, "results[%zu]", nr++);
		if (hyperfine_add(import, at, where, err))
			return -1;
	}
	return list ? 0 : -1;
}

const struct import_format import_hyperfine = {
	.name = "hyperfine",
	.title = "hyperfine --export-json",
	.shape = IMPORT_JSON,
	.marks = { "\"results\"", "\"command\"", "\"mean\"", "\"stddev\"", "\"user\"",
		"\"system\"" },
	.read = hyperfine_read,
	.values = "the time of each run, which is a process; user and system time beside it",
	.more = "--runs 20 gives more processes",
};
