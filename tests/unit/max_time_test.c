/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "support/test.h"

#include "gate/trial.h"
#include "gate/verdict.h"

#include "support/close.h"
#include "support/judge_cases.h"

static const struct comparison *rule_of(const struct verdict *verdict, const char *name)
{
	for (size_t i = 0; i < verdict->nr; i++)
		if (verdict->items[i].metric &&
			strcmp(verdict->items[i].metric->name, "max_time") == 0 &&
			strcmp(verdict->items[i].head->name, name) == 0)
			return &verdict->items[i];
	return NULL;
}

static void add_max_time(struct hearing *hearing, const char *benchmark, uint64_t max_ns)
{
	*ARRAY_ADD(&hearing->policy.overrides) = (struct override){ .benchmark = str_dup(benchmark),
		.threshold_ratio = NAN,
		.target_ratio = NAN,
		.max_time_ns = max_ns };
}

static struct result *spent(struct hearing *hearing, const char *name, uint64_t spent_ns)
{
	struct result *result = case_head(&hearing->head, name, 10, 1, 0.001);

	result->spent_ns = spent_ns;
	return result;
}

TEST(longer_than_max_time_is_a_regression_of_the_rule)
{
	struct hearing hearing;
	const struct comparison *got;

	open_hearing(&hearing);
	add_max_time(&hearing, "long", 1000);
	add_max_time(&hearing, "*", 5000);
	spent(&hearing, "long", 1001);
	spent(&hearing, "at", 5000);
	spent(&hearing, "unknown", 0);
	hear(&hearing);
	got = rule_of(&hearing.verdict, "long");
	assert_int_equal(got->word, VERDICT_REGRESSION);
	assert_int_equal(got->why, WHY_OVER_MAX_TIME);
	assert_close(got->change_ratio, 0.001);
	assert_string_equal(got->tolerance.limit->text, "1us");
	assert_int_equal(verdict_action(&hearing.verdict, got), ACTION_FAIL);
	assert_int_equal(rule_of(&hearing.verdict, "at")->word, VERDICT_PASS);
	assert_null(rule_of(&hearing.verdict, "unknown"));
	assert_int_equal(hearing.verdict.word, VERDICT_REGRESSION);
	/* It is answered without a test. */
	assert_int_equal(hearing.verdict.family, 0);
	close_hearing(&hearing);
}

TEST(a_failed_benchmark_is_asked_too)
{
	struct hearing hearing;

	open_hearing(&hearing);
	add_max_time(&hearing, "bad", 1000);
	spent(&hearing, "bad", 2000)->word = RESULT_TIMED_OUT;
	hear(&hearing);
	assert_int_equal(hearing.verdict.nr, 2);
	assert_int_equal(hearing.verdict.items[0].word, VERDICT_FAILED);
	assert_int_equal(hearing.verdict.items[1].word, VERDICT_REGRESSION);
	close_hearing(&hearing);
}

TEST(a_tier_is_asked_about_all_its_benchmarks_in_all_shards)
{
	struct hearing hearing;
	struct run other = { .plan = PLAN_DEFAULT };
	struct trial trials[2];
	struct tier *tier;
	struct verdict verdict;

	open_hearing(&hearing);
	tier = tiers_add(&hearing.policy.tiers, "ours");
	texts_add(&tier->benchmarks, "a*");
	tier->max_time_ns = 2500;
	tier->severity = SEVERITY_WARN;
	spent(&hearing, "a1", 1000);
	spent(&hearing, "b", 100000);
	case_head(&other, "a2", 10, 1, 0.001)->spent_ns = 1500;
	trials[0] = trials[1] = hearing.trial;
	trials[1].head = &other;
	verdict = trials_judge(trials, 2);
	assert_int_equal(rule_of(&verdict, "tier ours")->word, VERDICT_PASS);
	verdict_release(&verdict);
	other.items[0].spent_ns++;
	verdict = trials_judge(trials, 2);
	assert_int_equal(rule_of(&verdict, "tier ours")->word, VERDICT_REGRESSION);
	assert_int_equal(verdict_action(&verdict, rule_of(&verdict, "tier ours")), ACTION_WARN);
	verdict_release(&verdict);
	run_release(&other);
	close_hearing(&hearing);
}

TEST(a_max_time_that_was_kept_compares_nothing)
{
	struct hearing hearing;

	open_hearing(&hearing);
	hearing.trial.base = NULL;
	add_max_time(&hearing, "*", 1000);
	spent(&hearing, "a", 1000);
	hear(&hearing);
	assert_false(verdict_compared(&hearing.verdict));
	hearing.head.items[0].spent_ns = 1001;
	hear(&hearing);
	assert_true(verdict_compared(&hearing.verdict));
	close_hearing(&hearing);
}
