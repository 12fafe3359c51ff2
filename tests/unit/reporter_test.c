/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Every format of one verdict, as far as a renderer alone can show; what reads them reads them in
 * tests/cli/reports.bats. */
#include "support/test.h"

#include "report/formats.h"
#include "support/judged.h"

/* A name that means something in every format. */
#define AWKWARD "a|b <c>&\"d\" `e`, 5 %: @all #12"

static void fill(struct judged *judged)
{
	struct fault fault = FAULT_INIT;

	judged_init(judged);
	judged_pair(judged, AWKWARD, 0.065);
	judged_pair(judged, "kept", 0);
	judged_pair(judged, "better", -0.1);
	judged_base(&judged->base, "gone", 0.004, 6);
	fault_set(&fault, RESULT_CRASHED, "SIGSEGV");
	result_fault(judged_result(&judged->head, "bad"), &fault);
	run_find(&judged->head, "kept")->file = str_dup("bench/kept,1.c");
	run_find(&judged->head, "kept")->line = 12;
}

static void has(const char *text, const char *part)
{
	if (!strstr(text, part))
		fail_msg("\"%s\" is not in:\n%s", part, text);
}

static void check_has(const struct judged *judged, const char *format, const char *const *parts)
{
	char *text = judged_rendered(judged, reporter_named(format)->render);

	for (; *parts; parts++)
		has(text, *parts);
	free(text);
}

#define CHECK_HAS(judged, format, ...) \
	check_has(judged, format, (const char *const[]){ __VA_ARGS__, NULL })

static void check_beginnings(const struct judged *judged)
{
	for (const struct reporter *row = reporters; row->name; row++) {
		char *text = judged_rendered(judged, row->render);

		if (!*text || !str_starts(text, row->begins))
			fail_msg("%s does not begin with %s", row->name, row->begins);
		free(text);
	}
}

TEST(every_format_has_a_name_and_begins_as_it_says)
{
	struct judged judged;

	fill(&judged);
	env_set(&judged.head.env, ENV_OS, "linux");
	check_beginnings(&judged);
	for (const struct reporter *row = reporters; row->name; row++)
		assert_ptr_equal(reporter_named(row->name), row);
	assert_null(reporter_named("none"));
	judged_release(&judged);
}

/* Nothing was measured, nothing compared: still a report. */
TEST(every_format_tells_of_nothing_too)
{
	struct judged judged;

	judged_init(&judged);
	env_set(&judged.head.env, ENV_OS, "linux");
	check_beginnings(&judged);
	judged.trial = (struct trial){ .head = &judged.head };
	check_beginnings(&judged);
	judged_release(&judged);
}

TEST(names_are_escaped_as_each_format_wants)
{
	struct judged judged;

	fill(&judged);
	CHECK_HAS(&judged, "markdown", "| ``a\\|b <c>&\"d\" `e`, 5 %: @all #12`` |");
	CHECK_HAS(&judged, "junit", "name=\"a|b &lt;c&gt;&amp;&quot;d&quot; `e`, 5 %: @all #12\"");
	CHECK_HAS(&judged, "github", "::error title=REGRESSION a|b <c>&\"d\" `e`%2C 5 %25%3A @all");
	CHECK_HAS(&judged, "openmetrics", "benchmark=\"a|b <c>&\\\"d\\\" `e`, 5 %: @all #12\"");
	CHECK_HAS(&judged, "csv",
		"\n\"a|b <c>&\"\"d\"\" `e`, 5 %: @all #12\",time,critical,REGRESSION,ns,");
	CHECK_HAS(&judged, "gobench", "BenchmarkA|b_<c>&\"d\"_`e`,_5_%:_@all_#12-1\t");
	judged_release(&judged);
}

TEST(junit_tells_failures_of_the_code_from_those_of_the_measuring)
{
	struct judged judged;

	fill(&judged);
	CHECK_HAS(&judged, "junit",
		"<testsuites name=\"benchgate\" tests=\"5\" failures=\"2\" errors=\"1\"",
		"<failure type=\"REGRESSION\"", "<failure type=\"MISSING\"",
		"<error type=\"FAILED\" message=\"FAILED: crashed: SIGSEGV\">");
	judged.policy.on_missing = ACTION_WARN;
	judged.policy.on_failed = ACTION_WARN;
	CHECK_HAS(&judged, "junit", "failures=\"1\" errors=\"0\"", "<skipped message=\"FAILED: ");
	judged_release(&judged);
}

static size_t count(const char *text, const char *part)
{
	size_t nr = 0;

	while ((text = strstr(text, part))) {
		nr++;
		text += strlen(part);
	}
	return nr;
}

TEST(github_shows_ten_of_a_kind_and_counts_the_rest)
{
	struct judged judged;
	char name[24], *text;

	judged_init(&judged);
	for (int i = 0; i < 12; i++) {
		snprintf(name, sizeof name, "slower%d", i);
		judged_pair(&judged, name, 0.1);
		run_find(&judged.head, name)->file = str_dup("bench/slow,1.c");
		run_find(&judged.head, name)->line = 12;
	}
	text = judged_rendered(&judged, github_commands);
	assert_int_equal(count(text, "::error "), 10);
	has(text, "::error file=bench/slow%2C1.c,line=12,title=REGRESSION slower0::slower0: ");
	has(text, "::error title=benchgate::and 3 more benchmarks");
	free(text);
	text = judged_rendered(&judged, github_outputs);
	has(text, "verdict=REGRESSION\nregressions=12\n");
	free(text);
	judged_release(&judged);
}

TEST(markdown_of_very_many_stays_small_and_says_what_it_left_out)
{
	struct judged judged;
	char name[64], *text;

	judged_init(&judged);
	for (int i = 0; i < 2000; i++) {
		snprintf(name, sizeof name, "a benchmark with a rather long name/%d", i);
		judged_pair(&judged, name, i % 2 ? 0.1 : 0);
	}
	text = judged_rendered(&judged, markdown_report);
	assert_true(strlen(text) < MARKDOWN_MAX);
	assert_int_equal(count(text, " are not shown here"), 3);
	assert_int_equal(count(text, "<details>"), count(text, "</details>"));
	free(text);
	judged_release(&judged);
}

TEST(what_is_better_bigger_goes_to_the_other_file)
{
	static const struct metric_kind rate_kind = { "rate", "1/s", true };
	struct judged judged;

	judged_init(&judged);
	judged_pair(&judged, "kept", 0);
	judged_values(judged_result(&judged.head, "kept"), &rate_kind, 40, 0.01, 10);
	CHECK_HAS(&judged, "gab", "\"name\": \"kept\"", "\"unit\": \"ns\"", "\"range\": \"");
	CHECK_HAS(&judged, "gab-bigger", "\"name\": \"kept rate\"", "\"unit\": \"1/s\"");
	CHECK_HAS(&judged, "bmf", "\"latency\": {", "\"rate\": {", "\"lower_value\": ");
	judged_release(&judged);
}

TEST(a_badge_says_the_word_in_its_color)
{
	struct judged judged;

	judged_init(&judged);
	judged_pair(&judged, "kept", 0);
	CHECK_HAS(&judged, "badge", "<title>performance: pass</title>", "fill=\"#2a7d36\"");
	CHECK_HAS(&judged, "shields", "\"message\": \"pass\"", "\"color\": \"brightgreen\"");
	judged_pair(&judged, "slower", 0.1);
	CHECK_HAS(&judged, "badge", "<title>performance: 1 regression</title>");
	CHECK_HAS(&judged, "shields", "\"message\": \"1 regression\"", "\"color\": \"red\"");
	judged_release(&judged);
}
