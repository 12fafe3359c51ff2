/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "support/test.h"

#include "stats/trend.h"

#include "data/history_reference.h"
#include "support/draw.h"

#define NR_REF (sizeof ref_days / sizeof *ref_days)

TEST(slope_and_interval_agree_with_the_reference)
{
	struct trend trend = trend_of(ref_days, ref_history, NR_REF, .95, 0);

	assert_close(trend.slope, ref_trend[0]);
	assert_close(trend.interval.low, ref_trend[1]);
	assert_close(trend.interval.high, ref_trend[2]);
}

TEST(likeness_of_neighbours_widens_the_interval)
{
	struct trend plain = trend_of(ref_days, ref_history, NR_REF, .95, 0);
	struct trend wide = trend_of(ref_days, ref_history, NR_REF, .95, .5);

	assert_close(wide.slope, plain.slope);
	assert_true(wide.interval.low < plain.interval.low);
	assert_true(wide.interval.high > plain.interval.high);
}

TEST(few_values_have_no_interval_and_one_moment_has_no_slope)
{
	static const double same[] = { 3, 3, 3 }, y[] = { 1, 2, NAN };

	assert_close(trend_of(ref_days, ref_history, 2, .95, 0).slope, .2);
	assert_true(isnan(trend_of(ref_days, ref_history, 4, .95, 0).interval.low));
	assert_true(isnan(trend_of(same, ref_history, 3, .95, 0).slope));
	assert_true(isnan(trend_of(ref_days, y, 3, .95, 0).slope));
	assert_true(isnan(trend_of(ref_days, ref_history, 1, .95, 0).slope));
}

static bool holds_slope(double (*noise)(void))
{
	double x[30], y[30];
	struct trend trend;

	for (size_t i = 0; i < 30; i++) {
		x[i] = (double)i / 3;
		y[i] = .7 * x[i] + noise();
	}
	trend = trend_of(x, y, 30, .95, 0);
	return trend.interval.low <= .7 && trend.interval.high >= .7;
}

TEST(the_interval_holds_the_slope_as_often_as_it_says)
{
	static double (*const kinds[])(void) = { normal, contaminated, lognormal };

	seeded = random_seed(1);
	for (size_t kind = 0; kind < 3; kind++) {
		int hits = 0;

		for (int trial = 0; trial < 2000; trial++)
			hits += holds_slope(kinds[kind]);
		assert_rate(hits, 2000, .945, .96);
	}
}
