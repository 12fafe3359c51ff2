/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "support/test.h"

#include "gate/trial.h"
#include "gate/verdict.h"
#include "support/close.h"
#include "support/in_turn_cases.h"
#include "support/judge_cases.h"

static bool is_near(double value, double expected)
{
	if (isnan(expected))
		return isnan(value);
	return fabs(value - expected) <= 1e-9 * fmax(fabs(expected), 1);
}

/* By hand: the mean of the logarithms is log 11 and their deviation log 1.1; with two degrees of
 * freedom t is 4.302653, so the interval is 11 over and times exp(4.302653 log 1.1 / sqrt 3). */
static const struct {
	const char *what;
	double values[4];
	size_t nr;
	struct estimate expected;
} cases[] = {
	{ "geometric", { 10, 11, 12.1 }, 3, { 11, 8.680955999820661, 13.93855699792739, 10 } },
	{ "too wide", { 1, 2, 4 }, 3, { 2, NAN, NAN, 100 } },
	{ "two", { 10, 12.1 }, 2, { 11, NAN, NAN, 14.429525410564992 } },
	{ "all the same", { 7, 7, 7 }, 3, { 7, 7, 7, 0 } },
	{ "one", { 5 }, 1, { 5, NAN, NAN, NAN } },
	{ "with zero", { 0, 2, 4 }, 3, { 2, NAN, NAN, 100 } },
	{ "negative", { -4, -2, 0 }, 3, { -2, -6.968275423439091, 2.968275423439091, 100 } },
	{ "about zero", { -2, 0, 2 }, 3, { 0, -4.968275423439091, 4.968275423439091, NAN } },
	{ "only zeros", { 0, 0, 0 }, 3, { 0, 0, 0, NAN } },
	{ "no number", { 1, NAN, 2 }, 3, { NAN, NAN, NAN, NAN } },
	{ "none", { 0 }, 0, { NAN, NAN, NAN, NAN } },
};

TEST(an_estimate_is_the_geometric_mean_where_there_is_one)
{
	for (size_t i = 0; i < NR_OF(cases); i++) {
		struct run run = RUN_INIT;
		struct result *result = case_result(&run, "x");
		const struct metric_kind kind = { "time", "ns", false };
		struct verdict verdict;
		struct estimate got;

		metrics_add(&result->metrics, &kind, 0);
		result->metrics.items[0].values.nr = 0;
		for (size_t j = 0; j < cases[i].nr; j++)
			metrics_add(&result->metrics, &kind, cases[i].values[j]);
		verdict = trial_without_base(&run);
		assert_int_equal(verdict.nr, 1);
		got = verdict.items[0].estimate;
		if (!is_near(got.value, cases[i].expected.value) ||
			!is_near(got.low, cases[i].expected.low) ||
			!is_near(got.high, cases[i].expected.high) ||
			!is_near(got.spread_pct, cases[i].expected.spread_pct))
			fail_msg("%s: %.9g in %.9g .. %.9g, spread %.9g", cases[i].what, got.value,
				got.low, got.high, got.spread_pct);
		verdict_release(&verdict);
		run_release(&run);
	}
}

TEST(every_metric_is_compared_and_a_failure_has_none)
{
	struct run run = RUN_INIT;
	struct fault fault = FAULT_INIT;
	struct result *result;
	struct verdict verdict;

	result = case_result(&run, "good");
	metrics_add(&result->metrics, &(struct metric_kind){ "time", "ns", false }, 5);
	metrics_add(&result->metrics, &(struct metric_kind){ "hits", "", true }, 7);
	result = case_result(&run, "crashed with values");
	metrics_add(&result->metrics, &(struct metric_kind){ "time", "ns", false }, 5);
	fault_set(&fault, RESULT_CRASHED, "SIGSEGV");
	result_fault(result, &fault);
	verdict = trial_without_base(&run);
	assert_ptr_equal(verdict.head, &run);
	assert_int_equal(verdict.nr, 3);
	assert_ptr_equal(verdict.items[0].head, &run.items[0]);
	assert_ptr_equal(verdict.items[0].metric, &run.items[0].metrics.items[0]);
	assert_ptr_equal(verdict.items[1].metric, &run.items[0].metrics.items[1]);
	assert_ptr_equal(verdict.items[2].head, &run.items[1]);
	assert_null(verdict.items[2].metric);
	verdict_release(&verdict);
	run_release(&run);
}

