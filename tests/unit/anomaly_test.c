/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "support/test.h"

#include "stats/anomaly.h"

#include "support/draw.h"

/* Bursts: one value in ten is far up. */
static double bursts(void)
{
	return normal() + (uniform() < .1 ? 20 : 0);
}

/* At 5 %, and below what counting alone can tell, at 1 % of 20 values. */
TEST(no_kind_of_noise_is_an_anomaly_more_often_than_said)
{
	static double (*const kinds[])(void) = { normal, contaminated, lognormal, bursts };
	double values[21];

	seeded = random_seed(1);
	for (size_t kind = 0; kind < 4; kind++) {
		int at_5 = 0, at_1 = 0;

		for (int trial = 0; trial < 8000; trial++) {
			double chance;

			fill(values, 21, kinds[kind], 1);
			chance = anomaly_chance(values, 20, values[20]);
			at_5 += chance <= .05;
			at_1 += chance <= .01;
		}
		assert_rate(at_5, 8000, 0, .05);
		/* Of heavy tails, 20 values do not show how heavy they are. */
		assert_rate(at_1, 8000, 0, kinds[kind] == normal ? .01 : .025);
	}
}

TEST(a_value_far_from_all_others_is_one)
{
	int hits = 0;
	double values[20];

	seeded = random_seed(2);
	for (int trial = 0; trial < 2000; trial++) {
		fill(values, 20, normal, 1);
		hits += anomaly_chance(values, 20, 6 + normal()) <= .01;
	}
	assert_rate(hits, 2000, .9, 1);
}

TEST(the_chance_falls_with_the_distance_and_has_no_side)
{
	static const double past[] = { 1, 2, 3, 4, 5, 6, 7, 8, 9 };
	double last = 1;

	for (double newest = 5; newest < 40; newest += .5) {
		double chance = anomaly_chance(past, 9, newest);

		assert_true(chance <= last && chance > 0);
		assert_close(chance, anomaly_chance(past, 9, 10 - newest));
		last = chance;
	}
	assert_true(last < .001);
}

TEST(equal_values_and_none_are_no_evidence)
{
	static const double same[] = { 4, 4, 4, 4 }, bad[] = { 1, NAN, 2 };

	assert_close(anomaly_chance(same, 4, 4), 1);
	assert_close(anomaly_chance(same, 4, 5), 0);
	assert_true(isnan(anomaly_chance(same, 1, 4)));
	assert_true(isnan(anomaly_chance(bad, 3, 1)));
	assert_true(isnan(anomaly_chance(same, 4, INFINITY)));
}
