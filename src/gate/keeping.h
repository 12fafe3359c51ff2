/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How long a history keeps runs: one time for all of them, or one for each tier. */
#ifndef GATE_KEEPING_H
#define GATE_KEEPING_H

#include "base/json.h"

#include <stddef.h>
#include <stdint.h>

struct keeping_row {
	char *tier; /* NULL: every tier */
	uint64_t keep_ns;
};

struct keeping {
	struct keeping_row *items;
	size_t nr, alloc;
};

/* A duration, or an object of durations by the names of tiers. NULL: unsaid. Into an empty one,
 * which is released in any case. */
int keeping_read(
	const struct json *json, const char *place, struct keeping *keeping, struct error *err);
void keeping_release(struct keeping *keeping);

/* 0: for good. */
uint64_t keeping_of(const struct keeping *keeping, const char *tier);

#endif
