/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "support/test.h"

#include "base/buf.h"
#include "base/str.h"
#include "store/import/clean.h"
#include "store/import/import.h"
#include "store/result_file.h"
#include "sys/file.h"

#include <ctype.h>
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

/* As PowerShell writes it: "> FILE" makes UTF-16, and ends of lines are two bytes. */
static void add_windows(const struct buf *text, struct buf *out)
{
	buf_add(out, "\xff\xfe", 2);
	for (size_t i = 0; i < text->len;) {
		size_t len = str_utf8_len(text->data + i);
		unsigned char first = (unsigned char)text->data[i];
		unsigned code = len < 2 ? first : first & (0xffu >> (len + 1));

		for (size_t j = 1; j < len; j++)
			code = code << 6 | ((unsigned char)text->data[i + j] & 0x3f);
		if (code == '\n')
			buf_add(out, "\r\0", 2);
		buf_addc(out, (char)(code & 0xff));
		buf_addc(out, (char)(code >> 8));
		i += len ? len : 1;
	}
}

static int read_windows(const char *name, struct run *run, struct error *err)
{
	struct buf text = BUF_INIT, path = BUF_INIT, windows = BUF_INIT;
	int rc;

	buf_addf(&path, DATA "%s", name);
	assert_int_equal(file_read(path.data, 1 << 20, &text, err), 0);
	add_windows(&text, &windows);
	clean_encoding(&windows);
	rc = import_read(
		&(struct import_input){ .path = name, .text = windows.data, .len = windows.len },
		run, err);
	buf_release(&path);
	buf_release(&text);
	buf_release(&windows);
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
	{ "asv-columns.json", "asv", 3, "suite.time_keys('a')", "time", "ns", BASIS_INTERVAL, 10,
		15000 },
	{ "asv.json", "asv", 23, "time_secondary.track_value", "value", "", BASIS_SINGLE, 1, 42 },
	{ "benchmark-ips.json", "benchmark-ips-json", 1, "addition", "throughput", "/s",
		BASIS_INTERVAL, 10, 3.57423e+07 },
	{ "benchmark-ips.txt", "benchmark-ips", 20, "Test String Length: 136: New Slow Blank",
		"throughput", "/s", BASIS_INTERVAL, 10, 1.94e+06 },
	{ "benchmarkdotnet-full.json", "benchmarkdotnet", 1, "Sample.Benchmarks.Fib10", "time",
		"ns", BASIS_SAMPLES, 14, 24.4202 },
	{ "benchmarkdotnet.json", "benchmarkdotnet", 1, "NullNamespaceMethod", "time", "ns",
		BASIS_SINGLE, 1, 0 },
	{ "benchmarkjs.json", "benchmarkjs-json", 3, "fib(10)", "time", "ns", BASIS_SAMPLES, 36,
		3286.72 },
	{ "benchmarkjs.txt", "benchmarkjs", 4, "createObjectBuffer with 200 comments", "throughput",
		"/s", BASIS_MEAN, 69, 81.61 },
	{ "bmf.json", "bmf", 3, "tests::benchmark_c", "time", "ns", BASIS_SINGLE, 1, 3361 },
	{ "callgrind.txt", "callgrind", 1, "callgrind", "Instructions", "", BASIS_SINGLE, 1, 820 },
	{ "catch2.txt", "catch2-text", 4, "Fibonacci-15_bench", "time", "ns", BASIS_MEAN, 100,
		3789 },
	{ "catch2.xml", "catch2", 2, "(JohT) inputPerKernelValue Transposed((kernel size 16))",
		"time", "ns", BASIS_MEAN, 100, 61029.5 },
	{ "celero.csv", "celero", 35, "SortRandInts/stdSort/4096", "time", "ns", BASIS_MEAN, 2000,
		110528 },
	{ "criterion-estimates.json", "criterion-estimates", 1, "criterion-estimates.json", "time",
		"ns", BASIS_INTERVAL, 10, 19284.2 },
	{ "criterion-messages.txt", "criterion-messages", 1, "Fibonacci/Recursive", "time", "ns",
		BASIS_SAMPLES, 3, 19.1667 },
	{ "criterion-raw.csv", "criterion-csv", 1, "Fibonacci/Recursive", "time", "ns",
		BASIS_SAMPLES, 100, 19284.2 },
	{ "criterion.json", "criterion", 1, "criterion.json", "time", "ns", BASIS_SAMPLES, 100,
		19284.2 },
	{ "criterion.txt", "criterion-text", 4, "tracing_rolling_file", "time", "ns",
		BASIS_INTERVAL, 10, 27365 },
	{ "csv.csv", "csv", 2, "sort", "time", "ns", BASIS_SAMPLES, 2, 1.2355e+06 },
	{ "divan.txt", "divan", 4, "bench_build::build::by_process_type::variant_norm", "time",
		"ns", BASIS_INTERVAL, 10, 2.875e+07 },
	{ "gab-data.js", "github-action-benchmark-data", 1, "bench_fib_10", "time", "ns",
		BASIS_INTERVAL, 10, 100 },
	{ "gab.json", "github-action-benchmark", 2,
		"My Custom Bigger Is Better Benchmark - Free Memory", "value", "Megabytes",
		BASIS_INTERVAL, 10, 150 },
	{ "go-packages.txt", "go", 4,
		"BenchmarkUnmarshalitem-4 (github.com/gofiber/fiber/v3/middleware/csrf)",
		"allocs/op", "", BASIS_SINGLE, 1, 0 },
	{ "go.txt", "go", 3, "BenchmarkCRC32/poly=IEEE/size=40/align=0-8", "time", "ns",
		BASIS_SAMPLES, 5, 41.64 },
	{ "go-json.txt", "go-json", 2, "BenchmarkFoo-8", "B/op", "B", BASIS_SINGLE, 1, 256 },
	{ "vegeta-report.txt", "vegeta-text", 1, "vegeta-report", "max", "ns", BASIS_SINGLE, 1,
		62.5e9 },
	{ "oha-report.txt", "oha-text", 1, "oha-report", "time", "ns", BASIS_SINGLE, 1, 1.2e6 },
	{ "tinybench-table.txt", "tinybench-table", 2, "sort 1000 words", "time", "ns",
		BASIS_INTERVAL, 10, 576147 },
	{ "tinybench-table.json", "tinybench", 2, "ok", "time", "ns", BASIS_INTERVAL, 10, 48.82 },
	{ "nanobench.md", "nanobench-table", 2, "other one", "time", "ns", BASIS_INTERVAL, 10,
		9.89 },
	{ "mitata.txt", "mitata-text", 5, "words > fib(10)", "time", "ns", BASIS_SINGLE, 1, 2250 },
	{ "mitata.md", "mitata-text", 5, "words > fib(5)", "time", "ns", BASIS_SINGLE, 1, 126.14 },
	{ "perf-stat.csv", "perf-stat-csv", 1, "perf-stat", "task-clock", "ns", BASIS_INTERVAL, 10,
		1.00235e9 },
	{ "perf-stat-report.txt", "perf-stat-text", 1, "./a.out", "time", "ns", BASIS_INTERVAL, 10,
		1.00447e9 },
	{ "google-benchmark.csv", "google-benchmark-csv", 2, "BM_Sort/8", "time", "ns",
		BASIS_SAMPLES, 2, 12625 },
	{ "google-benchmark.json", "google-benchmark", 10, "BM_Bye", "time", "ns", BASIS_SINGLE, 1,
		11 },
	{ "gungraun.txt", "gungraun", 2,
		"play_game::bench_play_game_group::bench_play_game_100 second_id",
		"SuppressedErrors", "", BASIS_SINGLE, 1, 3 },
	{ "hyperfine.json", "hyperfine", 1, "sleep 0.01", "time", "ns", BASIS_PROCESSES, 214,
		1.33172e+07 },
	{ "iai-lines.txt", "iai", 2,
		"rust_iai_callgrind::bench::multiple_lines id:string with multiple lines and one more",
		"Estimated Cycles", "", BASIS_SINGLE, 1, 12 },
	{ "iai.txt", "iai", 2, "iai_benchmark_long", "Estimated Cycles", "", BASIS_SINGLE, 1,
		2.34473e+07 },
	{ "jmh.json", "jmh", 1,
		"org.openjdk.jmh.samples.JMHSample_01_HelloWorld.wellHelloThere/paramA=17/paramB=33",
		"thrpt", "ops/s", BASIS_SAMPLES, 3, 3.37624e+09 },
	{ "julia.json", "julia", 2, "fib/10", "allocs", "", BASIS_SINGLE, 1, 0 },
	{ "junit.xml", "junit", 3, "sort.bubble", "time", "ns", BASIS_SINGLE, 1, 2.5e+09 },
	{ "k6.json", "k6", 18, "group_duration", "p99", "ns", BASIS_SINGLE, 1, 5.37816e+08 },
	{ "libtest.txt", "libtest", 6, "tests::three_digit", "time", "ns", BASIS_INTERVAL, 10,
		3.33e+11 },
	{ "mitata.json", "mitata", 4, "words > fib(5)", "time", "ns", BASIS_SAMPLES, 5, 48.4561 },
	{ "nanobench.csv", "nanobench-csv", 2, "std::knuth_b", "time", "ns", BASIS_INTERVAL, 10,
		31.9014 },
	{ "nanobench.json", "nanobench", 1, "std::mt19937_64", "time", "ns", BASIS_SAMPLES, 11,
		24.5236 },
	{ "oha.json", "oha", 1, "oha", "p99.99", "ns", BASIS_SINGLE, 1, 1e+07 },
	{ "perf-stat.txt", "perf-stat", 1, "perf-stat", "time", "ns", BASIS_INTERVAL, 10,
		1.0155e+09 },
	{ "pyperf.json", "pyperf", 1, "[1]*1000", "time", "ns", BASIS_PROCESSES, 20, 2127 },
	{ "pytest-benchmark-data.json", "pytest-benchmark", 2, "bench.py::test_fib_20", "time",
		"ns", BASIS_SAMPLES, 4, 3.15348e+06 },
	{ "pytest-benchmark.json", "pytest-benchmark", 1,
		"tests/test_normal.py::test_xfast_parametrized[0]", "time", "ns", BASIS_MEAN, 9987,
		262.241 },
	{ "ruby-benchmark.txt", "ruby-benchmark", 3, "upto", "time", "ns", BASIS_SINGLE, 1,
		9.46787e+08 },
	{ "tinybench.json", "tinybench", 2, "fib(10)", "time", "ns", BASIS_MEAN, 113066, 908.073 },
	{ "ubench.txt", "ubench", 2, "sort.quick", "time", "ns", BASIS_INTERVAL, 10, 12345 },
	{ "vegeta-results.txt", "vegeta-results", 1, "home", "time", "ns", BASIS_SAMPLES, 2,
		2.42119e+06 },
	{ "vegeta.json", "vegeta", 1, "vegeta", "p99", "ns", BASIS_SINGLE, 1, 3.53e+06 },
	{ "vitest-4.json", "vitest", 2, "v/words.bench.js > words > fib(10)", "time", "ns",
		BASIS_MEAN, 40942, 2442.51 },
	{ "vitest.json", "vitest", 4, "sort.bench.ts > sorting > reverse", "time", "ns", BASIS_MEAN,
		64, 1e+07 },
	{ "wrk.md", "wrk", 1, "http://127.0.0.1:8080/?name=test", "time", "ns", BASIS_PROCESSES, 2,
		9.515e+06 },
};

