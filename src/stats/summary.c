/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "stats/summary.h"

#include <math.h>
#include <stdlib.h>

/*
 * Welford 1962, over distances from the first value: a large level costs no digits. A NaN or an
 * infinity anywhere leaves no finite sum of squares.
 */
struct moments {
	size_t nr;
	double origin, mean, squares, min, max;
};

static void moments_add(struct moments *m, double value)
{
	double before;

	if (m->nr == 0)
		m->origin = m->min = m->max = value;
	m->nr++;
	if (value < m->min)
		m->min = value;
	if (value > m->max)
		m->max = value;
	before = value - m->origin - m->mean;
	m->mean += before / (double)m->nr;
	m->squares += before * (value - m->origin - m->mean);
}

static struct summary moments_end(struct moments m)
{
	struct summary s = { m.nr, NAN, NAN, NAN, NAN };

	if (m.nr == 0 || !isfinite(m.squares))
		return s;
	s.mean = m.origin + m.mean;
	s.min = m.min;
	s.max = m.max;
	if (m.nr > 1)
		s.sd = sqrt(m.squares / (double)(m.nr - 1));
	return s;
}

struct summary summary_of(const double *values, size_t nr)
{
	struct moments m = { 0 };

	for (size_t i = 0; i < nr; i++)
		moments_add(&m, values[i]);
	return moments_end(m);
}

struct summary summary_of_group_means(const double *values, size_t nr, size_t nr_groups)
{
	struct moments means = { 0 };

	for (size_t group = 0; group < nr_groups; group++) {
		struct moments m = { 0 };

		for (size_t i = group; i < nr; i += nr_groups)
			if (!isnan(values[i]))
				moments_add(&m, values[i]);
		if (m.nr)
			moments_add(&means, moments_end(m).mean);
	}
	return moments_end(means);
}

struct summary summary_of_logs(const double *values, size_t nr)
{
	struct moments m = { 0 };

	for (size_t i = 0; i < nr; i++)
		moments_add(&m, values[i] > 0 ? log(values[i]) : (double)NAN);
	return moments_end(m);
}

struct summary summary_of_differences(const double *base, const double *head, size_t nr)
{
	struct moments m = { 0 };

	for (size_t i = 0; i < nr; i++)
		moments_add(&m, head[i] - base[i]);
	return moments_end(m);
}

static int by_value(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

bool sort_values(double *values, size_t nr)
{
	bool sorted = true;

	for (size_t i = 0; i < nr; i++) {
		if (isnan(values[i]))
			return false;
		if (i > 0 && values[i] < values[i - 1])
			sorted = false;
	}
	if (!sorted)
		qsort(values, nr, sizeof(*values), by_value);
	return true;
}

double quantile_of(double *values, size_t nr, double p)
{
	double place, low, high;
	size_t at;

	if (nr == 0 || !(p >= 0 && p <= 1) || !sort_values(values, nr))
		return NAN;
	place = p * (double)(nr - 1);
	at = (size_t)place;
	if (at >= nr - 1)
		return values[nr - 1];
	low = values[at];
	high = values[at + 1];
	place -= (double)at;
	if (place <= 0 || low == high) /* also where both are the same infinity */
		return low;
	return (1 - place) * low + place * high;
}

double median_of(double *values, size_t nr)
{
	return quantile_of(values, nr, 0.5);
}

double mad_of(double *values, size_t nr)
{
	double centre = median_of(values, nr);

	if (!isfinite(centre))
		return NAN;
	for (size_t i = 0; i < nr; i++)
		values[i] = fabs(values[i] - centre);
	return median_of(values, nr);
}

size_t trim_count_of(size_t nr, double fraction)
{
	return (size_t)(fraction * (double)nr + 1e-9);
}

double trimmed_mean_of(double *values, size_t nr, double fraction)
{
	double sum = 0;
	size_t cut, kept;

	if (nr == 0 || !(fraction >= 0 && fraction < 0.5) || !sort_values(values, nr))
		return NAN;
	cut = trim_count_of(nr, fraction);
	if (2 * cut >= nr)
		return median_of(values, nr);
	kept = nr - 2 * cut;
	for (size_t i = cut; i < nr - cut; i++)
		sum += values[i] / (double)kept;
	return sum;
}
