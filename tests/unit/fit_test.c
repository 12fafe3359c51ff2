/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "support/test.h"

#include "base/random.h"
#include "harness/fit.h"

#include <stdio.h>

#define MS UINT64_C(1000000)
#define S (1000 * MS)
#define OVERHEAD ((uint64_t)(FIT_START_NS + FIT_WARMUP_NS))

/* A run of so many benchmarks: every third is critical where there are two tiers. */
static struct run run_of(size_t nr, bool two_tiers, struct plan plan)
{
	struct run run = RUN_INIT;
	char name[24];

	run.plan = plan;
	for (size_t i = 0; i < nr; i++) {
		snprintf(name, sizeof name, "b%zu", i);
		run_add(&run,
			&(struct bench){ .name = name,
				.tier = two_tiers && i % 3 == 0 ? "critical" : "standard",
				.nr_threads = 1 });
	}
	return run;
}

static struct plan plan_of(uint64_t nr_processes, uint64_t time_ns, uint64_t budget_ns)
{
	struct plan plan = PLAN_DEFAULT;

	plan.nr_processes = nr_processes;
	plan.time_ns = time_ns;
	plan.budget_ns = budget_ns;
	return plan;
}

/* What is asked for, and what is done. Benchmarks without a tier's budget in the way. */
static const struct {
	size_t nr;
	uint64_t nr_processes, time_ns, budget_ns;
	bool halves;
	uint64_t fitted_processes, fitted_time_ns;
} cases[] = {
	/* It fits as it is, with not a nanosecond to spare, and with none. */
	{ 1, 10, S, 100 * S, false, 10, S },
	{ 10, 10, S, 16 * S, false, 10, S },
	{ 10, 10, S, 16 * S - 100, false, 10, S - 10 },
	{ 10, 7, S, 142 * S / 10, false, 7, S },
	/* Less time, all processes. */
	{ 10, 10, S, 9 * S, false, 10, 300 * MS },
	{ 10, 10, S, 18 * S, true, 10, 300 * MS },
	{ 10, 10, 30 * S, 9 * S, false, 10, 300 * MS },
	/* The shortest time, and then fewer processes. */
	{ 10, 10, S, 65 * S / 10, false, 10, 50 * MS },
	{ 10, 10, S, 6 * S, false, 9, 59999994 },
	{ 18, 10, S, 6 * S, false, 5, 33333330 },
	/* Never fewer than can be judged, were there no time at all. */
	{ 18, 10, S, 1, false, 5, 25 * MS },
	{ 18, 10, S, 6 * S, true, 5, 25 * MS },
	/* But no more than were asked for, nor longer. */
	{ 18, 2, 2 * MS, 1, false, 2, 2 * MS },
	{ 18, 1, S, 1, false, 1, 5 * MS },
	{ 18, 10000, S, S, false, 5, 500000 },
	{ 1, 10, 1, 1, false, 5, 1 },
	{ 1, 10000, MS, 700 * MS, false, 11, MS },
};

TEST(a_budget_of_the_run_shortens_the_plan)
{
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct run run = run_of(cases[i].nr, false,
			plan_of(cases[i].nr_processes, cases[i].time_ns, cases[i].budget_ns));

		fit_run(&run, (struct fit){ NULL, 5, cases[i].halves });
		if (run.plan.nr_processes != cases[i].fitted_processes ||
			run.plan.time_ns != cases[i].fitted_time_ns)
			fail_msg("case %zu: %d processes, %.9g s", i, (int)run.plan.nr_processes,
				(double)run.plan.time_ns / 1e9);
		assert_int_equal(run.items[0].time_ns, 0);
		run_release(&run);
	}
}

TEST(a_short_warm_up_leaves_more_time)
{
	struct run run = run_of(10, false, plan_of(10, S, 9 * S));
	uint64_t usual_ns = fit_overhead_ns(&run.plan);

	run.plan.warmup_ns = 5 * MS;
	assert_int_equal(fit_overhead_ns(&run.plan), usual_ns - FIT_WARMUP_NS + 10 * MS);
	fit_run(&run, (struct fit){ .min_processes = 5 });
	assert_int_equal(run.plan.time_ns, 700 * MS);
	run_release(&run);
}

