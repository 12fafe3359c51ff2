/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * How fast values rise or fall: the median slope of all pairs, which a quarter of bad values does
 * not move (Theil 1950, Sen 1968).
 */
#ifndef STATS_TREND_H
#define STATS_TREND_H

#include "stats/student.h"

#include <stddef.h>

struct trend {
	double slope;             /* of y for one of x; NaN when there is none */
	struct interval interval; /* of the slope; NaN where there are too few values */
};

/* Fewer have a slope, but no interval. */
#define TREND_MIN_VALUES 5

/* Of points whose x are not all the same. `correlation` is that of neighbours around the line, 0 to
 * .9: it widens the interval. NaN with no slope, or with a value that is not finite. */
struct trend trend_of(
	const double *x, const double *y, size_t nr, double confidence, double correlation);

/* How much neighbours resemble each other around the line of that slope, 0 to .9, for the same
 * points in the order of x: values far from the line count as if they were nearer. */
double trend_likeness(const double *x, const double *y, size_t nr, double slope);

#endif
