/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The rule "max_time": how long measuring a benchmark, or all benchmarks of a tier, may take. It is
 * compared like a budget: the metric is what measuring took, the limit is what the rule says.
 */
#ifndef GATE_MAX_TIME_H
#define GATE_MAX_TIME_H

#include "gate/policy.h"

struct max_time {
	struct metric metric;
	struct limit limit;
	const struct result *head; /* a benchmark's, borrowed; or the tier's below */
	struct result tier;        /* stands for all benchmarks of a tier: "tier critical" */
	bool is_tier;
	enum severity severity;
	struct max_time *next;
};

/* A list, for each stays where it is: comparisons point to it. All zero is an empty one. */
struct max_times {
	struct max_time *first;
};

/* Adds what holds for the benchmark. NULL: no rule does, or nothing is known of the time it took.
 */
const struct max_time *max_times_add_benchmark(
	struct max_times *times, const struct policy *policy, const struct result *head);

/* The same of a tier whose benchmarks took that long together. */
const struct max_time *max_times_add_tier(
	struct max_times *times, const struct tier *tier, uint64_t spent_ns);

void max_times_release(struct max_times *times);

#endif
