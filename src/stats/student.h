/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Student's t distribution, and the interval of a mean that rests on it.
 *
 * Plain values in and out. df > 0 and need not be whole; infinite df is the
 * normal distribution. NaN or df <= 0 gives NaN. Never aborts.
 */
#ifndef STATS_STUDENT_H
#define STATS_STUDENT_H

#include "stats/summary.h"

struct interval {
	double low;  /* NaN when there is no interval */
	double high; /* NaN when there is no interval */
};

/* P(T <= t); precise in relative terms down to the smallest probabilities. */
double student_cdf(double t, double df);

/* P(T > t), as precise in the upper tail as student_cdf is in the lower. */
double student_upper(double t, double df);

/*
 * The t with P(T <= t) = p: -inf for 0, inf for 1, NaN outside 0..1. For p below
 * 1e-150, which no test asks for, it may be -inf too.
 */
double student_quantile(double p, double df);

/*
 * Two-sided confidence interval of the mean, confidence in (0, 1) such as 0.95.
 * NaN for fewer than two values; of no width when all values are equal.
 */
struct interval interval_of_mean(const struct summary *summary, double confidence);

/*
 * Does a 95 % interval of what cannot be below 0 (a level, or the ratio of two) tell anybody
 * anything? Not from fewer than 3 values: t with one degree of freedom makes it 12.7 standard
 * errors wide to either side. And not where its ends differ by more than a factor of 4, which is
 * from half to twice the value. Then it is not shown, and nothing is said by it.
 */
#define INTERVAL_MIN_VALUES 3
bool interval_is_useful(struct interval interval, size_t nr);

#endif
