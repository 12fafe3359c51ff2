/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Baselines that are damaged, forged, or somebody else's: each is refused in a line, or understood
 * for good. */
#include "support/test.h"

#include "sys/file.h"

#include "support/baselines.h"

#define NR(table) (sizeof(table) / sizeof *(table))

static char *good; /* the text of a file with everything in it */

static int read_good(void **state)
{
	struct buf text = BUF_INIT;
	struct error err = ERROR_INIT;

	(void)state;
	if (file_read("tests/data/baselines/version3.json", 1 << 20, &text, &err))
		return -1;
	good = buf_detach(&text);
	return 0;
}

static int free_good(void **state)
{
	(void)state;
	free(good);
	return 0;
}

/* Up to the end of the first `what`, the good text with `by` in its place. */
static char *spoilt(const char *what, const char *by)
{
	const char *at = strstr(good, what);
	struct buf out = BUF_INIT;

	if (!at)
		fail_msg("%s is not there", what);
	buf_add(&out, good, (size_t)(at - good));
	buf_adds(&out, by);
	buf_adds(&out, at + strlen(what));
	return buf_detach(&out);
}

static void check_refused(const char *text, size_t len, const char *expected)
{
	struct run run = RUN_INIT;
	struct error err = ERROR_INIT;
	int rc = baseline_parse(text, len, &run, &err);

	assert_int_equal(rc, -1);
	assert_int_equal(err.kind, ERR_USAGE);
	if (expected)
		assert_string_equal(err.text, expected);
	run_release(&run);
}

/* What is not refused can be printed, and is read back as just that. */
static bool is_refused(const char *text, size_t len)
{
	struct run run = RUN_INIT, again = RUN_INIT;
	struct error err = ERROR_INIT;
	bool refused = baseline_parse(text, len, &run, &err) != 0;

	if (refused) {
		assert_int_equal(err.kind, ERR_USAGE);
		assert_true(*err.text);
	} else {
		char *first = printed(&run), *second;

		if (baseline_parse(first, strlen(first), &again, &err))
			fail_msg("%s in what was made of %s", err.text, text);
		second = printed(&again);
		assert_string_equal(first, second);
		free(first);
		free(second);
	}
	run_release(&run);
	run_release(&again);
	return refused;
}

TEST(a_spoilt_file_is_refused_with_the_place)
{
	static const struct {
		const char *what, *by, *error;
	} cases[] = {
		{ "benchgate-baseline", "benchgate-accepted",
			"format is \"benchgate-accepted\"; it must be \"benchgate-baseline\" or \"benchgate-run\"" },
		{ "\"format\"", "\"form\"", "the file has no \"format\"" },
		{ "\"version\": 3", "\"version\": 7",
			"version is 7; this benchgate reads 1 to 3: update benchgate" },
		{ "\"version\": 3", "\"version\": 0", "version is 0; this benchgate reads 1 to 3" },
		{ "\"version\": 3", "\"version\": 1.5",
			"version is 1.5; this benchgate reads 1 to 3" },
		{ "\"version\": 3", "\"version\": \"2\"",
			"version is a text; it must be a number" },
		{ "\"cpus\": 2", "\"cpus\": \"2\"",
			"system_info.cpus is a text; it must be a number" },
		{ "\"benchmarks\"", "\"marks\"", "the file has no \"benchmarks\"" },
		{ "\"parse\"", "\"\"", "benchmarks.: the name of a benchmark is empty" },
		{ "\"parse\"", "\"sort/1000\"",
			"the key \"sort/1000\" occurs twice in one object" },
		{ "\"line\": 7", "\"line\": -7",
			"benchmarks.sort/1000.line is -7; it must be a whole number below 2^32" },
		{ "\"iterations\": 128", "\"iterations\": 1.5",
			"benchmarks.sort/1000.iterations is 1.5; it must be a whole number" },
		{ "\"manual-override\"", "\"whim\"",
			"benchmarks.sort/1000.changes[1].reason is \"whim\"; it must be one of \"session\", \"sustained-improvement\", \"environment-change\", \"test-procedure\", \"manual-override\"" },
		{ "[0.99,1.04]", "[0.99]",
			"benchmarks.sort/1000.changes[1].interval must be two numbers or nulls" },
		{ "[0.99,1.04]", "[0.99,1.04,1]",
			"benchmarks.sort/1000.changes[1].interval must be two numbers or nulls" },
		{ "\"more\"", "\"most\"",
			"benchmarks.sort/1000.metrics.hits.better is \"most\"; it must be one of \"less\", \"more\"" },
		{ "34.5", "\"34.5\"",
			"benchmarks.sort/1000.metrics.time.sessions.2026-11-21T04:05:06Z[1] is a text; it must be a number" },
		{ "[7]", "[null]",
			"benchmarks.sort/1000.metrics.hits.sessions.2026-11-22T04:05:06Z[0] is null; it must be a number" },
		{ "[7]", "[]",
			"benchmarks.sort/1000.metrics.hits.sessions.2026-11-22T04:05:06Z is empty; it must be a list of numbers" },
		{ "[7]", "7",
			"benchmarks.sort/1000.metrics.hits.sessions.2026-11-22T04:05:06Z is a number; it must be a list of numbers" },
		{ "\"2026-11-22T04:05:06Z\": [7]", "",
			"benchmarks.sort/1000.metrics.hits.sessions is empty; it must hold a session" },
		{ "\"2026-11-22T04:05:06Z\": [7]", "\"2026-11-31T04:05:06Z\": [7]",
			"benchmarks.sort/1000.metrics.hits.sessions has \"2026-11-31T04:05:06Z\"; a session is named by a time such as 2026-11-21T04:05:06Z" },
		{ "\"2026-11-22T04:05:06Z\": [7]", "\"yesterday\": [7]",
			"benchmarks.sort/1000.metrics.hits.sessions has \"yesterday\"; a session is named by a time such as 2026-11-21T04:05:06Z" },
		{ "34.5", "1e999", "line 83, column 51: a number is too large" },
		{ "34.5", "-1e999", "line 83, column 51: a number is too large" },
		{ "34.5", "NaN", "line 83, column 51: not valid JSON from here on" },
		{ "Some CPU", "\xff", "line 5, column 10: not UTF-8 text" },
	};

	for (size_t i = 0; i < NR(cases); i++) {
		char *bad = spoilt(cases[i].what, cases[i].by);

		check_refused(bad, strlen(bad), cases[i].error);
		free(bad);
	}
}

