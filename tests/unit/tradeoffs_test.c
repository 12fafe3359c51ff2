/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Trade-offs: how the policy spells them, what they cover, and how reports tell it. */
#include "support/test.h"

#include "gate/policy_json.h"
#include "gate/trading.h"
#include "gate/trial.h"
#include "report/formats.h"
#include "report/verdict_json.h"
#include "support/in_turn_cases.h"
#include "support/judged.h"

#define NR(table) (sizeof(table) / sizeof *(table))
#define PAYS "\"if\": {\"metric\": \"allocs\", \"better_by\": \"20%\"}"
#define REST "\"worse_by\": \"5%\", " PAYS ", \"reason\": \"it is short of memory\""
#define IN(text) "{\"tradeoffs\": [{" text "}]}"

static void take_policy(struct policy *policy, const char *text)
{
	struct policy_file file;
	struct error err = ERROR_INIT;

	policy_file_init(&file);
	if (policy_file_read(text, strlen(text), &file, &err))
		fail_msg("%s: %s", text, err.text);
	policy_release(policy);
	*policy = file.policy;
	policy_init(&file.policy);
	policy_file_release(&file);
}

TEST(what_is_wrong_in_a_tradeoff_is_said_with_its_place)
{
	static const struct {
		const char *text, *error;
	} cases[] = {
		{ "{\"tradeoffs\": {}}", "tradeoffs is an object; it must be a list" },
		{ "{\"tradeoffs\": [1]}", "tradeoffs[0] is 1; it must be an object" },
		{ IN("\"benchmark\": \"a\", " REST),
			"tradeoffs[0] has no metric; it must have one, such as \"metric\": \"time\"" },
		{ IN("\"metric\": \"time\", " REST),
			"tradeoffs[0] has no benchmark; it must have one, such as \"benchmark\": \"sort*\"" },
		{ IN("\"benchmark\": \"a\", \"metric\": \"time\", " PAYS ", \"reason\": \"r\""),
			"tradeoffs[0] has no worse_by; it must have one, such as \"worse_by\": \"5%\"" },
		{ IN("\"benchmark\": \"a\", \"metric\": \"time\", \"worse_by\": \"5%\", " PAYS),
			"tradeoffs[0] has no reason; it must have one, such as \"reason\": \"it needs less memory\"" },
		{ IN("\"benchmark\": \"a\", \"metric\": \"time\", \"worse_by\": \"5%\", \"reason\": \"r\""),
			"tradeoffs[0] has no if; it must have one, such as \"if\": {\"metric\": \"allocated\", \"better_by\": \"20%\"}" },
		{ IN("\"benchmark\": \"a\", \"metric\": \"time\", \"worse_by\": \"5%\", \"reason\": \"r\", \"if\": {\"better_by\": \"1%\"}"),
			"tradeoffs[0].if has no metric; it must have one, such as \"metric\": \"allocated\"" },
		{ IN("\"benchmark\": \"a\", \"metric\": \"time\", \"worse_by\": \"5%\", \"reason\": \"r\", \"if\": {\"metric\": \"b\"}"),
			"tradeoffs[0].if has no better_by; it must have one, such as \"better_by\": \"20%\"" },
		{ IN("\"benchmark\": \"a\", \"metric\": \"t*\", \"worse_by\": \"5%\", \"reason\": \"r\", \"if\": {\"metric\": \"time\", \"better_by\": \"1%\"}"),
			"tradeoffs[0].if.metric is \"time\", which is what may get worse; it must be another metric, or have \"weights\" of other benchmarks, too" },
		{ IN("\"benchmark\": \"a\", \"metric\": \"time\", \"worse_by\": \"5%\", \"reason\": \"r\", \"if\": {\"metric\": \"time\", \"better_by\": \"1%\", \"weights\": {\"b\": 0}}"),
			"tradeoffs[0].if.weights.b is 0; it must be a number above 0" },
		{ IN("\"benchmark\": \"a\", \"metric\": \"time\", \"worse_by\": \"5%\", \"reason\": \"r\", \"if\": {\"metric\": \"time\", \"better_by\": \"1%\", \"weights\": {}}"),
			"tradeoffs[0].if.weights is an object; it must be an object of numbers above 0 by the benchmarks' names, such as {\"parse\": 3}" },
	};

	for (size_t i = 0; i < NR(cases); i++) {
		struct policy_file file;
		struct error err = ERROR_INIT;

		policy_file_init(&file);
		assert_int_equal(
			policy_file_read(cases[i].text, strlen(cases[i].text), &file, &err), -1);
		assert_string_equal(err.text, cases[i].error);
		policy_file_release(&file);
	}
}

