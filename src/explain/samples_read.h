/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Costs from the samples that "perf script" prints, each a stack of functions: how often the
 * processor's time was seen where. The text is foreign: what does not fit is an error that names
 * the line. */
#ifndef EXPLAIN_SAMPLES_READ_H
#define EXPLAIN_SAMPLES_READ_H

#include "base/error.h"
#include "explain/costs.h"

/* Where a function of the benchmark's own was seen: at work itself, or in a call. */
struct sample_place {
	size_t function, called; /* called: COSTS_NONE where it was at work itself */
	uint64_t offset;         /* in the object's file */
	double time_ns;          /* an iteration */
};

struct sample_places {
	struct sample_place *items;
	size_t nr, alloc;
};

/* The text ends in a zero; each sample stands for so much time, of all iterations together. Costs
 * have no lines; the places of the suite's own code are for finding them. Release both in any
 * case. */
int samples_read(const char *text, const struct costs_of *of, double period_ns, struct costs *costs,
	struct sample_places *places, struct error *err);

#endif
