/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "stats/trend.h"

#include "base/array.h"

#include <math.h>
#include <string.h>

static bool find_slopes(const double *x, const double *y, size_t nr, struct doubles *slopes)
{
	for (size_t i = 0; i < nr; i++)
		for (size_t j = 0; j < i; j++)
			if (x[i] != x[j])
				*ARRAY_ADD(slopes) = (y[i] - y[j]) / (x[i] - x[j]);
	return slopes->nr && sort_values(slopes->items, slopes->nr) && isfinite(slopes->items[0]) &&
		isfinite(slopes->items[slopes->nr - 1]);
}

/* As many of the slopes lie outside of the interval as Kendall's statistic allows; without a
 * correction for equal x, which makes it wider. */
static struct interval interval_of_slopes(
	const struct doubles *slopes, size_t nr, double confidence, double correlation)
{
	double n = (double)nr, inflation = (1 + correlation) / (1 - correlation);
	double sd = sqrt(n * (n - 1) * (2 * n + 5) / 18 * inflation);
	double inside = student_quantile((1 + confidence) / 2, INFINITY) * sd;
	double low = round(((double)slopes->nr - inside) / 2) - 1;

	if (nr < TREND_MIN_VALUES || low < 0)
		return (struct interval){ NAN, NAN };
	return (struct interval){ slopes->items[(size_t)low],
		slopes->items[slopes->nr - 1 - (size_t)low] };
}

struct trend trend_of(
	const double *x, const double *y, size_t nr, double confidence, double correlation)
{
	struct trend trend = { NAN, { NAN, NAN } };
	struct doubles slopes = { 0 };

	if (find_slopes(x, y, nr, &slopes)) {
		trend.slope = median_of(slopes.items, slopes.nr);
		trend.interval = interval_of_slopes(&slopes, nr, confidence, correlation);
	}
	ARRAY_RELEASE(&slopes);
	return trend;
}

#define FAR 4.0 /* median distances from the line */

/* The distances from the line, in place of y. */
static void take_line(const double *x, double *y, double *scratch, size_t nr, double slope)
{
	double start, far;

	for (size_t i = 0; i < nr; i++)
		y[i] -= slope * x[i];
	memcpy(scratch, y, nr * sizeof *y);
	start = median_of(scratch, nr);
	for (size_t i = 0; i < nr; i++)
		scratch[i] = fabs(y[i] - start);
	far = FAR * median_of(scratch, nr);
	for (size_t i = 0; i < nr; i++)
		y[i] = fmin(fmax(y[i] - start, -far), far);
}

/* What fitting the line takes away is given back, in the first order of 1 / nr. */
double trend_likeness(const double *x, const double *y, size_t nr, double slope)
{
	double *rest, *scratch, near = 0, own = 0, likeness;

	if (nr <= TREND_MIN_VALUES)
		return 0;
	rest = mem_alloc(nr, sizeof *rest);
	scratch = mem_alloc(nr, sizeof *scratch);
	memcpy(rest, y, nr * sizeof *rest);
	take_line(x, rest, scratch, nr, slope);
	for (size_t i = 0; i < nr; i++) {
		own += rest[i] * rest[i];
		near += i ? rest[i] * rest[i - 1] : 0;
	}
	likeness = own > 0 ? ((double)nr * near / own + 2) / ((double)nr - 4) : 0;
	free(rest);
	free(scratch);
	return fmin(fmax(likeness, 0), .9);
}
