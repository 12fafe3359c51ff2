/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The drift that a history's levels show, and what a gate against a stored base makes of it. */
#include "support/test.h"

#include "stats/drift.h"
#include "stats/student.h"

#include "support/draw.h"

#include <math.h>

#define NR(array) (sizeof(array) / sizeof *(array))

TEST(too_few_levels_say_nothing_and_equal_ones_vouch_for_no_calm)
{
	const double levels[DRIFT_MIN_LEVELS] = { 0 };

	assert_int_equal(drift_of_levels(levels, DRIFT_MIN_LEVELS - 1).answer, ANSWER_TOO_FEW);
	assert_true(drift_of_levels(levels, DRIFT_MIN_LEVELS).variance == 0);
}

TEST(one_burst_among_them_makes_the_drift_larger)
{
	double levels[20];
	double before, burst;

	seeded = random_seed(3);
	fill(levels, NR(levels), normal, .01);
	before = drift_tau(drift_of_levels(levels, NR(levels)));
	levels[7] = .3;
	burst = drift_tau(drift_of_levels(levels, NR(levels)));
	assert_in_range((int)(1e4 * before), 60, 200);
	assert_true(burst > .15);
}

/*
 * Sessions of the kinds that machines make: a base of one session, the head, and so many sessions
 * of a history, of ten processes each.
 */
struct sessions {
	double tau;    /* what sessions differ by */
	double wander; /* a walk that comes back, a session */
	double burst;  /* share of sessions that are a third slower */
	double inside; /* what processes of a session differ by */
};

static double next_level(const struct sessions *kind, double *walk)
{
	*walk = .9 * *walk + kind->wander * normal();
	return *walk + kind->tau * normal() + (uniform() < kind->burst ? log(1.33) : 0);
}

static struct summary session_at(const struct sessions *kind, double level)
{
	double values[10];

	fill(values, NR(values), normal, kind->inside);
	for (size_t i = 0; i < NR(values); i++)
		values[i] += level;
	return summary_of(values, NR(values));
}

struct counted {
	int nr_regressions, nr_passes;
};

enum { NR_TRIALS = 2000, NR_SESSIONS = 20 };

/* Gates of a change, with a threshold of 2 % and a target of 4 %, at .01; by the history's drift,
 * or by the one that is assumed. */
static struct counted gates(const struct sessions *kind, double change, bool by_history)
{
	struct counted counted = { 0, 0 };

	for (int i = 0; i < NR_TRIALS; i++) {
		double levels[NR_SESSIONS], walk = 0;
		struct summary base = { 0 }, head;
		struct contrast contrast;
		struct drift drift;
		/* The base is any of the sessions, the head comes behind them. */
		size_t at = random_below(&seeded, NR_SESSIONS);

		for (int j = 0; j < 20; j++)
			next_level(kind, &walk);
		for (size_t j = 0; j < NR_SESSIONS; j++) {
			struct summary session = session_at(kind, next_level(kind, &walk));

			levels[j] = session.mean;
			if (j == at)
				base = session;
		}
		head = session_at(kind, next_level(kind, &walk) + log1p(change));
		drift = by_history ? drift_of_levels(levels, NR_SESSIONS)
				   : drift_assumed(log1p(.02));
		contrast = drift_welch_sessions(&base, 1, head, drift);
		counted.nr_regressions +=
			student_upper((contrast.difference - log1p(.02)) / contrast.se,
				contrast.df) < .01;
		counted.nr_passes += student_cdf((contrast.difference - log1p(.04)) / contrast.se,
					     contrast.df) < .01;
	}
	return counted;
}

TEST(a_known_drift_keeps_the_level_of_false_alarms)
{
	static const struct sessions kinds[] = {
		{ .003, 0, 0, .002 },    /* quiet */
		{ .01, 0, 0, .01 },      /* usual */
		{ .05, 0, 0, .02 },      /* shared */
		{ .005, 0, .1, .005 },   /* bursts */
		{ .003, .004, 0, .003 }, /* wandering */
	};

	/* A burst that is not among 20 sessions, and meets the head: .9^20 * .1, and no level
	 * holds. */
	static const double most[] = { .01, .01, .01, .0125, .01 };

	seeded = random_seed(5);
	for (size_t i = 0; i < NR(kinds); i++)
		/* The change is the threshold itself: the worst that is no regression. */
		assert_rate(gates(&kinds[i], .02, true).nr_regressions, NR_TRIALS, 0, most[i]);
}

TEST(a_known_drift_decides_what_an_assumed_one_leaves_open)
{
	static const struct sessions quiet = { .003, 0, 0, .002 }, shared = { .05, 0, 0, .02 };

	seeded = random_seed(6);
	assert_rate(gates(&quiet, 0, false).nr_passes, NR_TRIALS, 0, .01);
	assert_rate(gates(&quiet, 0, true).nr_passes, NR_TRIALS, .95, 1);
	assert_rate(gates(&quiet, .06, false).nr_regressions, NR_TRIALS, 0, .15);
	assert_rate(gates(&quiet, .06, true).nr_regressions, NR_TRIALS, .95, 1);
	/* Where sessions differ by more than is assumed, that alarms. */
	assert_rate(gates(&shared, 0, false).nr_regressions, NR_TRIALS, .05, .5);
}
