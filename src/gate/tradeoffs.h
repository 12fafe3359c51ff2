/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Trade-offs: rules of the policy by which one metric may get worse because another one, or the
 * weighted sum of one over several benchmarks, gets better. Owned by the policy.
 */
#ifndef GATE_TRADEOFFS_H
#define GATE_TRADEOFFS_H

#include "base/texts.h"

#include <stdbool.h>

/* How much a benchmark counts in a sum. */
struct weight {
	char *benchmark; /* its name */
	double factor;   /* > 0 */
};

struct weights {
	struct weight *items;
	size_t nr, alloc;
};

/* What has to get better. */
struct payment {
	char *metric;           /* its name */
	double better_by_ratio; /* surely by at least this */
	struct weights weights; /* of the benchmarks whose sum it is; none: the benchmark's own */
};

struct tradeoff {
	char *name;              /* for people; unsaid: its place in the file, "tradeoffs[0]" */
	struct texts benchmarks; /* names or globs */
	char *metric;            /* the same: what may get worse ... */
	double worse_by_ratio;   /* ... by at most this */
	struct payment payment;
	char *reason;
};

struct tradeoffs {
	struct tradeoff *items;
	size_t nr, alloc;
};

void tradeoffs_release(struct tradeoffs *tradeoffs);

/* Does it speak of that metric of that benchmark? */
bool tradeoff_is_of(const struct tradeoff *tradeoff, const char *benchmark, const char *metric);

#endif