TEST(what_has_no_result_is_failed_or_not_measured)
{
	struct run run = RUN_INIT;
	struct verdict verdict;

	for (unsigned word = RESULT_CRASHED; word <= RESULT_NOT_MEASURED; word++) {
		struct fault fault = FAULT_INIT;

		fault_set(&fault, (enum result_word)word, "by the test");
		result_fault(case_result(&run, result_word_name((enum result_word)word)), &fault);
	}
	metrics_add(&case_result(&run, "good")->metrics,
		&(struct metric_kind){ "time", "ns", false }, 1);
	verdict = trial_without_base(&run);
	assert_int_equal(verdict.nr, run.nr);
	for (size_t i = 0; i < verdict.nr; i++) {
		enum result_word word = run.items[i].word;

		assert_int_equal(verdict.items[i].word,
			word == RESULT_OK                     ? VERDICT_NEW
				: word == RESULT_NOT_MEASURED ? VERDICT_NOT_MEASURED
							      : VERDICT_FAILED);
	}
	assert_int_equal(verdict_count(&verdict, VERDICT_FAILED), 7);
	assert_int_equal(verdict_count(&verdict, VERDICT_NOT_MEASURED), 1);
	assert_int_equal(verdict_count(&verdict, VERDICT_NEW), 1);
	verdict_release(&verdict);
	run_release(&run);
}

TEST(an_empty_run_has_an_empty_verdict)
{
	struct run run = RUN_INIT;
	struct verdict verdict = trial_without_base(&run);

	assert_int_equal(verdict.nr, 0);
	assert_int_equal(verdict_count(&verdict, VERDICT_FAILED), 0);
	verdict_release(&verdict);
}

TEST(words_have_names)
{
	for (unsigned i = 0; i < VERDICT_NR_WORDS; i++)
		for (unsigned j = 0; j < i; j++)
			assert_string_not_equal(verdict_word_name((enum verdict_word)i),
				verdict_word_name((enum verdict_word)j));
	assert_string_equal(verdict_word_name(VERDICT_NOT_MEASURED), "NOT MEASURED");
}

/* Times of a benchmark that come to that word, for a tier of 2 %. */
static const struct {
	double ratio;
	enum verdict_word word;
	enum why why;
	enum verdict_word of_run;
} changes[] = {
	{ 1, VERDICT_PASS, WHY_BELOW_TARGET, VERDICT_PASS },
	{ 1.015, VERDICT_PASS, WHY_BELOW_TARGET, VERDICT_PASS },
	{ 1.3, VERDICT_REGRESSION, WHY_BEYOND_THRESHOLD, VERDICT_REGRESSION },
	{ 0.7, VERDICT_IMPROVEMENT, WHY_FASTER, VERDICT_PASS },
	{ 0.99, VERDICT_PASS, WHY_BELOW_TARGET, VERDICT_PASS },
};

TEST(a_change_has_its_word)
{
	for (size_t i = 0; i < NR_OF(changes); i++) {
		struct hearing hearing;
		const struct comparison *got;

		open_hearing(&hearing);
		add_changed(&hearing, "x", changes[i].ratio);
		got = hear(&hearing);
		assert_int_equal(hearing.verdict.nr, 1);
		assert_int_equal(got->word, changes[i].word);
		assert_int_equal(got->why, changes[i].why);
		assert_int_equal(got->evidence, EVIDENCE_FIRST_LOOK);
		assert_int_equal(got->drift_source, DRIFT_OWN);
		assert_int_equal(got->nr_head, 10);
		assert_int_equal(got->nr_base, 50);
		assert_int_equal(got->nr_sessions, 5);
		assert_close(got->change_ratio + 1, changes[i].ratio);
		assert_true(got->change_low < got->change_ratio);
		assert_true(got->change_high > got->change_ratio);
		assert_true(got->bound_ratio > got->change_ratio);
		assert_close(got->base_estimate.value, CASE_LEVEL_NS);
		assert_int_equal(hearing.verdict.word, changes[i].of_run);
		assert_int_equal(hearing.verdict.family, 1);
		assert_true(verdict_detectable(&hearing.verdict, got) > 0.02);
		close_hearing(&hearing);
	}
}

