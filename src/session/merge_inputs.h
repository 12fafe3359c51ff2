/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The shards that merge judges: reads them, checks that they belong together, finds the base of
 * each, and lists what none of them measured.
 */
#ifndef SESSION_MERGE_INPUTS_H
#define SESSION_MERGE_INPUTS_H

#include "gate/verdict.h"
#include "session/base.h"

struct merge_input {
	const char *path; /* of its result file; borrowed */
	struct run head;
	struct base base;
	struct calibration calibration; /* of its machine, where that was made */
	bool in_turn;                   /* its duets are with this base */
};

/* Which shard has a benchmark of the selection. */
struct shard_owner {
	const char *name; /* borrowed from an input */
	size_t rank;      /* in the selection */
	const char *by;   /* path of the input that has it; NULL: none has */
};

struct merge_inputs {
	struct merge_input *items; /* by the index of their shard */
	size_t nr, alloc;
	struct shard_owner *owners; /* by name */
	size_t nr_owners;
	struct run absent; /* benchmarks that no shard measured, and why */
};

#define MERGE_INPUTS_INIT \
	{ \
		.absent = RUN_INIT \
	}

/* An error names the file that is no shard, or the two that do not belong together. Files of other
 * tools have no shards: together they are one run. */
int merge_inputs_read(struct merge_inputs *inputs, const struct words *paths,
	const struct settings *settings, struct error *err);

/* Finds the base of each input: of the given files, the one that it was timed in turn with, or one
 * of its machine; else its machine's baseline. A benchmark that is missing is reported once. */
int merge_inputs_find_bases(struct merge_inputs *inputs, const struct words *given,
	const struct settings *settings, struct error *err);

/* Sorts the comparisons in the order of the suite; benchmarks of no suite come last. */
void merge_inputs_order(const struct merge_inputs *inputs, struct verdict *verdict);

/* True if any input has a base. */
bool merge_inputs_have_base(const struct merge_inputs *inputs);

/* The number of machines that they were measured on. */
size_t merge_inputs_count_machines(const struct merge_inputs *inputs);

void merge_inputs_release(struct merge_inputs *inputs);

#endif
