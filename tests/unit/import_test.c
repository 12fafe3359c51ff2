/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "support/test.h"

#include "base/buf.h"
#include "store/import/import.h"
#include "sys/file.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#define DATA "tests/data/imports/"

static int read_file(const char *name, struct run *run, struct error *err)
{
	struct buf text = BUF_INIT, path = BUF_INIT;
	int rc;

	buf_addf(&path, DATA "%s", name);
	assert_int_equal(file_read(path.data, 1 << 20, &text, err), 0);
	rc = import_read(&(struct import_input){ .path = name, .text = text.data, .len = text.len },
		run, err);
	buf_release(&path);
	buf_release(&text);
	return rc;
}

static int read_given(const char *format, const char *text, struct run *run, struct error *err)
{
	return import_read(&(struct import_input){ .path = "",
				   .text = text,
				   .len = strlen(text),
				   .format = format ? import_named(format, err) : NULL },
		run, err);
}

/* What a real file of each format is read as. */
static const struct expected {
	const char *file, *format;
	size_t nr;
	const char *benchmark, *metric, *unit;
	enum basis basis;
	size_t nr_values; /* or the count of a digest */
	double level;
} files[] = {
	{ "google-benchmark.json", "google-benchmark", 10, "BM_Hi", "time", "ns", BASIS_SINGLE, 1,
		42e6 },
	{ "go.txt", "go", 3, "BenchmarkCRC32/poly=IEEE/size=15/align=0-8", "time", "ns",
		BASIS_SAMPLES, 10, 46.84 },
	{ "go-packages.txt", "go", 4,
		"BenchmarkUnmarshalitem-4 (github.com/gofiber/fiber/v3/middleware/csrf)", "time",
		"ns", BASIS_SINGLE, 1, 4.36 },
	{ "go-packages.txt", "go", 4,
		"BenchmarkUnmarshalitem-4 (github.com/gofiber/fiber/v3/middleware/csrf)",
		"allocs/op", "", BASIS_SINGLE, 1, 0 },
	{ "criterion.json", "criterion", 1, "criterion.json", "time", "ns", BASIS_SAMPLES, 100,
		19284.2 },
	{ "criterion-estimates.json", "criterion-estimates", 1, "criterion-estimates.json", "time",
		"ns", BASIS_INTERVAL, 10, 19284.2 },
	{ "bmf.json", "bmf", 3, "tests::benchmark_a", "time", "ns", BASIS_SINGLE, 1, 3247 },
};

static void check_values(const struct metric *metric, const struct expected *expected)
{
	assert_string_equal(metric->unit, expected->unit);
	assert_int_equal(metric->basis, expected->basis);
	assert_int_equal(metric->values.nr + metric->digest.nr, expected->nr_values);
	if (!(fabs(metric_level(metric) - expected->level) <= 1e-3 * fabs(expected->level)))
		fail_msg("%s: %.9g", expected->file, metric_level(metric));
}

static const struct metric *find_metric(const struct run *run, const struct expected *expected)
{
	const struct result *result = run_find(run, expected->benchmark);

	return result ? metrics_find(&result->metrics, expected->metric) : NULL;
}

TEST(real_files_are_read)
{
	for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
		struct error err = ERROR_INIT;
		struct run run = RUN_INIT;
		const struct metric *metric;

		if (read_file(files[i].file, &run, &err))
			fail_msg("%s: %s", files[i].file, err.text);
		assert_int_equal(run.nr, files[i].nr);
		metric = find_metric(&run, &files[i]);
		if (metric)
			check_values(metric, &files[i]);
		else
			fail_msg("%s has no %s of %s", files[i].file, files[i].metric,
				files[i].benchmark);
		run_release(&run);
	}
}

TEST(every_format_is_recognised_by_its_content_alone)
{
	for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
		struct buf text = BUF_INIT, path = BUF_INIT;
		struct error err = ERROR_INIT;
		const struct import_format *format;

		buf_addf(&path, DATA "%s", files[i].file);
		assert_int_equal(file_read(path.data, 1 << 20, &text, &err), 0);
		format = import_recognise(text.data, text.len);
		assert_non_null(format);
		assert_string_equal(format->name, files[i].format);
		buf_release(&path);
		buf_release(&text);
	}
}

TEST(files_that_are_joined_are_processes)
{
	struct run run = RUN_INIT;
	struct error err = ERROR_INIT;
	const struct metric *time;

	for (int i = 0; i < 3; i++) {
		struct run more = RUN_INIT;

		assert_int_equal(read_file("go.txt", &more, &err), 0);
		assert_int_equal(import_join(&run, &more, &err), 0);
		run_release(&more);
	}
	time = metrics_time(&run.items[0].metrics);
	assert_int_equal(time->basis, BASIS_PROCESSES);
	assert_int_equal(time->values.nr, 3);
	assert_int_equal(run.items[0].processes.nr, 3);
	assert_true(fabs(time->values.items[2] - 46.84) < 0.05);
	run_release(&run);
}

TEST(what_is_wrong_is_said_in_one_line_with_its_place)
{
	static const struct {
		const char *format, *text, *message;
	} cases[] = {
		{ NULL, "nothing of the kind\n", "its format is not known; known formats: " },
		{ "google-benchmark", "{\"benchmarks\": [{\"name\": \"a\"}]}",
			"as google-benchmark: benchmarks[0] has no \"real_time\"" },
		{ "google-benchmark", "{\"benchmarks\": [\n{\"name\": \"a\"",
			"as google-benchmark: line 2, column 13: the JSON text ends too early" },
		{ "go", "BenchmarkA-8  100  2O.5 ns/op\n",
			"as go: line 1: '2O.5 ns/op' is no number with its unit" },
		{ "go", "PASS\n", "as go: there is no benchmark in it" },
		{ "bmf", "{\"a\": {\"latency\": {\"value\": \"x\"}}}",
			"as bmf: a.latency.value is a text; it must be a number" },
		{ "criterion", "{\"iters\": [1], \"times\": [1, 2]}",
			"as criterion: iters and times must be two lists of numbers" },
	};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct error err = ERROR_INIT;
		struct run run = RUN_INIT;

		assert_int_equal(read_given(cases[i].format, cases[i].text, &run, &err), -1);
		if (!strstr(err.text, cases[i].message))
			fail_msg("%s\ninstead of: %s", err.text, cases[i].message);
		run_release(&run);
	}
}

TEST(json_among_a_log_and_numbers_that_are_none_are_read)
{
	struct error err = ERROR_INIT;
	struct run run = RUN_INIT;

	assert_int_equal(
		read_given(NULL,
			"***WARNING*** scaling\n[info] start\n"
			"{\"benchmarks\": [{\"name\": \"a\", \"iterations\": 1, \"real_time\": 5,\n"
			" \"cpu_time\": NaN, \"time_unit\": \"us\",},]}\ndone\n",
			&run, &err),
		0);
	assert_true(metric_level(metrics_time(&run.items[0].metrics)) == 5000);
	assert_null(metrics_find(&run.items[0].metrics, "cpu_time"));
	run_release(&run);
}
