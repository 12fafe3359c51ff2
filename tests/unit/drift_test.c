/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "support/test.h"

#include "stats/drift.h"

#include "data/stats_reference.h"
#include "stats/welch.h"
#include "support/close.h"

static void sessions_of(struct summary *into)
{
	for (size_t i = 0; i < 5; i++)
		into[i] = summary_of(ref_sessions[i], ref_session_sizes[i]);
}

TEST(the_variance_between_sessions_agrees_with_the_reference)
{
	struct summary s[5];
	struct drift d;

	sessions_of(s);
	d = drift_of(s, 5);
	assert_int_equal(d.answer, ANSWER_OK);
	assert_close(d.variance, ref_drift_variance);
	assert_close(d.wobble, ref_drift_wobble);
	assert_close(d.df, 4);
	assert_close(drift_tau(d), sqrt(ref_drift_variance));
}

TEST(the_test_with_drift_agrees_with_the_reference)
{
	struct summary s[5], head = summary_of(ref_new_session, 6);
	struct contrast c;

	sessions_of(s);
	c = drift_welch_sessions(s, 5, head, drift_of(s, 5));
	assert_int_equal(c.answer, ANSWER_OK);
	assert_close(c.difference, ref_drift_difference);
	assert_close(c.se, ref_drift_se);
	assert_close(c.df, ref_drift_df);
	assert_close(contrast_p_above(c, 0.02), ref_drift_p_above);
}

TEST(an_assumed_drift_is_added_as_known)
{
	struct summary base = summary_of(ref_base, 8), head = summary_of(ref_head, 11);
	struct contrast plain = welch_of(base, head);
	struct contrast none = drift_welch(base, 3, head, drift_assumed(0));
	struct contrast some = drift_welch(base, 3, head, drift_assumed(0.5));

	assert_close(none.se, plain.se);
	assert_close(none.df, plain.df);
	assert_close(some.se, sqrt(plain.se * plain.se + 0.25 * (1 + 1.0 / 3)));
	assert_close(some.df, plain.df * pow(some.se / plain.se, 4));
}

TEST(one_session_can_be_judged_with_an_assumed_drift)
{
	struct summary base = summary_of(ref_base, 8), head = summary_of(ref_head, 11);
	struct contrast a = drift_welch(base, 1, head, drift_assumed(0.5));
	struct contrast b = drift_welch_sessions(&base, 1, head, drift_assumed(0.5));

	assert_int_equal(b.answer, ANSWER_OK);
	assert_close(b.difference, a.difference);
	assert_close(b.se, a.se);
	assert_close(b.df, a.df);
}

TEST(drift_without_a_trace_is_zero_but_not_certain)
{
	const double a[] = { 1, 2, 3, 4 }, b[] = { 4, 3, 2, 1 };
	struct summary s[] = { summary_of(a, 4), summary_of(b, 4) }, head = summary_of(a, 4);
	struct drift d = drift_of(s, 2);
	struct contrast c = drift_welch_sessions(s, 2, head, d);
	struct contrast sure = drift_welch_sessions(s, 2, head, drift_assumed(0));

	assert_true(d.variance < 0 && drift_tau(d) == 0);
	assert_close(c.se, sure.se);
	assert_true(c.df < sure.df);
}

TEST(a_pool_weighs_by_sessions_and_floors_last)
{
	const struct drift drifts[] = {
		{ ANSWER_OK, 4e-4, 1e-8, 4 }, { ANSWER_OK, -1e-4, 2e-8, 2 },
		{ ANSWER_TOO_FEW, NAN, NAN, 0 },
		{ ANSWER_OK, 9, 0, INFINITY }, /* assumed: not an estimate */
	};
	struct drift pool = drift_pool(drifts, 4, 0);

	assert_int_equal(pool.answer, ANSWER_OK);
	assert_close(pool.variance, (4 * 4e-4 - 2 * 1e-4) / 6);
	assert_close(pool.wobble, (16 * 1e-8 + 4 * 2e-8) / 36);
	assert_close(pool.df, 6);
	assert_int_equal(drift_pool(drifts + 2, 2, 0).answer, ANSWER_TOO_FEW);
	assert_int_equal(drift_pool(drifts, 0, 0).answer, ANSWER_TOO_FEW);
	assert_nan(drift_tau(drift_pool(drifts, 0, 0)));
}

TEST(too_few_sessions_or_values_are_said_to_be)
{
	struct summary s[5], single[] = { summary_of(ref_two, 1), summary_of(ref_base, 1) };
	struct summary head = summary_of(ref_new_session, 6), none = summary_of(ref_two, 0);
	struct drift known = drift_assumed(0.02);

	sessions_of(s);
	assert_int_equal(drift_of(s, 0).answer, ANSWER_TOO_FEW);
	assert_int_equal(drift_of(s, 1).answer, ANSWER_TOO_FEW);
	assert_int_equal(drift_of(single, 2).answer, ANSWER_TOO_FEW);
	assert_int_equal(drift_welch_sessions(s, 1, head, drift_of(s, 1)).answer, ANSWER_TOO_FEW);
	assert_int_equal(drift_welch_sessions(s, 0, head, known).answer, ANSWER_TOO_FEW);
	assert_int_equal(drift_welch_sessions(single, 2, head, known).answer, ANSWER_TOO_FEW);
	assert_int_equal(drift_welch_sessions(s, 5, none, known).answer, ANSWER_TOO_FEW);
	assert_int_equal(drift_welch(single[0], 1, head, known).answer, ANSWER_TOO_FEW);
	assert_int_equal(drift_welch(s[0], 1, single[0], known).answer, ANSWER_TOO_FEW);
}

