/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Go's testing package: lines of `go test -bench`, or of it with -json. */
#include "store/import/rows.h"

#include "base/str.h"
#include "base/texts.h"

#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MAX_NAME 1024

/* "Unit hits better=higher assume=exact" */
struct declared {
	char unit[64];
	bool more_is_better, is_exact;
};

struct reader {
	struct import *import;
	struct import_line line;
	char package[512];
	bool in_header;
	char pending[MAX_NAME]; /* a benchmark whose numbers did not come with its name */
	double time_ns, mb_per_s;
	struct run *packages; /* of each name, the package it was first seen in */
	bool is_looking;      /* for names that several packages have; nothing is kept */
	struct declared units[16];
	size_t nr_units;
};

/* Which way is better, and what it is: of the unit, which is the name too. */
static void go_number(struct reader *reader, const char *name, const char *unit, double value)
{
	struct import *import = reader->import;
	bool is_bytes = str_starts(unit, "B/") || strstr(unit, "bytes");
	bool is_ns = str_starts(unit, "ns/") || strstr(unit, "-ns");
	struct metric_kind kind = { unit,
		is_bytes        ? "B"
			: is_ns ? "ns"
				: "",
		import_unit(unit).more_is_better };

	import->is_count = is_bytes || strcmp(unit, "allocs/op") == 0;
	if (strcmp(unit, "ns/op") == 0) {
		kind = metric_time;
		reader->time_ns = value;
	}
	for (size_t i = 0; i < reader->nr_units; i++)
		if (strcmp(reader->units[i].unit, unit) == 0) {
			kind.more_is_better = reader->units[i].more_is_better;
			import->is_count = reader->units[i].is_exact;
		}
	if (strcmp(unit, "MB/s") == 0)
		reader->mb_per_s = value;
	else
		import_sample(import, name, &kind, value);
	import->is_count = false;
}

/* Where several packages have a benchmark of this name, each says which it is of. */
static void go_name(const struct reader *reader, const char *name, char full[2 * MAX_NAME])
{
	const struct result *seen = run_find(reader->packages, name);

	if (seen && seen->note)
		snprintf(full, 2 * MAX_NAME, "%s (%s)", name, reader->package);
	else
		snprintf(full, 2 * MAX_NAME, "%s", name);
}

static void note_package(struct reader *reader, const char *name)
{
	struct result *seen = run_find(reader->packages, name);

	if (!seen)
		run_add(reader->packages,
			&(struct bench){ .name = (char *)name,
				.tier = (char[]){ "" },
				.file = reader->package });
	else if (strcmp(seen->file, reader->package) != 0 && !seen->note)
		result_add_note(seen, "several packages");
}

static int go_malformed(const struct reader *reader, const char *what, struct error *err)
{
	struct buf shown = BUF_INIT;

	buf_add_printable(&shown, what);
	error_set(err, ERR_USAGE,
		"line %zu: '%.60s' is no number with its unit, such as '20.5 ns/op'",
		reader->line.nr, shown.data);
	buf_release(&shown);
	return -1;
}

/* "  100  20.5 ns/op  3 allocs/op" */
static int go_numbers(struct reader *reader, const char *name, const char *at, struct error *err)
{
	char full[2 * MAX_NAME], unit[64];
	double iterations, value;

	if (!import_take_number(&at, &iterations))
		return go_malformed(reader, at, err);
	if (reader->is_looking) {
		note_package(reader, name);
		return 0;
	}
	go_name(reader, name, full);
	reader->time_ns = reader->mb_per_s = NAN;
	while (*at) {
		const char *start = at;

		if (!import_take_number(&at, &value) || !isblank((unsigned char)at[-1]) ||
			!import_take_word(&at, unit, sizeof unit))
			return go_malformed(reader, start, err);
		go_number(reader, full, unit, value);
	}
	if (reader->mb_per_s * reader->time_ns > 0)
		import_result(reader->import, full)->bytes =
			reader->mb_per_s * reader->time_ns / 1e3;
	return 0;
}

/* "5000000	 325 ns/op" */
static bool has_numbers(const char *at)
{
	double number;
	char unit[64];

	return isdigit((unsigned char)*at) && import_take_number(&at, &number) &&
		import_take_number(&at, &number) && import_take_word(&at, unit, sizeof unit);
}

/* A count and a number that cannot be read, behind which the unit stands. */
static bool go_lacks_number(const char *at)
{
	char words[3][64];
	size_t nr = 0;

	while (nr < 3 && import_take_word(&at, words[nr], sizeof words[nr]))
		if (strcmp(words[nr++], "ns/op") == 0)
			return true;
	return false;
}

static int go_benchmark(struct reader *reader, const char *at, struct error *err)
{
	char name[MAX_NAME];
	bool has_name = import_take_word(&at, name, sizeof name);

	if (!has_name)
		return 0;
	*reader->pending = '\0';
	if (has_numbers(at))
		return go_numbers(reader, name, at, err);
	if ((isdigit((unsigned char)*at) && strspn(at, "0123456789") == strcspn(at, " \t")) ||
		go_lacks_number(at))
		return go_malformed(reader, at, err);
	/* It prints something, and its numbers stand behind that. */
	if (strrchr(name, '-') || !*at)
		snprintf(reader->pending, sizeof reader->pending, "%s", name);
	return 0;
}

