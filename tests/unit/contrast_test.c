/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "support/test.h"

#include "stats/contrast.h"

#include "data/stats_reference.h"
#include "support/close.h"
#include "support/contrast.h"

TEST(one_sample_agrees_with_the_reference)
{
	double shifted[9];

	for (size_t i = 0; i < 9; i++)
		shifted[i] = ref_after[i] - 5;
	assert_contrast(contrast_of_one(summary_of(shifted, 9)), &ref_one);
}

TEST(pairs_agree_with_the_reference)
{
	assert_contrast(contrast_of_pairs(ref_before, ref_after, 9), &ref_paired);
}

TEST(one_sided_bounds_are_where_p_is_alpha)
{
	struct contrast c = contrast_of_pairs(ref_before, ref_after, 9);

	assert_close(contrast_p_above(c, contrast_lower(c, 0.01)), 0.01);
	assert_close(contrast_p_below(c, contrast_upper(c, 0.01)), 0.01);
	assert_true(
		contrast_lower(c, 0.01) < c.difference && c.difference < contrast_upper(c, 0.01));
	assert_close(contrast_p_above(c, 0.1) + contrast_p_below(c, 0.1), 1);
}

TEST(the_ratio_is_the_exponential_of_the_logs)
{
	struct contrast c = contrast_of_pairs(ref_before, ref_after, 9);
	struct interval logs = contrast_interval(c, 0.9), ratio = contrast_ratio_interval(c, 0.9);

	assert_close(log(ratio.low), logs.low);
	assert_close(log(ratio.high), logs.high);
}

static void assert_no_answer(struct contrast c, enum answer why)
{
	assert_int_equal(c.answer, why);
	assert_nan(c.df);
	assert_nan(contrast_p_above(c, 0));
	assert_nan(contrast_p_below(c, 0));
	assert_nan(contrast_p_differs(c, 0));
	assert_nan(contrast_p_within(c, -1, 1));
	assert_nan(contrast_lower(c, 0.01));
	assert_nan(contrast_upper(c, 0.01));
	assert_nan(contrast_interval(c, 0.9).low);
	assert_nan(contrast_ratio_interval(c, 0.9).high);
}

TEST(too_few_values_are_said_to_be)
{
	assert_no_answer(contrast_of_one(summary_of(ref_two, 0)), ANSWER_TOO_FEW);
	assert_no_answer(contrast_of_one(summary_of(ref_two, 1)), ANSWER_TOO_FEW);
	assert_no_answer(contrast_of_pairs(ref_two, ref_base, 0), ANSWER_TOO_FEW);
	assert_no_answer(contrast_of_pairs(ref_two, ref_base, 1), ANSWER_TOO_FEW);
	assert_int_equal(contrast_of_one(summary_of(ref_two, 2)).answer, ANSWER_OK);
	assert_close(contrast_of_one(summary_of(ref_two, 2)).df, 1);
	assert_int_equal(contrast_of_pairs(ref_two, ref_base, 2).answer, ANSWER_OK);
}

TEST(no_spread_is_no_certainty)
{
	const double same[] = { 0.1, 0.1, 0.1 }, moved[] = { 0.3, 0.3, 0.3 };
	double base[5], head[5];
	struct contrast c = contrast_of_one(summary_of(same, 3));

	assert_no_answer(c, ANSWER_NO_SPREAD);
	assert_true(c.difference == 0.1 && c.se == 0);
	assert_no_answer(contrast_of_pairs(same, moved, 3), ANSWER_NO_SPREAD);
	for (int i = 0; i < 5; i++) { /* the same shift, but for rounding */
		base[i] = 1.1 * i;
		head[i] = base[i] + 0.3;
	}
	assert_true(summary_of_differences(base, head, 5).sd > 0);
	assert_no_answer(contrast_of_pairs(base, head, 5), ANSWER_NO_SPREAD);
}

TEST(what_is_not_finite_is_said_to_be)
{
	const double with_nan[] = { 1, NAN, 2 }, with_inf[] = { 1, 2, INFINITY };
	const double vast[] = { 1e80, 3e80, -1e80 }, tiny[] = { 1e-80, 3e-80, -1e-80 };

	assert_no_answer(contrast_of_one(summary_of(with_nan, 3)), ANSWER_NOT_FINITE);
	assert_no_answer(contrast_of_one(summary_of(with_inf, 3)), ANSWER_NOT_FINITE);
	assert_no_answer(contrast_of_pairs(with_nan, ref_base, 3), ANSWER_NOT_FINITE);
	assert_no_answer(contrast_of_pairs(ref_base, with_inf, 3), ANSWER_NOT_FINITE);
	assert_no_answer(contrast_of_one(summary_of(vast, 3)), ANSWER_NOT_FINITE);
	assert_no_answer(contrast_of_one(summary_of(tiny, 3)), ANSWER_NO_SPREAD);
}

TEST(odd_limits_and_levels_have_defined_answers)
{
	struct contrast c = contrast_of_pairs(ref_before, ref_after, 9);

	assert_true(contrast_p_above(c, INFINITY) == 1 && contrast_p_above(c, -INFINITY) == 0);
	assert_true(contrast_p_differs(c, INFINITY) == 0);
	assert_close(contrast_p_differs(c, c.difference), 1);
	assert_nan(contrast_p_above(c, NAN));
	assert_nan(contrast_p_within(c, 1, 1));
	assert_nan(contrast_p_within(c, 1, -1));
	assert_nan(contrast_p_within(c, NAN, 1));
	assert_nan(contrast_upper(c, 0));
	assert_nan(contrast_upper(c, 1));
	assert_nan(contrast_interval(c, 0).low);
	assert_nan(contrast_interval(c, 1).low);
	assert_nan(contrast_interval(c, NAN).low);
}

TEST(known_terms_leave_the_normal_distribution)
{
	const struct component terms[] = { { 0.5, 0 }, { 0.5, 0 } };
	struct contrast c = contrast_of(1.959963984540054, 1, terms, 2);

	assert_true(isinf(c.df));
	assert_close(contrast_p_above(c, 0), 0.025);
}
