/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What looking again, drifting sessions and many benchmarks do to the rate of false alarms, and
 * that power and the bootstrap come out as they say: by simulation with fixed seeds.
 */
#include "support/test.h"

#include "stats/adjust.h"

#include "stats/bootstrap.h"
#include "stats/drift.h"
#include "stats/power.h"
#include "stats/welch.h"

#include "support/draw.h"

/* Looks after 4, 6, 8 and 10 units: the repeated p-value, and the best p as if looking were free.
 */
TEST(looking_again_is_paid_for)
{
	int paid[2] = { 0 }, naive[2] = { 0 };

	seeded = random_seed(500);
	for (int k = 0; k < TRIALS; k++) {
		double units[10], p[ADJUST_NR_LOOKS], best = 1, repeated;

		fill(units, 10, normal, 1);
		for (size_t look = 0; look < ADJUST_NR_LOOKS; look++) {
			p[look] = contrast_p_above(
				contrast_of_one(summary_of(units, 4 + 2 * look)), 0);
			best = fmin(best, p[look]);
		}
		repeated = adjust_looks(p, adjust_look_weights, ADJUST_NR_LOOKS);
		paid[0] += repeated < 0.05;
		paid[1] += repeated < 0.01;
		naive[0] += best < 0.05;
		naive[1] += best < 0.01;
	}
	assert_rate(paid[0], TRIALS, 0.03, 0.05);
	assert_rate(paid[1], TRIALS, 0.007, 0.01);
	assert_rate(naive[0], TRIALS, 0.08, 0.2);
	assert_rate(naive[1], TRIALS, 0.02, 0.04);
}

struct weather {
	size_t nr_sessions, nr_values;
	double tau;       /* the spread inside a session is 1 */
	double low, high; /* band at 1 % */
	double naive;     /* a plain Welch test alarms at least as often */
};

/* The last session drawn is the new one. */
static void draw_sessions(const struct weather *w, struct summary *sessions, struct summary *all)
{
	double values[16 * MOST];

	for (size_t i = 0; i <= w->nr_sessions; i++) {
		double level = w->tau * normal(), *own = values + i * w->nr_values;

		fill(own, w->nr_values, normal, 1);
		for (size_t j = 0; j < w->nr_values; j++)
			own[j] += level;
		sessions[i] = summary_of(own, w->nr_values);
	}
	*all = summary_of(values, w->nr_sessions * w->nr_values);
}

TEST(drift_between_sessions_raises_no_alarm)
{
	const struct weather weathers[] = {
		{ 5, 3, 0, 0, 0.01, 0 },
		{ 5, 10, 0, 0, 0.01, 0 },
		{ 5, 10, 0.5, 0.002, 0.01, 0.05 },
		{ 5, 10, 2, 0.0085, 0.0105, 0.15 },
		{ 5, 30, 2, 0.009, 0.0105, 0.2 },
		{ 10, 3, 0.5, 0, 0.01, 0.02 },
		{ 10, 10, 1, 0.008, 0.0105, 0.1 },
		{ 10, 3, 3, 0.0085, 0.0105, 0.1 },
	};

	for (size_t i = 0; i < NR_OF(weathers); i++) {
		const struct weather *w = &weathers[i];
		size_t s = w->nr_sessions;
		int hits = 0, summed = 0, naive = 0;

		seeded = random_seed(600 + i);
		for (int k = 0; k < TRIALS; k++) {
			struct summary sessions[16], all;
			struct drift drift;

			draw_sessions(w, sessions, &all);
			drift = drift_of(sessions, s);
			hits += contrast_p_above(
					drift_welch_sessions(sessions, s, sessions[s], drift), 0) <
				0.01;
			summed +=
				contrast_p_above(drift_welch(all, s, sessions[s], drift), 0) < 0.01;
			naive += contrast_p_above(welch_of(all, sessions[s]), 0) < 0.01;
		}
		assert_rate(hits, TRIALS, w->low, w->high);
		assert_rate(summed, TRIALS, w->low, w->high);
		assert_rate(naive, TRIALS, w->naive, 0.5);
	}
}

