/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The inside of BG_LOOP: runs one case's setup, its body in as many threads as it asks for, its
 * teardown, and times each batch. How many iterations come next is asked of a pacer, which is told
 * of each batch that is done.
 */
#ifndef HARNESS_LOOP_H
#define HARNESS_LOOP_H

#include "model/result.h"
#include "suite/native.h"

struct pacer {
	/* done is NULL at the first call, when setup and what stands above BG_LOOP are over. 0 ends
	 * the loop. */
	uint64_t (*next)(void *context, const struct batch *done);
	void (*metric)(void *context, const struct metric_kind *kind, double value);
	void *context;
	/* Called as the last before a batch (begins) and the first after it; NULL where nothing is
	 * counted. Of several threads, the first calls when the others wait. */
	void (*around)(void *context, bool begins);
};

/* What is known when the body has returned. */
struct loop_end {
	struct fault
		fault; /* RESULT_WRONG with what bg_fail said, or that the loop was left early */
	double bytes, items;
};

/* clock_ns, the cost of reading the clock, is taken off every batch. */
struct loop_end loop_run(const struct native_case *item, const struct pacer *pacer, uint64_t seed,
	uint64_t clock_ns);

/* What a turn of BG_LOOP costs with nothing in it, as this processor runs now, beside whatever
 * shares its core. Takes under a millisecond. */
double loop_empty_ns(void);

#endif
