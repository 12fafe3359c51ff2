/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "harness/fit.h"

#include <string.h>

static uint64_t smaller_of(uint64_t one, uint64_t other)
{
	return one < other ? one : other;
}

static uint64_t larger_of(uint64_t one, uint64_t other)
{
	return one > other ? one : other;
}

uint64_t fit_overhead_ns(const struct plan *plan)
{
	return FIT_START_NS + (plan->warmup_ns ? 2 * plan->warmup_ns : FIT_WARMUP_NS);
}

/* The least that a process is timed for. One for which less was asked keeps that. */
static uint64_t least_slice_ns(const struct plan *plan)
{
	return smaller_of(plan->time_ns / plan->nr_processes, FIT_MIN_BATCHES * plan->batch_ns);
}

/* Over so many processes, where a benchmark may take share_ns in all. Never more than was asked. */
static uint64_t fitting_time_ns(const struct plan *plan, uint64_t nr_processes, uint64_t share_ns)
{
	uint64_t process_ns = share_ns / nr_processes, overhead_ns = fit_overhead_ns(plan);
	uint64_t fitting_ns = process_ns > overhead_ns ? process_ns - overhead_ns : 0;

	if (fitting_ns >= plan->time_ns / nr_processes)
		return plan->time_ns;
	return nr_processes * larger_of(fitting_ns, least_slice_ns(plan));
}

static uint64_t fitting_processes(const struct plan *plan, uint64_t share_ns, uint64_t least)
{
	uint64_t nr = share_ns / (fit_overhead_ns(plan) + least_slice_ns(plan));

	return smaller_of(larger_of(nr, larger_of(least, 1)), plan->nr_processes);
}

static uint64_t share_ns(const struct fit *fit, uint64_t budget_ns, size_t nr)
{
	return budget_ns / (fit->halves ? 2 : 1) / nr;
}

static size_t count_tier(const struct run *run, const char *tier)
{
	size_t nr = 0;

	for (size_t i = 0; i < run->nr; i++)
		nr += strcmp(run->items[i].tier, tier) == 0;
	return nr;
}

/* All processes are kept: judging knows one number of them in a run. */
static void fit_result(struct run *run, struct result *result, const struct fit *fit)
{
	uint64_t budget_ns = tiers_named(fit->tiers, result->tier)->budget_ns;
	uint64_t time_ns = fitting_time_ns(&run->plan, run->plan.nr_processes,
		share_ns(fit, budget_ns, count_tier(run, result->tier)));

	if (time_ns != run->plan.time_ns)
		result->time_ns = time_ns;
}

void fit_run(struct run *run, struct fit fit)
{
	struct plan *plan = &run->plan;
	uint64_t each_ns, nr_processes;

	if (!run->nr)
		return;
	if (plan->budget_ns) {
		each_ns = share_ns(&fit, plan->budget_ns, run->nr);
		nr_processes = fitting_processes(plan, each_ns, fit.min_processes);
		plan->time_ns = fitting_time_ns(plan, nr_processes, each_ns);
		plan->nr_processes = nr_processes;
		return;
	}
	for (size_t i = 0; i < run->nr; i++)
		fit_result(run, &run->items[i], &fit);
}

uint64_t fit_expected_ns(const struct run *run)
{
	const struct plan *plan = &run->plan;
	uint64_t all_ns = run->nr * plan->nr_processes * fit_overhead_ns(plan);

	for (size_t i = 0; i < run->nr; i++)
		all_ns += run->items[i].time_ns ? run->items[i].time_ns : plan->time_ns;
	return plan->budget_ns ? smaller_of(all_ns, plan->budget_ns) : all_ns;
}
