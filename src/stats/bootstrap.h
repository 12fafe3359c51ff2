/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Efron's percentile interval of a difference between two samples, as a check on
 * the t-tests that assumes no shape. With few values (under ten a side) it is too
 * narrow: never judge by it alone.
 */
#ifndef STATS_BOOTSTRAP_H
#define STATS_BOOTSTRAP_H

#include "stats/student.h"

#include <stdint.h>

struct bootstrap {
	const double *base;                             /* nr_base values, not changed */
	const double *head;                             /* nr_head values, not changed */
	size_t nr_base;                                 /* > 0 */
	size_t nr_head;                                 /* > 0 */
	double (*statistic)(double *values, size_t nr); /* such as median_of; may reorder */
	double *scratch;      /* the caller's, max(nr_base, nr_head) long */
	double *replicates;   /* the caller's; filled and sorted */
	size_t nr_replicates; /* > 0; 2000 is usual */
	uint64_t seed;        /* the same seed gives the same interval, everywhere */
};

/*
 * Quantiles of statistic(head) - statistic(base) over resamples of each side.
 * NaN for an empty side, no replicates, a confidence outside (0, 1), or a statistic
 * that says NaN.
 */
struct interval bootstrap_interval(const struct bootstrap *plan, double confidence);

/* A statistic: the plain mean. */
double bootstrap_mean(double *values, size_t nr);

#endif
