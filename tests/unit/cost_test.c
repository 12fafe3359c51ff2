/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "support/test.h"

#include "harness/cost.h"

#include <math.h>

#define MAX_BATCHES 6

/* Batches of ten iterations as their wall time and their switches. */
static const struct {
	const char *what;
	struct {
		uint64_t wall_ns, nr_switches;
	} batches[MAX_BATCHES];
	size_t nr;
	bool drop_disturbed;
	double value_ns;
	uint64_t nr_disturbed;
} cases[] = {
	{ "one", { { 70, 0 } }, 1, true, 7, 0 },
	{ "odd number", { { 90, 0 }, { 10, 0 }, { 50, 0 } }, 3, true, 5, 0 },
	{ "even number", { { 90, 0 }, { 10, 0 }, { 50, 0 }, { 40, 0 } }, 4, true, 4.5, 0 },
	{ "one disturbed", { { 10, 0 }, { 20, 0 }, { 30, 0 }, { 900, 3 } }, 4, true, 2, 1 },
	{ "a fast one disturbed", { { 10, 1 }, { 20, 0 }, { 30, 0 }, { 40, 0 } }, 4, true, 3, 1 },
	{ "all but one disturbed", { { 10, 1 }, { 20, 2 }, { 90, 0 } }, 3, true, 9, 2 },
	{ "all disturbed", { { 10, 1 }, { 20, 1 }, { 90, 9 } }, 3, true, 2, 3 },
	{ "threads keep all", { { 10, 0 }, { 20, 0 }, { 30, 5 }, { 40, 5 }, { 50, 5 } }, 5, false,
		3, 3 },
	{ "no time at all", { { 0, 0 }, { 0, 0 } }, 2, true, 0, 0 },
};

TEST(the_value_is_the_median_of_what_was_undisturbed)
{
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct batch items[MAX_BATCHES];
		struct batches batches = { items, cases[i].nr, MAX_BATCHES };
		uint64_t nr_disturbed;
		double value_ns;

		for (size_t j = 0; j < cases[i].nr; j++)
			items[j] = (struct batch){ .n = 10,
				.wall_ns = cases[i].batches[j].wall_ns,
				.nr_switches = cases[i].batches[j].nr_switches };
		value_ns = cost_typical_ns(&batches, cases[i].drop_disturbed);
		nr_disturbed = cost_nr_disturbed(&batches);
		if (value_ns != cases[i].value_ns || nr_disturbed != cases[i].nr_disturbed)
			fail_msg("%s: %g ns, %d disturbed", cases[i].what, value_ns,
				(int)nr_disturbed);
	}
}

TEST(batches_of_any_length_count_alike)
{
	struct batch items[] = { { .n = 1, .wall_ns = 30 }, { .n = 1000, .wall_ns = 10000 },
		{ .n = 10, .wall_ns = 200 } };
	struct batches batches = { items, 3, 3 };

	assert_true(cost_typical_ns(&batches, true) == 20);
}

/* What a batch is charged for: CPU time, and wall time where it waited or shared its work. */
TEST(a_batch_costs_cpu_time_unless_it_waited)
{
	const struct batch calm = { .n = 10, .wall_ns = 500, .cpu_ns = 100, .nr_switches = 1 };
	const struct batch waited = { .n = 10, .wall_ns = 500, .cpu_ns = 100, .nr_waits = 1 };

	assert_true(cost_of_batch_ns(&calm, false) == 100);
	assert_true(cost_of_batch_ns(&waited, false) == 500);
	assert_true(cost_of_batch_ns(&calm, true) == 500);
}

/* A clock of 10 ms steps gives most batches nothing, and a few all of it. */
TEST(a_coarse_cpu_clock_does_not_count)
{
	const struct batch none = { .n = 10, .wall_ns = 500, .cpu_ns = 0 };
	const struct batch all = { .n = 10, .wall_ns = 500, .cpu_ns = 10000000 };

	assert_true(cost_of_batch_ns(&none, false) == 500);
	assert_true(cost_of_batch_ns(&all, false) == 500);
}

/* Nothing is trimmed from a mean: one batch in ten that costs three times as much adds 20 %. */
TEST(the_mean_sees_bursts_and_the_typical_value_does_not)
{
	struct batch items[40];
	struct batches batches = { items, 40, 40 };

	for (size_t i = 0; i < 40; i++) {
		uint64_t cost_ns = i % 10 == 3 ? 3000 : 1000;

		items[i] = (struct batch){ .n = 100, .wall_ns = cost_ns, .cpu_ns = cost_ns };
	}
	assert_true(cost_mean_ns(&batches, 0, false) == 12);
	assert_true(cost_typical_ns(&batches, true) == 10);
	assert_int_equal(cost_nr_bursts(&batches, 0, false), 4);
}

/* What a change of side costs is not the body's. */
TEST(the_first_batch_of_each_turn_can_be_left_out)
{
	struct batch items[12];
	struct batches batches = { items, 12, 12 };

	for (size_t i = 0; i < 12; i++)
		items[i] = (struct batch){ .n = 1 + i % 4,
			.wall_ns = 100000,
			.cpu_ns = i % 4 ? 50 * (1 + i % 4) : 100000 };
	assert_true(cost_mean_ns(&batches, 4, false) == 50);
	assert_int_equal(cost_nr_bursts(&batches, 4, false), 3);
	assert_true(cost_mean_ns(&batches, 0, false) > 5000);
}

TEST(without_batches_there_is_no_value)
{
	struct batches none = { 0 };

	assert_true(isnan(cost_typical_ns(&none, true)));
	assert_true(isnan(cost_mean_ns(&none, 4, false)));
	assert_int_equal(cost_nr_bursts(&none, 0, false), 0);
	assert_int_equal(cost_nr_disturbed(&none), 0);
}