TEST(a_budget_of_a_tier_shortens_that_tier_only)
{
	struct tiers tiers;
	struct run run = run_of(30, true, plan_of(10, S, 0));

	tiers_init(&tiers);
	tiers_find(&tiers, "critical")->budget_ns = 9 * S;
	fit_run(&run, (struct fit){ &tiers, 5, false });
	assert_int_equal(run.plan.time_ns, S);
	assert_int_equal(run.plan.nr_processes, 10);
	for (size_t i = 0; i < run.nr; i++)
		assert_int_equal(run.items[i].time_ns, i % 3 ? 0 : 300 * MS);
	assert_int_equal(fit_expected_ns(&run), 10 * 9 * S / 10 + 20 * 16 * S / 10);
	run_release(&run);
	tiers_release(&tiers);
}

/* The number of processes is one for all of a run. */
TEST(a_tier_that_cannot_fit_keeps_its_processes)
{
	struct tiers tiers;
	struct run run = run_of(3, true, plan_of(10, S, 0));

	tiers_init(&tiers);
	tiers_find(&tiers, "critical")->budget_ns = 1;
	fit_run(&run, (struct fit){ &tiers, 5, false });
	assert_int_equal(run.plan.nr_processes, 10);
	assert_int_equal(run.items[0].time_ns, 50 * MS);
	assert_int_equal(run.items[1].time_ns, 0);
	run_release(&run);
	tiers_release(&tiers);
}

TEST(a_budget_of_the_run_stands_above_the_tiers)
{
	struct tiers tiers;
	struct run run = run_of(3, true, plan_of(10, S, 100 * S));

	tiers_init(&tiers);
	tiers_find(&tiers, "critical")->budget_ns = 1;
	fit_run(&run, (struct fit){ &tiers, 5, false });
	assert_int_equal(run.plan.time_ns, S);
	assert_int_equal(run.items[0].time_ns, 0);
	run_release(&run);
	tiers_release(&tiers);
}

/* It takes no longer than the budget, where the shortest does; it leaves no room for one more of
 * the processes that were asked for; and it never takes more than those. */
TEST(what_can_fit_fits)
{
	struct random random = random_seed(3);
	size_t nr_shorter = 0, nr_fewer = 0;

	for (int i = 0; i < 2000; i++) {
		size_t nr = 1 + random_below(&random, 40);
		struct plan asked =
			plan_of(1 + random_below(&random, 30), 1 + random_below(&random, 5000) * MS,
				1 + random_below(&random, 100000) * MS);
		struct run run = run_of(nr, false, asked);
		uint64_t least = asked.nr_processes < 5 ? asked.nr_processes : 5, least_ns, all_ns,
			 slice_ns;

		fit_run(&run, (struct fit){ NULL, 5, false });
		all_ns = nr * (run.plan.time_ns + run.plan.nr_processes * OVERHEAD);
		least_ns = nr * least * (5 * MS + OVERHEAD);
		assert_true(asked.budget_ns < least_ns || all_ns <= asked.budget_ns);
		assert_in_range(run.plan.nr_processes, least, asked.nr_processes);
		assert_true(run.plan.time_ns <= asked.time_ns);
		nr_shorter += run.plan.time_ns < asked.time_ns;
		nr_fewer += run.plan.nr_processes < asked.nr_processes;
		slice_ns = asked.time_ns / asked.nr_processes;
		if (run.plan.nr_processes < asked.nr_processes)
			assert_true(nr * (run.plan.nr_processes + 1) *
					(OVERHEAD + (slice_ns < 5 * MS ? slice_ns : 5 * MS)) >
				asked.budget_ns);
		run_release(&run);
	}
	assert_true(nr_shorter > 100 && nr_fewer > 100 && nr_fewer < nr_shorter);
}

TEST(no_benchmarks_take_no_time)
{
	struct run run = run_of(0, false, plan_of(10, S, 1));

	fit_run(&run, (struct fit){ NULL, 5, true });
	assert_int_equal(run.plan.time_ns, S);
	assert_int_equal(fit_expected_ns(&run), 0);
	run_release(&run);
}

TEST(what_is_expected_ends_with_the_budget)
{
	struct run run = run_of(10, false, plan_of(10, S, 0));

	assert_int_equal(fit_expected_ns(&run), 16 * S);
	run.plan.budget_ns = 7 * S;
	assert_int_equal(fit_expected_ns(&run), 7 * S);
	run_release(&run);
}
