/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/import/reading.h"

#include "base/buf.h"
#include "base/date.h"
#include "base/encode.h"
#include "base/str.h"
#include "store/import/clean.h"

#include <ctype.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Of each metric of a result: which process each value is of. */
struct import_marks {
	struct doubles *items;
	size_t nr, alloc;
};

/* An interval whose count nobody says is taken for that of so many values. */
#define INTERVAL_COUNT 10
#define INTERVAL_T 2.262 /* Student's t for that many, 95 %, two-sided */

/* No tool has so many; each takes 2 kB, and a line of 20 bytes can name one. */
#define MAX_BENCHMARKS 100000
#define MAX_METRICS 200
#define MAX_NAME_BYTES 4096

static void check_name(struct import *import, const char *name)
{
	if (strnlen(name, MAX_NAME_BYTES + 1) > MAX_NAME_BYTES)
		import->has_long_name = true;
}

static struct result *result_named(struct import *import, const char *benchmark)
{
	struct run *run = import->run;
	struct result *result = run_find(run, benchmark);

	if (!result && run->nr >= MAX_BENCHMARKS) {
		import->is_too_large = true;
		return &run->items[run->nr - 1];
	}
	check_name(import, benchmark);
	if (!result)
		result = run_add(import->run,
			&(struct bench){ .name = (char *)benchmark,
				.tier = (char[]){ "" },
				.file = (char[]){ "" },
				.nr_threads = 1 });
	return result;
}

/* Names that our files spell alike are one: else a file of both could not be read again. */
struct result *import_result(struct import *import, const char *benchmark)
{
	struct run *run = import->run;
	struct buf room = BUF_INIT;
	struct result *result;

	/* Mostly the one that the last value was of. */
	if (import->last < run->nr && strcmp(run->items[import->last].name, benchmark) == 0)
		return &run->items[import->last];
	result = result_named(import, encode_valid(benchmark, &room));
	import->last = (size_t)(result - run->items);
	buf_release(&room);
	return result;
}

static struct metric *metric_named(
	struct import *import, struct result *result, const struct metric_kind *kind)
{
	struct metric *metric = metrics_find(&result->metrics, kind->name);

	if (metric)
		return metric;
	if (result->metrics.nr >= MAX_METRICS) {
		import->is_too_large = true;
		return &result->metrics.items[MAX_METRICS - 1];
	}
	check_name(import, kind->name);
	check_name(import, kind->unit);
	metric = metrics_make(&result->metrics, kind);
	metric->is_beside = import->is_beside;
	metric->is_count = import->is_count;
	return metric;
}

static struct metric *metric_of(
	struct import *import, struct result *result, const struct metric_kind *kind)
{
	struct buf rooms[2] = { BUF_INIT, BUF_INIT };
	struct metric *metric = metrics_find(&result->metrics, kind->name);
	struct metric_kind valid;

	if (metric)
		return metric;
	valid = (struct metric_kind){ encode_valid(kind->name, &rooms[0]),
		encode_valid(kind->unit, &rooms[1]), kind->more_is_better };
	metric = metric_named(import, result, &valid);
	buf_release(&rooms[0]);
	buf_release(&rooms[1]);
	return metric;
}

static struct doubles *marks_of(
	struct import *import, const struct result *result, const struct metric *metric)
{
	size_t of_result = (size_t)(result - import->run->items);
	size_t of_metric = (size_t)(metric - result->metrics.items);
	struct import_marks *marks;

	if (import->nr_marks < import->run->nr) {
		size_t nr = 2 * import->run->nr;

		import->marks = mem_resize(import->marks, nr, sizeof *import->marks);
		memset(import->marks + import->nr_marks, 0,
			(nr - import->nr_marks) * sizeof *import->marks);
		import->nr_marks = nr;
	}
	marks = &import->marks[of_result];
	while (marks->nr <= of_metric)
		*ARRAY_ADD(marks) = (struct doubles){ 0 };
	return &marks->items[of_metric];
}

static void add_value(
	struct import *import, struct result *result, struct metric *metric, double value)
{
	*ARRAY_ADD(&metric->values) = value;
	*ARRAY_ADD(marks_of(import, result, metric)) = (double)import->process;
}

