/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which part of a suite a run measured, where several jobs share the work. */
#ifndef MODEL_SHARD_H
#define MODEL_SHARD_H

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

#endif
