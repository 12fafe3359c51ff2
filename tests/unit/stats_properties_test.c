/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What single t-tests promise in the long run, by simulation with fixed seeds: how often identical
 * code is called changed, and what neither side nor unit may alter.
 *
 * A rate is held against a band: exact tests (pairs, intervals of normal data) have the band of one
 * point, alpha; Welch's and Yuen's are known to be a little off with few values, and the band says
 * how far.
 */
#include "support/test.h"

#include "stats/welch.h"

#include "stats/drift.h"

#include "support/draw.h"

/* How two sides are drawn, and where the rate of false alarms at 5 % and at 1 % must lie. */
struct scene {
	size_t nr_base, nr_head;
	double sd_head; /* the base's is 1 */
	double (*draw)(void);
	double low5, high5, low1, high1;
};

static void check_scenes(const struct scene *scenes, size_t nr,
	struct contrast (*test)(const struct scene *, double shift))
{
	const double shift = 0.5;

	for (size_t i = 0; i < nr; i++) {
		const struct scene *s = &scenes[i];
		int hits5 = 0, hits1 = 0;

		seeded = random_seed(100 + i);
		for (int k = 0; k < TRIALS; k++) {
			double p = contrast_p_above(test(s, shift), shift);

			hits5 += p < 0.05;
			hits1 += p < 0.01;
		}
		print_message("# scene %zu: %zu against %zu values, spread 1 : %g\n", i, s->nr_base,
			s->nr_head, s->sd_head);
		assert_rate(hits5, TRIALS, s->low5, s->high5);
		assert_rate(hits1, TRIALS, s->low1, s->high1);
	}
}

static struct contrast welch_scene(const struct scene *s, double shift)
{
	struct summary base = sample(s->nr_base, s->draw, 1);
	struct summary head = sample(s->nr_head, s->draw, s->sd_head);

	head.mean += shift;
	return welch_of(base, head);
}

static struct contrast yuen_scene(const struct scene *s, double shift)
{
	double base[MOST], head[MOST];

	fill(base, s->nr_base, s->draw, 1);
	fill(head, s->nr_head, s->draw, s->sd_head);
	for (size_t i = 0; i < s->nr_head; i++)
		head[i] += shift;
	return welch_of_trimmed(
		(struct series){ base, s->nr_base }, (struct series){ head, s->nr_head }, 0.2);
}

TEST(welch_on_the_threshold_alarms_at_alpha)
{
	const struct scene scenes[] = {
		{ 3, 3, 1, normal, 0.025, 0.05, 0.003, 0.01 },
		{ 5, 5, 1, normal, 0.04, 0.05, 0.006, 0.01 },
		{ 10, 10, 1, normal, 0.045, 0.05, 0.008, 0.01 },
		{ 30, 30, 1, normal, 0.05, 0.05, 0.01, 0.01 },
	};

	check_scenes(scenes, NR_OF(scenes), welch_scene);
}

TEST(welch_bears_unequal_variances)
{
	const struct scene scenes[] = {
		{ 3, 3, 4, normal, 0.04, 0.06, 0.006, 0.0125 },
		{ 5, 5, 4, normal, 0.045, 0.055, 0.008, 0.012 },
		{ 10, 30, 4, normal, 0.05, 0.05, 0.01, 0.01 },
		{ 30, 10, 4, normal, 0.05, 0.05, 0.01, 0.01 },
		{ 5, 30, 1, normal, 0.045, 0.06, 0.009, 0.016 },
		/* Three values against thirty are known to be too few for Satterthwaite. */
		{ 3, 30, 1, normal, 0.055, 0.07, 0.02, 0.028 },
	};

	check_scenes(scenes, NR_OF(scenes), welch_scene);
}

