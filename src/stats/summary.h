/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What a handful of numbers comes to: moments, order statistics, robust means.
 *
 * Nothing is allocated and nothing is kept. A function that takes `double *`
 * sorts the caller's array in place; one that takes `const double *` leaves it.
 *
 * There is always an answer: NaN stands for "there is none" (no values at all, a
 * NaN among them, a fraction or probability out of range).
 */
#ifndef STATS_SUMMARY_H
#define STATS_SUMMARY_H

#include <stdbool.h>
#include <stddef.h>

struct summary {
	size_t nr;   /* how many values, usable or not */
	double mean; /* NaN when nr is 0 */
	double sd;   /* sample standard deviation (n - 1), >= 0; NaN when nr < 2 */
	double min;  /* NaN when nr is 0 */
	double max;  /* NaN when nr is 0 */
};

/*
 * A NaN, an infinity or an overflow of the sums makes all of mean, sd, min and
 * max NaN. Equal values have that value as mean and an sd of exactly 0.
 */
struct summary summary_of(const double *values, size_t nr);

/*
 * Of the means of groups: value i is of group i mod nr_groups (> 0). A NaN is no value, a group
 * without values is left out. Groups are what is drawn at random, values what is seen of each.
 */
struct summary summary_of_group_means(const double *values, size_t nr, size_t nr_groups);

/* Of the natural logarithms; a value <= 0 counts as a NaN. */
struct summary summary_of_logs(const double *values, size_t nr);

/* Of head[i] - base[i]. */
struct summary summary_of_differences(const double *base, const double *head, size_t nr);

/* Order statistics keep infinities in their place: the median of 1, 2, inf is 2. */
double median_of(double *values, size_t nr);

/* Type 7 of Hyndman and Fan (R's default); p in 0..1, 0 the minimum, 1 the maximum. */
double quantile_of(double *values, size_t nr, double p);

/*
 * Median absolute deviation from the median, not scaled (times 1.4826 it
 * estimates the sd of normal values). Overwrites `values` with the sorted deviations.
 */
double mad_of(double *values, size_t nr);

/*
 * Mean of what is left after floor(fraction * nr) values are dropped at each
 * end; fraction in [0, 0.5).
 */
double trimmed_mean_of(double *values, size_t nr, double fraction);

/*
 * How many values each end loses: floor(fraction * nr), where a product that
 * falls short of a whole number by rounding alone counts as whole.
 */
size_t trim_count_of(size_t nr, double fraction);

/* Ascending, in place; false, and the order is undefined, when a NaN is among them. */
bool sort_values(double *values, size_t nr);

#endif
