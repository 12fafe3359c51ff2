/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "support/test.h"

#include "stats/summary.h"

#include "base/mem.h"

#include <float.h>
#include <string.h>

#include "data/stats_reference.h"
#include "support/close.h"

static const double *copied(double *into, const double *from, size_t nr)
{
	memcpy(into, from, nr * sizeof(*into));
	return into;
}

TEST(it_agrees_with_the_reference)
{
	double v[16];

	for (size_t i = 0; i < NR_OF(ref_summaries); i++) {
		const struct ref_summary *r = &ref_summaries[i];
		struct summary s = summary_of(r->values, r->nr);

		assert_int_equal(s.nr, r->nr);
		assert_close(s.mean, r->mean);
		assert_close(s.sd, r->sd);
		copied(v, r->values, r->nr);
		assert_close(median_of(v, r->nr), r->median);
		assert_close(quantile_of(v, r->nr, 0), s.min);
		assert_close(quantile_of(v, r->nr, 0.1), r->q10);
		assert_close(quantile_of(v, r->nr, 0.25), r->q25);
		assert_close(quantile_of(v, r->nr, 0.9), r->q90);
		assert_close(quantile_of(v, r->nr, 1), s.max);
		assert_close(trimmed_mean_of(v, r->nr, 0.2), r->trimmed);
		assert_close(mad_of(v, r->nr), r->mad);
	}
}

TEST(order_statistics_do_not_depend_on_the_order)
{
	double v[11], backwards[11];

	copied(v, ref_head, 11);
	for (size_t i = 0; i < 11; i++)
		backwards[i] = ref_head[10 - i];
	assert_true(median_of(v, 11) == median_of(backwards, 11));
	for (size_t i = 1; i < 11; i++)
		assert_true(v[i - 1] <= v[i] && backwards[i - 1] <= backwards[i]);
}

TEST(equal_values_have_no_spread_at_all)
{
	double v[7] = { 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1 };
	struct summary s = summary_of(v, 7);

	assert_true(s.mean == 0.1 && s.sd == 0 && s.min == 0.1 && s.max == 0.1);
	assert_true(mad_of(v, 7) == 0);
}

TEST(few_values_have_defined_answers)
{
	double one[] = { 4 }, two[] = { 5, 3 };
	struct summary s = summary_of(one, 0);

	assert_int_equal(s.nr, 0);
	assert_true(isnan(s.mean) && isnan(s.sd) && isnan(s.min) && isnan(s.max));
	s = summary_of(one, 1);
	assert_true(s.mean == 4 && s.min == 4 && s.max == 4 && isnan(s.sd));
	assert_nan(median_of(one, 0));
	assert_nan(quantile_of(one, 0, 0.5));
	assert_nan(trimmed_mean_of(one, 0, 0.2));
	assert_nan(mad_of(one, 0));
	assert_true(median_of(one, 1) == 4 && quantile_of(one, 1, 0.3) == 4);
	assert_true(trimmed_mean_of(one, 1, 0.49) == 4);
	assert_true(median_of(two, 2) == 4 && trimmed_mean_of(two, 2, 0.4999999999) == 4);
}

TEST(what_is_not_a_number_is_not_summed)
{
	const double bad[][3] = { { 1, NAN, 3 }, { 1, 2, INFINITY }, { -INFINITY, 2, INFINITY },
		{ DBL_MAX, -DBL_MAX, DBL_MAX }, { 1e200, -1e200, 0 } };
	double low_of_three[] = { 1, INFINITY, 2 }, twice[] = { INFINITY, INFINITY, 1 };
	double with_nan[] = { 3, NAN, 1 }, with_inf[] = { INFINITY, 1, 2, -INFINITY, 3 };

	for (size_t i = 0; i < NR_OF(bad); i++) {
		struct summary s = summary_of(bad[i], 3);

		assert_int_equal(s.nr, 3);
		assert_true(isnan(s.mean) && isnan(s.sd) && isnan(s.min) && isnan(s.max));
	}
	assert_nan(median_of(with_nan, 3));
	assert_nan(quantile_of(with_nan, 3, 1));
	assert_nan(trimmed_mean_of(with_nan, 3, 0.4));
	assert_nan(mad_of(with_nan, 3));
	assert_true(median_of(with_inf, 5) == 2);
	assert_true(median_of(low_of_three, 3) == 2);
	assert_true(quantile_of(twice, 3, 0.75) == INFINITY);
	assert_true(quantile_of(with_inf, 5, 1) == INFINITY);
	assert_true(trimmed_mean_of(with_inf, 5, 0.2) == 2);
}