/* Time 6 % slower, allocations 25 % fewer, and a rate that is 30 % higher. */
static void fill(struct judged *judged, const char *policy)
{
	static const struct metric_kind rate_kind = { "rate", "1/s", true };

	judged_init(judged);
	judged_pair(judged, "sort", 0.06);
	judged_values(judged_result(&judged->base, "sort"), &allocs_kind, 100, 0, 10);
	judged_values(judged_result(&judged->head, "sort"), &allocs_kind, 75, 0, 10);
	judged_values(judged_result(&judged->base, "sort"), &rate_kind, 100, 0, 10);
	judged_values(judged_result(&judged->head, "sort"), &rate_kind, 130, 0, 10);
	take_policy(&judged->policy, policy);
}

#define RULE(worse, metric, better) \
	IN("\"benchmark\": \"so*\", \"metric\": \"time\", \"worse_by\": \"" worse \
	   "\", \"if\": {\"metric\": \"" metric "\", \"better_by\": \"" better \
	   "\"}, \"reason\": \"it is short of memory\"")

TEST(a_regression_is_accepted_where_something_else_surely_pays_for_it)
{
	static const struct {
		const char *policy;
		enum verdict_word word;
		const char *said;
	} cases[] = {
		{ RULE("8%", "allocs", "25%"), VERDICT_ACCEPTED,
			"; accepted by the trade-off \"tradeoffs[0]\" (up to 8 % worse): allocs -25.0 %, surely better by 25 %: it is short of memory" },
		{ RULE("8%", "rate", "30%"), VERDICT_ACCEPTED, ": rate +30.0 %, surely better by" },
		{ RULE("8%", "allocs", "26%"), VERDICT_REGRESSION,
			"; the trade-off \"tradeoffs[0]\" does not cover it (up to 8 % worse): allocs -25.0 %, not surely better by 26 %" },
		{ RULE("5%", "allocs", "25%"), VERDICT_REGRESSION,
			"; the trade-off \"tradeoffs[0]\" does not cover it (up to 5 % worse): allocs -25.0 %" },
		{ RULE("8%", "bytes", "25%"), VERDICT_REGRESSION,
			" does not cover it (up to 8 % worse): bytes was not compared" },
	};

	for (size_t i = 0; i < NR(cases); i++) {
		struct judged judged;
		struct verdict verdict;
		char *text;

		fill(&judged, cases[i].policy);
		verdict = trial_judge(&judged.trial);
		assert_int_equal(verdict.items[0].word, cases[i].word);
		assert_int_equal(verdict.word,
			cases[i].word == VERDICT_ACCEPTED ? VERDICT_PASS : VERDICT_REGRESSION);
		verdict_release(&verdict);
		text = judged_rendered(&judged, text_plain);
		if (!strstr(text, cases[i].said))
			fail_msg("\"%s\" is not in:\n%s", cases[i].said, text);
		free(text);
		judged_release(&judged);
	}
}

TEST(every_report_names_the_rule_and_both_numbers)
{
	static const struct {
		judged_render *render;
		const char *part;
	} cases[] = {
		{ markdown_report, "tradeoffs\\[0\\]\"" },
		{ html_report, "tradeoffs[0]" },
		{ junit_report, "tradeoffs[0]" },
		{ github_commands, "tradeoffs[0]" },
		{ csv_report, "tradeoffs[0]" },
		{ verdict_json, "\"name\": \"tradeoffs[0]\",\n\t\t\t\t\"outcome\": \"holds\"" },
	};

	for (size_t i = 0; i < NR(cases); i++) {
		struct judged judged;
		char *text;

		fill(&judged, RULE("8%", "allocs", "25%"));
		text = judged_rendered(&judged, cases[i].render);
		if (!strstr(text, cases[i].part) || !strstr(text, "25.0 %") ||
			!strstr(text, "6.0 %"))
			fail_msg("\"%s\" is not in:\n%s", cases[i].part, text);
		free(text);
		judged_release(&judged);
	}
}

