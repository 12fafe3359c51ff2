/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Competitors: how the policy spells them, and what a gap to them is. */
#include "support/test.h"

#include "gate/gaps.h"
#include "gate/policy_json.h"
#include "gate/trial.h"
#include "support/judged.h"

#define NR(table) (sizeof(table) / sizeof *(table))
#define IN(text) "{\"competitors\": [{" text "}]}"
#define BENCHMARKS \
	"; it must be the names of our benchmarks: a text, a list, or an object with theirs, such as {\"parse\": \"json_parse\"}"

TEST(what_is_wrong_in_a_competitor_is_said_with_its_place)
{
	static const struct {
		const char *text, *error;
	} cases[] = {
		{ "{\"competitors\": {}}", "competitors is an object; it must be a list" },
		{ IN("\"suite\": \"a.so\""),
			"competitors[0] has no name; it must have one, such as \"name\": \"zlib\"" },
		{ IN("\"name\": \"a\", \"suite\": \"a.so\", \"data\": \"b.json\""),
			"competitors[0] has more than one of command, suite and data; it must have one of them" },
		{ IN("\"name\": \"a\""),
			"competitors[0] has none of command, suite and data; it must have one, or \"benchmarks\" that say which benchmarks of our own suite are theirs, such as {\"parse/ours\": \"parse/zlib\"}" },
		{ IN("\"name\": \"a\", \"benchmarks\": {\"x\": \"y\", \"z\": \"z\"}"),
			"competitors[0] has none of command, suite and data; it must have one, or" },
		{ IN("\"name\": \"a\", \"suite\": \"a.so\", \"benchmarks\": 1"),
			"competitors[0].benchmarks is 1" BENCHMARKS },
		{ IN("\"name\": \"a\", \"suite\": \"a.so\", \"benchmarks\": {}"),
			"competitors[0].benchmarks is an object" BENCHMARKS },
		{ IN("\"name\": \"a\", \"suite\": \"a.so\", \"benchmarks\": {\"x\": \"\"}"),
			"competitors[0].benchmarks is \"\"" BENCHMARKS },
		{ IN("\"name\": \"a\", \"suite\": \"a.so\", \"benchmarks\": [\"x\", \"x\"]"),
			"competitors[0].benchmarks has 'x' twice" },
		{ IN("\"name\": \"a\", \"data\": \"a\"}, {\"name\": \"a\", \"data\": \"b\""),
			"competitors[1].name is \"a\", as another's is; each must have a name of its own" },
		{ IN("\"name\": \"a\", \"sweet\": \"a.so\""),
			"unknown key 'competitors[0].sweet'; known keys: name, version, command, suite, data, metrics, benchmarks" },
	};

	for (size_t i = 0; i < NR(cases); i++) {
		struct policy_file file;
		struct error err = ERROR_INIT;

		policy_file_init(&file);
		assert_int_equal(
			policy_file_read(cases[i].text, strlen(cases[i].text), &file, &err), -1);
		if (!str_starts(err.text, cases[i].error))
			assert_string_equal(err.text, cases[i].error);
		policy_file_release(&file);
	}
}

TEST(a_competitor_has_its_own_names_and_metrics)
{
	static const char text[] =
		"{\"competitors\": ["
		"{\"name\": \"all\", \"suite\": \"a.so\"},"
		"{\"name\": \"some\", \"version\": \"1.2\", \"data\": [\"a\", \"b\"], \"metrics\": [\"p9*\", \"rate\"], \"benchmarks\": [\"x\"]},"
		"{\"name\": \"own\", \"benchmarks\": {\"x\": \"y\"}}]}";
	struct policy_file file;
	struct error err = ERROR_INIT;
	const struct competitor *all;
	struct buf name = BUF_INIT;

	policy_file_init(&file);
	assert_int_equal(policy_file_read(text, strlen(text), &file, &err), 0);
	all = file.competitors.items;
	assert_string_equal(competitor_name_of(&all[0], "x"), "x");
	assert_string_equal(competitor_name_of(&all[1], "x"), "x");
	assert_null(competitor_name_of(&all[1], "y"));
	assert_string_equal(competitor_name_of(&all[2], "x"), "y");
	assert_true(competitor_has_metric(&all[0], "time"));
	assert_false(competitor_has_metric(&all[0], "p99"));
	assert_true(competitor_has_metric(&all[1], "p99"));
	assert_false(competitor_has_metric(&all[1], "time"));
	assert_true(competitor_is_read(&all[1]));
	assert_false(competitor_is_read(&all[2]));
	competitor_add_name(&all[1], &name);
	assert_string_equal(name.data, "some 1.2");
	buf_release(&name);
	policy_file_release(&file);
}

/* Ours beside theirs, each given by its level, how wide its values lie, and their number. */
struct levels {
	double ours, theirs;
	double spread;
	size_t nr;
	const struct metric_kind *kind;
};

