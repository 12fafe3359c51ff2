/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "support/test.h"

#include "stats/welch.h"

#include <string.h>

#include "data/stats_reference.h"
#include "support/close.h"
#include "support/contrast.h"

static struct contrast yuen(
	const double *base, size_t nr_base, const double *head, size_t nr_head, double fraction)
{
	double b[32], h[32];

	memcpy(b, base, nr_base * sizeof(*b));
	memcpy(h, head, nr_head * sizeof(*h));
	return welch_of_trimmed(
		(struct series){ b, nr_base }, (struct series){ h, nr_head }, fraction);
}

TEST(welch_agrees_with_the_reference)
{
	struct summary base = summary_of(ref_base, 8), head = summary_of(ref_head, 11);

	assert_contrast(welch_of(base, head), &ref_welch);
	assert_contrast(welch_of(base, summary_of(ref_two, 2)), &ref_welch_two);
}

TEST(yuen_agrees_with_the_reference)
{
	assert_contrast(yuen(ref_base, 8, ref_head, 11, 0.2), &ref_yuen);
	assert_contrast(yuen(ref_outliers, 13, ref_base, 8, 0.1), &ref_yuen_outliers);
}

TEST(yuen_without_trimming_is_welch)
{
	struct contrast w = welch_of(summary_of(ref_base, 8), summary_of(ref_head, 11));
	struct contrast y = yuen(ref_base, 8, ref_head, 11, 0);

	assert_close(y.difference, w.difference);
	assert_close(y.se, w.se);
	assert_close(y.df, w.df);
}

TEST(too_few_values_on_either_side)
{
	struct summary many = summary_of(ref_base, 8);

	for (size_t n = 0; n < 2; n++) {
		assert_int_equal(welch_of(summary_of(ref_two, n), many).answer, ANSWER_TOO_FEW);
		assert_int_equal(welch_of(many, summary_of(ref_two, n)).answer, ANSWER_TOO_FEW);
		assert_int_equal(yuen(ref_two, n, ref_base, 8, 0.2).answer, ANSWER_TOO_FEW);
		assert_int_equal(yuen(ref_base, 8, ref_two, n, 0.2).answer, ANSWER_TOO_FEW);
	}
	assert_int_equal(yuen(ref_head, 5, ref_base, 8, 0.4).answer, ANSWER_TOO_FEW);
	assert_int_equal(yuen(ref_head, 6, ref_base, 8, 0.4).answer, ANSWER_OK);
}

TEST(no_spread_on_both_sides_is_no_answer)
{
	const double same[] = { 2, 2, 2, 2, 2 }, more[] = { 3, 3, 3 };
	const double nearly[] = { 0.3, 0.1 + 0.2, 0.3 };
	struct summary flat = summary_of(same, 5), spread = summary_of(ref_base, 8);
	struct contrast c = welch_of(flat, summary_of(more, 3));

	assert_int_equal(c.answer, ANSWER_NO_SPREAD);
	assert_true(c.difference == 1 && c.se == 0 && isnan(contrast_p_above(c, 0)));
	c = welch_of(flat, spread);
	assert_int_equal(c.answer, ANSWER_OK);
	assert_close(c.df, 7);
	c = welch_of(summary_of(nearly, 3), summary_of(more, 3)); /* the same but for rounding */
	assert_true(summary_of(nearly, 3).sd > 0);
	assert_int_equal(c.answer, ANSWER_NO_SPREAD);
	assert_int_equal(yuen(nearly, 3, more, 3, 0.2).answer, ANSWER_NO_SPREAD);
	assert_int_equal(yuen(same, 5, more, 3, 0.2).answer, ANSWER_NO_SPREAD);
	assert_close(yuen(same, 5, ref_base, 8, 0.2).df, 5);
}

TEST(what_is_not_finite_is_said_to_be)
{
	const double odd[] = { 1, 2, INFINITY, 3, 4 }, worse[] = { 1, NAN, 2, 3, 4 };
	struct summary spread = summary_of(ref_base, 8);

	assert_int_equal(welch_of(spread, summary_of(odd, 5)).answer, ANSWER_NOT_FINITE);
	assert_int_equal(welch_of(summary_of(worse, 5), spread).answer, ANSWER_NOT_FINITE);
	assert_int_equal(yuen(odd, 5, ref_base, 8, 0.2).answer, ANSWER_NOT_FINITE);
	assert_int_equal(yuen(ref_base, 8, worse, 5, 0.2).answer, ANSWER_NOT_FINITE);
}

TEST(a_fraction_of_half_or_more_is_refused)
{
	assert_int_equal(yuen(ref_base, 8, ref_head, 11, 0.5).answer, ANSWER_BAD_ARGUMENT);
	assert_int_equal(yuen(ref_base, 8, ref_head, 11, -0.1).answer, ANSWER_BAD_ARGUMENT);
	assert_int_equal(yuen(ref_base, 8, ref_head, 11, NAN).answer, ANSWER_BAD_ARGUMENT);
}
