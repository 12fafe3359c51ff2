/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "stats/adjust.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>

const double adjust_look_weights[ADJUST_NR_LOOKS] = { 0.4, 0.2, 0.2, 0.2 };

static bool is_p(double p)
{
	return p >= 0 && p <= 1;
}

static int by_p(const void *a, const void *b)
{
	double x = ((const struct ranked *)a)->p, y = ((const struct ranked *)b)->p;

	return (x > y) - (x < y);
}

/* Holm 1979: the k-th smallest (from 0) answers for nr - k, and never less than those before it. */
void adjust_holm(const double *p, double *adjusted, struct ranked *scratch, size_t nr)
{
	double floor = 0;

	for (size_t i = 0; i < nr; i++)
		scratch[i] = (struct ranked){ is_p(p[i]) ? p[i] : (double)INFINITY, i };
	qsort(scratch, nr, sizeof(*scratch), by_p);
	for (size_t k = 0; k < nr; k++) {
		floor = fmin(1, fmax(floor, scratch[k].p * (double)(nr - k)));
		adjusted[scratch[k].at] = isinf(scratch[k].p) ? (double)NAN : floor;
	}
}

double adjust_bonferroni(double p, size_t family)
{
	if (!is_p(p) || family == 0)
		return NAN;
	return fmin(1, p * (double)family);
}

double adjust_looks(const double *p, const double *weights, size_t nr)
{
	double smallest = NAN, sum = 0;

	for (size_t k = 0; k < nr; k++) {
		if (!(weights[k] > 0))
			return NAN;
		sum += weights[k];
		if (is_p(p[k]))
			smallest = fmin(smallest, fmin(1, p[k] / weights[k]));
	}
	return sum <= 1 + 1e-12 ? smallest : (double)NAN;
}

void adjust_add_look(double *smallest, double p, double weight)
{
	double repeated = fmin(1, p / weight);

	/* fmin has no ear for a NaN. */
	if (!isnan(p) && !(*smallest <= repeated))
		*smallest = repeated;
}
