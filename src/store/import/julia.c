/* SPDX-License-Identifier: GPL-3.0-or-later */
/* BenchmarkTools.jl: BenchmarkTools.save. */
#include "store/import/rows.h"

#include "base/buf.h"
#include "base/json_fields.h"

#include <math.h>
#include <string.h>

#define JULIA_DEPTH 32

static int julia_add(struct import *import, const struct json *pair, struct buf *name, int depth,
	struct error *err);

static int julia_group(struct import *import, const struct json *group, struct buf *name, int depth,
	struct error *err)
{
	for (const struct json *at = import_first(import_object(group, "data")); at;
		at = json_next(at)) {
		size_t len = name->len;

		buf_addf(name, "%s%s", len ? "/" : "", json_name(at));
		if (julia_add(import, at, name, depth + 1, err))
			return -1;
		name->data[len] = '\0';
		name->len = len;
	}
	return 0;
}

static void julia_counts(struct import *import, const char *name, const struct json *from)
{
	static const struct metric_kind memory = { "memory", "B", false };
	static const struct metric_kind allocs = { "allocs", "", false };

	import->is_count = true;
	import_sample(import, name, &memory, import_number(import, from, "memory"));
	import_sample(import, name, &allocs, import_number(import, from, "allocs"));
	import->is_count = false;
}

/* ["BenchmarkGroup", {...}], ["Trial", {...}] or ["TrialEstimate", {...}] */
static int julia_add(struct import *import, const struct json *pair, struct buf *name, int depth,
	struct error *err)
{
	const struct json *type = json_type(pair) == JSON_ARRAY ? json_first(pair) : NULL;
	const struct json *body = type ? json_next(type) : NULL;
	const char *said;

	if (!body || json_type(type) != JSON_TEXT || json_type(body) != JSON_OBJECT)
		return error_set(
			err, ERR_USAGE, "'%.200s' is no pair of a type and an object", name->data);
	if (depth == JULIA_DEPTH)
		return error_set(err, ERR_USAGE, "groups are nested too deep");
	said = json_text(type);
	if (strcmp(said, "BenchmarkGroup") == 0)
		return julia_group(import, body, name, depth, err);
	if (strcmp(said, "Trial") == 0)
		import_samples(import, name->data, &metric_time, import_list(body, "times"), 1);
	else if (strcmp(said, "TrialEstimate") == 0)
		import_sample(
			import, name->data, &metric_time, import_number(import, body, "time"));
	else
		return 0;
	julia_counts(import, name->data, body);
	return 0;
}

static int julia_read(struct import *import, struct error *err)
{
	const struct json *versions =
		json_type(import->root) == JSON_ARRAY ? json_first(import->root) : NULL;
	const struct json *list = versions ? json_next(versions) : NULL;
	int rc = 0;

	if (!list || json_type(list) != JSON_ARRAY)
		return error_set(err, ERR_USAGE,
			"the file must be a list of versions and of what was saved");
	for (const struct json *at = json_first(list); at && !rc; at = json_next(at)) {
		struct buf name = BUF_INIT;

		rc = julia_add(import, at, &name, 0, err);
		buf_release(&name);
	}
	return rc;
}

const struct import_format import_julia = {
	.name = "julia",
	.title = "BenchmarkTools.jl, BenchmarkTools.save",
	.shape = IMPORT_JSON,
	.marks = { "\"BenchmarkTools\"", "\"Julia\"",
		"\"BenchmarkGroup\"|\"Trial\"|\"TrialEstimate\"" },
	.read = julia_read,
	.values =
		"the samples of a trial, of one process; of an estimate, a single value; memory and "
		"allocations as counts",
	.more = "save the trial itself, not its median",
};