static void check_values(const struct metric *metric, const struct expected *expected)
{
	assert_string_equal(metric->unit, expected->unit);
	assert_int_equal(metric->basis, expected->basis);
	assert_int_equal(metric->values.nr + metric->digest.nr, expected->nr_values);
	if (!(fabs(metric_level(metric) - expected->level) <= 1e-5 * fabs(expected->level)))
		fail_msg("%s: %.9g", expected->file, metric_level(metric));
}

static const struct metric *find_metric(const struct run *run, const struct expected *expected)
{
	const struct result *result = run_find(run, expected->benchmark);

	return result ? metrics_find(&result->metrics, expected->metric) : NULL;
}

static void check_files(int (*read)(const char *, struct run *, struct error *))
{
	for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
		struct error err = ERROR_INIT;
		struct run run = RUN_INIT;
		const struct metric *metric;

		if (read(files[i].file, &run, &err))
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

TEST(real_files_are_read)
{
	check_files(read_file);
}

TEST(real_files_are_read_as_windows_writes_them)
{
	check_files(read_windows);
}

TEST(marks_of_an_encoding_are_taken_off)
{
	static const struct {
		const char *text;
		size_t len;
		const char *clean;
	} cases[] = {
		{ "\xef\xbb\xbf{}", 5, "{}" },
		{ "\xfe\xff\0a\x20\xac", 6, "a\xe2\x82\xac" },
		{ "\xff\xfe\x3d\xd8\x00\xde\x3d\xd8", 8, "\xf0\x9f\x98\x80\xef\xbf\xbd" },
		{ "\xff\xfe"
		  "a\0b",
			5, "a\xef\xbf\xbd" },
		{ "\xff", 1, "\xff" },
	};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct buf text = BUF_INIT;

		buf_add(&text, cases[i].text, cases[i].len);
		clean_encoding(&text);
		assert_string_equal(text.data, cases[i].clean);
		buf_release(&text);
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

/* What was read, to be compared with what a spoilt copy has. */
struct amount {
	size_t nr, nr_values;
};

static struct amount amount_of(const struct run *run)
{
	struct amount amount = { run->nr, 0 };

	for (size_t i = 0; i < run->nr; i++) {
		/* A benchmark that says what is wrong with it is not lost. */
		if (run->items[i].word != RESULT_OK)
			amount.nr_values += 1000;
		for (size_t j = 0; j < run->items[i].metrics.nr; j++)
			amount.nr_values += run->items[i].metrics.items[j].values.nr + 1;
	}
	return amount;
}

static int read_as(
	const char *format, const char *path, const char *text, struct run *run, struct error *err)
{
	return import_read(&(struct import_input){ .path = path,
				   .text = text,
				   .len = strlen(text),
				   .format = import_named(format, err) },
		run, err);
}

/* The next number behind a blank or a bracket, and its length; NULL: none. */
static const char *next_number(const char *at, size_t *len)
{
	for (at++; *at; at++)
		if (isdigit((unsigned char)*at) && strchr(" \t([{:,|;", at[-1])) {
			*len = strspn(at, "0123456789.,eE+");
			return at;
		}
	return NULL;
}

/* These are part of names, or head a column. */
static bool is_no_value(const char *format, const char *at)
{
	return (strcmp(format, "wrk") == 0 && at[strspn(at, "0123456789.")] == '%') ||
		(strcmp(format, "vegeta-text") == 0 && strcspn(at, "]") < strcspn(at, "\n")) ||
		strcmp(format, "go") == 0;
}

static void spoil_numbers(const struct expected *expected, const char *text, struct amount whole)
{
	size_t len, nr = 0;

	for (const char *at = next_number(text, &len); at && nr < 300; at = next_number(at, &len)) {
		struct buf spoilt = BUF_INIT;
		struct run run = RUN_INIT;
		struct error err = ERROR_INIT;
		struct amount amount;

		if (nr++ % 7 || is_no_value(expected->format, at))
			continue;
		buf_add(&spoilt, text, (size_t)(at - text));
		buf_adds(&spoilt, "\"abc\"");
		buf_adds(&spoilt, at + len);
		if (read_as(expected->format, expected->file, spoilt.data, &run, &err)) {
			assert_non_null(strstr(err.text, "as "));
		} else {
			amount = amount_of(&run);
			if (amount.nr < whole.nr || amount.nr_values < whole.nr_values)
				printf("# %s: %.60s\n", expected->file,
					at - 20 > text ? at - 20 : at);
			assert_true(amount.nr >= whole.nr);
			assert_true(amount.nr_values >= whole.nr_values);
		}
		run_release(&run);
		buf_release(&spoilt);
	}
}

TEST(a_number_that_is_spoilt_is_told_and_nothing_is_lost_without_a_word)
{
	for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
		struct buf text = BUF_INIT, path = BUF_INIT;
		struct run run = RUN_INIT;
		struct error err = ERROR_INIT;

		buf_addf(&path, DATA "%s", files[i].file);
		assert_int_equal(file_read(path.data, 1 << 20, &text, &err), 0);
		assert_int_equal(read_as(files[i].format, files[i].file, text.data, &run, &err), 0);
		spoil_numbers(&files[i], text.data, amount_of(&run));
		run_release(&run);
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
		{ NULL, "nothing of the kind\nmore\n",
			"its format is not known: a text that begins with 'nothing of the kind'; 'benchgate help imports' lists all formats" },
		{ NULL, "{\"a\": [{\"b\": \"c\"}]}", "a JSON object with 'a', 'b'; 'benchgate" },
		{ NULL, "[{\"name\": \"a\", \"value\": 1}]",
			"a JSON list with 'name', 'value'; it looks most like github-action-benchmark, but has no '\"unit\"'; '" },
		{ NULL, " \n\t\r\n", "the file is empty; it must have results" },
		{ NULL, "\x1f\x8b\x08 and so on",
			"it is compressed (gzip): unpack it first, with gunzip" },
		{ NULL, "  - '3.1'\n  - ruby: user system\n",
			"its format is not known: a text that begins with '- '3.1''; " },
		{ NULL, "[\n{\"benchmark\": \"a\", \"mode\": \"thrpt\",\n",
			"line 3, column 1: the JSON text ends too early" },
		{ NULL, "events: Ir\nversion: 2\nfn=a\n1 5\n",
			"as callgrind: line 2: version '2' is not known; it must be 1" },
		{ "bmf", "# log\n{\"a\": {\"b\": {\"value\": 1}}}\n\n[{\"a\": \"[\"}]\n",
			"as bmf: line 4: a second JSON document begins; each must be in a file of its own" },
		{ "google-benchmark", "{\"benchmarks\": [{\"name\": \"a\"}]}",
			"as google-benchmark: benchmarks[0] has no \"real_time\"" },
		{ "google-benchmark", "{\"benchmarks\": [\n{\"name\": \"a\"",
			"as google-benchmark: line 2, column 13: the JSON text ends too early" },
		{ "go", "BenchmarkA-8  100  2O.5 ns/op\n",
			"as go: line 1: '2O.5 ns/op' is no number with its unit" },
		{ "go", "PASS\n",
			"as go: there is no benchmark in it; expected: Go, go test -bench" },
		{ "bmf", "{\"a\": {\"latency\": {\"value\": \"x\"}}}",
			"as bmf: a.latency.value is a text; it must be a number" },
		{ "mitata", "{\"benchmarks\": [{\"runs\": [{\"name\": \"a\"}]}]}",
			"as mitata: benchmarks[0], a, has neither \"stats\" nor \"error\"" },
		{ "benchmarkjs-json", "{\"0\": {\"name\": \"a\", \"stats\": {\"sample\": {}}}}",
			"as benchmarkjs-json: a has no stats.sample, a list of times" },
		{ "criterion", "{\"iters\": [1], \"times\": [1, 2]}",
			"as criterion: iters and times must be two lists of numbers" },
		{ "criterion-messages",
			"{\"reason\": \"benchmark-complete\", \"id\": \"f\", \"unit\": \"ns\"}",
			"the message of 'f' has no samples, and no estimate of a mean, slope or median" },
		{ "go", "BenchmarkA-8  1OO  20.5 ns/op\n",
			"as go: line 1: '1OO  20.5 ns/op' is no number with its unit" },
		{ "go", "BenchmarkA-8  100  20.5 ns/op\nBenchmarkB-8   \t",
			"as go: line 2: the file ends before the numbers of BenchmarkB-8" },
		{ "divan",
			"a  fastest \xe2\x94\x82 slowest\n\xe2\x94\x9c\xe2\x94\x80 b  1 xs \xe2\x94\x82 2 ns\n",
			"as divan: line 2: '" },
		{ "benchmarkjs",
			"a x 1 ops/sec \xc2\xb1"
			"1% (9 runs sampled)\nb x one ops/sec (9)\n",
			"as benchmarkjs: line 2: 'b x one ops/sec (9)' cannot be read; expected: name x 1,234 ops/sec" },
		{ "libtest", "test a ... bench:  1 ns/iter (+/- x)\n",
			"cannot be read; expected: test name ... bench: 1,234 ns/iter (+/- 56)" },
		{ "junit", "<testsuite>\n<testcase name=\"a\" time=\"1s\"/>\n</testsuite>\n",
			"as junit: line 2: time is 1s; it must be a number" },
		{ "csv", "name,value,unit\na,1,ns\nb,1 ms,ns\n",
			"as csv: line 3: '1 ms' is no number" },
		{ "pytest-benchmark",
			"{\"benchmarks\": [{\"name\": \"a\", \"stats\":\n{\"data\": [1,\n NaN]}}]}",
			"as pytest-benchmark: line 3: a value of a list is 'NaN'; it must be a number" },
		{ "pytest-benchmark",
			"{\"benchmarks\": [{\"name\": \"a\", \"stats\": {\"mean\": 1,\n\"stddev\": \"b\"}}]}",
			"as pytest-benchmark: line 2: stddev is 'b'; it must be a number" },
		{ "bmf", "{\"a\": {\"latency\":\n {\"value\": 1e400}}}",
			"as bmf: line 2, column 12: a number is too large" },
		{ "vegeta-results",
			"{\"attack\": \"a\", \"latency\": 1}\n{\"attack\": \"a\", \"latency\": }\n",
			"as vegeta-results: line 2, column 28: not valid JSON from here on" },
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

TEST(the_median_that_a_tool_gives_is_the_typical_time)
{
	static const struct {
		const char *file;
		double median_ns;
	} cases[] = { { "vitest-4.json", 732 }, { "tinybench.json", 672 },
		{ "tinybench-table.json", 50 }, { "pytest-benchmark.json", 220 },
		{ "divan.txt", 28.24e6 } };

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct error err = ERROR_INIT;
		struct run run = RUN_INIT;
		const struct metric *typical;

		assert_int_equal(read_file(cases[i].file, &run, &err), 0);
		typical = metrics_find(&run.items[0].metrics, metric_typical.name);
		assert_non_null(typical);
		assert_true(fabs(typical->digest.mean / cases[i].median_ns - 1) < .01);
		run_release(&run);
	}
}

TEST(a_time_that_cannot_be_is_a_fault_of_its_benchmark_alone)
{
	struct error err = ERROR_INIT;
	struct run run = RUN_INIT;

	assert_int_equal(
		read_given("go", "BenchmarkA 100 -5 ns/op\nBenchmarkB 100 5 ns/op\n", &run, &err),
		0);
	assert_int_equal(run.items[0].word, RESULT_WRONG);
	assert_string_equal(run.items[0].reason, "its time is -5 ns in the file, which cannot be");
	assert_int_equal(run.items[1].word, RESULT_OK);
	run_release(&run);
	run = (struct run)RUN_INIT;
	assert_int_equal(
		read_given("criterion-text", "a time:   [9 ns 2 ns 1 ns]\n", &run, &err), 0);
	assert_int_equal(run.items[0].word, RESULT_WRONG);
	run_release(&run);
}

TEST(what_has_benchmarks_and_a_version_in_words_is_no_baseline)
{
	static const char *const texts[] = { "{\"version\": \"4.0\", \"benchmarks\": {}}",
		"{\"version\": 1, \"benchmarks\": {}}" };

	for (size_t i = 0; i < 2; i++) {
		const struct import_input input = {
			.path = "", .text = texts[i], .len = strlen(texts[i])
		};
		struct error err = ERROR_INIT;
		struct run run = RUN_INIT;
		bool is_result, is_foreign = i == 0;

		assert_int_equal(
			result_file_parse(&input, &run, &is_result, &err), is_foreign ? -1 : 0);
		assert_int_equal(is_result, is_foreign);
		assert_int_equal(strstr(err.text, "its format is not known") != NULL, is_foreign);
		run_release(&run);
	}
}

TEST(a_byte_that_would_hide_the_rest_is_refused)
{
	static const char text[] = "BenchmarkA 1 5 ns/op\n\0BenchmarkB 1 5 ns/op\n";
	struct error err = ERROR_INIT;
	struct run run = RUN_INIT;

	assert_int_equal(
		import_read(
			&(struct import_input){ .path = "", .text = text, .len = sizeof text - 1 },
			&run, &err),
		-1);
	assert_string_equal(err.text, "as go: line 2: a NUL byte; it must be a text");
	run_release(&run);
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

static void check_failed(
	const char *format, const char *text, const char *benchmark, const char *reason)
{
	struct error err = ERROR_INIT;
	struct run run = RUN_INIT;
	const struct result *result;

	assert_int_equal(
		format ? read_given(format, text, &run, &err) : read_file(text, &run, &err), 0);
	result = run_find(&run, benchmark);
	assert_int_equal(result->word, RESULT_EXITED);
	assert_string_equal(result->reason, reason);
	assert_int_equal(result->metrics.nr, 0);
	run_release(&run);
}

TEST(a_benchmark_that_failed_in_javascript_says_why_where_the_file_does)
{
	static const char reason[] = "broken on purpose", unsaid[] = "the file does not say why";

	check_failed(NULL, "mitata.txt", "words > throws", reason);
	check_failed(NULL, "mitata.md", "words > throws", reason);
	check_failed(NULL, "tinybench-table.json", "throws", reason);
	check_failed(NULL, "benchmarkjs.json", "throws", unsaid);
	check_failed("tinybench",
		"[{\"name\": \"throws\", \"result\": {\"state\": \"errored\", \"error\": {}}}]",
		"throws", unsaid);
	check_failed("mitata",
		"{\"benchmarks\": [{\"alias\": \"throws\", \"group\": 0, \"runs\":"
		" [{\"name\": \"throws\", \"error\": {\"message\": \"broken on purpose\"}}]}]}",
		"throws", reason);
}

TEST(a_row_of_a_tinybench_table_is_read_in_every_spelling)
{
	static const char *const texts[] = {
		"[{\"Task name\": \"a\", \"Latency average (ns)\": \"63768 ± 4.02%\","
		" \"Samples\": 9}]",
		"[{\"Task Name\": \"a\", \"Average Time (ns)\": 63768, \"Margin\": \"±4.02%\"}]",
		"| Task name | Latency avg (ns) | Samples | Error |\n"
		"| a | 63768 ± 4.02% | 9 | |\n| b | | | broken |\n",
	};

	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
		struct error err = ERROR_INIT;
		struct run run = RUN_INIT;
		const struct metric *time;

		assert_int_equal(read_given(NULL, texts[i], &run, &err), 0);
		time = metrics_time(&run.items[0].metrics);
		assert_int_equal(time->basis, BASIS_INTERVAL);
		assert_true(time->digest.mean == 63768);
		if (run.nr == 2)
			assert_string_equal(run.items[1].reason, "broken");
		run_release(&run);
	}
}

TEST(what_another_tool_passed_over_is_not_lost)
{
	struct error err = ERROR_INIT;
	struct run run = RUN_INIT;

	assert_int_equal(
		read_given("hyperfine",
			"{\"results\": [{\"command\": \"a\", \"mean\": 1, \"times\": [1, 1, 1],"
			" \"exit_codes\": [0, 2, null]}]}",
			&run, &err),
		0);
	assert_int_equal(run.items[0].word, RESULT_EXITED);
	assert_string_equal(run.items[0].reason, "2 of 3 runs failed, the last without a status");
	run_release(&run);
	run = (struct run)RUN_INIT;
	assert_int_equal(
		read_given("criterion-messages",
			"{\"reason\": \"benchmark-complete\", \"id\": \"f\", \"unit\": \"us\","
			" \"median\": {\"estimate\": 2, \"lower_bound\": 1, \"upper_bound\": 3}}",
			&run, &err),
		0);
	assert_true(metric_level(metrics_time(&run.items[0].metrics)) == 2000);
	run_release(&run);
}

TEST(a_file_that_asks_for_room_without_end_is_refused)
{
	struct buf text = BUF_INIT;
	struct error err = ERROR_INIT;
	struct run run = RUN_INIT;

	for (int i = 0; i <= 200; i++)
		buf_addf(&text, "BenchmarkA 1 %d u%d\n", i, i);
	assert_int_equal(read_given("go", text.data, &run, &err), -1);
	assert_string_equal(err.text,
		"as go: it has more than 100000 benchmarks, or one with more than 200 metrics: import a part of it");
	assert_int_equal(run.items[0].metrics.nr, 200);
	run_release(&run);
	buf_release(&text);
}

static void add_one_of_long_name(struct buf *text, size_t name_len, size_t metric_len)
{
	buf_adds(text, "name,value,");
	buf_fill(text, 'u', metric_len);
	buf_adds(text, "\n");
	buf_fill(text, 'n', name_len);
	buf_adds(text, ",1,2\n");
}

TEST(a_name_that_fills_a_page_is_refused)
{
	static const struct {
		size_t name_len, metric_len;
		int rc;
	} cases[] = { { 4096, 4096, 0 }, { 4097, 1, -1 }, { 1000000, 1, -1 } };

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct buf text = BUF_INIT;
		struct error err = ERROR_INIT;
		struct run run = RUN_INIT;

		add_one_of_long_name(&text, cases[i].name_len, cases[i].metric_len);
		assert_int_equal(read_given("csv", text.data, &run, &err), cases[i].rc);
		if (cases[i].rc)
			assert_string_equal(err.text,
				"as csv: a name in it has more than 4096 bytes: give the benchmark a shorter one");
		run_release(&run);
		buf_release(&text);
	}
}
