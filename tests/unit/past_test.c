/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "support/test.h"

#include "gate/past.h"

#include "support/draw.h"
#include "support/made_past.h"

#define DAY_NS UINT64_C(86400000000000)

static struct made_past made;

static int clear(void **state)
{
	(void)state;
	made_clear(&made);
	return 0;
}

/* Noise of 1 % around 100, moved by what `shape` says. */
static void make(size_t nr, double (*shape)(size_t at))
{
	seeded = random_seed(7);
	made_clear(&made);
	for (size_t i = 0; i < nr; i++)
		made_add(&made, 100 * shape(i) * exp(.01 * normal()), "gcc 12");
	made_look(&made);
}

static double flat(size_t at)
{
	(void)at;
	return 1;
}

static double step_at_60(size_t at)
{
	return at < 60 ? 1 : 1.1;
}

static double creep_of_2_percent_a_week(size_t at)
{
	return exp(.02 / 7 * (double)at);
}

static double throughput_that_falls(size_t at)
{
	return exp(-.02 / 7 * (double)at);
}

TEST_WITH(the_present_is_a_week_or_thirty_runs, NULL, clear)
{
	make(80, flat);
	assert_int_equal(made.past.window, 50);
	make(20, flat);
	assert_int_equal(made.past.window, 0);
	/* By time, where that is longer */
	make(80, flat);
	made_clear(&made);
	for (size_t i = 0; i < 50; i++)
		made_add(&made, 100, NULL);
	past_look(
		&made.past, &(struct past_settings){ .window_runs = 3, .window_ns = 10 * DAY_NS });
	assert_int_equal(made.past.window, 39);
}

/* Between sessions nothing but the code changes it; what is apart within a run is no exact count.
 */
TEST_WITH(a_count_changes_at_the_newest_run, NULL, clear)
{
	for (int apart = 0; apart < 2; apart++) {
		struct past_move move;

		made_clear(&made);
		for (size_t i = 0; i < 20; i++) {
			made_add(&made, i < 19 ? 1000 : 1001, NULL);
			made.past.points.items[i].error = apart ? .001 : 0;
		}
		made.past.is_exact = true;
		past_look(&made.past, &(struct past_settings){ .window_runs = 0 });
		assert_int_equal(made.past.changes.nr, !apart);
		assert_int_equal(made.past.is_exact, !apart);
		move = past_move(&made.past, 10 * DAY_NS);
		assert_true(move.before == 1000 && move.now == (apart ? 1000 : 1001));
		assert_int_equal(past_state_of(&made.past, 1001, NAN),
			apart ? PAST_IS_STEADY : PAST_IS_WORSE);
	}
}

TEST_WITH(a_step_is_no_creep_and_begins_what_is_steady, NULL, clear)
{
	make(80, step_at_60);
	assert_int_equal(made.past.changes.nr, 1);
	assert_int_equal(made.past.steady, 60);
	assert_ptr_equal(past_newest_step(&made.past), &made.past.changes.items[0]);
	assert_false(made.past.creeps);
	assert_true(isnan(past_crossing(&made.past, 115).days));
	/* Of long ago, it is no news. */
	make(150, step_at_60);
	assert_null(past_newest_step(&made.past));
}

TEST_WITH(a_creep_is_found_with_its_speed_and_its_budget, NULL, clear)
{
	struct past_crossing crossing;

	make(60, creep_of_2_percent_a_week);
	assert_true(made.past.creeps);
	assert_true(made.past.trend.interval.low < .02 && made.past.trend.interval.high > .02);
	/* In 4 weeks it is 8 % up from here. */
	crossing = past_crossing(&made.past, 100 * exp(.02 / 7 * (59 + 28)));
	assert_true(crossing.soonest <= crossing.days);
	assert_true(crossing.days > 14 && crossing.days < 56);
	assert_true(isnan(crossing.latest) || crossing.latest >= crossing.days);
	/* It is over that already, and never under. */
	assert_true(isnan(past_crossing(&made.past, 100).days));
	/* More is better. */
	assert_false(made.past.more_is_better);
	make(60, throughput_that_falls);
	assert_false(made.past.creeps);
	made_clear(&made);
	made.past.more_is_better = true;
	seeded = random_seed(8);
	for (size_t i = 0; i < 60; i++)
		made_add(&made, 100 * throughput_that_falls(i) * exp(.01 * normal()), NULL);
	made_look(&made);
	assert_true(made.past.creeps);
	assert_true(isfinite(past_crossing(&made.past, 78).days));
}

