/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "support/test.h"

#include "base/date.h"
#include "gate/proposing.h"

#include "support/draw.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#define NR(array) (sizeof(array) / sizeof *(array))

enum { MAX_DAYS = 400 };

/* A simulated history: a baseline of five sessions on the first day, then a run each night. */
struct nights {
	struct proposing_rules rules;
	char times[MAX_DAYS][32], ids[MAX_DAYS][20];
	struct proposing_levels base, runs;
	struct proposal pending;
	bool is_pending;
	struct buf why; /* of the last withdrawal */
	size_t nr_proposed, nr_withdrawn, nr_taken;
	int first_proposed, first_withdrawn, first_taken; /* days; -1: never */
};

static struct nights nights_begin(void)
{
	static const char *const minutes[] = { "2026-01-01T04:00:00Z", "2026-01-01T04:01:00Z",
		"2026-01-01T04:02:00Z", "2026-01-01T04:03:00Z", "2026-01-01T04:04:00Z" };
	struct nights nights = { .rules = PROPOSING_RULES_INIT,
		.why = BUF_INIT,
		.first_proposed = -1,
		.first_withdrawn = -1,
		.first_taken = -1 };

	for (size_t i = 0; i < 5; i++)
		*ARRAY_ADD(&nights.base) = (struct proposing_level){ .timestamp = minutes[i],
			.level = .0001 * (double)i };
	return nights;
}

static void nights_end(struct nights *nights)
{
	ARRAY_RELEASE(&nights->base);
	ARRAY_RELEASE(&nights->runs);
	if (nights->is_pending)
		proposal_release(&nights->pending);
	buf_release(&nights->why);
}

static void take_over(struct nights *nights, int day)
{
	size_t nr = nights->pending.supports.nr;

	nights->base.nr = 0;
	for (size_t i = 0; i < nights->runs.nr; i++)
		for (size_t j = 0; j < nr; j++)
			if (strcmp(nights->pending.supports.items[j].run,
				    nights->runs.items[i].run) == 0)
				*ARRAY_ADD(&nights->base) = nights->runs.items[i];
	if (nights->first_taken < 0)
		nights->first_taken = day;
	nights->nr_taken++;
	proposal_release(&nights->pending);
	nights->is_pending = false;
}

/* The command looks at so many. */
static struct proposing_levels newest_runs(const struct nights *nights)
{
	size_t nr = nights->runs.nr < 32 ? nights->runs.nr : 32;

	return (struct proposing_levels){ nights->runs.items + (nights->runs.nr - nr), nr, 0, 0 };
}

static void propose(struct nights *nights, const struct proposing_finding *finding, int day)
{
	nights->pending = (struct proposal){ .timestamp = mem_copy(nights->times[day],
						     strlen(nights->times[day])),
		.confidence = nights->rules.confidence };
	struct proposing_levels seen = newest_runs(nights);

	for (size_t i = finding->first; i < seen.nr; i++)
		*ARRAY_ADD(&nights->pending.supports) =
			(struct proposal_support){ .run = mem_copy(seen.items[i].run, 16),
				.timestamp = mem_copy(seen.items[i].timestamp, 20) };
	if (nights->first_proposed < 0)
		nights->first_proposed = day;
	nights->nr_proposed++;
	nights->is_pending = true;
}

static double base_level(const struct nights *nights)
{
	double sum = 0;

	for (size_t i = 0; i < nights->base.nr; i++)
		sum += nights->base.items[i].level;
	return sum / (double)nights->base.nr;
}

/* What update-baselines --auto does every night; NaN: the benchmark failed. */
static void night(struct nights *nights, int day, double level)
{
	struct proposing_levels seen;
	struct proposing_finding finding;

	snprintf(nights->times[day], sizeof nights->times[day], "2026-01-02T04:00:00Z");
	date_add_seconds(nights->times[day], day * INT64_C(86400));
	snprintf(nights->ids[day], sizeof nights->ids[day], "%016d", day);
	*ARRAY_ADD(&nights->runs) = (struct proposing_level){ .run = nights->ids[day],
		.timestamp = nights->times[day],
		.level = level,
		.failed = isnan(level) };
	seen = newest_runs(nights);
	seen.noise = proposing_noise(&seen);
	buf_clear(&nights->why);
	if (nights->is_pending &&
		proposing_is_contradicted(&nights->rules, &nights->pending, base_level(nights),
			&seen, &nights->why)) {
		if (nights->first_withdrawn < 0)
			nights->first_withdrawn = day;
		nights->nr_withdrawn++;
		proposal_release(&nights->pending);
		nights->is_pending = false;
		return;
	}
	if (nights->is_pending) {
		if (proposing_is_due(&nights->rules, &nights->pending, nights->times[day]))
			take_over(nights, day);
		return;
	}
	finding = proposing_look(&nights->rules, &nights->base, &seen);
	if (finding.word == PROPOSING_YES)
		propose(nights, &finding, day);
}

