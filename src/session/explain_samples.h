/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Both sides of a benchmark as perf samples them, in pairs of processes, and in which lines. */
#ifndef SESSION_EXPLAIN_SAMPLES_H
#define SESSION_EXPLAIN_SAMPLES_H

#include "explain/explain_account.h"
#include "harness/sampler.h"

/* Whose code is profiled. */
struct explain_side {
	const struct bench *bench; /* borrowed */
	struct plan plan;
	char *suite;          /* as in struct costs_of; owned */
	const char *left_out; /* the same, borrowed */
};

/* Fills in the subject's costs. -1: it has its trouble. */
int explain_samples_take(const struct sampler *sampler, const struct explain_side sides[NR_SIDES],
	struct explain_subject *subject);

#endif
