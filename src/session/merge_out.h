/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What merge keeps of the shards that it judged: one run, shard 1 of 1, which every command reads
 * as it reads any result file, and the base that shards of `compare` were timed in turn with.
 */
#ifndef SESSION_MERGE_OUT_H
#define SESSION_MERGE_OUT_H

#include "session/merge_inputs.h"
#include "session/recorder.h"
#include "sys/file.h"

/* Which files are wanted; one that is not open is not. */
struct merge_out {
	struct file_new head, base;
	struct recorder recorder;
};

#define MERGE_OUT_INIT \
	{ \
		.head = FILE_NEW_INIT, .base = FILE_NEW_INIT \
	}

/* Can the shards be one run? It has one machine, one build and one plan. */
int merge_out_check(
	const struct merge_out *out, const struct merge_inputs *inputs, struct error *err);

/* Moves the results out of the inputs, so no verdict may point into them any more. */
int merge_out_write(struct merge_out *out, struct merge_inputs *inputs, struct error *err);

void merge_out_release(struct merge_out *out);

#endif
