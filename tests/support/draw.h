/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Values drawn from a seeded generator, and a rate held against the band where it must lie. Include
 * after test.h.
 */
#ifndef TESTS_SUPPORT_DRAW_H
#define TESTS_SUPPORT_DRAW_H

#include "base/random.h"
#include "stats/student.h"
#include "support/close.h"

enum { MOST = 64, TRIALS = 20000 };

static struct random seeded; /* set it first in each test */

static inline double uniform(void)
{
	return ((double)(random_next(&seeded) >> 11) + 0.5) / 9007199254740992.0;
}

static inline double normal(void)
{
	return sqrt(-2 * log(uniform())) * cos(6.283185307179586 * uniform());
}

static inline double lognormal(void)
{
	return exp(0.7 * normal());
}

/* One value in ten has ten times the spread. */
static inline double contaminated(void)
{
	return uniform() < 0.1 ? 10 * normal() : normal();
}

static inline double *fill(double *values, size_t nr, double (*draw)(void), double scale)
{
	for (size_t i = 0; i < nr; i++)
		values[i] = scale * draw();
	return values;
}

static inline struct summary sample(size_t nr, double (*draw)(void), double scale)
{
	double values[MOST];

	return summary_of(fill(values, nr, draw, scale), nr);
}

/*
 * Between `low` and `high` of the trials, give or take 3.5 binomial standard deviations. Says the
 * rate as a TAP comment.
 */
#define assert_rate(hits, trials, low, high) \
	assert_rate_at(hits, trials, (struct interval){ low, high }, __LINE__)

static inline void assert_rate_at(int hits, int trials, struct interval band, int line)
{
	double n = trials, least = band.low * n - 3.5 * sqrt(n * band.low * (1 - band.low));
	double most = band.high * n + 3.5 * sqrt(n * band.high * (1 - band.high));

	print_message("# line %d: %.3f %% (%d of %d)\n", line, 100 * hits / n, hits, trials);
	if (hits < least || hits > most)
		fail_msg("line %d: %d of %d, not %.0f..%.0f", line, hits, trials, least, most);
}

#endif