TEST(an_old_file_that_is_spoilt_is_refused_with_the_place)
{
	static const struct {
		const char *benchmarks, *error;
	} cases[] = {
		{ "{\"a\": {}}", "benchmarks.a has no \"mean_ns\"" },
		{ "{\"a\": 5}", "benchmarks.a is a number; it must be an object" },
		{ "{\"a\": {\"mean_ns\": \"5\", \"std_dev_ns\": 1, \"sample_size\": 3}}",
			"benchmarks.a.mean_ns is \"5\"; it must be a number" },
		{ "{\"a\": {\"mean_ns\": null, \"std_dev_ns\": 1, \"sample_size\": 3}}",
			"benchmarks.a.mean_ns is null; it must be a number" },
		{ "{\"a\": {\"mean_ns\": -5, \"std_dev_ns\": 1, \"sample_size\": 3}}",
			"benchmarks.a.mean_ns is -5; it must not be negative" },
		{ "{\"a\": {\"mean_ns\": 5, \"std_dev_ns\": -1, \"sample_size\": 3}}",
			"benchmarks.a.std_dev_ns is -1; it must not be negative" },
		{ "{\"a\": {\"mean_ns\": 5, \"std_dev_ns\": null, \"sample_size\": 3}}",
			"benchmarks.a.std_dev_ns is null; it must be a number" },
		{ "{\"a\": {\"mean_ns\": 5, \"std_dev_ns\": 1, \"sample_size\": 0}}",
			"benchmarks.a.sample_size is 0; it must be 1 or more" },
		{ "{\"a\": {\"mean_ns\": 5, \"std_dev_ns\": 1, \"sample_size\": -3}}",
			"benchmarks.a.sample_size is -3; it must be a whole number" },
		{ "[{\"mean_ns\": 5}]", "benchmarks[0] has no \"name\"" },
		{ "[7]", "benchmarks[0] is a number; it must be an object" },
		{ "[{\"name\": \"\"}]", "benchmarks[0]: the name of a benchmark is empty" },
		{ "[{\"name\": \"a\", \"mean_ns\": 5, \"std_dev_ns\": 1, \"sample_size\": 3},"
		  "{\"name\": \"a\", \"mean_ns\": 5, \"std_dev_ns\": 1, \"sample_size\": 3}]",
			"benchmarks[1].name is \"a\", which another benchmark has too" },
		{ "null", "benchmarks is null; it must be an object" },
	};

	for (size_t i = 0; i < NR(cases); i++) {
		struct buf text = BUF_INIT;

		buf_addf(&text, "{\"version\": 1, \"benchmarks\": %s}", cases[i].benchmarks);
		check_refused(text.data, text.len, cases[i].error);
		buf_release(&text);
	}
}

TEST(what_is_no_object_is_no_baseline)
{
	static const char *const cases[] = { "", " ", "null", "7", "\"text\"", "[]", "{}", "true",
		"{\"version\": null}", "{\"version\": 1}", "{\"version\": 2}",
		"{\"format\": \"benchgate-run\"}", "{\"format\": 5, \"version\": 1}",
		"{\"format\": \"benchgate-run\", \"version\": 2}", "{} {}", "\xef\xbb\xbf" };

	for (size_t i = 0; i < NR(cases); i++)
		check_refused(cases[i], strlen(cases[i]), NULL);
	check_refused("{\0}", 3, "line 1, column 2: not UTF-8 text");
}

