/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a policy, its budgets, acceptances and a refusal make of a comparison. */
#include "support/test.h"

#include "gate/verdict.h"

#include "support/close.h"
#include "support/judge_cases.h"

TEST(the_family_counts_what_a_test_answers)
{
	struct hearing hearing;

	open_hearing(&hearing);
	add_changed(&hearing, "a", 1);
	add_changed(&hearing, "b", 1);
	case_values(&hearing.base.items[1], &case_allocs, (struct summary){ .nr = 50, .mean = 7 });
	case_values(&hearing.head.items[1], &case_allocs, (struct summary){ .nr = 10, .mean = 7 });
	case_head(&hearing.head, "new", 10, 1, 0.001);
	add_fault(&hearing.head, "bad", RESULT_CRASHED);
	hear(&hearing);
	assert_int_equal(hearing.verdict.family, 2);
	/* A budget is asked of new ones too. */
	add_limit(&hearing, "time", 1000, "ns");
	hear(&hearing);
	assert_int_equal(hearing.verdict.family, 5);
	assert_close(hearing.verdict.items[0].p_adjusted, fmin(1, 5 * hearing.verdict.items[0].p));
	hearing.trial.base = NULL;
	hear(&hearing);
	assert_int_equal(hearing.verdict.family, 3);
	close_hearing(&hearing);
}

static const struct {
	double value; /* of a limit of a time of 100 ns */
	enum verdict_word word;
	enum why why;
} budgets[] = {
	{ 200, VERDICT_PASS, WHY_UNDER_LIMIT },
	{ 100.001, VERDICT_INCONCLUSIVE, WHY_AT_LIMIT },
	{ 99.999, VERDICT_INCONCLUSIVE, WHY_AT_LIMIT },
	{ 50, VERDICT_REGRESSION, WHY_OVER_LIMIT },
	{ 0, VERDICT_REGRESSION, WHY_OVER_LIMIT },
};

TEST(a_budget_needs_no_base)
{
	for (size_t i = 0; i < NR_OF(budgets); i++) {
		struct hearing hearing;
		const struct comparison *got;

		open_hearing(&hearing);
		hearing.trial.base = NULL;
		case_head(&hearing.head, "x", 10, 1, 0.01);
		add_limit(&hearing, "time", budgets[i].value, "ns");
		got = hear(&hearing);
		assert_int_equal(hearing.verdict.nr, 2);
		assert_int_equal(got[0].word, VERDICT_NEW);
		assert_false(got[0].is_limit);
		assert_true(got[1].is_limit);
		assert_int_equal(got[1].word, budgets[i].word);
		assert_int_equal(got[1].why, budgets[i].why);
		assert_true(got[1].base_estimate.value == budgets[i].value);
		assert_int_equal(got[1].drift_source, DRIFT_NONE);
		assert_int_equal(hearing.verdict.word, budgets[i].word);
		close_hearing(&hearing);
	}
}

TEST(a_budget_in_another_unit_fails)
{
	struct hearing hearing;
	const struct comparison *got;

	open_hearing(&hearing);
	add_changed(&hearing, "x", 1);
	add_limit(&hearing, "time", 1000, "B");
	got = hear(&hearing) + 1;
	assert_int_equal(got->word, VERDICT_FAILED);
	assert_int_equal(got->why, WHY_LIMIT_UNIT);
	assert_int_equal(hearing.verdict.family, 1);
	close_hearing(&hearing);
}

/* Within its budget and slower, over its budget and no slower. */
TEST(a_budget_and_a_base_are_two_questions)
{
	struct hearing hearing;
	const struct comparison *got;

	open_hearing(&hearing);
	add_changed(&hearing, "slower", 1.5);
	add_limit(&hearing, "time", 1000, "ns");
	got = hear(&hearing);
	assert_int_equal(got[0].word, VERDICT_REGRESSION);
	assert_int_equal(got[1].word, VERDICT_PASS);
	hearing.policy.limits.items[0].value = 10;
	run_remove(&hearing.head, "slower");
	case_head(&hearing.head, "slower", 10, 1, 0.001);
	got = hear(&hearing);
	assert_int_equal(got[0].word, VERDICT_PASS);
	assert_int_equal(got[1].word, VERDICT_REGRESSION);
	assert_int_equal(hearing.verdict.word, VERDICT_REGRESSION);
	close_hearing(&hearing);
}

TEST(counts_are_judged_without_a_family)
{
	struct hearing hearing;
	const struct comparison *got;
	struct result *base, *head;

	open_hearing(&hearing);
	base = case_result(&hearing.base, "x");
	head = case_result(&hearing.head, "x");
	/* A suite's own, of which more is no warning. */
	str_set(&head->file, "x.c");
	case_values(base, &case_allocs, (struct summary){ .nr = 10, .mean = 100 });
	case_values(head, &case_allocs, (struct summary){ .nr = 10, .mean = 103 });
	got = hear(&hearing);
	assert_int_equal(got->word, VERDICT_REGRESSION);
	assert_int_equal(got->evidence, EVIDENCE_EXACT);
	assert_close(got->change_ratio, 0.03);
	assert_int_equal(hearing.verdict.family, 0);
	for (size_t i = 0; i < 10; i++)
		head->metrics.items[0].values.items[i] = 100;
	assert_int_equal(hear(&hearing)->word, VERDICT_PASS);
	for (size_t i = 0; i < 10; i++)
		head->metrics.items[0].values.items[i] = 50;
	assert_int_equal(hear(&hearing)->word, VERDICT_IMPROVEMENT);
	assert_int_equal(hearing.verdict.word, VERDICT_PASS);
	close_hearing(&hearing);
}

