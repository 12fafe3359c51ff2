/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Takes a benchmark's counts (model/counted.h), each twice, in processes of their own, which are as
 * alike as can be: no address randomisation, an environment of a fixed size, the same choice of the
 * C library's variants on every processor. Set-up and teardown do not count, nor a batch before the
 * one that does. What cannot be taken fails nothing: why it cannot is noted in struct counting.
 */
#ifndef HARNESS_COUNTS_H
#define HARNESS_COUNTS_H

#include "harness/remote.h"
#include "model/counting.h"
#include "model/plan.h"

#include <stdbool.h>

/* How instructions are to be counted. */
enum counts_way {
	COUNTS_BY_BEST, /* by the kernel, or else by valgrind */
	COUNTS_BY_PERF,
	COUNTS_BY_CALLGRIND,
};

/* How they can be taken here. */
struct counts {
	bool by_perf;
	int preload;    /* from heap_library; 0: allocations cannot be counted */
	char *valgrind; /* its path; NULL: instructions are not counted by it */
	bool keep_profile;
};

#define COUNTS_INIT \
	{ \
		.by_perf = false \
	}

/* Finds out what can be taken, and notes what cannot. */
void counts_open(struct counts *counts, enum counts_way way, struct counting *counting);
void counts_release(struct counts *counts);

/* Takes those of one benchmark into its result, in place of any it has. Its counted_iterations,
 * where it has them already, are what each process counts. */
void counts_take(const struct counts *counts, const struct bench *bench, const struct plan *plan,
	struct result *result, struct counting *counting);

/* What callgrind wrote of a batch, in detail. */
struct counts_profile {
	uint64_t iterations; /* of the batch; 0: as many as fit, a power of ten */
	struct buf file;
};

/* Appends the file of one process. -1 with the fault. */
int counts_profile(const struct counts *counts, const struct bench *bench, const struct plan *plan,
	struct counts_profile *profile, struct fault *fault);

/* Notes why nothing is counted of a benchmark. */
void counts_skip(const struct bench *bench, const char *reason, struct counting *counting);

/* What a process may take under valgrind: some 50 times what a process of the result took, and as
 * much again; where that is not known, of what one may take elsewhere; and never less than that. */
uint64_t counts_valgrind_timeout_ns(const struct result *result, uint64_t timeout_ns);

/* What could not be taken of any of them, all for one reason, is said once. */
void counts_join_untaken(struct counting *counting, size_t nr_benches);

#endif