/* Members that are there for the reader only. */
static bool is_ignored(const char *member)
{
	static const char *const ignored[] = { "\"machine\"", "\"mean_ns\"", "\"std_dev_ns\"",
		"\"sample_size\"", "\"confidence_interval\"" };

	for (size_t i = 0; i < NR(ignored); i++)
		if (str_starts(member, ignored[i]))
			return true;
	return false;
}

/* Behind the value that starts here, as json_print spells values. */
static const char *end_of_value(const char *start)
{
	int depth = 0;
	bool quoted = false;

	for (const char *at = start; *at; at++) {
		bool ends = !quoted && !depth && at > start && strchr(",\n]}", *at);

		if (ends)
			return at;
		if (quoted && *at == '\\')
			at++;
		else if (*at == '"')
			quoted = !quoted;
		else if (!quoted)
			depth += (strchr("{[", *at) != NULL) - (strchr("}]", *at) != NULL);
	}
	return start + strlen(start);
}

/* Puts other values in one's place; nothing in the file is true or false. */
static void check_other_types(const char *member, const char *value)
{
	static const char *const others[] = { "true", "null", "\"text\"", "-1", "1e300", "0.5",
		"[]", "{}", "[[1]]", "{\"a\": {}}" };

	for (size_t i = 0; i < NR(others); i++) {
		struct buf bad = BUF_INIT;
		bool refused;

		buf_add(&bad, good, (size_t)(value - good));
		buf_adds(&bad, others[i]);
		buf_adds(&bad, end_of_value(value));
		refused = is_refused(bad.data, bad.len);
		if (i == 0 && refused == is_ignored(member))
			fail_msg("%.40s: %d", member, refused);
		buf_release(&bad);
	}
}

/* The members' names start their lines. */
TEST(a_value_of_the_wrong_type_is_refused_wherever_it_stands)
{
	size_t nr = 0;

	for (const char *line = good; (line = strchr(line, '\n')); line++) {
		const char *member = line + 1 + strspn(line + 1, "\t");

		if (*member != '"')
			continue;
		check_other_types(member, strstr(member, "\": ") + 3);
		nr++;
	}
	assert_true(nr > 60);
}

/* But for the newline at its end, which is not missed. */
TEST(a_truncated_file_is_refused_wherever_it_ends)
{
	size_t whole = strlen(good);

	for (size_t len = 0; len <= whole; len++) {
		char *bad = mem_copy(good, len); /* so that a sanitiser sees reading beyond it */

		if (is_refused(bad, len) != (len < whole - 1))
			fail_msg("%zu of %zu bytes", len, whole);
		free(bad);
	}
}

TEST(a_byte_that_changed_is_refused_or_understood)
{
	static const char bytes[] = { '"', '0', '9', '-', 'e', '{', '}', '[', ',', ':', '\\', 'n',
		'\0', '\xff', '\xc3' };
	size_t len = strlen(good), nr_refused = 0;
	char *bad = mem_copy(good, len);

	for (size_t i = 0; i < len; i++) {
		for (size_t j = 0; j < NR(bytes); j++) {
			bad[i] = bytes[j];
			nr_refused += is_refused(bad, len);
		}
		bad[i] = good[i];
	}
	assert_true(nr_refused > len);
	free(bad);
}

/* Deeper than anything goes; it must not take a stack or a day. */
TEST(a_bottomless_file_is_refused)
{
	static const char *const starts[] = { "", "{\"version\": 1, \"benchmarks\": " };
	size_t nr = 100000000;

	for (size_t i = 0; i < NR(starts); i++) {
		struct buf text = BUF_INIT;

		buf_adds(&text, starts[i]);
		buf_fill(&text, '[', nr);
		check_refused(text.data, text.len, NULL);
		buf_release(&text);
	}
}

/* If the time for it grew with the square of their number, this would not end in a minute. */
TEST(a_hundred_thousand_benchmarks_are_no_trouble)
{
	struct buf text = BUF_INIT;
	struct run run = RUN_INIT;
	struct error err = ERROR_INIT;

	buf_adds(&text, "{\"version\": 1, \"benchmarks\": {");
	for (int i = 0; i < 100000; i++)
		buf_addf(&text,
			"%s\"sort/%d\": {\"mean_ns\": %d, \"std_dev_ns\": 0, \"sample_size\": 2}",
			i ? "," : "", i, i);
	buf_adds(&text, "}}");
	assert_int_equal(baseline_parse(text.data, text.len, &run, &err), 0);
	assert_int_equal(run.nr, 100000);
	assert_true(run_find(&run, "sort/99999")->metrics.items[0].digest.mean == 99999);
	buf_release(&text);
	run_release(&run);
}

TEST_GROUP(read_good, free_good);
