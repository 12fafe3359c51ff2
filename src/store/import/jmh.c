/* SPDX-License-Identifier: GPL-3.0-or-later */
/* JMH: -rf json. Each fork is a process, with several iterations in it. */
#include "store/import/rows.h"

#include "base/buf.h"
#include "base/json_fields.h"
#include "base/str.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* "Cache.get/size=10/kind=lru" */
static void jmh_name(const struct json *from, struct buf *name)
{
	buf_adds(name, import_text(from, "benchmark"));
	for (const struct json *at = import_first(import_object(from, "params")); at;
		at = json_next(at))
		if (json_type(at) == JSON_TEXT)
			buf_addf(name, "/%s=%s", json_name(at), json_text(at));
}

/* "ops/s": more is better; "us/op": a time. */
static double jmh_kind(const char *said, struct metric_kind *kind)
{
	struct import_unit unit = import_unit(said);
	const char *slash = strchr(said, '/');
	char first[16] = "";

	if (slash && strcmp(slash, "/op") == 0)
		snprintf(first, sizeof first, "%.*s", (int)(slash - said), said);
	if (*first && import_is_time(first))
		unit = import_unit(first);
	kind->unit = unit.unit;
	kind->more_is_better = unit.more_is_better;
	return unit.factor;
}

static int jmh_metric(struct import *import, const char *benchmark, const char *name,
	const struct json *from, struct error *err)
{
	const char *said = import_text(from, "scoreUnit");
	struct metric_kind kind = { name, "", false };
	double factor = jmh_kind(said ? said : "", &kind);
	const struct json *confidence = import_first(import_list(from, "scoreConfidence"));
	double score = import_number(import, from, "score") * factor, low = NAN, high = NAN;
	size_t nr = 0;

	import->process = 0;
	for (const struct json *fork = import_first(import_list(from, "rawData")); fork;
		fork = json_next(fork), import->process++)
		if (json_type(fork) == JSON_ARRAY)
			nr += import_samples(import, benchmark, &kind, fork, factor);
	if (nr)
		return 0;
	if (isnan(score))
		return error_set(
			err, ERR_USAGE, "%.200s has no score, which must be a number", benchmark);
	if (confidence && json_next(confidence)) {
		low = import_value(import, "scoreConfidence", confidence) * factor;
		high = import_value(import, "scoreConfidence", json_next(confidence)) * factor;
	}
	import_interval(import, benchmark, &kind, (const double[]){ score, low, high });
	return 0;
}

/* Of two modes that measure times, the first is the benchmark's time. */
static const char *jmh_metric_name(struct import *import, const char *name, const char *mode)
{
	const struct result *result = run_find(import->run, name);

	if (strcmp(mode, "thrpt") == 0 || (result && metrics_time(&result->metrics)))
		return mode;
	return metric_time.name;
}

static bool is_allocation(const char *name)
{
	return strstr(name, "gc.alloc.rate.norm") != NULL;
}

static int jmh_secondary(
	struct import *import, const char *name, const struct json *from, struct error *err)
{
	const struct json *list = import_object(from, "secondaryMetrics");
	int rc = 0;

	for (const struct json *at = import_first(list); at && !rc; at = json_next(at)) {
		const double score = import_number(import, at, "score");

		import->is_beside = !is_allocation(json_name(at));
		if (!isnan(score))
			rc = jmh_metric(import, name, json_name(at), at, err);
	}
	import->is_beside = false;
	return rc;
}

static int jmh_add(
	struct import *import, const struct json *from, const char *where, struct error *err)
{
	const struct json *primary = json_member(from, "primaryMetric", JSON_OBJECT, where, err);
	const char *mode = import_text(from, "mode");
	struct buf name = BUF_INIT;
	int rc = -1;

	if (!primary || !json_member(from, "benchmark", JSON_TEXT, where, err))
		return -1;
	jmh_name(from, &name);
	rc = jmh_metric(import, name.data, jmh_metric_name(import, name.data, mode ? mode : "avgt"),
		primary, err);
	if (!rc)
		rc = jmh_secondary(import, name.data, from, err);
	buf_release(&name);
	return rc;
}

static int jmh_read(struct import *import, struct error *err)
{
	char where[64];
	size_t nr = 0;

	if (json_type(import->root) != JSON_ARRAY)
		return error_set(err, ERR_USAGE, "the file must be a list of benchmarks");
	for (const struct json *at = json_first(import->root); at; at = json_next(at)) {
		snprintf(where, sizeof where, "[%zu]", nr++);
		if (json_type(at) != JSON_OBJECT)
			return error_set(err, ERR_USAGE, "%s is %s; it must be an object", where,
				json_type_name(json_type(at)));
		if (jmh_add(import, at, where, err))
			return -1;
	}
	return 0;
}

const struct import_format import_jmh = {
	.name = "jmh",
	.title = "JMH, -rf json",
	.shape = IMPORT_JSON,
	.marks = { "\"benchmark\"", "\"primaryMetric\"", "\"scoreUnit\"", "\"mode\"" },
	.read = jmh_read,
	.values =
		"the mean of the iterations of each fork, which is a process; of one fork, samples; "
		"throughput under its mode's name; gc.alloc.rate.norm judged, other secondary "
		"metrics beside it",
	.more = "-f 10 gives processes",
};
