/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Vitest's bench, tinybench, mitata and benchmark.js: JSON of the four. */
#include "store/import/rows.h"

#include "base/buf.h"
#include "base/json_fields.h"
#include "base/str.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* tinybench's statistics of one task: samples, or their mean, deviation and number, in ms. */
static bool tinybench_stats(
	struct import *import, const char *name, const struct json *stats, double factor)
{
	double nr = import_number(import, stats, "sampleCount"),
	       mean = import_number(import, stats, "mean");
	double median = import_number(import, stats, "median");
	struct digest digest;

	if (isnan(nr))
		nr = import_number(import, stats, "samplesCount");
	if (import_samples(import, name, &metric_time, import_list(stats, "samples"), factor))
		return true;
	if (isnan(mean))
		return false;
	digest = (struct digest){ mean * factor, import_number(import, stats, "sd") * factor,
		nr >= 2 && nr < 1e15 ? (uint64_t)nr : 0 };
	import_mean(import, name, &metric_time, digest);
	if (isnan(median))
		median = import_number(import, stats, "p50");
	import_median(import, name, median * factor, import_number(import, stats, "p75") * factor,
		digest.nr);
	return true;
}

static int vitest_benchmarks(
	struct import *import, const char *group, const struct json *list, struct error *err)
{
	int rc = 0;

	for (const struct json *at = import_first(list); at && !rc; at = json_next(at)) {
		const char *said = import_text(at, "name");
		struct buf name = BUF_INIT;

		buf_addf(&name, "%s%s%s", group ? group : "", group ? " > " : "", said ? said : "");
		if (!said)
			rc = error_set(err, ERR_USAGE, "a benchmark of '%.100s' has no \"name\"",
				group ? group : "");
		else if (!tinybench_stats(import, name.data, at, 1e6))
			import_fault(import, name.data, RESULT_EXITED, "it has no mean");
		buf_release(&name);
	}
	return rc;
}

/* Older versions name groups by members of an object. */
static int vitest_read(struct import *import, struct error *err)
{
	const struct json *old = import_object(import->root, "testResults");

	for (const struct json *at = import_first(old); at; at = json_next(at))
		if (vitest_benchmarks(import, json_name(at), at, err))
			return -1;
	for (const struct json *file = import_first(import_list(import->root, "files")); file;
		file = json_next(file))
		for (const struct json *at = import_first(import_list(file, "groups")); at;
			at = json_next(at))
			if (vitest_benchmarks(import, import_text(at, "fullName"),
				    import_list(at, "benchmarks"), err))
				return -1;
	return 0;
}

const struct import_format import_vitest = {
	.name = "vitest",
	.title = "vitest bench --outputJson",
	.shape = IMPORT_JSON,
	.marks = { "\"files\"|\"testResults\"", "\"name\"", "\"hz\"", "\"rme\"", "\"mean\"" },
	.read = vitest_read,
	.values = "the samples of one process; without them, mean, deviation and count, and the "
		  "median",
	.more = "benchmark.includeSamples in vitest's settings keeps the samples",
};

/* "63768 +- 4.02%" or "1,234.5" */
static bool tinybench_cell(struct import *import, const struct json *from, const char *name,
	double *value, double *pct)
{
	const char *text = import_text(from, name);

	*pct = NAN;
	if (!text || !import_take_number(&text, value)) {
		*value = import_number(import, from, name);
		return !isnan(*value);
	}
	text += strcspn(text, "0123456789");
	if (!import_take_number(&text, pct))
		*pct = NAN;
	return true;
}

/* Behind it stands the median absolute deviation, which is a quartile's distance. */
static void tinybench_median(struct import *import, const char *name, const struct json *from)
{
	double median, deviation, nr = import_number(import, from, "Samples");

	if (tinybench_cell(import, from, "Latency med (ns)", &median, &deviation) && nr >= 2)
		import_median(
			import, name, median, median + deviation, nr < 1e15 ? (uint64_t)nr : 0);
}

/* What bench.table() has. */
static bool tinybench_row(struct import *import, const char *name, const struct json *from)
{
	static const struct {
		const char *name;
		double factor;
	} columns[] = { { "Latency average (ns)", 1 }, { "Latency avg (ns)", 1 },
		{ "Average Time (ns)", 1 }, { "Latency average (ms)", 1e6 } };
	const char *said = import_text(from, "Margin");
	double margin = NAN;

	if (said)
		said += strspn(said, " \xc2\xb1");
	if (!said || !import_take_number(&said, &margin))
		margin = import_number(import, from, "Margin");
	for (size_t i = 0; i < sizeof columns / sizeof *columns; i++) {
		double value, pct, half;

		if (!tinybench_cell(import, from, columns[i].name, &value, &pct))
			continue;
		value *= columns[i].factor;
		half = value * (isnan(pct) ? margin : pct) / 100;
		import_interval(import, name, &metric_time,
			(const double[]){ value, value - half, value + half });
		tinybench_median(import, name, from);
		return true;
	}
	return false;
}

