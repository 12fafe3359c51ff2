/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "support/test.h"

#include "stats/partition.h"

#include "base/random.h"

#include <math.h>

#define MAX_VALUES 14

static double cost_of_level(const double *values, size_t nr, double level, double limit)
{
	double cost = 0;

	for (size_t i = 0; i < nr; i++)
		cost += fmin((values[i] - level) * (values[i] - level), limit);
	return cost;
}

/* The cheapest level is the mean of the values that are within reach of it: all sets of neighbours
 * in size are tried. */
static double cost_of_segment(const double *values, size_t nr, double limit)
{
	double best = (double)nr * limit;

	for (size_t low = 0; low < nr; low++)
		for (size_t high = 0; high < nr; high++) {
			double sum = 0, count = 0;

			for (size_t i = 0; i < nr; i++)
				if (values[i] >= values[low] && values[i] <= values[high]) {
					sum += values[i];
					count++;
				}
			if (count > 0)
				best = fmin(best, cost_of_level(values, nr, sum / count, limit));
		}
	return best;
}

/* Of the best division, found by trying all last segments of all prefixes. */
static double cheapest_of(const double *values, size_t nr, struct partition_costs costs)
{
	double best[MAX_VALUES + 1] = { -costs.penalty };

	for (size_t end = 1; end <= nr; end++) {
		best[end] = INFINITY;
		for (size_t start = 0; start < end; start++)
			best[end] = fmin(best[end],
				best[start] + costs.penalty +
					cost_of_segment(values + start, end - start, costs.limit));
	}
	return best[nr];
}

static double cost_of_partition(const double *values, size_t nr, struct partition_costs costs,
	const size_t *starts, size_t parts)
{
	double cost = (double)(parts - 1) * costs.penalty;

	for (size_t i = 0; i < parts; i++) {
		size_t end = i + 1 < parts ? starts[i + 1] : nr;

		assert_true(i ? starts[i] > starts[i - 1] : starts[i] == 0);
		assert_true(starts[i] < end);
		cost += cost_of_segment(values + starts[i], end - starts[i], costs.limit);
	}
	return cost;
}

TEST(no_division_is_cheaper)
{
	struct random random = random_seed(7);

	for (size_t round = 0; round < 400; round++) {
		double values[MAX_VALUES] = { 0 };
		size_t starts[MAX_VALUES], nr = 1 + random_below(&random, MAX_VALUES), parts;
		struct partition_costs costs = { 1 + (double)random_below(&random, 20),
			1 + (double)random_below(&random, 30) };

		for (size_t i = 0; i < nr; i++)
			values[i] = 1000 + (double)random_below(&random, 120) / 10 +
				(double)(random_below(&random, 3) == 0 ? 8 * (i / 5) : 0);
		parts = partition_of(values, nr, costs, starts);
		assert_true(parts > 0);
		assert_true(fabs(cost_of_partition(values, nr, costs, starts, parts) -
				    cheapest_of(values, nr, costs)) < 1e-6);
	}
}

TEST(a_single_value_far_away_has_no_segment_of_its_own)
{
	const double values[] = { 1, 2, 1, 2, 1, 1e9, 2, 1, 2, 1, 2 };
	size_t starts[11];

	assert_int_equal(partition_of(values, 11, (struct partition_costs){ 9, 10 }, starts), 1);
}

TEST(a_level_that_stays_has_one)
{
	const double values[] = { 1, 2, 1, 2, 1, 2, 51, 52, 51, 52, 51 };
	size_t starts[11];

	assert_int_equal(partition_of(values, 11, (struct partition_costs){ 9, 10 }, starts), 2);
	assert_int_equal(starts[1], 6);
}

TEST(what_is_no_number_has_no_division)
{
	const double values[] = { 1, NAN, 2 };
	size_t starts[3];

	assert_int_equal(partition_of(values, 3, (struct partition_costs){ 9, 10 }, starts), 0);
	assert_int_equal(partition_of(values, 0, (struct partition_costs){ 9, 10 }, starts), 0);
}