TEST(more_of_what_is_better_is_an_improvement)
{
	const struct metric_kind rate = { "rate", "1/s", true };
	const double ratios[] = { 0.7, 1, 1.3 };
	const enum verdict_word words[] = { VERDICT_REGRESSION, VERDICT_PASS, VERDICT_IMPROVEMENT };

	for (size_t i = 0; i < NR_OF(ratios); i++) {
		struct hearing hearing;
		const struct comparison *got;
		struct result *base;

		open_hearing(&hearing);
		base = case_result(&hearing.base, "x");
		for (size_t s = 0; s < 5; s++)
			case_session(base, &rate,
				(struct summary){ .nr = 10,
					.mean = 1000 * exp(0.001 * case_spread(s)),
					.sd = 0.001 });
		case_values(case_result(&hearing.head, "x"), &rate,
			(struct summary){ .nr = 10, .mean = 1000 * ratios[i], .sd = 0.001 });
		got = hear(&hearing);
		assert_int_equal(got->word, words[i]);
		assert_close(got->change_ratio + 1, ratios[i]);
		assert_true(got->change_low < got->change_ratio);
		assert_true(got->change_high > got->change_ratio);
		close_hearing(&hearing);
	}
}

TEST(what_cannot_be_told_is_inconclusive_and_warns)
{
	struct hearing hearing;
	const struct comparison *got;
	struct result *head;

	open_hearing(&hearing);
	case_base(&hearing.base, "x", 5, 0.001, 0.001);
	head = case_head(&hearing.head, "x", 10, 1.04, 0.1);
	got = hear(&hearing);
	assert_int_equal(got->word, VERDICT_INCONCLUSIVE);
	assert_int_equal(got->why, WHY_NOT_ENOUGH);
	assert_int_equal(hearing.verdict.word, VERDICT_INCONCLUSIVE);
	assert_int_equal(verdict_action(&hearing.verdict, got), ACTION_WARN);
	head->metrics.items[0].values.items[0] = 0;
	got = hear(&hearing);
	assert_int_equal(got->word, VERDICT_INCONCLUSIVE);
	assert_int_equal(got->why, WHY_NO_RATIO);
	assert_int_equal(hearing.verdict.family, 0);
	head->metrics.items[0].values.nr = 4;
	head->metrics.items[0].values.items[0] = 1;
	assert_int_equal(hear(&hearing)->why, WHY_TOO_FEW_PROCESSES);
	hearing.policy.on_inconclusive = ACTION_PASS;
	hear(&hearing);
	assert_int_not_equal(hearing.verdict.word, VERDICT_INCONCLUSIVE);
	hearing.policy.on_inconclusive = ACTION_FAIL;
	got = hear(&hearing);
	assert_int_equal(hearing.verdict.word, VERDICT_INCONCLUSIVE);
	assert_int_equal(verdict_action(&hearing.verdict, got), ACTION_FAIL);
	close_hearing(&hearing);
}

TEST(what_one_side_lacks_is_new_or_missing)
{
	struct hearing hearing;
	const struct comparison *got;

	open_hearing(&hearing);
	case_head(&hearing.head, "new", 10, 1, 0.001);
	got = hear(&hearing);
	assert_int_equal(got->word, VERDICT_NEW);
	assert_null(got->base);
	assert_int_equal(verdict_action(&hearing.verdict, got), ACTION_PASS);
	assert_int_equal(hearing.verdict.word, VERDICT_NEW);
	case_base(&hearing.base, "gone", 5, 0.001, 0.001);
	got = hear(&hearing) + 1;
	assert_int_equal(hearing.verdict.nr, 2);
	assert_int_equal(got->word, VERDICT_MISSING);
	assert_null(got->head);
	assert_null(got->metric);
	assert_ptr_equal(got->base, &hearing.base.items[0]);
	assert_int_equal(verdict_action(&hearing.verdict, got), ACTION_FAIL);
	assert_int_equal(hearing.verdict.word, VERDICT_MISSING);
	hearing.policy.on_missing = ACTION_WARN;
	got = hear(&hearing) + 1;
	assert_int_equal(verdict_action(&hearing.verdict, got), ACTION_WARN);
	hearing.policy.on_missing = ACTION_PASS;
	hear(&hearing);
	assert_int_equal(hearing.verdict.word, VERDICT_NEW);
	hearing.policy.on_missing = ACTION_FAIL;
	hearing.base.items[0].aside = true;
	hear(&hearing);
	assert_int_equal(hearing.verdict.nr, 1);
	close_hearing(&hearing);
}

