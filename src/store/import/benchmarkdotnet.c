/* SPDX-License-Identifier: GPL-3.0-or-later */
/* BenchmarkDotNet: --exporters json (full or brief). */
#include "store/import/rows.h"

#include "base/json_fields.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static bool dotnet_says(const struct json *object, const char *name, const char *word)
{
	const char *text = import_text(object, name);

	return text && strcmp(text, word) == 0;
}

/* Of each launch, which is a process. */
static size_t dotnet_measurements(struct import *import, const char *name, const struct json *list)
{
	size_t nr = 0;

	for (const struct json *at = import_first(list); at; at = json_next(at)) {
		double launch = import_number(import, at, "LaunchIndex");

		if (!dotnet_says(at, "IterationStage", "Result") ||
			!(dotnet_says(at, "IterationMode", "Workload") ||
				dotnet_says(at, "IterationMode", "MainTarget")))
			continue;
		import->process = launch >= 0 && launch < 1e6 ? (size_t)launch : 0;
		import_sample(import, name, &metric_time,
			import_number(import, at, "Nanoseconds") /
				import_number(import, at, "Operations"));
		nr++;
	}
	return nr;
}

static void dotnet_memory(struct import *import, const char *name, const struct json *memory)
{
	static const struct metric_kind kind = { "BytesAllocatedPerOperation", "B", false };

	import->is_count = true;
	import_sample(import, name, &kind, import_number(import, memory, kind.name));
	import->is_count = false;
}

static const char *dotnet_name(const struct json *from)
{
	static const char *const names[] = { "FullName", "DisplayInfo", "MethodTitle", "Method" };

	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		const char *name = import_text(from, names[i]);

		if (name && *name)
			return name;
	}
	return NULL;
}

static int dotnet_add(
	struct import *import, const struct json *from, const char *where, struct error *err)
{
	const struct json *stats = import_object(from, "Statistics");
	const char *name = dotnet_name(from);
	double nr = import_number(import, stats, "N"), mean = import_number(import, stats, "Mean");

	if (!name)
		return error_set(err, ERR_USAGE, "%s has no \"FullName\"", where);
	import->process = 0;
	if (!stats) {
		import_fault(import, name, RESULT_EXITED, "it has no statistics");
		return 0;
	}
	if (!dotnet_measurements(import, name, import_list(from, "Measurements")) &&
		!import_samples(
			import, name, &metric_time, import_list(stats, "OriginalValues"), 1)) {
		if (isnan(mean))
			return error_set(err, ERR_USAGE,
				"%s.Statistics.Mean is missing; it must be a number", where);
		import_mean(import, name, &metric_time,
			(struct digest){ mean, import_number(import, stats, "StandardDeviation"),
				nr >= 2 && nr < 1e15 ? (uint64_t)nr : 0 });
	}
	dotnet_memory(import, name, import_object(from, "Memory"));
	return 0;
}

static int dotnet_read(struct import *import, struct error *err)
{
	const struct json *list =
		json_member(import->root, "Benchmarks", JSON_ARRAY, JSON_ROOT, err);
	const struct json *host = import_object(import->root, "HostEnvironmentInfo");
	char where[64];
	size_t nr = 0;

	env_set(&import->run->env, ENV_CPU, import_text(host, "ProcessorName"));
	for (const struct json *at = import_first(list); at; at = json_next(at)) {
		snprintf(where, sizeof where, "Benchmarks[%zu]", nr++);
		if (dotnet_add(import, at, where, err))
			return -1;
	}
	return list ? 0 : -1;
}

const struct import_format import_benchmarkdotnet = {
	.name = "benchmarkdotnet",
	.title = "BenchmarkDotNet, JSON",
	.shape = IMPORT_JSON,
	.marks = { "\"HostEnvironmentInfo\"", "\"Benchmarks\"", "\"Statistics\"|\"Method\"" },
	.read = dotnet_read,
	.values = "the mean of each launch, which is a process; of one launch, samples; allocated "
		  "bytes as a count",
	.more = "--launchCount 10 gives processes",
};
