/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * --shard I/N: one of several jobs that measure a suite together. Which has what, each job finds
 * out for itself, from what all of them have: the suite, and the files of the checkout.
 */
#ifndef SESSION_SHARD_H
#define SESSION_SHARD_H

#include "model/shard.h"
#include "session/base.h"
#include "session/measure.h"

struct shard_options {
	const char *shard; /* "2/4", or NULL: all is measured here */
	struct words durations;
};

#define SHARD_OPTS(struct_type, field) \
	OPT_WORD(0, "shard", struct_type, field.shard, "I/N", \
		"measure only the I-th of N parts of what was chosen, of about the same length: " \
		"for jobs that share a suite, and for 'benchgate merge', which judges it as one", \
		GROUP_SELECT), \
		OPT_WORDS(0, "durations", struct_type, field.durations, "FILE", \
			"with --shard: deal by how long benchmarks took in this result file or " \
			"baseline, the same for all parts; may be given again (default: the " \
			"machines' baselines)", \
			GROUP_SELECT)

/* Leaves of what was chosen, of one side or of two, what this shard measures, and says in *shard
 * which that is. Without --shard does nothing. */
int shard_take(const struct shard_options *options, const struct selection *sides, size_t nr,
	struct shard *shard, struct error *err);

/* Notes what is missing of a base that was set aside, and sets all aside: it is not for one shard
 * to say what none of them has. */
void shard_note_missing(struct shard *shard, struct base *base, const struct benches *benches);

/* A line on which part of the whole a run is, where it is one. */
void shard_add_note(const struct run *run, struct buf *text);

#endif