TEST(a_time_that_is_gone_is_missing)
{
	const struct summary allocs = { .nr = 50, .mean = 7 };
	struct hearing hearing;
	const struct comparison *got;

	open_hearing(&hearing);
	add_changed(&hearing, "x", 1);
	case_values(&hearing.base.items[0], &case_allocs, allocs);
	metrics_release(&hearing.head.items[0].metrics);
	hearing.head.items[0].metrics = (struct metrics){ 0 };
	case_values(&hearing.head.items[0], &case_allocs, allocs);
	got = hear(&hearing) + 1;
	assert_int_equal(hearing.verdict.nr, 2);
	assert_int_equal(got->word, VERDICT_MISSING);
	assert_int_equal(got->why, WHY_METRIC_GONE);
	close_hearing(&hearing);
}

TEST(a_metric_that_is_gone_is_missing)
{
	const struct metric_kind p99 = { "p99", "ns", false };
	struct hearing hearing;
	const struct comparison *got;

	open_hearing(&hearing);
	add_changed(&hearing, "x", 1);
	case_values(&hearing.base.items[0], &case_allocs, (struct summary){ .nr = 50, .mean = 7 });
	/* Not gated, so not missed. */
	case_values(&hearing.base.items[0], &p99, (struct summary){ .nr = 50, .mean = 7 });
	got = hear(&hearing) + 1;
	assert_int_equal(hearing.verdict.nr, 2);
	assert_int_equal(got->word, VERDICT_MISSING);
	assert_int_equal(got->why, WHY_METRIC_GONE);
	assert_ptr_equal(got->metric, &hearing.base.items[0].metrics.items[1]);
	assert_int_equal(hearing.verdict.word, VERDICT_MISSING);
	/* What failed has no metrics at all, and is told once. */
	result_fault(&hearing.head.items[0], &(struct fault){ RESULT_CRASHED, "by the test" });
	hear(&hearing);
	assert_int_equal(hearing.verdict.nr, 1);
	close_hearing(&hearing);
}

TEST(failures_fail_as_the_policy_says)
{
	struct hearing hearing;
	const struct comparison *got;

	open_hearing(&hearing);
	add_changed(&hearing, "good", 1);
	add_fault(&hearing.head, "bad", RESULT_WRONG);
	got = hear(&hearing) + 1;
	assert_int_equal(got->word, VERDICT_FAILED);
	assert_int_equal(verdict_action(&hearing.verdict, got), ACTION_FAIL);
	assert_int_equal(hearing.verdict.word, VERDICT_FAILED);
	hearing.policy.on_failed = ACTION_PASS;
	hear(&hearing);
	assert_int_equal(hearing.verdict.word, VERDICT_PASS);
	add_fault(&hearing.head, "late", RESULT_NOT_MEASURED);
	got = hear(&hearing) + 2;
	assert_int_equal(got->word, VERDICT_NOT_MEASURED);
	assert_int_equal(verdict_action(&hearing.verdict, got), ACTION_FAIL);
	assert_int_equal(hearing.verdict.word, VERDICT_NOT_MEASURED);
	close_hearing(&hearing);
}

/* Takes away the most serious, one after the other. */
TEST(the_most_serious_word_is_the_runs)
{
	struct hearing hearing;

	open_hearing(&hearing);
	add_changed(&hearing, "pass", 1);
	case_base(&hearing.base, "unclear", 5, 0.001, 0.001);
	case_head(&hearing.head, "unclear", 10, 1.04, 0.1);
	add_fault(&hearing.head, "late", RESULT_NOT_MEASURED);
	add_fault(&hearing.head, "crashed", RESULT_CRASHED);
	case_base(&hearing.base, "gone", 5, 0.001, 0.001);
	add_changed(&hearing, "slow", 1.5);
	hear(&hearing);
	assert_int_equal(hearing.verdict.word, VERDICT_REGRESSION);
	run_remove(&hearing.head, "slow");
	run_remove(&hearing.base, "slow");
	hear(&hearing);
	assert_int_equal(hearing.verdict.word, VERDICT_MISSING);
	run_remove(&hearing.base, "gone");
	hear(&hearing);
	assert_int_equal(hearing.verdict.word, VERDICT_FAILED);
	run_remove(&hearing.head, "crashed");
	hear(&hearing);
	assert_int_equal(hearing.verdict.word, VERDICT_NOT_MEASURED);
	run_remove(&hearing.head, "late");
	hear(&hearing);
	assert_int_equal(hearing.verdict.word, VERDICT_INCONCLUSIVE);
	run_remove(&hearing.head, "unclear");
	run_remove(&hearing.base, "unclear");
	hear(&hearing);
	assert_int_equal(hearing.verdict.word, VERDICT_PASS);
	close_hearing(&hearing);
}

