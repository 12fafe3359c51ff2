/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Load tests of servers: k6, Vegeta, oha and wrk. */
#include "store/import/rows.h"

#include "base/buf.h"
#include "base/json_fields.h"
#include "base/str.h"

#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

static const struct metric_kind requests = { "requests", "/s", true };

/* "p95", of "95th", "p(95)" and "95%" */
static bool percentile_name(const char *said, char name[16])
{
	const char *at = said + strcspn(said, "0123456789");
	size_t len = strspn(at, "0123456789.");

	if (!len || len > 8 || (at > said && !(*said == 'p' && at - said <= 2)))
		return false;
	/* wrk2 says 50.000%. */
	while (memchr(at, '.', len) && (at[len - 1] == '0' || at[len - 1] == '.'))
		len--;
	snprintf(name, 16, "p%.*s", (int)len, at);
	return true;
}

static void add_percentile(
	struct import *import, const char *benchmark, const char *said, double ns)
{
	char name[16];
	const struct metric_kind kind = { name, "ns", false };

	if (percentile_name(said, name))
		import_sample(import, benchmark, &kind, ns);
}

/* One of k6's metrics: its figures stand in "values", or right in it. */
static void k6_add(struct import *import, const struct json *from)
{
	const struct json *values = import_object(from, "values");
	const char *type = import_text(from, "type"), *contains = import_text(from, "contains");
	const struct json *of = values ? values : from;
	bool is_trend =
		type ? strcmp(type, "trend") == 0 : !isnan(import_number(import, of, "avg"));
	bool is_time = is_trend && (!contains || strcmp(contains, "time") == 0);
	const struct metric_kind plain = { "value", "", false }, rate = { "rate", "/s", true };

	if (is_trend) {
		import_sample(import, json_name(from), is_time ? &metric_time : &plain,
			import_number(import, of, "avg") * (is_time ? 1e6 : 1));
		for (const struct json *at = json_first(of); at && is_time; at = json_next(at))
			if (str_starts(json_name(at), "p("))
				add_percentile(import, json_name(from), json_name(at),
					import_number(import, of, json_name(at)) * 1e6);
		return;
	}
	import->is_beside = true;
	if (!isnan(import_number(import, of, "count")))
		import_sample(import, json_name(from), &rate, import_number(import, of, "rate"));
	else if (!isnan(import_number(import, of, "passes")))
		import_sample(import, json_name(from), &plain,
			isnan(import_number(import, of, "rate"))
				? import_number(import, of, "value")
				: import_number(import, of, "rate"));
	else
		import_sample(import, json_name(from), &plain, import_number(import, of, "value"));
	import->is_beside = false;
}

static int k6_read(struct import *import, struct error *err)
{
	const struct json *metrics =
		json_member(import->root, "metrics", JSON_OBJECT, JSON_ROOT, err);

	import->keeps_beside = true;
	for (const struct json *at = import_first(metrics); at; at = json_next(at))
		if (json_type(at) == JSON_OBJECT)
			k6_add(import, at);
	return metrics ? 0 : -1;
}

const struct import_format import_k6 = {
	.name = "k6",
	.title = "k6, handleSummary's data or --summary-export",
	.shape = IMPORT_JSON,
	.marks = { "\"metrics\"", "\"http_reqs\"|\"iterations\"|\"vus\"", "\"avg\"|\"rate\"",
		"\"med\"|\"count\"" },
	.read = k6_read,
	.values =
		"the mean of each trend, a single value; percentiles, counters and rates beside it",
};

static int vegeta_read(struct import *import, struct error *err)
{
	const struct json *latencies =
		json_member(import->root, "latencies", JSON_OBJECT, JSON_ROOT, err);
	char room[256];
	const char *name = import_file_name(import, room, sizeof room);
	static const struct metric_kind success = { "success", "", true };

	if (!latencies)
		return -1;
	import_sample(import, name, &metric_time, import_number(import, latencies, "mean"));
	for (const struct json *at = json_first(latencies); at; at = json_next(at))
		if (isdigit((unsigned char)*json_name(at)))
			add_percentile(import, name, json_name(at),
				import_value(import, json_name(at), at));
	import->is_beside = true;
	import_sample(import, name, &requests, import_number(import, import->root, "throughput"));
	import_sample(import, name, &success, import_number(import, import->root, "success"));
	return 0;
}

const struct import_format import_vegeta = {
	.name = "vegeta",
	.title = "vegeta report -type=json",
	.shape = IMPORT_JSON,
	.marks = { "\"latencies\"", "\"mean\"", "\"bytes_in\"", "\"success\"" },
	.read = vegeta_read,
	.values = "the mean latency, a single value; percentiles, throughput and success beside it",
	.more = "vegeta encode has the latency of each request",
};

static int vegeta_results_read(struct import *import, struct error *err)
{
	const char *at = import->text;
	struct json *line;
	char room[256];

	while ((line = import_next_json(import, &at, err))) {
		const char *name = import_text(line, "attack"),
			   *failed = import_text(line, "error");

		if (!name || !*name)
			name = import_file_name(import, room, sizeof room);
		if (!failed || !*failed)
			import_sample(import, name, &metric_time,
				import_needed(import, line, "latency", name));
		json_free(line);
	}
	return err->kind == ERR_NONE ? 0 : -1;
}