TEST(arguments_out_of_range_have_no_answer)
{
	double v[] = { 1, 2, 3 };

	assert_nan(quantile_of(v, 3, -0.001));
	assert_nan(quantile_of(v, 3, 1.001));
	assert_nan(quantile_of(v, 3, NAN));
	assert_nan(trimmed_mean_of(v, 3, -0.1));
	assert_nan(trimmed_mean_of(v, 3, 0.5));
	assert_nan(trimmed_mean_of(v, 3, NAN));
}

TEST(a_trim_that_rounding_left_short_is_whole)
{
	assert_int_equal(trim_count_of(100, 0.29), 29); /* 0.29 * 100 is 28.999... */
	assert_int_equal(trim_count_of(10, 0.2), 2);
	assert_int_equal(trim_count_of(9, 0.2), 1);
	assert_int_equal(trim_count_of(4, 0.2), 0);
}

TEST(logs_and_differences_are_summed_as_such)
{
	const double v[] = { 1, 10, 100 }, zero[] = { 1, 0, 2 }, negative[] = { 1, -1 };
	const double base[] = { 1, 2, 3 }, head[] = { 2, 4, 3 };
	struct summary logs = summary_of_logs(v, 3), change = summary_of_differences(base, head, 3);

	assert_close(logs.mean, log(10));
	assert_close(logs.sd, log(10));
	assert_nan(summary_of_logs(zero, 3).mean);
	assert_nan(summary_of_logs(negative, 2).mean);
	assert_close(change.mean, 1);
	assert_close(change.sd, 1);
	assert_true(change.min == 0 && change.max == 2);
}

TEST(groups_are_what_is_summed)
{
	/* Groups 0: 1, 3; 1: 10, 20; 2: 5, NaN; of 4: the last is all NaN. */
	const double three[] = { 1, 10, 5, 3, 20, NAN }, four[] = { 1, 3, 5, NAN, 3, 5, 7 };
	struct summary s = summary_of_group_means(three, 6, 3),
		       t = summary_of_group_means(four, 7, 4);
	const double means[] = { 2, 15, 5 }, others[] = { 2, 4, 6 };

	assert_int_equal(s.nr, 3);
	assert_close(s.mean, summary_of(means, 3).mean);
	assert_close(s.sd, summary_of(means, 3).sd);
	assert_int_equal(t.nr, 3);
	assert_close(t.sd, summary_of(others, 3).sd);
	assert_int_equal(summary_of_group_means(three, 2, 8).nr, 2);
	assert_int_equal(summary_of_group_means(three, 0, 8).nr, 0);
}

TEST(many_values_are_sorted_as_few_are)
{
	static const double odd[] = { -INFINITY, INFINITY, 0, -1e-310, 1e300, -3, 5e-324, -1e300 };
	enum { NR = 5000 };
	double *values = mem_alloc(NR, sizeof *values), sum = 0, sum_after = 0;
	uint64_t bits = 1;

	for (size_t i = 0; i < NR; i++) {
		bits = bits * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
		values[i] = i < 8 ? odd[i] : ((double)(bits >> 33) - 1e9) * (i % 3 ? 1e-9 : 1e6);
		sum += isfinite(values[i]) && fabs(values[i]) < 1e200 ? values[i] : 0;
	}
	assert_true(sort_values(values, NR));
	for (size_t i = 0; i < NR; i++) {
		assert_true(!i || values[i - 1] <= values[i]);
		sum_after += isfinite(values[i]) && fabs(values[i]) < 1e200 ? values[i] : 0;
	}
	assert_true(fabs(sum - sum_after) <= 1e-9 * fabs(sum) + 1e-3);
	assert_true(values[0] < -1e308 && values[1] == -1e300 && values[NR - 1] > 1e308);
	values[NR / 2] = NAN;
	assert_false(sort_values(values, NR));
	free(values);
}