TEST(sides_measured_in_turn_may_lack_each_other)
{
	const enum verdict_word words[] = { VERDICT_PASS, VERDICT_NEW, VERDICT_FAILED,
		VERDICT_NOT_MEASURED, VERDICT_MISSING };
	struct hearing hearing;

	open_in_turn(&hearing, 20);
	add_in_turn(&hearing, "both", (struct summary){ .nr = 4, .mean = 1, .sd = 0.003 });
	case_result(&hearing.head, "new");
	case_result(&hearing.base, "crashed");
	add_fault(&hearing.head, "crashed", RESULT_CRASHED);
	case_result(&hearing.base, "late");
	add_fault(&hearing.head, "late", RESULT_NOT_MEASURED);
	case_result(&hearing.base, "gone");
	hear(&hearing);
	assert_int_equal(hearing.verdict.nr, NR_OF(words));
	for (size_t i = 0; i < NR_OF(words); i++)
		assert_int_equal(hearing.verdict.items[i].word, words[i]);
	assert_ptr_equal(hearing.verdict.items[2].base, &hearing.base.items[1]);
	assert_int_equal(hearing.verdict.word, VERDICT_MISSING);
	assert_int_equal(hearing.verdict.family_in_turn, 1);
	close_hearing(&hearing);
}

/* The duets of a file are with one base; against any other they say nothing. */
TEST(duets_with_another_base_are_not_asked)
{
	struct hearing hearing;

	open_in_turn(&hearing, 20);
	add_in_turn(&hearing, "x", (struct summary){ .nr = 4, .mean = 1.5, .sd = 0.003 });
	hearing.trial.in_turn = false;
	assert_int_not_equal(hear(&hearing)->evidence, EVIDENCE_IN_TURN);
	assert_int_equal(hearing.verdict.family_in_turn, 0);
	close_hearing(&hearing);
}

TEST(the_same_bytes_pass_against_their_own_base_alone)
{
	struct hearing hearing;
	const struct comparison *got;

	open_in_turn(&hearing, 20);
	case_result(&hearing.base, "x");
	case_result(&hearing.head, "x")->identical = true;
	got = hear(&hearing);
	assert_int_equal(hearing.verdict.nr, 1);
	assert_int_equal(got->word, VERDICT_PASS);
	assert_int_equal(got->why, WHY_IDENTICAL);
	assert_int_equal(got->evidence, EVIDENCE_IDENTICAL);
	assert_true(got->change_ratio == 0 && got->bound_ratio == 0);
	assert_ptr_equal(got->base, &hearing.base.items[0]);
	assert_int_equal(hearing.verdict.word, VERDICT_PASS);
	assert_int_equal(hearing.verdict.family_in_turn, 0);
	hearing.trial.in_turn = false;
	assert_int_equal(hear(&hearing)->word, VERDICT_NEW);
	assert_int_equal(hearing.verdict.word, VERDICT_NEW);
	close_hearing(&hearing);
}

TEST(sides_that_do_not_compare_are_refused_in_turn_too)
{
	struct hearing hearing;
	const struct comparison *got;

	open_in_turn(&hearing, 20);
	add_in_turn(&hearing, "x", (struct summary){ .nr = 4, .mean = 1, .sd = 0.003 });
	hearing.trial.mismatch = "cpu";
	got = hear(&hearing);
	assert_int_equal(hearing.verdict.nr, 1);
	assert_int_equal(got->word, VERDICT_REFUSED);
	assert_int_equal(got->why, WHY_OTHER_MACHINE);
	assert_int_equal(hearing.verdict.word, VERDICT_REFUSED);
	hearing.trial.allow_mismatch = true;
	assert_int_equal(hear(&hearing)->word, VERDICT_PASS);
	close_hearing(&hearing);
}
