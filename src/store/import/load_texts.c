/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What load testers print for people: vegeta report, oha. */
#include "store/import/rows.h"

#include "base/str.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static const struct metric_kind rate = { "requests", "/s", true };

/* "1m30.5s", "762.632µs": parts of a time, in ns. */
static bool take_duration(const char **at, double *sum_ns)
{
	char unit[8];
	double part;
	size_t nr = 0, len;

	*sum_ns = 0;
	while ((len = strspn(*at, ".0123456789")) > 0) {
		char digits[32];

		if (len >= sizeof digits)
			return false;
		memcpy(digits, *at, len);
		digits[len] = '\0';
		*at += len;
		*at += strspn(*at, " ");
		len = strcspn(*at, " ,.0123456789");
		if (!str_to_double(digits, &part) || len >= sizeof unit)
			return false;
		memcpy(unit, *at, len);
		unit[len] = '\0';
		*at += len;
		if (!import_is_time(unit))
			return nr == 0 && part == 0;
		*sum_ns += part * import_unit(unit).factor;
		nr++;
	}
	*at += strspn(*at, ", ");
	return nr > 0;
}

static void add_latency(
	struct import *import, const char *benchmark, const char *heading, double value_ns)
{
	struct metric_kind kind = { NULL, "ns", false };
	char name[32];

	if (strcmp(heading, "mean") == 0) {
		import_sample(import, benchmark, &metric_time, value_ns);
		return;
	}
	snprintf(name, sizeof name, "%s%.24s", strspn(heading, "0123456789") ? "p" : "", heading);
	kind.name = name;
	import->is_beside = true;
	import_sample(import, benchmark, &kind, value_ns);
	import->is_beside = false;
}

/* "Latencies     [min, mean, 50, max]  1ms, 2ms, 2ms, 3ms" */
static int vegeta_latencies(struct import *import, const char *benchmark,
	const struct import_line *line, struct error *err)
{
	const char *heading = strchr(line->text, '[');
	const char *at = heading ? strchr(heading, ']') : NULL, *end = at;
	char name[16];
	double value;

	if (!at)
		return 0;
	at += 1 + strspn(at + 1, " ");
	for (heading++; heading < end; heading += strspn(heading, ", ")) {
		size_t len = strcspn(heading, ",]");

		if (!take_duration(&at, &value))
			return error_set(
				err, ERR_USAGE, "line %zu: '%.40s' is no time", line->nr, at);
		snprintf(name, sizeof name, "%.*s", (int)(len < 15 ? len : 15), heading);
		add_latency(import, benchmark, name, value);
		heading += len;
	}
	return 0;
}

/* The third of "[total, rate, throughput]  15000, 1500.11, 35.83" */
static bool vegeta_requests(struct import *import, const char *benchmark, const char *text)
{
	const char *at = strchr(text, ']'), *comma = at ? strrchr(at, ',') : NULL;
	double value;

	if (!comma)
		return true;
	at = comma + 1 + strspn(comma + 1, " ");
	if (!import_take_number(&at, &value))
		return false;
	import->is_beside = true;
	import_sample(import, benchmark, &rate, value);
	import->is_beside = false;
	return true;
}

static int vegeta_text_read(struct import *import, struct error *err)
{
	struct import_line line = { .at = import->text };
	char room[256];
	const char *name = import_file_name(import, room, sizeof room);

	while (import_next_line(&line)) {
		if (str_starts(line.text, "Requests ")) {
			import->process++;
			if (!vegeta_requests(import, name, line.text))
				return import_bad_line(&line,
					"Requests [total, rate, throughput] 1200, 120.00, 65.87",
					err);
		} else if (str_starts(line.text, "Latencies ") &&
			vegeta_latencies(import, name, &line, err)) {
			return -1;
		}
	}
	return 0;
}

const struct import_format import_vegeta_text = {
	.name = "vegeta-text",
	.title = "vegeta report",
	.shape = IMPORT_TEXT,
	.marks = { "Latencies ", "[min, mean, ", "Status Codes", "Success " },
	.read = vegeta_text_read,
	.values = "the mean latency, a single value; several reports in a file are processes; "
		  "percentiles and throughput beside it",
	.more = "vegeta encode has the latency of each request",
};

/* "  99.90% in 0.0060 secs" */
static bool oha_line(struct import *import, const char *benchmark, const char *text)
{
	const char *at = text + strspn(text, " \t"), *in = strstr(at, "% in ");
	char name[24];
	double value;

	if (str_starts(at, "Average:")) {
		at += strlen("Average:") + strspn(at + strlen("Average:"), " \t");
		if (!take_duration(&at, &value))
			return str_starts(at, "NaN"); /* of no request that succeeded */
		import_sample(import, benchmark, &metric_time, value);
	} else if (str_starts(at, "Requests/sec:")) {
		at += strlen("Requests/sec:") + strspn(at + strlen("Requests/sec:"), " \t");
		if (!import_take_number(&at, &value))
			return false;
		import->is_beside = true;
		import_sample(import, benchmark, &rate, value);
		import->is_beside = false;
	} else if (in) {
		if (!import_take_number(&at, &value))
			return false;
		snprintf(name, sizeof name, "%.10g", value);
		in += strlen("% in ");
		if (!take_duration(&in, &value))
			return str_starts(in, "NaN");
		add_latency(import, benchmark, name, value);
	}
	return true;
}

static int oha_text_read(struct import *import, struct error *err)
{
	struct import_line line = { .at = import->text };
	char room[256];
	const char *name = import_file_name(import, room, sizeof room);

	while (import_next_line(&line))
		if (!oha_line(import, name, line.text))
			return import_bad_line(&line,
				"'Average: 0.0012 secs', 'Requests/sec: 478.1' or '50.00% in 0.0010 secs'",
				err);
	return 0;
}

const struct import_format import_oha_text = {
	.name = "oha-text",
	.title = "oha, what it prints",
	.shape = IMPORT_TEXT,
	.marks = { "Success rate:", "Slowest:", "Requests/sec:", "Response time histogram:" },
	.read = oha_text_read,
	.values = "the mean latency, a single value; percentiles and requests beside it",
};