/* A regression of 50 %, an acceptance of so much until then, today. */
static const struct {
	const char *until, *today;
	double max_ratio;
	bool accepted, expired;
} acceptances[] = {
	{ NULL, "2026-06-15", NAN, true, false },
	{ NULL, NULL, NAN, true, false },
	{ "2026-06-15", "2026-06-15", NAN, true, false },
	{ "2026-06-14", "2026-06-15", NAN, false, true },
	{ "2027-01-01", "2026-12-31", NAN, true, false },
	{ NULL, "2026-06-15", 0.51, true, false },
	{ NULL, "2026-06-15", 0.49, false, false },
	{ "2026-06-14", "2026-06-15", 0.51, false, true },
};

TEST(an_acceptance_covers_what_it_says)
{
	for (size_t i = 0; i < NR_OF(acceptances); i++) {
		struct hearing hearing;
		const struct comparison *got;
		bool accepted = acceptances[i].accepted;

		open_hearing(&hearing);
		add_changed(&hearing, "x", 1.5);
		*ARRAY_ADD(&hearing.accepted) = (struct acceptance){ .benchmark = (char[]){ "x" },
			.until = (char *)acceptances[i].until,
			.max_ratio = acceptances[i].max_ratio };
		hearing.trial.today = acceptances[i].today;
		got = hear(&hearing);
		assert_int_equal(got->word, accepted ? VERDICT_ACCEPTED : VERDICT_REGRESSION);
		assert_ptr_equal(got->acceptance, &hearing.accepted.items[0]);
		assert_int_equal(got->acceptance_expired, acceptances[i].expired);
		assert_int_equal(verdict_action(&hearing.verdict, got),
			accepted ? ACTION_PASS : ACTION_FAIL);
		assert_int_equal(
			hearing.verdict.word, accepted ? VERDICT_PASS : VERDICT_REGRESSION);
		close_hearing(&hearing);
	}
}

TEST(an_acceptance_says_nothing_of_others)
{
	struct hearing hearing;
	const struct comparison *got;

	open_hearing(&hearing);
	add_changed(&hearing, "x", 1.5);
	add_changed(&hearing, "other", 1.5);
	add_changed(&hearing, "y", 1);
	*ARRAY_ADD(&hearing.accepted) =
		(struct acceptance){ .benchmark = (char[]){ "?" }, .max_ratio = NAN };
	got = hear(&hearing);
	assert_int_equal(got[0].word, VERDICT_ACCEPTED);
	assert_int_equal(got[1].word, VERDICT_REGRESSION);
	assert_null(got[1].acceptance);
	assert_int_equal(got[2].word, VERDICT_PASS);
	assert_null(got[2].acceptance);
	close_hearing(&hearing);
}

TEST(a_regression_that_only_warns_is_told)
{
	struct hearing hearing;
	const struct comparison *got;

	open_hearing(&hearing);
	add_changed(&hearing, "x", 1.5);
	got = hear(&hearing);
	assert_int_equal(verdict_action(&hearing.verdict, got), ACTION_FAIL);
	tiers_find(&hearing.policy.tiers, "critical")->severity = SEVERITY_WARN;
	got = hear(&hearing);
	assert_int_equal(got->word, VERDICT_REGRESSION);
	assert_int_equal(verdict_action(&hearing.verdict, got), ACTION_WARN);
	close_hearing(&hearing);
}

TEST(what_is_not_gated_is_only_shown)
{
	const struct metric_kind p99 = { "p99", "ns", false };
	struct hearing hearing;
	const struct comparison *got;

	open_hearing(&hearing);
	add_changed(&hearing, "x", 1);
	case_values(&hearing.base.items[0], &p99,
		(struct summary){ .nr = 50, .mean = 100, .sd = 0.01 });
	case_values(&hearing.head.items[0], &p99,
		(struct summary){ .nr = 10, .mean = 900, .sd = 0.01 });
	got = hear(&hearing) + 1;
	assert_int_equal(got->word, VERDICT_UNGATED);
	assert_true(fabs(got->change_ratio - 8) < 1e-9);
	assert_int_equal(hearing.verdict.family, 1);
	assert_int_equal(hearing.verdict.word, VERDICT_PASS);
	assert_int_equal(verdict_action(&hearing.verdict, got), ACTION_PASS);
	*ARRAY_ADD(&hearing.policy.overrides) = (struct override){ .benchmark = str_dup("*"),
		.metric = str_dup("p99"),
		.threshold_ratio = NAN,
		.target_ratio = NAN,
		.gated = CHOICE_YES };
	assert_int_equal(hear(&hearing)[1].word, VERDICT_REGRESSION);
	assert_int_equal(hearing.verdict.family, 2);
	close_hearing(&hearing);
}

