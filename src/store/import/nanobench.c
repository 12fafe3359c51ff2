/* SPDX-License-Identifier: GPL-3.0-or-later */
/* nanobench: its json template. */
#include "store/import/rows.h"

#include "base/json_fields.h"

#include <math.h>
#include <stdio.h>

/* Measurements are of an iteration, whose batch may be of several units. */
static int nanobench_add(
	struct import *import, const struct json *from, const char *where, struct error *err)
{
	static const struct metric_kind instructions = { "instructions", "", false };
	const struct json *name = json_member(from, "name", JSON_TEXT, where, err);
	const struct json *list = import_list(from, "measurements");
	double median = import_number(import, from, "median(elapsed)");
	double batch = import_number(import, from, "batch"), factor = 1e9 / (batch > 0 ? batch : 1);

	if (!name)
		return -1;
	for (const struct json *at = import_first(list); at; at = json_next(at)) {
		import->is_beside = false;
		import_sample(import, json_text(name), &metric_time,
			import_needed(import, at, "elapsed", json_text(name)) * factor);
		import->is_beside = true;
		if (import_number(import, at, "instructions") > 0)
			import_sample(import, json_text(name), &instructions,
				import_number(import, at, "instructions"));
	}
	import->is_beside = false;
	if (import_first(list))
		return 0;
	if (isnan(median))
		return error_set(err, ERR_USAGE,
			"%s has neither \"measurements\" nor \"median(elapsed)\"", where);
	import_sample(import, json_text(name), &metric_time, median * factor);
	return 0;
}

static int nanobench_read(struct import *import, struct error *err)
{
	const struct json *list = json_member(import->root, "results", JSON_ARRAY, JSON_ROOT, err);
	char where[64];
	size_t nr = 0;

	for (const struct json *at = import_first(list); at; at = json_next(at)) {
		snprintf(where, sizeof where, "results[%zu]", nr++);
		if (nanobench_add(import, at, where, err))
			return -1;
	}
	return list ? 0 : -1;
}

const struct import_format import_nanobench = {
	.name = "nanobench",
	.title = "nanobench, its json template",
	.shape = IMPORT_JSON,
	.marks = { "\"results\"", "\"name\"", "\"epochs\"", "\"median(elapsed)\"" },
	.read = nanobench_read,
	.values = "the time of an iteration in each epoch, as samples of one process",
	.more = "epochs(20) gives samples",
};
