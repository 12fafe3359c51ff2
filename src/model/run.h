/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A run: everything that was measured on one occasion, and where. Owns its results; keeps all that
 * judging needs, so that a verdict can always be computed again.
 */
#ifndef MODEL_RUN_H
#define MODEL_RUN_H

#include "model/counting.h"
#include "model/env.h"
#include "model/plan.h"
#include "model/result.h"
#include "model/shard.h"

enum run_status {
	RUN_COMPLETE,
	RUN_SHORT_OF_TIME, /* a budget ended it */
	RUN_INTERRUPTED,   /* a signal ended it */
};

struct run {
	char id[20];        /* 16 hex digits */
	char base_id[20];   /* of the run that its duets were timed in turn with, or "" */
	char timestamp[32]; /* of its start, UTC, ISO 8601 */
	uint64_t duration_ns;
	enum run_status status;
	struct plan plan;
	struct shard shard; /* that it is; of 0: it is the whole */
	struct env env;
	char *format;             /* of the other tool's file that it was read from, or NULL */
	char *more;               /* what would make that tool say more, or NULL */
	struct counting counting; /* how the results' counts were taken */
	struct result *items;     /* in the order of the suite */
	size_t nr, alloc;
	size_t *slots; /* hash of names: index + 1, 0 for none */
	size_t nr_slots;
};

#define RUN_INIT \
	{ \
		.nr = 0 \
	}

void run_release(struct run *run);

/* Adds an empty result; the pointer holds until the next one. Names are unique: the caller has
 * checked. */
struct result *run_add(struct run *run, const struct bench *bench);

/* Takes a result out; false when there is none of that name. Pointers to results are void then. */
bool run_remove(struct run *run, const char *name);

/* In O(1); NULL when there is none. */
struct result *run_find(const struct run *run, const char *name);

/* Were its levels taken in turn with another run's? Those are higher than alone, and good for
 * nothing but their ratio. */
bool run_is_in_turn(const struct run *run);

/* Were head's duets timed in turn with that very base? */
bool run_is_in_turn_with(const struct run *head, const struct run *base);

/* Does a result of it keep an explanation? */
bool run_is_explained(const struct run *run);

/* Of a shard: how many benchmarks the other shards have. */
size_t run_nr_elsewhere(const struct run *run);

/* By value, NULL at the end. */
extern const char *const run_status_words[];

#endif
