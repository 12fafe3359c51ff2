/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "support/test.h"

#include "stats/noncentral.h"

#include "data/stats_reference.h"
#include "stats/student.h"
#include "support/close.h"

TEST(both_tails_agree_with_the_reference)
{
	for (size_t i = 0; i < NR_OF(ref_noncentral); i++) {
		const double *r = ref_noncentral[i];

		assert_close(noncentral_cdf(r[0], r[1], r[2]), r[3]);
		assert_close(noncentral_upper(r[0], r[1], r[2]), r[4]);
	}
}

TEST(without_a_shift_it_is_students)
{
	double df = 0.8;

	for (int i = 0; i < 9; i++, df *= 3.7)
		for (int t = -8; t < 30; t += 2)
			assert_close(noncentral_upper(t + 0.3, df, 0), student_upper(t + 0.3, df));
}

TEST(both_tails_make_one)
{
	double df = 0.8;

	for (int i = 0; i < 13; i++, df *= 9)
		for (int ncp = -40; ncp <= 40; ncp += 8)
			assert_close(noncentral_cdf(3, df, ncp) + noncentral_upper(3, df, ncp), 1);
}

TEST(far_out_it_goes_on_where_the_integral_ends)
{
	const double dfs[] = { 1, 4.5, 30 };

	for (int i = 0; i < 24; i++) {
		double df = dfs[i % 3], edge = 1000 * sqrt(df),
		       t = edge / (0.7 + 0.1 * floor(i / 3.0));
		double inside = edge * (1 - 1e-12), outside = edge * (1 + 1e-12);

		assert_close(noncentral_upper(t, df, inside), noncentral_upper(t, df, outside));
		assert_close(noncentral_cdf(t, df, inside), noncentral_cdf(t, df, outside));
	}
	assert_true(noncentral_upper(3, 9, -1e9) == 0 && noncentral_cdf(3, 9, -1e9) == 1);
	assert_true(noncentral_upper(-3, 9, 1e9) == 1 && noncentral_cdf(-3, 9, 1e9) == 0);
}

TEST(the_edges_have_defined_answers)
{
	assert_true(
		noncentral_upper(INFINITY, 3, 1) == 0 && noncentral_upper(-INFINITY, 3, 1) == 1);
	assert_close(noncentral_upper(3, INFINITY, 1), student_upper(2, INFINITY));
	assert_close(noncentral_upper(0, 3, 1), student_upper(-1, INFINITY));
	assert_nan(noncentral_upper(NAN, 3, 1));
	assert_nan(noncentral_upper(1, 0, 1));
	assert_nan(noncentral_upper(1, NAN, 1));
	assert_nan(noncentral_upper(1, 3, NAN));
	assert_nan(noncentral_cdf(1, 3, INFINITY));
}
