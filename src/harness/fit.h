/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Makes measuring alone fit its budget: where what is planned would take longer, each benchmark is
 * timed for less, so that all are measured a little rather than a few of them fully. Pure.
 */
#ifndef HARNESS_FIT_H
#define HARNESS_FIT_H

#include "model/run.h"
#include "model/tier.h"

/* What a process takes besides its timing, about: its start, and the usual warm-up. */
#define FIT_START_NS 10000000u
#define FIT_WARMUP_NS 50000000u
/* Shorter processes save little: most of their time is the overhead. */
#define FIT_MIN_BATCHES 20

struct fit {
	const struct tiers *tiers; /* for their budgets */
	uint64_t min_processes;    /* a benchmark keeps at least so many of the planned ones */
	bool halves; /* what is planned may use half of the budget; the rest is for what comes
			after it */
};

/*
 * Of a run that has not begun, with all its results. A budget of the run shortens the plan's time,
 * and where the shortest is still too long, it reduces the number of processes, too. Without one,
 * the budget of each tier shortens the time of the tier's benchmarks: it is in their results then.
 */
void fit_run(struct run *run, struct fit fit);

/* What a process of that plan takes besides its timing, about. */
uint64_t fit_overhead_ns(const struct plan *plan);

/* What it will take, about. */
uint64_t fit_expected_ns(const struct run *run);

#endif
