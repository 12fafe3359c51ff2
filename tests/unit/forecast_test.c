/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "support/test.h"

#include "stats/forecast.h"

#include "data/history_reference.h"
#include "support/draw.h"

#define NR_REF (sizeof ref_history / sizeof *ref_history)

TEST(level_trend_and_forecasts_agree_with_the_reference)
{
	for (size_t i = 0; i < sizeof ref_forecasts / sizeof *ref_forecasts; i++) {
		const double *ref = ref_forecasts[i];
		struct forecast_weights weights = { ref[0], ref[1], ref[2] };
		struct forecast forecast = forecast_with(ref_history, NR_REF, weights);
		double one = forecast_interval(&forecast, 1, .9).high - ref[5];

		assert_close(forecast.level, ref[3]);
		assert_close(forecast.trend, ref[4]);
		assert_close(forecast_value(&forecast, 1), ref[5]);
		assert_close(forecast_value(&forecast, 4), ref[6]);
		assert_close(forecast_value(&forecast, 9), ref[7]);
		assert_close((forecast_interval(&forecast, 4, .9).high - ref[6]) / one, ref[8]);
		assert_close((forecast_interval(&forecast, 9, .9).high - ref[7]) / one, ref[9]);
	}
}

TEST(few_values_have_no_forecast)
{
	struct forecast forecast = forecast_of(ref_history, FORECAST_MIN_VALUES - 1);

	assert_true(isnan(forecast.noise));
	assert_true(isnan(forecast_value(&forecast, 1)));
	assert_true(isnan(forecast_interval(&forecast, 1, .9).low));
	assert_int_equal(forecast_crossing(&forecast, 20, .9, 100).soonest, 0);
	assert_true(isnan(forecast_of(ref_history, NR_REF).noise) == false);
}

TEST(a_line_goes_on_and_says_when_it_reaches_a_limit)
{
	double values[60];
	struct forecast forecast;
	struct crossing crossing;

	seeded = random_seed(1);
	for (size_t i = 0; i < 60; i++)
		values[i] = 10 + .1 * (double)i + .05 * normal();
	forecast = forecast_of(values, 60);
	assert_true(fabs(forecast_value(&forecast, 10) - 16.9) < .4);
	crossing = forecast_crossing(&forecast, 17, .9, 100);
	assert_true(crossing.expected >= 8 && crossing.expected <= 16);
	assert_true(crossing.soonest >= 5 && crossing.soonest <= crossing.expected);
	assert_true(!crossing.latest || crossing.latest >= crossing.expected);
	assert_int_equal(forecast_crossing(&forecast, 17, .9, 3).soonest, 0);
	assert_int_equal(forecast_crossing(&forecast, 14, .9, 100).expected, 0);
}

/* 45 steps from here, where a step is less than half of the noise */
TEST(a_slow_rise_that_goes_on_reaches_a_limit_far_away)
{
	int hits = 0;

	seeded = random_seed(4);
	for (int trial = 0; trial < 300; trial++) {
		double values[60];
		struct forecast forecast;

		for (size_t i = 0; i < 60; i++)
			values[i] = 100 + .25 * (double)i + .6 * normal();
		forecast = forecast_of(values, 60);
		hits += forecast_crossing(&forecast, 126, .95, 180).expected > 0;
	}
	assert_rate(hits, 300, .95, 1);
}

/* Of a level that may wander, with noise around it: is the value five steps on in its interval? */
static bool comes_as_forecast(double step)
{
	double values[50], level = 0;
	struct forecast forecast;
	struct interval interval;

	for (size_t i = 0; i < 50; i++) {
		level += step * normal();
		values[i] = level + normal();
	}
	forecast = forecast_of(values, 45);
	interval = forecast_interval(&forecast, 5, .9);
	return values[49] >= interval.low && values[49] <= interval.high;
}

TEST(the_interval_holds_what_comes_as_often_as_it_says)
{
	static const double steps[] = { 0, .3 };

	seeded = random_seed(2);
	for (size_t i = 0; i < 2; i++) {
		int hits = 0;

		for (int trial = 0; trial < 600; trial++)
			hits += comes_as_forecast(steps[i]);
		assert_rate(hits, 600, .86, .95);
	}
}