const struct import_format import_vegeta_results = {
	.name = "vegeta-results",
	.title = "vegeta encode",
	.shape = IMPORT_LINES,
	.marks = { "\"attack\"", "\"seq\"", "\"latency\"", "\"bytes_in\"" },
	.read = vegeta_results_read,
	.values = "the latency of each request that succeeded, as samples of one process",
};

static int oha_read(struct import *import, struct error *err)
{
	const struct json *summary =
		json_member(import->root, "summary", JSON_OBJECT, JSON_ROOT, err);
	const struct json *percentiles = import_object(import->root, "latencyPercentiles");
	char room[256];
	const char *name = import_file_name(import, room, sizeof room);
	static const struct metric_kind success = { "successRate", "", true };

	if (!summary)
		return -1;
	import_sample(import, name, &metric_time, import_number(import, summary, "average") * 1e9);
	for (const struct json *at = import_first(percentiles); at; at = json_next(at))
		add_percentile(import, name, json_name(at),
			import_number(import, percentiles, json_name(at)) * 1e9);
	import->is_beside = true;
	import_sample(import, name, &requests, import_number(import, summary, "requestsPerSec"));
	import_sample(import, name, &success, import_number(import, summary, "successRate"));
	return 0;
}

const struct import_format import_oha = {
	.name = "oha",
	.title = "oha --output-format json (once -j)",
	.shape = IMPORT_JSON,
	.marks = { "\"summary\"", "\"successRate\"", "\"requestsPerSec\"",
		"\"latencyPercentiles\"|\"average\"" },
	.read = oha_read,
	.values = "the mean latency, a single value; percentiles, requests and success beside it",
};

/* What one run of wrk has said by now. */
struct wrk {
	struct import *import;
	char url[512];
	double latency_ns, deviation_ns;
	bool has_latency;
};

/* "635.91us" */
static bool wrk_time(const char **at, double *value_ns)
{
	char unit[16];

	*at += strspn(*at, " \t");
	if (!import_take_number(at, value_ns) || !import_take_word(at, unit, sizeof unit) ||
		!import_is_time(unit))
		return false;
	*value_ns *= import_unit(unit).factor;
	return true;
}

static bool wrk_requests(struct wrk *wrk, const char *at)
{
	double nr;

	if (!import_take_number(&at, &nr))
		return false;
	if (wrk->has_latency)
		import_mean(wrk->import, wrk->url, &metric_time,
			(struct digest){ wrk->latency_ns, wrk->deviation_ns,
				nr >= 2 && nr < 1e15 ? (uint64_t)nr : 0 });
	return true;
}

static bool wrk_line(struct wrk *wrk, const char *text)
{
	const char *at = text + strspn(text, " \t"), *rest = strstr(at, "% ");
	double value;

	if (str_starts(at, "Running ") && strstr(at, " @ ")) {
		wrk->import->process++;
		wrk->has_latency = false;
		snprintf(wrk->url, sizeof wrk->url, "%s", strstr(at, " @ ") + 3);
	} else if (!*wrk->url) {
		return true;
	} else if (str_starts(at, "Latency ") && !str_starts(at, "Latency D")) {
		at += strlen("Latency");
		wrk->has_latency =
			wrk_time(&at, &wrk->latency_ns) && wrk_time(&at, &wrk->deviation_ns);
		return wrk->has_latency;
	} else if (strstr(at, " requests in ")) {
		return wrk_requests(wrk, at);
	} else if (str_starts(at, "Requests/sec:")) {
		at += strlen("Requests/sec:") + strspn(at + strlen("Requests/sec:"), " ");
		if (!import_take_number(&at, &value))
			return false;
		wrk->import->is_beside = true;
		import_sample(wrk->import, wrk->url, &requests, value);
		wrk->import->is_beside = false;
	} else if (isdigit((unsigned char)*at) && rest) {
		rest++;
		if (!wrk_time(&rest, &value))
			return false;
		add_percentile(wrk->import, wrk->url, at, value);
	}
	return true;
}

static int wrk_read(struct import *import, struct error *err)
{
	struct wrk wrk = { .import = import };
	struct import_line line = { .at = import->text };

	while (import_next_line(&line))
		if (!wrk_line(&wrk, line.text))
			return import_bad_line(&line,
				"a time such as 635.91us behind 'Latency' or '50%', or a number of requests",
				err);
	return 0;
}

const struct import_format import_wrk = {
	.name = "wrk",
	.title = "wrk, what it prints",
	.shape = IMPORT_TEXT,
	.marks = { "Running ", " test @ ", "Thread Stats", "Requests/sec:" },
	.read = wrk_read,
	.values =
		"the mean latency, its deviation and the number of requests; several runs in a file "
		"are processes; percentiles and requests beside it",
	.more = "--latency has percentiles",
};
