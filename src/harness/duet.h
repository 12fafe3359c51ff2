/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Base and head of one benchmark, each in a fresh process: warmed in turn, then timed in turn (AB
 * BA AB BA ...) with the same number of iterations. What drifts over more than a millisecond falls
 * on both alike. Bulej et al. 2020.
 */
#ifndef HARNESS_DUET_H
#define HARNESS_DUET_H

#include "harness/sitting.h"

struct duet_task {
	const struct bench *base, *head;
	const struct plan *plan;
	uint64_t *iterations; /* of a batch: those to begin with, or 0; becomes what fits */
	bool base_first;
};

/* One side of a duet. */
struct duet_side {
	struct sitting sitting;
	struct batches batches; /* turn by turn */
};

struct duet_take {
	struct duet_side base, head;
	struct duet duet;
	double log_ratio; /* head / base; NaN where the duet does not count */
};

/* The take must be released, whatever came of it. A fault says when it is the base's. */
int duet_take(const struct duet_task *task, struct duet_take *take, struct fault *fault);
void duet_take_release(struct duet_take *take);

/*
 * From the batches of the side that was started first, a turn more than quads, and of the other, a
 * turn a quad. Of turns of two batches both count, of longer ones the quickest of the last three.
 * Fills in the duet's counts, and returns the log ratio of second to first. Exposed for tests.
 */
double duet_value(const struct batches *first, const struct batches *second, bool drop_disturbed,
	struct duet *duet);

#endif
