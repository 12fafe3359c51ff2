/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * In which order benchmarks get their processes: in rounds, each round in a new random order, so
 * that what drifts over minutes touches all alike. Ends by the decider, the budgets or a signal;
 * what was not measured says why.
 */
#ifndef HARNESS_SCHEDULE_H
#define HARNESS_SCHEDULE_H

#include "harness/decider.h"
#include "harness/solo.h"
#include "model/run.h"

/* How far it is, told before each process and once at the end. */
struct progress {
	const char *name; /* benchmark about to be measured; NULL at the end */
	uint64_t nr_done; /* processes */
	uint64_t nr_all;
	uint64_t elapsed_ns;
	uint64_t left_ns; /* estimate */
};

/* What the schedule works with; the tests give it a clock and workers of their own. */
struct schedule {
	struct decider decider;
	void (*tell)(void *context, const struct progress *progress);
	void *tell_context;
	uint64_t (*now_ns)(void);
	int (*measure)(const struct bench *bench, const struct plan *plan, struct pace *pace,
		struct result *result, struct fault *fault);
	int (*interrupted)(void); /* a signal's number, or 0 */
};

/* Real clock, real workers, as many processes as planned. */
struct schedule schedule_default(void);

/* Measures benches into run, which holds one empty result for each, in the same order. */
void schedule_run(const struct schedule *schedule, const struct benches *benches, struct run *run);

#endif
