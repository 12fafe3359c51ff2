/* SPDX-License-Identifier: GPL-3.0-or-later */
/* benchmark.js: a line for each benchmark, and benchmark-ips of Ruby, which says the same. */
#include "store/import/rows.h"

#include "base/buf.h"
#include "base/json_fields.h"
#include "base/str.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static const struct metric_kind throughput = { "throughput", "/s", true };

/* Student's t for 95 %, two-sided, near enough for 5 values and more. */
static double student_t(double nr)
{
	return 1.96 + 2.6 / (nr - 1);
}

/* The last " x " that a number follows: names may have it, too. */
static const char *benchmarkjs_number(const char *line)
{
	const char *found = NULL;

	for (const char *at = line; (at = strstr(at, " x ")); at += 3) {
		const char *next = at + 3;
		double number;

		if (import_take_number(&next, &number) && str_starts(next, "ops/sec"))
			found = at;
	}
	return found;
}

/* "name x 1,431,759 ops/sec +-0.74% (93 runs sampled)" */
static bool benchmarkjs_line(struct import *import, const char *line)
{
	const char *cross = benchmarkjs_number(line), *at = cross ? cross + 3 : "", *runs;
	double rate, error_pct, nr;
	char name[1024];

	if (!cross || !import_take_number(&at, &rate))
		return false;
	line += strspn(line, " \t");
	snprintf(name, sizeof name, "%.*s", (int)(cross - line), line);
	at += strlen("ops/sec");
	at += strspn(at, " \xc2\xb1");
	runs = strchr(at, '(');
	if (!runs++ || !import_take_number(&at, &error_pct) || error_pct < 0 || *at != '%' ||
		!import_take_number(&runs, &nr) || !str_starts(runs, "run"))
		return false;
	if (nr < 2)
		import_sample(import, name, &throughput, rate);
	else
		import_mean(import, name, &throughput,
			(struct digest){ rate, rate * error_pct / 100 * sqrt(nr) / student_t(nr),
				(uint64_t)nr });
	return true;
}

static int benchmarkjs_read(struct import *import, struct error *err)
{
	struct import_line line = { .at = import->text };

	while (import_next_line(&line))
		if (!benchmarkjs_line(import, line.text) && strstr(line.text, " ops/sec "))
			return import_bad_line(&line,
				"name x 1,234 ops/sec \xc2\xb1"
				"0.74% (93 runs sampled)",
				err);
	return 0;
}

const struct import_format import_benchmarkjs = {
	.name = "benchmarkjs",
	.title = "benchmark.js, a line for each benchmark",
	.shape = IMPORT_TEXT,
	.marks = { " x ", " ops/sec", "sampled)" },
	.read = benchmarkjs_read,
	.values = "the mean rate, its deviation and its count",
	.more = "JSON.stringify(suite) has the samples",
};

/* "29.673M" */
static bool ips_number(const char **at, double *number)
{
	static const struct {
		char letter;
		double factor;
	} letters[] = { { 'k', 1e3 }, { 'M', 1e6 }, { 'B', 1e9 }, { 'G', 1e9 }, { 'T', 1e12 } };

	if (!import_take_number(at, number))
		return false;
	for (size_t i = 0; i < sizeof letters / sizeof *letters; i++)
		if (**at == letters[i].letter) {
			*number *= letters[i].factor;
			(*at)++;
			*at += strspn(*at, " ");
			break;
		}
	return true;
}

/* "   Fast Blank     29.673M (+- 2.7%) i/s -    148.215M" */
static bool ips_line(struct import *import, const char *heading, const char *line)
{
	const char *bracket = strstr(line, " ("), *end = strstr(line, "%) i/s"), *at;
	double rate, deviation_pct, half;
	char name[1024];

	if (!bracket || !end || bracket > end)
		return false;
	for (at = bracket; at > line && at[-1] != ' '; at--)
		;
	line += strspn(line, " ");
	if (at <= line)
		return false;
	snprintf(name, sizeof name, "%s%s%.*s", heading, *heading ? ": " : "", (int)(at - line),
		line);
	for (size_t len = strlen(name); len && name[len - 1] == ' '; len--)
		name[len - 1] = '\0';
	bracket += 2 + strspn(bracket + 2, " +-\xc2\xb1");
	if (!ips_number(&at, &rate) || !import_take_number(&bracket, &deviation_pct) ||
		deviation_pct < 0 || bracket != end)
		return false;
	/* The deviation of samples, of which there is one each tenth of a second. */
	half = rate * deviation_pct / 100 * student_t(10) / sqrt(10);
	import_interval(
		import, name, &throughput, (const double[]){ rate, rate - half, rate + half });
	return true;
}