TEST(no_tradeoff_hides_a_broken_budget)
{
	struct judged judged;
	struct verdict verdict;

	fill(&judged, RULE("8%", "allocs", "25%"));
	*ARRAY_ADD(&judged.policy.limits) =
		(struct limit){ str_dup("sort"), str_dup("time"), 900, "ns", str_dup("900ns") };
	verdict = trial_judge(&judged.trial);
	assert_int_equal(verdict.items[0].word, VERDICT_ACCEPTED);
	assert_true(verdict.items[1].is_limit);
	assert_int_equal(verdict.items[1].word, VERDICT_REGRESSION);
	assert_int_equal(verdict.word, VERDICT_REGRESSION);
	verdict_release(&verdict);
	judged_release(&judged);
}

#define SUM(better, weights) \
	IN("\"benchmark\": \"a\", \"metric\": \"time\", \"worse_by\": \"50%\", \"if\": {\"metric\": \"time\", \"better_by\": \"" better \
	   "\", \"weights\": {" weights "}}, \"reason\": \"b is run more often\"")

/* The error of a sum of independent terms, by hand: shares 1/4 and 3/4, ratios 1.1 and 0.9. */
TEST(a_weighted_sum_has_the_error_of_its_terms)
{
	struct hearing hearing;
	struct contrast sum, a, b;
	bool more_is_better;
	double ratio = (1.1 + 3 * 0.9) / 4, se_a, se_b;

	open_in_turn(&hearing, 10);
	add_in_turn(&hearing, "a", (struct summary){ .nr = 10, .mean = 1.1, .sd = 0.01 });
	add_in_turn(&hearing, "b", (struct summary){ .nr = 10, .mean = 0.9, .sd = 0.02 });
	take_policy(&hearing.policy, SUM("3%", "\"a\": 1, \"b\": 3"));
	hear(&hearing);
	a = hearing.verdict.items[0].contrast;
	b = hearing.verdict.items[1].contrast;
	assert_true(trading_contrast(&hearing.verdict, &hearing.policy.tradeoffs.items[0].payment,
		"a", &sum, &more_is_better));
	assert_false(more_is_better);
	assert_int_equal(sum.answer, ANSWER_OK);
	assert_true(fabs(sum.difference - log(ratio)) < 1e-9);
	/* The larger share of the two sums: of a that of the head, of b that of the base. */
	se_a = 1.1 / 4 / ratio * a.se;
	se_b = 3.0 / 4 * b.se;
	assert_true(fabs(sum.se - sqrt(se_a * se_a + se_b * se_b)) < 1e-9);
	assert_true(fabs(sum.df -
			    pow(se_a * se_a + se_b * se_b, 2) /
				    (pow(se_a, 4) / a.df + pow(se_b, 4) / b.df)) < 1e-6);
	assert_int_equal(hearing.verdict.items[0].word, VERDICT_ACCEPTED);
	assert_true(fabs(hearing.verdict.items[0].trade.paid_ratio - (ratio - 1)) < 1e-9);
	take_policy(&hearing.policy, SUM("5%", "\"a\": 1, \"b\": 3"));
	assert_int_equal(hear(&hearing)->word, VERDICT_REGRESSION);
	assert_int_equal(hearing.verdict.items[0].trade.word, TRADE_NOT_BETTER_ENOUGH);
	take_policy(&hearing.policy, SUM("4%", "\"b\": 1, \"elsewhere\": 3"));
	assert_int_equal(hear(&hearing)->word, VERDICT_REGRESSION);
	assert_int_equal(hearing.verdict.items[0].trade.word, TRADE_NOT_COMPARED);
	close_hearing(&hearing);
}
