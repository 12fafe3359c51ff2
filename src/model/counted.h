/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What is counted of a benchmark instead of timed: instructions, allocations, memory. One row each.
 * Counts are taken in processes of their own (harness/counts.h), so that they cost no timed process
 * anything, and each at least twice, so that what is the same each time shows. They are kept in
 * result->counts; which way they were taken, or why not, is in run->counting.
 */
#ifndef MODEL_COUNTED_H
#define MODEL_COUNTED_H

#include "model/builtin.h"

enum counted {
	COUNTED_INSTRUCTIONS,
	COUNTED_ALLOCATIONS,
	COUNTED_ALLOCATED,
	COUNTED_PEAK_HEAP,
	COUNTED_HEAP_GROWTH,
	COUNTED_PAGE_FAULTS,
	COUNTED_SWITCHES,
	COUNTED_CODE_SIZE,
	COUNTED_DATA_SIZE,
	NR_COUNTED,
};

/* What a value is of. */
enum counted_scope {
	COUNTED_ITERATION, /* one iteration: the sum over a batch, divided */
	COUNTED_LOOP,      /* the whole of a batch, as it is */
	COUNTED_SUITE,     /* the suite's file */
};

struct counted_metric {
	struct metric_kind kind;
	enum counted_scope scope;
	enum gating gating;
	bool is_exact; /* what is equal each time is compared without a test */
	const char *about;
};

extern const struct counted_metric counted_metrics[NR_COUNTED];

/* NULL: there is none of that name. */
const struct counted_metric *counted_find(const char *name);

/* Is that its name? */
bool counted_is(const char *name, enum counted id);

/* Adds what one counting process found: `total` over `iterations`. */
void counted_add(struct metrics *counts, enum counted id, double total, uint64_t iterations);

#endif
