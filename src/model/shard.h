/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which part of a suite a run measured, where several jobs share the work. */
#ifndef MODEL_SHARD_H
#define MODEL_SHARD_H

#include "base/error.h"
#include "base/json.h"
#include "base/texts.h"

#include <stdint.h>

#define SHARD_MAX 1000

struct shard {
	uint64_t index; /* from 1 */
	uint64_t of;    /* how many there are; 0: the run is no shard */
	struct texts
		selection;    /* what all of them measure together, by name, in the suite's order */
	struct texts missing; /* what was asked for, is in this shard's base, and in no suite */
};

void shard_release(struct shard *shard);

/* The member "shard" of a result file, which only shards have. */

void shard_json_add(struct json *root, const struct shard *shard);
int shard_json_read(const struct json *root, struct shard *shard, struct error *err);

#endif