/* A tenth better from the tenth night on, until it is not. */
static struct nights steps(int nr, int until, int failed, double noise)
{
	struct nights nights = nights_begin();

	seeded = random_seed(7);
	for (int day = 0; day < nr; day++) {
		double level = (day >= 10 && day < until ? log(.9) : 0) + noise * normal();

		night(&nights, day, day == failed ? (double)NAN : level);
	}
	return nights;
}

TEST(seven_better_nights_are_proposed_and_taken_over_a_day_later)
{
	struct nights nights = steps(40, 40, -1, .002);

	assert_int_equal(nights.first_proposed, 16);
	assert_int_equal(nights.first_taken, 17);
	assert_int_equal(nights.nr_proposed, 1);
	assert_int_equal(nights.nr_withdrawn, 0);
	nights_end(&nights);
}

TEST(a_failure_breaks_the_row)
{
	struct nights nights = steps(40, 40, 14, .002);

	assert_int_equal(nights.first_proposed, 21);
	nights_end(&nights);
}

TEST(what_later_runs_contradict_is_withdrawn_and_says_why)
{
	struct nights nights = steps(18, 17, -1, .002), failed = steps(18, 18, 17, .002);

	assert_int_equal(nights.first_proposed, 16);
	assert_int_equal(nights.first_withdrawn, 17);
	assert_int_equal(nights.nr_taken, 0);
	assert_string_equal(
		nights.why.data, "the newest run is 11.0 % worse than those that support it");
	assert_int_equal(failed.first_withdrawn, 17);
	assert_string_equal(failed.why.data, "it failed in the run of 2026-01-19T04:00:00Z");
	nights_end(&nights);
	nights_end(&failed);
}

TEST(a_small_improvement_and_a_regression_are_not_proposed)
{
	static const double ratios[] = { .98, 1, 1.02, 1.1, 2 };

	for (size_t i = 0; i < NR(ratios); i++) {
		struct nights nights = nights_begin();

		for (int day = 0; day < 60; day++)
			night(&nights, day, log(ratios[i]) + .002 * normal());
		assert_int_equal(nights.nr_proposed, 0);
		nights_end(&nights);
	}
}

/*
 * Nights of code that did not change, of the kinds of noise that machines make. In 200 histories of
 * a year each, 0, 1, 0, 1 and 1 of these kinds took a level over; a few of them are run here.
 */
struct kind {
	double sd;     /* of a night */
	double wander; /* of a walk that comes back, a night */
	double burst;  /* share of nights that are a third slower */
};

enum { NR_HISTORIES = 30, NR_NIGHTS = 120 };

/* Of NR_HISTORIES, those that take over what is so much better. */
static int count_taken(const struct kind *kind, double improvement)
{
	int nr_taken = 0;

	for (int i = 0; i < NR_HISTORIES; i++) {
		struct nights nights = nights_begin();
		/* The day on which the baseline was recorded is one of these, too. */
		double walk = 0, at_first = kind->sd * normal();

		for (size_t j = 0; j < nights.base.nr; j++)
			nights.base.items[j].level += at_first;
		for (int day = 0; day < NR_NIGHTS; day++) {
			walk = .9 * walk + kind->wander * normal();
			night(&nights, day,
				log1p(-improvement) + walk + kind->sd * normal() +
					(uniform() < kind->burst ? log(1.33) : 0));
		}
		nr_taken += nights.nr_taken > 0;
		nights_end(&nights);
	}
	return nr_taken;
}

TEST(noise_is_hardly_ever_taken_for_an_improvement)
{
	static const struct kind kinds[] = {
		{ .005, 0, 0 },   /* quiet */
		{ .02, 0, 0 },    /* usual */
		{ .01, 0, .1 },   /* bursts */
		{ .08, 0, 0 },    /* hosted */
		{ .01, .005, 0 }, /* wandering */
	};

	seeded = random_seed(11);
	for (size_t i = 0; i < NR(kinds); i++)
		assert_in_range(count_taken(&kinds[i], 0), 0, 1);
}

TEST(an_improvement_is_found_in_such_noise)
{
	seeded = random_seed(12);
	assert_int_equal(count_taken(&(struct kind){ .005, 0, 0 }, .1), NR_HISTORIES);
	assert_in_range(count_taken(&(struct kind){ .01, .005, 0 }, .1), NR_HISTORIES * 3 / 4,
		NR_HISTORIES);
}

TEST(what_moves_with_nearly_all_others_is_the_machine)
{
	double alike[] = { -.1, -.11, -.09, -.1, .0 }, mixed[] = { -.1, 0, .01, -.3 },
	       few[] = { -.1, -.1 }, slower[] = { .1, .1, .1 };

	assert_true(proposing_moved_together(alike, NR(alike)));
	assert_false(proposing_moved_together(mixed, NR(mixed)));
	assert_false(proposing_moved_together(few, NR(few)));
	assert_false(proposing_moved_together(slower, NR(slower)));
}
