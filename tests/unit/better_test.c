/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "support/test.h"

#include "stats/adjust.h"
#include "support/in_turn_cases.h"

/* In one look, a test that asks whether it is better by no more than the threshold. */
TEST(p_of_better_is_that_of_its_test)
{
	for (double ratio = 0.9; ratio < 1.1; ratio += 0.005) {
		struct hearing hearing;
		const struct comparison *got;
		bool is_better;

		open_hearing(&hearing);
		hearing.head.plan.nr_processes = 10;
		case_base(&hearing.base, "x", 5, 0.01, 0.01);
		case_head(&hearing.head, "x", 10, ratio, 0.01);
		got = hear(&hearing);
		assert_true(got->p_better ==
			contrast_p_below(got->planned, -log1p(got->tolerance.threshold_ratio)));
		is_better = got->p_better < hearing.policy.alpha;
		assert_int_equal(got->word == VERDICT_IMPROVEMENT, is_better);
		close_hearing(&hearing);
	}
}

/* Looks that were taken are paid for: what is called better is so after that, too. */
TEST(an_improvement_is_as_sure_as_its_p_says)
{
	size_t nr_better = 0, nr_pass = 0;

	for (double ratio = 0.9; ratio < 1.01; ratio += 0.002) {
		struct hearing hearing;
		const struct comparison *got;

		open_hearing(&hearing);
		hearing.head.plan.looks = true;
		hearing.head.plan.nr_processes = 10;
		for (size_t i = 0; i < 3; i++) {
			char name[] = { (char)('a' + i), 0 };

			case_base(&hearing.base, name, 5, 0.002, 0.0001);
			case_head(&hearing.head, name, 20, ratio, 0.002);
		}
		got = hear(&hearing);
		assert_int_equal(hearing.verdict.family, 3);
		if (got->word == VERDICT_IMPROVEMENT)
			assert_true(3 * got->p_better < hearing.policy.alpha);
		else
			assert_false(3 * got->p_better < hearing.policy.alpha);
		nr_better += got->word == VERDICT_IMPROVEMENT;
		nr_pass += got->word == VERDICT_PASS;
		close_hearing(&hearing);
	}
	assert_true(nr_better > 5 && nr_pass > 5);
}

/* In turn, the family is that of what was taken in turn. */
TEST(p_answers_for_its_own_family)
{
	struct hearing hearing;

	open_in_turn(&hearing, 20);
	add_in_turn(&hearing, "a", (struct summary){ .nr = 4, .mean = 0.9, .sd = 0.01 });
	add_in_turn(&hearing, "b", (struct summary){ .nr = 4, .mean = 1, .sd = 0.01 });
	add_changed(&hearing, "c", 0.9);
	hear(&hearing);
	assert_int_equal(hearing.verdict.family, 1);
	assert_int_equal(hearing.verdict.family_in_turn, 2);
	for (size_t i = 0; i < 3; i += 2) {
		const struct comparison *got = &hearing.verdict.items[i];
		double p = verdict_p_above_threshold_adjusted(&hearing.verdict, got);

		assert_true(p < 0.1);
		assert_true(p == adjust_bonferroni(got->p_better, i ? 1 : 2));
	}
	close_hearing(&hearing);
}

TEST(being_under_a_budget_is_no_improvement)
{
	struct hearing hearing;
	const struct comparison *got;

	open_hearing(&hearing);
	hearing.trial.base = NULL;
	add_limit(&hearing, "time", 1000, "ns");
	case_head(&hearing.head, "x", 10, 1, 0.01);
	hear(&hearing);
	got = &hearing.verdict.items[1];
	assert_true(got->is_limit && got->word == VERDICT_PASS);
	assert_true(isnan(got->p_better));
	close_hearing(&hearing);
}