TEST(what_cannot_be_compared_is_refused_unless_allowed)
{
	struct hearing hearing;
	const struct comparison *got;

	open_hearing(&hearing);
	add_changed(&hearing, "x", 1);
	case_head(&hearing.head, "new", 10, 1, 0.001);
	hearing.trial.mismatch = "another processor";
	got = hear(&hearing);
	assert_int_equal(hearing.verdict.nr, 2);
	assert_int_equal(hearing.verdict.family, 0);
	assert_int_equal(hearing.verdict.word, VERDICT_REFUSED);
	assert_string_equal(hearing.verdict.mismatch, "another processor");
	for (size_t i = 0; i < 2; i++) {
		assert_int_equal(got[i].word, VERDICT_REFUSED);
		assert_int_equal(got[i].why, WHY_OTHER_MACHINE);
		assert_int_equal(verdict_action(&hearing.verdict, &got[i]), ACTION_FAIL);
	}
	assert_ptr_equal(got[0].base, &hearing.base.items[0]);
	assert_null(got[1].base);
	hearing.trial.allow_mismatch = true;
	got = hear(&hearing);
	assert_int_equal(got[0].word, VERDICT_PASS);
	assert_string_equal(hearing.verdict.mismatch, "another processor");
	close_hearing(&hearing);
}

TEST(a_run_says_the_same_when_it_is_judged_again)
{
	struct hearing hearing;
	struct judge judge;
	struct result *head;
	struct comparison first;

	open_hearing(&hearing);
	hearing.head.plan.looks = true;
	case_base(&hearing.base, "x", 5, 0.001, 0.001);
	judge = judge_new(&hearing.base, &hearing.policy, hearing.head.plan);
	head = case_head(&hearing.head, "x", 5, 1.5, 0.01);
	assert_true(judge_enough(&judge, head) && judge_suspects(&judge, head));
	first = *hear(&hearing);
	assert_int_equal(first.word, VERDICT_INCONCLUSIVE);
	assert_int_equal(first.why, WHY_NOT_CONFIRMED);
	head->nr_screened = 5;
	case_values(head, &case_time, (struct summary){ .nr = 10, .mean = 130, .sd = 0.01 });
	assert_true(judge_enough(&judge, head));
	first = *hear(&hearing);
	assert_int_equal(first.word, VERDICT_REGRESSION);
	assert_int_equal(first.evidence, EVIDENCE_SECOND_LOOK);
	assert_int_equal(first.nr_head, 10);
	/* The first look's processes have no part in what is told. */
	assert_close(first.change_ratio, 0.3);
	assert_close(first.estimate.value, 130);
	assert_close(hear(&hearing)->p, first.p);
	assert_close(hearing.verdict.items[0].bound_ratio, first.bound_ratio);
	close_hearing(&hearing);
}

TEST(without_a_policy_nothing_is_judged)
{
	struct hearing hearing;

	open_hearing(&hearing);
	add_changed(&hearing, "x", 1.5);
	hearing.trial.policy = NULL;
	assert_int_not_equal(hear(&hearing)->word, VERDICT_REGRESSION);
	close_hearing(&hearing);
}

/* What fails the run is what the run is called, not what only warns. */
TEST(a_warning_does_not_hide_a_failure)
{
	struct hearing hearing;

	open_hearing(&hearing);
	add_changed(&hearing, "x", 1.5);
	tiers_find(&hearing.policy.tiers, "critical")->severity = SEVERITY_WARN;
	add_fault(&hearing.head, "bad", RESULT_CRASHED);
	hear(&hearing);
	assert_int_equal(hearing.verdict.word, VERDICT_FAILED);
	close_hearing(&hearing);
}

TEST(a_new_one_that_must_not_be_is_the_runs_word)
{
	struct hearing hearing;

	open_hearing(&hearing);
	add_changed(&hearing, "x", 1);
	case_head(&hearing.head, "new", 10, 1, 0.001);
	hearing.policy.on_new = ACTION_FAIL;
	hear(&hearing);
	assert_int_equal(verdict_action(&hearing.verdict, &hearing.verdict.items[1]), ACTION_FAIL);
	assert_int_equal(hearing.verdict.word, VERDICT_NEW);
	close_hearing(&hearing);
}

TEST(a_budget_whose_metric_is_gone_is_not_kept)
{
	const struct metric_kind p99 = { "p99", "ns", false };
	struct hearing hearing;

	open_hearing(&hearing);
	add_changed(&hearing, "x", 1);
	case_values(
		&hearing.base.items[0], &p99, (struct summary){ .nr = 50, .mean = 7, .sd = 0.01 });
	add_limit(&hearing, "p99", 1000, "ns");
	hear(&hearing);
	assert_int_equal(hearing.verdict.word, VERDICT_MISSING);
	close_hearing(&hearing);
}