TEST(welch_bears_skew)
{
	/* Where both sides have as many values the skew cancels; else one tail gains what the other
	 * loses. */
	const struct scene scenes[] = {
		{ 3, 3, 1, lognormal, 0.02, 0.05, 0.002, 0.01 },
		{ 5, 5, 1, lognormal, 0.03, 0.05, 0.004, 0.01 },
		{ 10, 10, 1, lognormal, 0.035, 0.05, 0.006, 0.01 },
		{ 30, 30, 1, lognormal, 0.04, 0.05, 0.007, 0.01 },
		{ 30, 10, 1, lognormal, 0.01, 0.05, 0.001, 0.01 },
		{ 10, 30, 1, lognormal, 0.05, 0.09, 0.01, 0.035 },
	};

	check_scenes(scenes, NR_OF(scenes), welch_scene);
}

TEST(outliers_make_welch_and_yuen_silent_never_shrill)
{
	const struct scene scenes[] = {
		{ 3, 3, 1, contaminated, 0.015, 0.05, 0.001, 0.01 },
		{ 5, 5, 1, contaminated, 0.02, 0.05, 0.002, 0.01 },
		{ 10, 10, 1, contaminated, 0.02, 0.05, 0.002, 0.01 },
		{ 30, 30, 1, contaminated, 0.035, 0.05, 0.004, 0.01 },
	};

	check_scenes(scenes, NR_OF(scenes), welch_scene);
	check_scenes(scenes, NR_OF(scenes), yuen_scene);
}

TEST(yuen_on_the_threshold_alarms_near_alpha)
{
	/* Two values a side are trimmed of 10, one of 5, none of 3. */
	const struct scene scenes[] = {
		{ 3, 3, 1, normal, 0.025, 0.05, 0.003, 0.01 },
		{ 5, 5, 1, normal, 0.035, 0.055, 0.005, 0.012 },
		{ 10, 10, 1, normal, 0.045, 0.055, 0.008, 0.012 },
		{ 30, 30, 1, normal, 0.045, 0.055, 0.009, 0.012 },
		{ 10, 30, 4, normal, 0.045, 0.055, 0.009, 0.012 },
		{ 30, 30, 1, lognormal, 0.04, 0.055, 0.007, 0.012 },
	};

	check_scenes(scenes, NR_OF(scenes), yuen_scene);
}

TEST(yuen_sees_through_outliers_what_welch_does_not)
{
	const struct scene scene = { 20, 20, 1, contaminated, 0, 0, 0, 0 };
	int welch = 0, yuen = 0;

	seeded = random_seed(7);
	for (int k = 0; k < 2000; k++) {
		welch += contrast_p_above(welch_scene(&scene, 1.5), 0) < 0.01;
		yuen += contrast_p_above(yuen_scene(&scene, 1.5), 0) < 0.01;
	}
	print_message("# found by Welch %d, by Yuen %d of 2000\n", welch, yuen);
	assert_true(yuen > 2 * welch);
}

static struct contrast wandering_pairs(size_t nr, double shift)
{
	double base[MOST], head[MOST];

	for (size_t i = 0; i < nr; i++) {
		base[i] = 100 * uniform();
		head[i] = base[i] + shift + 0.1 * normal();
	}
	return contrast_of_pairs(base, head, nr);
}

TEST(pairs_are_exact_however_their_level_wanders)
{
	const size_t sizes[] = { 2, 3, 5, 10, 30 };

	for (size_t i = 0; i < NR_OF(sizes); i++) {
		int above = 0, differs = 0;

		seeded = random_seed(300 + i);
		for (int k = 0; k < TRIALS; k++) {
			struct contrast c = wandering_pairs(sizes[i], 0.02);

			above += contrast_p_above(c, 0.02) < 0.01;
			differs += contrast_p_differs(c, 0.02) < 0.05;
		}
		assert_rate(above, TRIALS, 0.01, 0.01);
		assert_rate(differs, TRIALS, 0.05, 0.05);
	}
}