static int tinybench_read(struct import *import, struct error *err)
{
	static const char *const names[] = { "name", "Task name", "Task Name" };
	const struct json *list = import_get(import->root, "tasks");

	if (!list)
		list = import->root;
	for (const struct json *at = json_first(list); at; at = json_next(at)) {
		const struct json *result = import_object(at, "result");
		const struct json *latency = import_object(result, "latency");
		const char *name = NULL;

		for (size_t i = 0; i < sizeof names / sizeof *names && !name; i++)
			name = import_text(at, names[i]);
		if (!name)
			return error_set(err, ERR_USAGE, "a task has no \"name\"");
		if (import_text(at, "Error"))
			import_fault(import, name, RESULT_EXITED, import_text(at, "Error"));
		else if (import_object(result, "error"))
			import_fault(import, name, RESULT_EXITED,
				import_text(import_object(result, "error"), "message"));
		else if (!tinybench_stats(import, name, latency ? latency : result, 1e6) &&
			!tinybench_row(import, name, at))
			return error_set(err, ERR_USAGE, "%.200s has no mean latency", name);
	}
	return 0;
}

const struct import_format import_tinybench = {
	.name = "tinybench",
	.title = "tinybench, JSON of each task's name and result, or of bench.table()",
	.shape = IMPORT_JSON,
	.marks = { "\"name\"|\"Task name\"|\"Task Name\"",
		"\"result\"|\"Latency av|\"Average Time (ns)\"",
		"\"rme\"|\"latency\"|\"Margin\"|\"Samples\"" },
	.read = tinybench_read,
	.values =
		"the samples of one process; without them, mean, deviation and count, and the median; "
		"of a table, the mean with its margin, and the median",
	.more = "new Bench({ retainSamples: true }) keeps the samples",
};

/* What a group is called; NULL: it has no name. */
static const char *mitata_group(struct import *import, const struct json *benchmark)
{
	double group = import_number(import, benchmark, "group"), at = 0;

	for (const struct json *of = import_first(import_list(import->root, "layout")); of;
		of = json_next(of))
		if (at++ == group)
			return import_text(of, "name");
	return NULL;
}

/* False: it has neither statistics nor an error. */
static bool mitata_run(struct import *import, const char *name, const struct json *run)
{
	const struct json *stats = import_object(run, "stats");
	const struct json *error = import_object(run, "error");

	if (error)
		import_fault(import, name, RESULT_EXITED, import_text(error, "message"));
	else if (stats &&
		!import_samples(import, name, &metric_time, import_list(stats, "samples"), 1))
		import_sample(import, name, &metric_time, import_number(import, stats, "avg"));
	return stats || error;
}

/* Older versions have no runs: the benchmark itself has the statistics. */
static int mitata_benchmark(
	struct import *import, const struct json *benchmark, size_t nr, struct error *err)
{
	const char *alias = import_text(benchmark, "alias");
	const char *group = mitata_group(import, benchmark);
	const struct json *runs = import_list(benchmark, "runs");
	const struct json *run = runs ? json_first(runs) : benchmark;
	struct buf name = BUF_INIT;
	int rc = 0;

	for (; run && !rc; run = runs ? json_next(run) : NULL) {
		const char *said = import_text(run, "name");

		said = said ? said : alias;
		buf_clear(&name);
		buf_addf(&name, "%s%s%s", group ? group : "", group ? " > " : "", said ? said : "");
		if (!said)
			rc = error_set(err, ERR_USAGE, "benchmarks[%zu] has no \"name\"", nr);
		else if (!mitata_run(import, name.data, run))
			rc = error_set(err, ERR_USAGE,
				"benchmarks[%zu], %.200s, has neither \"stats\" nor \"error\"", nr,
				name.data);
	}
	buf_release(&name);
	return rc;
}

static int mitata_read(struct import *import, struct error *err)
{
	const struct json *list =
		json_member(import->root, "benchmarks", JSON_ARRAY, JSON_ROOT, err);
	size_t nr = 0;

	env_set(&import->run->env, ENV_CPU,
		import_text(import_object(import_object(import->root, "context"), "cpu"), "name"));
	for (const struct json *at = import_first(list); at; at = json_next(at))
		if (mitata_benchmark(import, at, nr++, err))
			return -1;
	return list ? 0 : -1;
}

const struct import_format import_mitata = {
	.name = "mitata",
	.title = "mitata, format: 'json'",
	.shape = IMPORT_JSON,
	.marks = { "\"benchmarks\"", "\"stats\"", "\"avg\"", "\"p75\"",
		"\"runs\"|\"time\"|\"context\"" },
	.read = mitata_read,
	.values = "the samples of one process; without them, the mean as a single value",
	.more = "format: { json: { samples: true } } keeps the samples",
};

/* JSON.stringify() of a suite: its benchmarks under their numbers, times in seconds. */
static int benchmarkjs_json_read(struct import *import, struct error *err)
{
	for (const struct json *at = json_first(import->root); at; at = json_next(at)) {
		const struct json *stats = import_object(at, "stats");
		const char *name = import_text(at, "name");

		if (!stats)
			continue;
		if (!name)
			return error_set(err, ERR_USAGE, "a benchmark has no \"name\"");
		if (import_get(at, "error"))
			import_fault(import, name, RESULT_EXITED,
				import_text(import_object(at, "error"), "message"));
		else if (!import_samples(
				 import, name, &metric_time, import_list(stats, "sample"), 1e9))
			return error_set(err, ERR_USAGE,
				"%.200s has no stats.sample, a list of times", name);
	}
	return 0;
}

const struct import_format import_benchmarkjs_json = {
	.name = "benchmarkjs-json",
	.title = "benchmark.js, JSON of a suite",
	.shape = IMPORT_JSON,
	.marks = { "\"stats\"", "\"sample\"", "\"moe\"", "\"cycles\"", "\"minSamples\"" },
	.read = benchmarkjs_json_read,
	.values = "the samples of one process",
};