static void fill_gaps(struct gaps *gaps, const struct competitor *competitor, struct levels levels)
{
	struct judged judged;
	struct verdict verdict;

	judged_init(&judged);
	judged_values(judged_result(&judged.head, "sort"), levels.kind, levels.ours, levels.spread,
		levels.nr);
	judged_values(judged_result(&judged.base, "sort"), levels.kind, levels.theirs,
		levels.spread, levels.nr);
	verdict = trial_judge(&judged.trial);
	gaps_add(gaps, competitor, GAP_FILES, &verdict);
	gaps_judge(gaps);
	verdict_release(&verdict);
	judged_release(&judged);
}

TEST(a_gap_says_how_much_worse_ours_is_and_whether_that_is_sure)
{
	static const struct metric_kind rate = { "rate", "1/s", true };
	char *every[] = { (char[]){ "*" } };
	const struct competitor competitor = { .name = (char[]){ "zlib" },
		.metrics = { every, 1, 1 } };
	const struct {
		struct levels levels;
		double percent;
		const char *said;
	} cases[] = {
		{ { 1200, 1000, .01, 10, &time_kind }, 20, "slower" },
		{ { 800, 1000, .01, 10, &time_kind }, -20, "faster" },
		{ { 1005, 1000, .01, 10, &time_kind }, .5, "no difference seen" },
		{ { 1200, 1000, .01, 1, &time_kind }, 20, "too few values" },
		{ { 800, 1000, .01, 10, &rate }, 25, "worse" },
		{ { 1250, 1000, .01, 10, &rate }, -20, "better" },
	};

	for (size_t i = 0; i < NR(cases); i++) {
		struct gaps gaps = { 0 };
		const struct gap *gap;

		fill_gaps(&gaps, &competitor, cases[i].levels);
		assert_int_equal(gaps.nr, 1);
		gap = gaps.items;
		assert_true(fabs(gap_percent(gap) - cases[i].percent) < 1e-6);
		assert_string_equal(gap_say(gap), cases[i].said);
		if (isfinite(gap->low)) {
			assert_true(gap_low_percent(gap) <= gap_percent(gap));
			assert_true(gap_high_percent(gap) >= gap_percent(gap));
		}
		gaps_release(&gaps);
	}
}

TEST(of_many_gaps_none_is_called_a_difference_by_chance)
{
	const struct competitor competitor = { .name = (char[]){ "zlib" } };
	const struct levels near = { 1045, 1000, .04, 10, &time_kind };
	struct gaps one = { 0 }, many = { 0 };

	fill_gaps(&one, &competitor, near);
	for (size_t i = 0; i < 40; i++)
		fill_gaps(&many, &competitor, near);
	assert_int_equal(many.nr, 40);
	assert_true(many.items[0].p > one.items[0].p);
	gaps_release(&one);
	gaps_release(&many);
}

TEST(a_metric_that_is_not_asked_for_and_a_benchmark_of_one_side_have_no_gap)
{
	const struct competitor competitor = { .name = (char[]){ "zlib" } };
	struct judged judged;
	struct verdict verdict;
	struct gaps gaps = { 0 };

	judged_init(&judged);
	judged_pair(&judged, "sort", .2);
	judged_values(judged_result(&judged.base, "sort"), &allocs_kind, 100, 0, 10);
	judged_values(judged_result(&judged.head, "sort"), &allocs_kind, 100, 0, 10);
	judged_values(judged_result(&judged.head, "ours alone"), &time_kind, 1000, .01, 10);
	judged_values(judged_result(&judged.base, "theirs alone"), &time_kind, 1000, .01, 10);
	verdict = trial_judge(&judged.trial);
	gaps_add(&gaps, &competitor, GAP_IN_TURN, &verdict);
	assert_int_equal(gaps.nr, 1);
	assert_string_equal(gaps.items[0].benchmark, "sort");
	assert_string_equal(gaps.items[0].metric, "time");
	assert_int_equal(gaps.notes.nr, 0);
	gaps_release(&gaps);
	verdict_release(&verdict);
	judged_release(&judged);
}

TEST(a_side_that_failed_is_noted_in_one_line)
{
	const struct competitor competitor = { .name = (char[]){ "zlib" } };
	struct fault fault = { RESULT_CRASHED, "SIGSEGV" };
	struct judged judged;
	struct verdict verdict;
	struct gaps gaps = { 0 };

	judged_init(&judged);
	judged_pair(&judged, "sort", .2);
	result_fault(judged_result(&judged.base, "sort"), &fault);
	judged_result(&judged.base, "sort")->metrics.nr = 0;
	verdict = trial_judge(&judged.trial);
	gaps_add(&gaps, &competitor, GAP_IN_TURN, &verdict);
	assert_int_equal(gaps.nr, 0);
	assert_int_equal(gaps.notes.nr, 1);
	assert_string_equal(gaps.notes.items[0], "zlib: sort: theirs failed: SIGSEGV");
	gaps_release(&gaps);
	verdict_release(&verdict);
	judged_release(&judged);
}