/* Can nothing that takes, fills or does something be so? */
static bool is_impossible(const struct import *import, const struct metric_kind *kind, double value)
{
	return isinf(value) ||
		(value < 0 &&
			(import->is_count || strcmp(kind->unit, "ns") == 0 ||
				strcmp(kind->unit, "B") == 0 || kind->more_is_better));
}

static void refuse_value(struct result *result, const struct metric_kind *kind, double value)
{
	struct fault fault = FAULT_INIT;

	fault_set(&fault, RESULT_WRONG, "its %.100s is %g%s%.20s in the file, which cannot be",
		kind->name, value, *kind->unit ? " " : "", kind->unit);
	result_fault(result, &fault);
}

static void refuse_spread(struct result *result, const struct metric_kind *kind)
{
	struct fault fault = FAULT_INIT;

	fault_set(&fault, RESULT_WRONG,
		"the deviation of its %.100s is below 0 in the file, or its interval ends before it begins",
		kind->name);
	result_fault(result, &fault);
}

void import_sample(
	struct import *import, const char *benchmark, const struct metric_kind *kind, double value)
{
	struct result *result = import_result(import, benchmark);

	if (isnan(value))
		return;
	if (is_impossible(import, kind, value))
		refuse_value(result, kind, value);
	else
		add_value(import, result, metric_of(import, result, kind), value);
}

void import_mean(struct import *import, const char *benchmark, const struct metric_kind *kind,
	struct digest digest)
{
	struct result *result = import_result(import, benchmark);
	struct metric *metric;

	if (isnan(digest.mean))
		return;
	if (is_impossible(import, kind, digest.mean)) {
		refuse_value(result, kind, digest.mean);
		return;
	}
	if (digest.sd < 0) {
		refuse_spread(result, kind);
		return;
	}
	metric = metric_of(import, result, kind);
	/* Another process has one, too: it is their means that count. */
	if (metric->values.nr || metric->digest.nr || digest.nr < 2 || !(digest.sd >= 0) ||
		isinf(digest.sd)) {
		add_value(import, result, metric, digest.mean);
		return;
	}
	add_value(import, result, metric, digest.mean);
	metric->digest = digest;
	metric->basis = BASIS_MEAN;
}

/* Of normal values: the median varies by so much more than the mean, and the third quartile is by
 * so many deviations above it. */
#define MEDIAN_SPREAD 1.2533
#define QUARTILE_SDS .6745

void import_median(
	struct import *import, const char *benchmark, double median, double third, uint64_t nr)
{
	if (median > 0 && third >= median)
		import_mean(import, benchmark, &metric_typical,
			(struct digest){
				median, (third - median) / QUARTILE_SDS * MEDIAN_SPREAD, nr });
}

void import_interval(struct import *import, const char *benchmark, const struct metric_kind *kind,
	const double value_low_high[3])
{
	double half = (value_low_high[2] - value_low_high[1]) / 2;
	struct digest digest = { value_low_high[0],
		half * sqrt((double)INTERVAL_COUNT) / INTERVAL_T, INTERVAL_COUNT };

	import_mean(import, benchmark, kind, digest);
	if (half >= 0 && metrics_find(&import_result(import, benchmark)->metrics, kind->name))
		metric_of(import, import_result(import, benchmark), kind)->basis = BASIS_INTERVAL;
}

void import_fault(
	struct import *import, const char *benchmark, enum result_word word, const char *reason)
{
	struct result *result = import_result(import, benchmark);
	struct fault fault = FAULT_INIT;

	fault_set(&fault, word, "%s", reason && *reason ? reason : "the file does not say why");
	result_fault(result, &fault);
}

/* The mean of the values of each process. Returns how many there are. */
static size_t fold_processes(struct doubles *values, const struct doubles *processes)
{
	size_t nr = 0;

	for (size_t i = 0, end; i < values->nr; i = end) {
		double sum = 0;

		for (end = i; end < values->nr && processes->items[end] == processes->items[i];
			end++)
			sum += values->items[end];
		values->items[nr++] = sum / (double)(end - i);
	}
	return nr;
}

