/* SPDX-License-Identifier: GPL-3.0-or-later */
/* pyperf: a process for each run, and several values in it. */
#include "store/import/rows.h"

#include "base/json_fields.h"

#include <stdio.h>
#include <string.h>

static const char *pyperf_name(const struct import *import, const struct json *from)
{
	const char *name = import_text(import_object(from, "metadata"), "name");

	if (!name)
		name = import_text(import_object(import->root, "metadata"), "name");
	if (!name)
		name = import->input->name;
	return name ? name : "benchmark";
}

static struct metric_kind pyperf_kind(const struct import *import, const struct json *from)
{
	const char *unit = import_text(import_object(from, "metadata"), "unit");

	if (!unit)
		unit = import_text(import_object(import->root, "metadata"), "unit");
	if (!unit || import_is_time(unit))
		return metric_time;
	return (struct metric_kind){ "value", import_unit(unit).unit, false };
}

static int pyperf_add(
	struct import *import, const struct json *from, const char *where, struct error *err)
{
	struct metric_kind kind = pyperf_kind(import, from);
	const struct json *runs = json_member(from, "runs", JSON_ARRAY, where, err);
	double factor = strcmp(kind.unit, "ns") == 0 ? 1e9 : 1;

	if (!runs)
		return -1;
	import->process = 0;
	for (const struct json *at = json_first(runs); at; at = json_next(at), import->process++) {
		import_samples(import, pyperf_name(import, from), &kind, import_list(at, "values"),
			factor);
		import_set_time(import, import_text(import_object(at, "metadata"), "date"));
	}
	return 0;
}

static int pyperf_read(struct import *import, struct error *err)
{
	const struct json *list =
		json_member(import->root, "benchmarks", JSON_ARRAY, JSON_ROOT, err);
	const struct json *metadata = import_object(import->root, "metadata");
	char where[64];
	size_t nr = 0;

	env_set(&import->run->env, ENV_CPU, import_text(metadata, "cpu_model_name"));
	for (const struct json *at = import_first(list); at; at = json_next(at)) {
		snprintf(where, sizeof where, "benchmarks[%zu]", nr++);
		if (pyperf_add(import, at, where, err))
			return -1;
	}
	return list ? 0 : -1;
}

const struct import_format import_pyperf = {
	.name = "pyperf",
	.title = "pyperf -o FILE",
	.shape = IMPORT_JSON,
	.marks = { "\"benchmarks\"", "\"runs\"", "\"metadata\"", "\"values\"|\"warmups\"",
		"\"version\"" },
	.read = pyperf_read,
	.values = "the mean of the values of each run, which is a process",
	.more = "--processes 20 gives more processes",
};
