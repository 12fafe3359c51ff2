/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "support/test.h"

#include "stats/student.h"

#include "data/stats_reference.h"
#include "support/close.h"

TEST(the_tails_agree_with_the_reference)
{
	for (size_t i = 0; i < NR_OF(ref_student); i++) {
		const double *r = ref_student[i];

		assert_close(student_upper(r[0], r[1]), r[2]);
		assert_close(student_cdf(-r[0], r[1]), r[2]);
	}
}

TEST(quantiles_agree_with_the_reference)
{
	for (size_t i = 0; i < NR_OF(ref_quantiles); i++)
		assert_close(student_quantile(ref_quantiles[i][0], ref_quantiles[i][1]),
			ref_quantiles[i][2]);
}

TEST(a_quantile_leads_back_to_its_probability)
{
	const double ps[] = { 1e-100, 1e-30, 1e-6, 0.003, 0.1, 0.3, 0.5, 0.77, 0.999 };
	const double dfs[] = { 1, 1.5, 4, 29, 400, 2e4, 1e7, INFINITY };

	for (size_t i = 0; i < NR_OF(ps); i++)
		for (size_t j = 0; j < NR_OF(dfs); j++)
			assert_close(student_cdf(student_quantile(ps[i], dfs[j]), dfs[j]), ps[i]);
}

TEST(many_degrees_of_freedom_are_the_normal_distribution)
{
	assert_close(student_upper(1.959963984540054, INFINITY), 0.025);
	assert_close(student_quantile(0.975, INFINITY), 1.959963984540054);
	for (int i = -4; i <= 8; i++)
		assert_close(student_upper(1.5 * i, 1e13), student_upper(1.5 * i, INFINITY));
}

TEST(the_edges_have_defined_answers)
{
	assert_true(student_upper(INFINITY, 3) == 0 && student_upper(-INFINITY, 3) == 1);
	assert_true(student_cdf(INFINITY, 3) == 1 && student_cdf(0, 3) == 0.5);
	assert_true(student_quantile(0, 3) == -INFINITY && student_quantile(1, 3) == INFINITY);
	assert_true(fabs(student_quantile(0.5, 3)) < 1e-15);
	assert_nan(student_upper(NAN, 3));
	assert_nan(student_upper(1, 0));
	assert_nan(student_cdf(1, -1));
	assert_nan(student_cdf(1, NAN));
	assert_nan(student_quantile(-0.1, 3));
	assert_nan(student_quantile(1.1, 3));
	assert_nan(student_quantile(NAN, 3));
	assert_nan(student_quantile(0.5, 0));
}

TEST(the_interval_of_a_mean_agrees_with_the_reference)
{
	double shifted[9];
	struct summary s;
	struct interval i;

	for (size_t k = 0; k < 9; k++)
		shifted[k] = ref_after[k] - 5;
	s = summary_of(shifted, 9);
	i = interval_of_mean(&s, 0.9);
	assert_close(i.low, ref_one.low90);
	assert_close(i.high, ref_one.high90);
	i = interval_of_mean(&s, 0.99);
	assert_close(i.low, ref_one.low99);
	assert_close(i.high, ref_one.high99);
}

TEST(an_interval_needs_two_values_and_a_confidence)
{
	const double same[] = { 2, 2, 2 }, odd[] = { 1, INFINITY };
	struct summary none = summary_of(same, 0), one = summary_of(same, 1);
	struct summary equal = summary_of(same, 3), wild = summary_of(odd, 2);
	struct interval i = interval_of_mean(&equal, 0.95);

	assert_true(i.low == 2 && i.high == 2);
	assert_nan(interval_of_mean(&none, 0.95).low);
	assert_nan(interval_of_mean(&one, 0.95).high);
	assert_nan(interval_of_mean(&wild, 0.95).low);
	assert_nan(interval_of_mean(&equal, 0).low);
	assert_nan(interval_of_mean(&equal, 1).low);
	assert_nan(interval_of_mean(&equal, NAN).low);
}
