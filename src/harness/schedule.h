/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * In which order benchmarks get their processes (or units of duets): in rounds, each round in a new
 * random order, so that what drifts over minutes touches all alike. Ends by the decider, the
 * budgets or a signal; what was not measured says why.
 */
#ifndef HARNESS_SCHEDULE_H
#define HARNESS_SCHEDULE_H

#include "harness/decider.h"
#include "harness/method.h"
#include "model/run.h"
#include "model/tier.h"

/* How far it is, told before each process (or unit) and once at the end. */
struct progress {
	const char *name; /* benchmark about to be measured; NULL at the end */
	uint64_t nr_done; /* processes, or units */
	uint64_t nr_all;
	uint64_t elapsed_ns;
	uint64_t left_ns; /* estimate */
	size_t nr_beside; /* others that are being measured now */
};

/* What the schedule works with; the tests give it a clock and workers of their own. */
struct schedule {
	struct decider decider;
	void (*tell)(void *context, const struct progress *progress);
	void *tell_context;
	uint64_t (*now_ns)(void);
	struct method method;
	int (*interrupted)(void);  /* a signal's number, or 0 */
	const struct tiers *tiers; /* for their budgets */
	const int *cpus; /* several at once, each on one of these processors, where the method can
			    do that */
	size_t nr_cpus;  /* fewer than 2: one after the other */
};

/* Real clock, real workers, each benchmark alone, as many processes as planned. */
struct schedule schedule_default(const struct tiers *tiers);

/*
 * Measures benches into run, which holds a result for each. Those that have some already get
 * as many again as are planned; what the run has spent before counts against the budgets.
 */
void schedule_run(const struct schedule *schedule, const struct benches *benches, struct run *run);

/* As many at once as are safe to take unasked: half of the cores that nobody uses. */
uint64_t schedule_usual_jobs(void);

#endif