static size_t count_processes(const struct doubles *processes)
{
	size_t nr = 0;

	for (size_t i = 0; i < processes->nr; i++)
		nr += !i || processes->items[i] != processes->items[i - 1];
	return nr;
}

static size_t finish_metric(struct import *import, struct result *result, struct metric *metric)
{
	const struct doubles *processes = marks_of(import, result, metric);
	size_t nr = count_processes(processes);

	if (nr > 1) {
		metric->values.nr = fold_processes(&metric->values, processes);
		metric->digest = (struct digest){ .nr = 0 };
		metric->basis = BASIS_PROCESSES;
	} else if (metric->values.nr > 1) {
		metric->digest = (struct digest){ .nr = 0 };
		metric->basis = BASIS_SAMPLES;
	} else if (metric->digest.nr) {
		metric->values.nr = 0;
	} else {
		metric->basis = BASIS_SINGLE;
	}
	return nr;
}

static void finish_result(struct import *import, struct result *result)
{
	size_t nr = 0;

	for (size_t i = 0; i < result->metrics.nr; i++) {
		size_t of_metric = finish_metric(import, result, &result->metrics.items[i]);

		nr = of_metric > nr ? of_metric : nr;
	}
	for (size_t i = 0; i < nr; i++)
		*ARRAY_ADD(&result->processes) =
			(struct process_row){ .iterations = 1, .nr_batches = 1, .settled = true };
	result->nr_planned = nr;
}

/* What there is nothing else of is judged. */
static void judge_something(struct result *result)
{
	for (size_t i = 0; i < result->metrics.nr; i++)
		if (!result->metrics.items[i].is_beside)
			return;
	for (size_t i = 0; i < result->metrics.nr; i++)
		result->metrics.items[i].is_beside = false;
}

void import_finish(struct import *import)
{
	for (size_t i = 0; i < import->run->nr && !import->keeps_beside; i++)
		judge_something(&import->run->items[i]);
	for (size_t i = 0; i < import->run->nr; i++)
		finish_result(import, &import->run->items[i]);
}

void import_release(struct import *import)
{
	for (size_t i = 0; i < import->nr_marks; i++) {
		for (size_t j = 0; j < import->marks[i].nr; j++)
			ARRAY_RELEASE(&import->marks[i].items[j]);
		ARRAY_RELEASE(&import->marks[i]);
	}
	free(import->marks);
	import->marks = NULL;
	import->nr_marks = 0;
}

static const struct {
	const char *said;
	struct import_unit unit;
} units[] = {
	{ "ns", { "ns", 1, false } },
	{ "nanosecond", { "ns", 1, false } },
	{ "nanoseconds", { "ns", 1, false } },
	{ "nsec", { "ns", 1, false } },
	{ "ps", { "ns", 1e-3, false } },
	{ "us", { "ns", 1e3, false } },
	{ "usec", { "ns", 1e3, false } },
	{ "\xc2\xb5s", { "ns", 1e3, false } }, /* the micro sign */
	{ "\xce\xbcs", { "ns", 1e3, false } }, /* the letter mu */
	{ "microsecond", { "ns", 1e3, false } },
	{ "microseconds", { "ns", 1e3, false } },
	{ "ms", { "ns", 1e6, false } },
	{ "msec", { "ns", 1e6, false } },
	{ "millisecond", { "ns", 1e6, false } },
	{ "milliseconds", { "ns", 1e6, false } },
	{ "s", { "ns", 1e9, false } },
	{ "sec", { "ns", 1e9, false } },
	{ "second", { "ns", 1e9, false } },
	{ "seconds", { "ns", 1e9, false } },
	{ "m", { "ns", 60e9, false } },
	{ "min", { "ns", 60e9, false } },
	{ "secs", { "ns", 1e9, false } },
	{ "minute", { "ns", 60e9, false } },
	{ "minutes", { "ns", 60e9, false } },
	{ "h", { "ns", 3600e9, false } },
	{ "ns/op", { "ns", 1, false } },
	{ "us/op", { "ns", 1e3, false } },
	{ "ms/op", { "ns", 1e6, false } },
	{ "s/op", { "ns", 1e9, false } },
	{ "ns/iter", { "ns", 1, false } },
	{ "B", { "B", 1, false } },
	{ "byte", { "B", 1, false } },
	{ "bytes", { "B", 1, false } },
	{ "kB", { "B", 1e3, false } },
	{ "KB", { "B", 1e3, false } },
	{ "KiB", { "B", 1024, false } },
	{ "MB", { "B", 1e6, false } },
	{ "MiB", { "B", 1048576, false } },
	{ "GB", { "B", 1e9, false } },
	{ "GiB", { "B", 1073741824, false } },
	{ "B/op", { "B", 1, false } },
};