/* Each start of a test binary writes its header again. */
static bool go_header(struct reader *reader, const char *text)
{
	static const char *const words[] = { "goos: ", "goarch: ", "pkg: ", "cpu: ", NULL };
	struct env *env = &reader->import->run->env;
	size_t i = 0;

	while (words[i] && !str_starts(text, words[i]))
		i++;
	if (!words[i])
		return false;
	if (!reader->in_header) {
		reader->import->process++;
		*reader->package = '\0';
	}
	reader->in_header = true;
	text += strlen(words[i]);
	if (i < 2)
		env_set_platform(env, text);
	else if (i == 2)
		snprintf(reader->package, sizeof reader->package, "%s", text);
	else
		env_set(env, ENV_CPU, text);
	return true;
}

/* "--- FAIL: BenchmarkX" */
static void go_failure(struct reader *reader, const char *text)
{
	const char *at = text + strlen("--- FAIL: ");
	char name[MAX_NAME], full[2 * MAX_NAME];

	if (reader->is_looking || !str_starts(at, "Benchmark") ||
		!import_take_word(&at, name, sizeof name))
		return;
	go_name(reader, name, full);
	import_fault(reader->import, full, RESULT_EXITED, "go test says FAIL");
}

static void go_unit(struct reader *reader, const char *at)
{
	struct declared *declared = &reader->units[reader->nr_units];

	at += strlen("Unit ");
	if (reader->nr_units == sizeof reader->units / sizeof *reader->units ||
		!import_take_word(&at, declared->unit, sizeof declared->unit))
		return;
	declared->more_is_better = strstr(at, "better=higher") != NULL;
	declared->is_exact = strstr(at, "assume=exact") != NULL;
	reader->nr_units++;
}

static int go_line(struct reader *reader, struct error *err)
{
	const char *text = reader->line.text, *start = text + strspn(text, " \t");

	if (go_header(reader, text))
		return 0;
	reader->in_header = false;
	if (str_starts(text, "Benchmark"))
		return go_benchmark(reader, text, err);
	if (str_starts(text, "--- FAIL: "))
		go_failure(reader, text);
	if (str_starts(text, "Unit "))
		go_unit(reader, text);
	if (*reader->pending && has_numbers(start) && strstr(start, "/op")) {
		int rc = go_numbers(reader, reader->pending, start, err);

		*reader->pending = '\0';
		return rc;
	}
	return 0;
}

static int go_lines(struct reader *reader, const char *text, struct error *err)
{
	reader->line = (struct import_line){ .at = text };
	reader->import->process = 0;
	reader->in_header = false;
	reader->nr_units = 0;
	*reader->pending = '\0';
	*reader->package = '\0';
	while (import_next_line(&reader->line))
		if (go_line(reader, err))
			return -1;
	/* Names are printed first: the tool was stopped while it measured this one. */
	if (*reader->pending && str_starts(reader->line.text, reader->pending))
		return error_set(err, ERR_IO,
			"line %zu: the file ends before the numbers of %.200s", reader->line.nr,
			reader->pending);
	return 0;
}

/* First which names are in several packages, then the numbers. */
static int go_output(struct import *import, const char *text, struct error *err)
{
	struct run packages = RUN_INIT;
	struct reader reader = { .import = import, .packages = &packages, .is_looking = true };
	int rc = go_lines(&reader, text, err);

	reader.is_looking = false;
	if (!rc)
		rc = go_lines(&reader, text, err);
	run_release(&packages);
	return rc;
}

static int go_read(struct import *import, struct error *err)
{
	return go_output(import, import->text, err);
}

/* At the start of a line a benchmark, a count, and a number with its unit. */
static bool go_fits(const char *text, size_t len)
{
	struct import_line line = { .at = text };
	char name[MAX_NAME];

	(void)len;
	while (line.nr < 10000 && import_next_line(&line)) {
		const char *at = line.text;

		if (str_starts(at, "Benchmark") && import_take_word(&at, name, sizeof name) &&
			has_numbers(at))
			return true;
	}
	return strstr(text, " ns/op") && strstr(text, "\ngoos: ");
}

const struct import_format import_go = {
	.name = "go",
	.title = "Go, go test -bench",
	.shape = IMPORT_TEXT,
	.marks = { "Benchmark" },
	.fits = go_fits,
	.read = go_read,
	.values = "ns/op of each -count, as samples of one process; B/op and allocs/op, as counts; "
		  "units of b.ReportMetric under their names",
	.more = "go test -count=10 gives samples",
};

/* What the tests printed, a line of JSON for each piece. */
static int go_json_read(struct import *import, struct error *err)
{
	const char *at = import->text, *output;
	struct buf text = BUF_INIT;
	struct json *line;
	int rc = -1;

	while ((line = import_next_json(import, &at, err))) {
		output = import_text(line, "Output");
		/* Said before a benchmark's own line, and in it. */
		if (output && !str_starts(output, "=== RUN"))
			buf_adds(&text, output);
		json_free(line);
	}
	if (err->kind == ERR_NONE)
		rc = text.len ? go_output(import, text.data, err) : 0;
	buf_release(&text);
	return rc;
}

const struct import_format import_go_json = {
	.name = "go-json",
	.title = "Go, go test -bench -json",
	.shape = IMPORT_LINES,
	.marks = { "\"Action\":", "\"Output\":", "Benchmark", "ns/op" },
	.read = go_json_read,
	.values = "as go",
	.more = "go test -count=10 gives samples",
};