TEST(a_pooled_drift_serves_few_sessions)
{
	const struct weather w = { 3, 10, 1, 0, 0, 0 };
	int hits = 0;

	seeded = random_seed(700);
	for (int k = 0; k < TRIALS / 10; k++) {
		struct summary sessions[20][4], all;
		struct drift drifts[20], pool;

		for (size_t i = 0; i < 20; i++) {
			draw_sessions(&w, sessions[i], &all);
			drifts[i] = drift_of(sessions[i], 3);
		}
		pool = drift_pool(drifts, 20, 0);
		for (size_t i = 0; i < 20; i++)
			hits += contrast_p_above(
					drift_welch_sessions(sessions[i], 3, sessions[i][3], pool),
					0) < 0.01;
	}
	assert_rate(hits, 2 * TRIALS, 0.0085, 0.0105);
}

TEST(the_drift_is_estimated_without_bias)
{
	const struct weather w = { 5, 10, 0.7, 0, 0, 0 };
	double sum = 0;

	seeded = random_seed(750);
	for (int k = 0; k < TRIALS; k++) {
		struct summary sessions[6], all;

		draw_sessions(&w, sessions, &all);
		sum += drift_of(sessions, 5).variance;
	}
	assert_true(fabs(sum / TRIALS - 0.49) < 0.01);
}

/* Twenty benchmarks, four of them truly changed and always found: sixteen could be called falsely.
 */
TEST(holm_bounds_the_chance_of_any_false_alarm)
{
	int any = 0, unadjusted = 0, bonferroni = 0, missed = 0;

	seeded = random_seed(800);
	for (int k = 0; k < TRIALS; k++) {
		double p[20], holm[20], least = 1, least_holm = 1;
		struct ranked scratch[20];

		for (size_t i = 0; i < 20; i++)
			p[i] = contrast_p_above(contrast_of_one(sample(6, normal, 1)), 0);
		for (size_t i = 0; i < 4; i++)
			p[5 * i] = 1e-9;
		adjust_holm(p, holm, scratch, 20);
		for (size_t i = 0; i < 20; i++) {
			missed += i % 5 == 0 && holm[i] > 1e-7;
			least = fmin(least, i % 5 ? p[i] : 1);
			least_holm = fmin(least_holm, i % 5 ? holm[i] : 1);
		}
		any += least_holm < 0.05;
		unadjusted += least < 0.05;
		bonferroni += adjust_bonferroni(least, 20) < 0.05;
	}
	assert_int_equal(missed, 0);
	assert_rate(any, TRIALS, 0.0485, 0.05);       /* 1 - (1 - .05/16)^16 */
	assert_rate(bonferroni, TRIALS, 0.039, 0.04); /* 1 - (1 - .05/20)^16 */
	assert_rate(unadjusted, TRIALS, 0.55, 0.57);  /* 1 - .95^16 */
}

TEST(power_is_what_simulation_finds)
{
	const struct contrast plan = { ANSWER_OK, NAN, 1 / sqrt(6), 5 };
	double found = power_detectable(plan, 0.01, 0.9), chance = power_of(plan, 0.01, 1);
	int at_found = 0, at_one = 0;

	seeded = random_seed(900);
	for (int k = 0; k < TRIALS; k++) {
		struct contrast c = contrast_of_one(sample(6, normal, 1));

		at_found += contrast_p_above(c, -found) < 0.01;
		at_one += contrast_p_above(c, -1) < 0.01;
	}
	assert_rate(at_found, TRIALS, 0.9, 0.9);
	assert_rate(at_one, TRIALS, chance, chance);
}

TEST(the_bootstrap_covers_nearly_as_often_as_it_says)
{
	double base[25], head[25], scratch[25], replicates[300];
	struct bootstrap plan = { base, head, 25, 25, bootstrap_mean, scratch, replicates, 300, 0 };
	int covered = 0;

	seeded = random_seed(1000);
	for (int k = 0; k < 2000; k++) {
		struct interval i;

		fill(base, 25, lognormal, 1);
		fill(head, 25, lognormal, 1);
		plan.seed = (uint64_t)k;
		i = bootstrap_interval(&plan, 0.9);
		covered += i.low <= 0 && 0 <= i.high;
	}
	assert_rate(covered, 2000, 0.85, 0.9);
}