TEST_WITH(another_compiler_is_a_mark_that_begins_what_is_steady, NULL, clear)
{
	made_clear(&made);
	for (size_t i = 0; i < 50; i++)
		made_add(&made, i < 30 ? 100 : 120, i < 30 ? "gcc 12" : i == 40 ? NULL : "gcc 13");
	made.past.points.items[7].value = 101;
	made_look(&made);
	assert_int_equal(made.past.nr_marks, 1);
	assert_int_equal(made.past.marks[0], 30);
	assert_int_equal(made.past.steady, 30);
}

TEST_WITH(little_says_little, NULL, clear)
{
	for (size_t nr = 0; nr < 30; nr++) {
		made_clear(&made);
		for (size_t i = 0; i < nr; i++)
			made_add(&made, i % 2 ? 100 : 101, NULL);
		made_look(&made);
		assert_false(made.past.creeps);
		assert_int_equal(made.past.changes.nr, 0);
		assert_true(isnan(past_crossing(&made.past, 102).days));
		assert_true(nr > 10 || isnan(made.past.anomaly_p));
		if (nr < 2)
			assert_true(isnan(past_move(&made.past, DAY_NS).now));
	}
	/* No time between runs, and values without a logarithm */
	made_clear(&made);
	for (size_t i = 0; i < 40; i++) {
		made_add(&made, i % 3 ? 0 : -1, NULL);
		memcpy(made.times[i], made.times[0], sizeof made.times[0]);
	}
	made_look(&made);
	assert_false(made.past.creeps);
	assert_true(isnan(made.past.trend.slope));
}

/* --- how often words are wrong where nothing changed -------------------------------------------
 */

/* One run in ten is hit by a burst. */
static double burst(void)
{
	return normal() + (uniform() < .1 ? 15 * uniform() : 0);
}

static double now;

/* Sessions of one kind follow each other: each is half like the one before. */
static double alike(void)
{
	now = .5 * now + .866 * normal();
	return now;
}

/* The machine takes another state once in 15 runs, which holds, and is as large as the noise. */
static double sessions(void)
{
	if (uniform() < 1.0 / 15)
		now = normal();
	return now + normal();
}

struct wrong {
	int changed, maybe, creeps, anomalies, crossings;
};

static struct wrong count_wrong(double (*noise)(void), int trials)
{
	struct wrong wrong = { 0 };

	for (int trial = 0; trial < trials; trial++) {
		const struct changepoints *changes = &made.past.changes;

		made_clear(&made);
		for (size_t i = 0; i < 60; i++)
			made_add(&made, 100 * exp(.01 * noise()), NULL);
		made_look(&made);
		wrong.changed += changes->nr > 0;
		wrong.maybe += changes->nr && changes->items[changes->nr - 1].maybe;
		wrong.creeps += made.past.creeps;
		wrong.anomalies += made.past.anomaly_p < .01;
		wrong.crossings += !isnan(past_crossing(&made.past, 103).days);
	}
	return wrong;
}

static const struct {
	const char *name;
	double (*draw)(void);
	double changed, creeps, anomalies, crossings; /* at most */
} kinds[] = {
	{ "normal", normal, .01, .005, .01, .01 },
	{ "bursts", burst, .01, .005, .025, .01 },
	{ "heavy tails", contaminated, .01, .005, .025, .01 },
	{ "neighbours are alike", alike, .1, .01, .02, .02 },
};

/* Per series of 60 nightly runs. A state of the machine that holds is a step like any other: only
 * a comparison in turn tells it from one of the code, so its rate is shown and bounded loosely. */
TEST_WITH(words_are_wrong_no_more_often_than_said, NULL, clear)
{
	enum { NR = 1000 };
	struct wrong wrong;

	seeded = random_seed(11);
	for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
		print_message("# %s: changes, creeps, anomalies, budgets\n", kinds[i].name);
		wrong = count_wrong(kinds[i].draw, NR);
		assert_rate(wrong.changed, NR, 0, kinds[i].changed);
		assert_rate(wrong.creeps, NR, 0, kinds[i].creeps);
		assert_rate(wrong.anomalies, NR, 0, kinds[i].anomalies);
		assert_rate(wrong.crossings, NR, 0, kinds[i].crossings);
	}
	print_message("# sessions: changes, maybes, creeps, anomalies, budgets\n");
	wrong = count_wrong(sessions, NR);
	assert_rate(wrong.changed, NR, 0, .5);
	assert_rate(wrong.maybe, NR, 0, .1);
	assert_rate(wrong.creeps, NR, 0, .02);
	assert_rate(wrong.anomalies, NR, 0, .05);
	assert_rate(wrong.crossings, NR, 0, .05);
}
