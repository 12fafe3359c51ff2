/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "stats/summary.h"

#include "base/mem.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

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

/* Fewer are quicker to compare. */
#define MIN_RADIX 200
#define RADIX_BITS 11
#define RADIX_SIZE (1 << RADIX_BITS)
#define NR_DIGITS ((64 + RADIX_BITS - 1) / RADIX_BITS)

/* Whole numbers in the order of their doubles: of a negative one all bits are turned. */
static uint64_t radix_key(uint64_t bits)
{
	return bits ^ (bits >> 63 ? UINT64_MAX : UINT64_C(1) << 63);
}

static uint64_t radix_value(uint64_t key)
{
	return key ^ (key >> 63 ? UINT64_C(1) << 63 : UINT64_MAX);
}

static size_t radix_digit(uint64_t key, int digit)
{
	return key >> (digit * RADIX_BITS) & (RADIX_SIZE - 1);
}

/* From one array to the other by a digit; false where all have the same. */
static bool deal_by_digit(const uint64_t *from, uint64_t *to, size_t nr, int digit)
{
	size_t starts[RADIX_SIZE] = { 0 }, before = 0;

	for (size_t i = 0; i < nr; i++)
		starts[radix_digit(from[i], digit)]++;
	if (starts[radix_digit(*from, digit)] == nr)
		return false;
	for (size_t i = 0; i < RADIX_SIZE; i++) {
		size_t here = starts[i];

		starts[i] = before;
		before += here;
	}
	for (size_t i = 0; i < nr; i++)
		to[starts[radix_digit(from[i], digit)]++] = from[i];
	return true;
}

/* By their bits, the lowest first: many times as fast as comparing. */
static void sort_many(double *values, size_t nr)
{
	uint64_t *keys = mem_resize(NULL, 2 * nr, sizeof *keys), *from = keys, *to = keys + nr;

	memcpy(from, values, nr * sizeof *from);
	for (size_t i = 0; i < nr; i++)
		from[i] = radix_key(from[i]);
	for (int digit = 0; digit < NR_DIGITS; digit++)
		if (deal_by_digit(from, to, nr, digit)) {
			uint64_t *dealt = to;

			to = from;
			from = dealt;
		}
	for (size_t i = 0; i < nr; i++)
		from[i] = radix_value(from[i]);
	memcpy(values, from, nr * sizeof *values);
	free(keys);
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
	if (!sorted && nr >= MIN_RADIX)
		sort_many(values, nr);
	else if (!sorted)
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