static bool ends_with(const char *text, const char *end)
{
	size_t len = strlen(text), end_len = strlen(end);

	return len >= end_len && strcmp(text + len - end_len, end) == 0;
}

/* "MB/s", "ops/sec", "items_per_second", but no "ns/op" */
static bool names_rate(const char *said)
{
	static const char *const ends[] = { "/s", "/sec", "/second", "_per_second", "per_sec",
		"ops/ns", "ops/us", "ops/ms", "/ms" };

	for (size_t i = 0; i < sizeof ends / sizeof *ends; i++)
		if (ends_with(said, ends[i]))
			return true;
	return false;
}

struct import_unit import_unit(const char *said)
{
	for (size_t i = 0; i < sizeof units / sizeof *units; i++)
		if (strcmp(units[i].said, said) == 0)
			return units[i].unit;
	return (struct import_unit){ said, 1, names_rate(said) };
}

bool import_is_time(const char *said)
{
	return strcmp(import_unit(said).unit, "ns") == 0;
}

void import_sample_in(struct import *import, const char *benchmark, const char *name,
	const char *unit, double value)
{
	struct import_unit known = import_unit(unit);
	struct metric_kind kind = { name, known.unit, known.more_is_better };

	if (!name)
		kind = strcmp(known.unit, "ns") == 0 ? metric_time
						     : (struct metric_kind){ *unit ? unit : "value",
							       known.unit, known.more_is_better };
	import_sample(import, benchmark, &kind, value * known.factor);
}

int import_check(const struct import *import, struct error *err)
{
	if (import->has_long_name)
		return error_set(err, ERR_IO,
			"a name in it has more than %d bytes: give the benchmark a shorter one",
			MAX_NAME_BYTES);
	if (import->wrong.kind != ERR_NONE) {
		*err = import->wrong;
		return -1;
	}
	if (!import->is_too_large)
		return 0;
	return error_set(err, ERR_IO,
		"it has more than %d benchmarks, or one with more than %d metrics: import a part of it",
		MAX_BENCHMARKS, MAX_METRICS);
}

bool import_next_line(struct import_line *line)
{
	size_t len = strcspn(line->at, "\n"), kept = len;

	if (!*line->at)
		return false;
	if (kept >= sizeof line->text)
		kept = sizeof line->text - 1;
	memcpy(line->text, line->at, kept);
	if (kept && line->text[kept - 1] == '\r')
		kept--;
	line->text[kept] = '\0';
	line->at += len + (line->at[len] == '\n');
	line->nr++;
	return true;
}

int import_bad_line(const struct import_line *line, const char *expected, struct error *err)
{
	struct buf shown = BUF_INIT;

	buf_add_printable(&shown, line->text + strspn(line->text, " \t"));
	error_set(err, ERR_IO, "line %zu: '%.80s' cannot be read; expected: %s", line->nr,
		shown.data, expected);
	buf_release(&shown);
	return -1;
}

static const char *past_blanks(const char *at)
{
	return at + strspn(at, " \t");
}