TEST(a_session_of_one_value_counts_and_an_empty_one_does_not)
{
	struct summary s[6];
	struct drift with, without;

	sessions_of(s);
	without = drift_of(s, 5);
	s[5] = summary_of(ref_two, 0);
	with = drift_of(s, 6);
	assert_close(with.variance, without.variance);
	assert_close(with.df, without.df);
	s[5] = summary_of(ref_sessions[0], 1);
	with = drift_of(s, 6);
	assert_int_equal(with.answer, ANSWER_OK);
	assert_close(with.df, 5);
}

TEST(odd_drifts_are_refused)
{
	const double odd[] = { 1, INFINITY };
	struct summary s[] = { summary_of(ref_base, 8), summary_of(odd, 2) };

	assert_int_equal(drift_assumed(-0.1).answer, ANSWER_BAD_ARGUMENT);
	assert_int_equal(drift_assumed(NAN).answer, ANSWER_BAD_ARGUMENT);
	assert_int_equal(drift_assumed(INFINITY).answer, ANSWER_BAD_ARGUMENT);
	assert_int_equal(drift_of(s, 2).answer, ANSWER_NOT_FINITE);
	assert_int_equal(drift_welch(s[0], 0, s[0], drift_assumed(0)).answer, ANSWER_BAD_ARGUMENT);
	assert_int_equal(drift_welch(s[0], 1, s[0], drift_assumed(-1)).answer, ANSWER_BAD_ARGUMENT);
	assert_int_equal(drift_welch(s[0], 1, s[1], drift_assumed(0)).answer, ANSWER_NOT_FINITE);
}

TEST(flat_sessions_are_judged_by_the_drift_alone)
{
	const double same[] = { 2, 2, 2 }, more[] = { 3, 3, 3 }, nearly[] = { 0.3, 0.1 + 0.2, 0.3 };
	struct summary rounded = summary_of(nearly, 3);
	struct summary base = summary_of(same, 3), head = summary_of(more, 3);
	struct contrast c = drift_welch(base, 1, head, drift_assumed(0.5));

	assert_close(c.se, sqrt(0.5));
	assert_close(contrast_p_above(c, 0), student_upper(sqrt(2), INFINITY));
	assert_int_equal(drift_welch(base, 1, head, drift_assumed(0)).answer, ANSWER_NO_SPREAD);
	c = drift_welch(base, 1, rounded, drift_assumed(0));
	assert_int_equal(c.answer, ANSWER_NO_SPREAD);
	c = drift_welch_sessions(&base, 1, rounded, drift_assumed(0));
	assert_int_equal(c.answer, ANSWER_NO_SPREAD);
}

/* With sessions of head's size it is Student's t of one mean against S others. */
TEST(own_drift_is_exactly_t_where_sizes_agree)
{
	const double means[] = { 1, 1.02, 0.99, 1.01, 1.005 }, head_mean = 1.03;
	struct summary sessions[5], head = { .nr = 10, .mean = head_mean, .sd = 0.01 }, of_means;
	struct contrast c;

	for (size_t i = 0; i < 5; i++)
		sessions[i] = (struct summary){ .nr = 10, .mean = means[i], .sd = 0.01 };
	of_means = summary_of(means, 5);
	c = drift_welch_own(sessions, 5, head);
	assert_int_equal(c.answer, ANSWER_OK);
	assert_close(c.difference, head_mean - of_means.mean);
	assert_close(c.se, of_means.sd * sqrt(1 + 1.0 / 5));
	assert_close(c.df, 4);
	/* Fewer processes than a session add what they are less sure by. */
	head.nr = 5;
	c = drift_welch_own(sessions, 5, head);
	assert_close(
		c.se * c.se, of_means.sd * of_means.sd * 1.2 + 0.01 * 0.01 / 5 - 0.01 * 0.01 / 10);
	/* More take nothing away. */
	head.nr = 1000;
	c = drift_welch_own(sessions, 5, head);
	assert_close(c.se, of_means.sd * sqrt(1.2));
	assert_close(c.df, 4);
}

TEST(own_drift_needs_two_sessions)
{
	struct summary session = { .nr = 10, .mean = 1, .sd = 0.01 }, two[] = { session, session };

	assert_int_equal(drift_welch_own(&session, 1, session).answer, ANSWER_TOO_FEW);
	assert_int_equal(drift_welch_own(two, 2, (struct summary){ .nr = 1, .mean = 1 }).answer,
		ANSWER_TOO_FEW);
	assert_int_equal(drift_welch_own(NULL, 0, session).answer, ANSWER_TOO_FEW);
}

TEST(what_drifts_together_tells_as_much_as_one)
{
	const struct drift drifts[] = { { ANSWER_OK, 4e-4, 8e-8, 2 },
		{ ANSWER_OK, 4e-4, 8e-8, 2 } };
	struct drift one = drift_pool(drifts, 1, 1), both = drift_pool(drifts, 2, 1),
		     half = drift_pool(drifts, 2, 0.5);

	assert_close(one.df, 2);
	assert_close(both.df, 2);
	assert_close(both.wobble, one.wobble);
	assert_close(half.df, 4 / 1.25);
	assert_close(half.wobble, 0.625 * one.wobble);
}