/* "==== Test String Length: 0 ====" */
static void ips_heading(const char *line, char heading[256])
{
	size_t start = strspn(line, "= "), end = strlen(line);

	while (end > start && strchr("= ", line[end - 1]))
		end--;
	snprintf(heading, 256, "%.*s", (int)(end - start), line + start);
}

static int ips_read(struct import *import, struct error *err)
{
	struct import_line line = { .at = import->text };
	char heading[256] = "";

	while (import_next_line(&line)) {
		if (str_starts(line.text, "=="))
			ips_heading(line.text, heading);
		if (!ips_line(import, heading, line.text) && strstr(line.text, "%) i/s"))
			return import_bad_line(&line, "name 29.6M (\xc2\xb1 2.7%) i/s", err);
	}
	return 0;
}

const struct import_format import_benchmark_ips = {
	.name = "benchmark-ips",
	.title = "benchmark-ips (Ruby), what it prints",
	.shape = IMPORT_TEXT,
	.marks = { " i/s", "%) i/s", "Calculating|Warming up" },
	.read = ips_read,
	.values = "the mean rate, with the deviation of its samples as its interval",
};

/* The label before the first number; what is no row has none. */
static const char *ruby_label(const char *line, char label[512])
{
	const char *at = line + strcspn(line, "0123456789");

	while (at > line && *at && !strchr(" \t", at[-1]))
		at += 1 + strcspn(at + 1, "0123456789");
	snprintf(label, 512, "%.*s", (int)(at - line), line);
	for (size_t len = strlen(label); len && strchr(" :", label[len - 1]); len--)
		label[len - 1] = '\0';
	return at;
}

/* "for:   0.950000   0.000000   0.950000 (  0.952039)"; lines with > are sums of others. */
static bool ruby_line(struct import *import, const char *line)
{
	static const struct metric_kind cpu = { "cpu_time", "ns", false };
	char label[512];
	const char *at = ruby_label(line, label), *real = strrchr(line, '(');
	double values[3], seconds;

	if (!*label || !real || at >= real)
		return false;
	real += 1 + strspn(real + 1, " ");
	for (size_t i = 0; i < 3; i++)
		if (!import_take_number(&at, &values[i]))
			return false;
	if (!import_take_number(&real, &seconds) || *real != ')')
		return false;
	import_sample(import, label, &metric_time, seconds * 1e9);
	import->is_beside = true;
	import_sample(import, label, &cpu, values[2] * 1e9);
	import->is_beside = false;
	return true;
}

/* Below the headings of a table, a line that ends in a bracket is a row of it. */
static bool ruby_is_row(const char *line, bool *in_table)
{
	const char *bracket = strrchr(line, '(');

	if (strstr(line, "user ") && strstr(line, "system ") && strstr(line, "real"))
		*in_table = true;
	return *in_table && *line != '>' && bracket && strchr(bracket, ')') &&
		!bracket[strcspn(bracket, ")") + 1];
}

static int ruby_read(struct import *import, struct error *err)
{
	struct import_line line = { .at = import->text };
	bool in_table = false;

	while (import_next_line(&line))
		if (ruby_is_row(line.text, &in_table) && !ruby_line(import, line.text))
			return import_bad_line(
				&line, "name: 0.95 0.00 0.95 ( 0.95), in seconds", err);
	return 0;
}

const struct import_format import_ruby_benchmark = {
	.name = "ruby-benchmark",
	.title = "Ruby's Benchmark.bm, what it prints",
	.shape = IMPORT_TEXT,
	.marks = { "user ", "system ", "total ", "real\n", "(" },
	.read = ruby_read,
	.values = "the real time, a single value; the total of user and system time beside it",
	.more = "benchmark-ips gives intervals",
};

static int ips_json_read(struct import *import, struct error *err)
{
	for (const struct json *at = json_first(import->root); at; at = json_next(at)) {
		const char *name = import_text(at, "name");
		double rate = import_number(import, at, "ips"),
		       sd = import_number(import, at, "stddev"), half;

		if (isnan(rate))
			rate = import_number(import, at, "central_tendency");
		if (isnan(sd))
			sd = import_number(import, at, "error");
		if (!name || isnan(rate))
			return error_set(
				err, ERR_USAGE, "an entry has no \"%s\"", name ? "ips" : "name");
		half = sd * student_t(10) / sqrt(10);
		import_interval(import, name, &throughput,
			(const double[]){ rate, rate - half, rate + half });
	}
	return 0;
}

const struct import_format import_benchmark_ips_json = {
	.name = "benchmark-ips-json",
	.title = "benchmark-ips (Ruby), json!",
	.shape = IMPORT_JSON,
	.marks = { "\"ips\"|\"central_tendency\"", "\"name\"", "\"stddev\"|\"error\"",
		"\"cycles\"" },
	.read = ips_json_read,
	.values = "the mean rate, with the deviation of its samples as its interval",
};
