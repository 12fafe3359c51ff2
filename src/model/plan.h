/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How much measuring is wanted: plain values, by value. */
#ifndef MODEL_PLAN_H
#define MODEL_PLAN_H

#include <stdbool.h>
#include <stdint.h>

struct sandbox;

struct plan {
	uint64_t nr_processes; /* fresh processes a benchmark */
	uint64_t time_ns;      /* timed batches a benchmark, over all its processes */
	uint64_t batch_ns;     /* what a batch aims at */
	uint64_t warmup_ns;    /* a process warms up at least so long; 0: the usual */
	uint64_t budget_ns;    /* the whole run; 0: only the tiers' own budgets */
	uint64_t timeout_ns;   /* one process of one benchmark */
	uint64_t memory_limit; /* bytes a process may allocate; 0: no limit */
	uint64_t seed;         /* order of processes, and what benchmarks see as run->seed */
	uint64_t nr_units;     /* in turn: a benchmark gets no more; 0: nothing is taken in turn */
	uint64_t nr_layouts;   /* in turn: unit k is of build k mod so many of base and head, each
				  laid   out differently; 0: there is one build of each */
	uint64_t duet_ns;      /* in turn: timed batches of a duet, both sides together */
	uint64_t nr_jobs; /* in turn: so many units at once, each on a processor of its own; 0: as
			     many as are free, 1 where that is not known */
	uint64_t nr_retries; /* processes (or units) of a benchmark that may fail and are tried
				again */
	const struct sandbox *sandbox; /* that workers run in, borrowed; NULL: none */
	bool looks;                    /* a benchmark may end early, when it is decided */
	bool keep_samples;             /* every batch stays in the result */
};

#define PLAN_OF(timeout) \
	{ \
		.nr_processes = 10, .time_ns = 1000000000, .batch_ns = 250000, \
		.timeout_ns = (timeout), .duet_ns = 40000000 \
	}
#define PLAN_TIMEOUT_NS UINT64_C(60000000000)
#define PLAN_DEFAULT PLAN_OF(PLAN_TIMEOUT_NS)

/* What nobody has said anything of yet: a tool may take longer than a process of one benchmark. */
#define PLAN_TIMEOUT_UNSAID UINT64_MAX
#define PLAN_UNSAID PLAN_OF(PLAN_TIMEOUT_UNSAID)

static inline struct plan plan_settled(struct plan plan)
{
	if (plan.timeout_ns == PLAN_TIMEOUT_UNSAID)
		plan.timeout_ns = PLAN_TIMEOUT_NS;
	return plan;
}

#endif
