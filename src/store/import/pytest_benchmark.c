/* SPDX-License-Identifier: GPL-3.0-or-later */
/* pytest-benchmark: --benchmark-json=FILE, and what --benchmark-save keeps. */
#include "store/import/rows.h"

#include "base/json_fields.h"

#include <math.h>
#include <stdio.h>

static int pytest_add(
	struct import *import, const struct json *from, const char *where, struct error *err)
{
	const struct json *stats = json_member(from, "stats", JSON_OBJECT, where, err);
	const struct json *extra = import_object(from, "extra_info");
	const char *name = import_text(from, "fullname");
	double rounds = import_number(import, stats, "rounds");
	struct digest digest = { import_number(import, stats, "mean") * 1e9,
		import_number(import, stats, "stddev") * 1e9,
		rounds >= 2 && rounds < 1e15 ? (uint64_t)rounds : 0 };

	if (!name)
		name = import_text(from, "name");
	if (!stats || !name)
		return stats ? error_set(err, ERR_USAGE, "%s has no \"fullname\"", where) : -1;
	if (!import_samples(import, name, &metric_time, import_list(stats, "data"), 1e9)) {
		if (isnan(digest.mean))
			return error_set(err, ERR_USAGE,
				"%s.stats has neither \"data\" nor \"mean\"", where);
		import_mean(import, name, &metric_time, digest);
		import_median(import, name, import_number(import, stats, "median") * 1e9,
			import_number(import, stats, "q3") * 1e9, digest.nr);
	}
	import->is_beside = true;
	for (const struct json *at = import_first(extra); at; at = json_next(at))
		if (json_type(at) == JSON_NUMBER)
			import_sample_in(import, name, json_name(at), "", json_number(at));
	import->is_beside = false;
	return 0;
}

static int pytest_read(struct import *import, struct error *err)
{
	const struct json *list =
		json_member(import->root, "benchmarks", JSON_ARRAY, JSON_ROOT, err);
	const struct json *machine = import_object(import->root, "machine_info");
	char where[64];
	size_t nr = 0;

	import_set_time(import, import_text(import->root, "datetime"));
	env_set(&import->run->env, ENV_CPU,
		import_text(import_object(machine, "cpu"), "brand_raw"));
	for (const struct json *at = import_first(list); at; at = json_next(at)) {
		snprintf(where, sizeof where, "benchmarks[%zu]", nr++);
		if (pytest_add(import, at, where, err))
			return -1;
	}
	return list ? 0 : -1;
}

const struct import_format import_pytest_benchmark = {
	.name = "pytest-benchmark",
	.title = "pytest-benchmark, JSON",
	.shape = IMPORT_JSON,
	.marks = { "\"machine_info\"", "\"benchmarks\"", "\"stats\"", "\"fullname\"",
		"\"rounds\"" },
	.read = pytest_read,
	.values = "the time of each round, as samples of one process; without its data, mean, "
		  "deviation and median",
	.more = "--benchmark-save-data keeps the samples",
};