bool import_take_number(const char **at, double *number)
{
	char digits[64], *end;
	size_t nr = 0;
	const char *from = *at;

	for (; nr + 1 < sizeof digits && *from && strchr("+-.0123456789eE,_'", *from) &&
		!(strchr(",_'", *from) && !isdigit((unsigned char)from[1]));
		from++)
		if (!strchr(",_'", *from))
			digits[nr++] = *from;
	digits[nr] = '\0';
	*number = strtod(digits, &end);
	if (!nr || *end || isinf(*number))
		return false;
	*at = past_blanks(from);
	return true;
}

bool import_take_word(const char **at, char *word, size_t room)
{
	size_t len = strcspn(*at, " \t");

	if (!len || len >= room)
		return false;
	memcpy(word, *at, len);
	word[len] = '\0';
	*at = past_blanks(*at + len);
	return true;
}

/* Behind the document that begins here; NULL: it has no end. */
static const char *end_of_json(const char *at)
{
	size_t depth = 0;

	do {
		if (*at == '"')
			for (at++; *at && *at != '"'; at++)
				at += *at == '\\' && at[1];
		depth += *at == '{';
		depth -= *at == '}';
		if (!*at)
			return NULL;
		at++;
	} while (depth);
	return at;
}

static struct json *parse_or_clean(const struct buf *text, struct error *err)
{
	struct buf clean = BUF_INIT;
	struct json *json = json_parse(text->data, text->len, err);

	if (!json && clean_json(text->data, text->len, &clean))
		json = json_parse(clean.data, clean.len, err);
	buf_release(&clean);
	if (json)
		err->kind = ERR_NONE;
	return json;
}

/* A part of the text as a document; its errors name places in the whole. */
static struct json *parse_part(
	const struct import *import, const char *start, const char *end, struct error *err)
{
	struct buf text = BUF_INIT;
	struct json *json;

	buf_add(&text, start, (size_t)(end - start));
	json = parse_or_clean(&text, err);
	if (!json) {
		buf_clear(&text);
		for (const char *from = import->text; from < start; from++)
			buf_addc(&text, *from == '\n' ? '\n' : ' ');
		buf_add(&text, start, (size_t)(end - start));
		json = parse_or_clean(&text, err);
	}
	buf_release(&text);
	return json;
}

struct json *import_next_json(const struct import *import, const char **at, struct error *err)
{
	const char *start = *at, *end;

	for (; *start; start += strcspn(start, "\n"), start += *start == '\n') {
		const char *first = start + strspn(start, " \t");

		if (*first == '{')
			break;
	}
	start += strspn(start, " \t");
	*at = start;
	if (!*start)
		return NULL;
	end = end_of_json(start);
	if (!end) {
		error_set(err, ERR_USAGE,
			"line %zu: the JSON text that begins here with '%.20s' ends too early",
			import_line_of(import, start), start);
		return NULL;
	}
	*at = end;
	return parse_part(import, start, end, err);
}

const char *import_file_name(const struct import *import, char *name, size_t room)
{
	const char *given = import->input->name;
	const char *path = str_path_name(import->input->path);
	size_t len = strcspn(path, ".");

	snprintf(name, room, "%.*s", given ? 200 : (int)(len ? len : strlen(path)),
		given ? given : path);
	return *name ? name : "benchmark";
}

/* Of "2016-08-02 17:44:46", "2024-05-01T12:00:00.123+02:00" and the like. */
void import_set_time(struct import *import, const char *said)
{
	char time[DATE_TIME_MAX];
	const char *zone;
	int64_t offset_s = 0;

	if (!said || strlen(said) < 19)
		return;
	snprintf(time, sizeof time, "%.10sT%.8sZ", said, said + 11);
	if (!date_is_time(time))
		return;
	zone = said + 19 + strspn(said + 19, ".0123456789 ");
	if ((*zone == '+' || *zone == '-') && strlen(zone) >= 5) {
		const char *minutes = zone + 3 + (zone[3] == ':');

		offset_s = strtol((char[]){ zone[1], zone[2], '\0' }, NULL, 10) * 3600 +
			strtol((char[]){ minutes[0], minutes[1], '\0' }, NULL, 10) * 60;
		date_add_seconds(time, *zone == '+' ? -offset_s : offset_s);
	}
	snprintf(import->run->timestamp, sizeof import->run->timestamp, "%s", time);
}