TEST(intervals_cover_as_often_as_they_say)
{
	int covered = 0, equivalent = 0;

	seeded = random_seed(400);
	for (int k = 0; k < TRIALS; k++) {
		struct contrast c = welch_of(sample(10, normal, 1), sample(10, normal, 1));
		struct interval i = contrast_interval(c, 0.95);

		covered += i.low <= 0 && 0 <= i.high;
		equivalent += contrast_p_within(c, -9, 0) < 0.05;
	}
	assert_rate(covered, TRIALS, 0.95, 0.955);
	assert_rate(equivalent, TRIALS, 0.045, 0.05);
}

static void assert_mirrored(struct contrast c, struct contrast m)
{
	assert_int_equal(c.answer, ANSWER_OK);
	assert_true(m.difference == -c.difference);
	assert_close(m.se, c.se);
	assert_close(m.df, c.df);
	assert_close(contrast_p_below(m, -0.1), contrast_p_above(c, 0.1));
	assert_close(contrast_p_differs(m, 0), contrast_p_differs(c, 0));
	assert_close(contrast_p_within(m, -2, 1), contrast_p_within(c, -1, 2));
	assert_close(contrast_lower(m, 0.01), -contrast_upper(c, 0.01));
}

TEST(swapping_the_sides_flips_the_signs)
{
	seeded = random_seed(1100);
	for (int k = 0; k < 200; k++) {
		double base[12], head[12];
		size_t nb = 5 + random_below(&seeded, 8), nh = 5 + random_below(&seeded, 8);
		struct series b = { fill(base, 12, normal, 1), nb };
		struct series h = { fill(head, 12, normal, 2), nh };

		assert_mirrored(
			contrast_of_pairs(base, head, 12), contrast_of_pairs(head, base, 12));
		assert_mirrored(welch_of(summary_of(base, nb), summary_of(head, nh)),
			welch_of(summary_of(head, nh), summary_of(base, nb)));
		assert_mirrored(drift_welch(summary_of(base, nb), 1, summary_of(head, nh),
					drift_assumed(0.3)),
			drift_welch(
				summary_of(head, nh), 1, summary_of(base, nb), drift_assumed(0.3)));
		assert_mirrored(welch_of_trimmed(b, h, 0.2), welch_of_trimmed(h, b, 0.2));
	}
}

static void assert_same(struct contrast c, struct contrast d, double unit)
{
	assert_int_equal(c.answer, ANSWER_OK);
	assert_true(fabs(c.difference * unit - d.difference) <= 1e-12 * unit);
	assert_close(d.se, c.se * unit);
	assert_close(d.df, c.df);
	assert_close(contrast_p_above(d, 0.1 * unit), contrast_p_above(c, 0.1));
}

/* On logarithms any unit will do; on plain values the limit changes with the unit. */
TEST(scaling_time_changes_nothing)
{
	seeded = random_seed(1200);
	for (int k = 0; k < 200; k++) {
		double base[9], head[7], base_us[9], head_us[7];

		fill(base, 9, lognormal, 1);
		fill(head, 7, lognormal, 1.2);
		for (size_t i = 0; i < 9; i++)
			base_us[i] = base[i] / 1000;
		for (size_t i = 0; i < 7; i++)
			head_us[i] = head[i] / 1000;
		assert_same(welch_of(summary_of_logs(base, 9), summary_of_logs(head, 7)),
			welch_of(summary_of_logs(base_us, 9), summary_of_logs(head_us, 7)), 1);
		assert_same(welch_of(summary_of(base, 9), summary_of(head, 7)),
			welch_of(summary_of(base_us, 9), summary_of(head_us, 7)), 1e-3);
		assert_same(contrast_of_pairs(base, head, 7),
			contrast_of_pairs(base_us, head_us, 7), 1e-3);
		assert_same(welch_of_trimmed(
				    (struct series){ base, 9 }, (struct series){ head, 7 }, 0.2),
			welch_of_trimmed(
				(struct series){ base_us, 9 }, (struct series){ head_us, 7 }, 0.2),
			1e-3);
	}
}
