/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Base and head of one benchmark, each in a fresh process: warmed in turn, then timed in turn (AB
 * BA AB BA ...) with the same number of iterations. What drifts over more than a millisecond falls
 * on both alike. Bulej et al. 2020.
 */
#ifndef HARNESS_DUET_H
#define HARNESS_DUET_H

#include "base/random.h"
#include "harness/sitting.h"

struct duet_task {
	const struct bench *base, *head;
	const struct plan *plan;
	uint64_t *iterations;  /* of a batch: those to begin with, or 0; becomes what fits */
	enum duet_place place; /* where the processes before it ran */
	bool base_first;
	bool is_first; /* of its benchmark: it may find out that the sides cannot live together */
	bool is_long;  /* several times as long, to see an older process */
	bool is_late;  /* the same, and only what the processes cost in their later half counts */
};

/* One side of a duet. */
struct duet_side {
	struct sitting sitting;
	struct batches batches;    /* turn by turn */
	struct histogram *singles; /* of BG_LATENCY; or NULL */
	struct random random;      /* for batches that do not count */
	uint64_t owed_extra;       /* of its bench's extra work, millionths of an iteration */
};

struct duet_take {
	struct duet_side base, head;
	struct duet duet;
	double log_ratio; /* head / base of what is typical; NaN where the duet does not count */
	double mean_log_ratio; /* the same of the mean */
	struct fault
		company; /* why the two could not live beside each other, where they could not */
	double ageing;   /* of a long one: how the log ratio changed as the processes grew older; 0:
			    it   did not, for sure */
};

/* The take must be released, whatever came of it. A fault says when it is the base's. */
int duet_take(const struct duet_task *task, struct duet_take *take, struct fault *fault);
void duet_take_release(struct duet_take *take);

#endif
