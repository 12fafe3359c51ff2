/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Points of series as bytes, about six for each: which run it is of, the level as a 32-bit float,
 * and its standard error as a step on a scale. A row has the points of one run, by their series; a
 * chunk those of one series, by their runs.
 */
#ifndef STORE_POINTS_H
#define STORE_POINTS_H

#include "base/buf.h"
#include "base/bytes.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct point {
	int64_t key;   /* the run, or in a row the series; from 1 */
	double value;  /* finite */
	double spread; /* relative standard error of the value; NaN: not known */
};

struct points {
	struct point *items; /* by their keys, ascending */
	size_t nr, alloc;
};

/* A chunk has no more. */
#define POINTS_MAX_CHUNK 256

/* Behind bytes whose last key is `after`; 0: they are the first. */
void points_add(const struct point *points, size_t nr, int64_t after, struct buf *to);
/* Appends what the bytes hold; false when they are damaged. */
bool points_read(const void *bytes, size_t len, struct points *points);
/* Only that of the key; *found is false where there is none. */
bool points_find(const void *bytes, size_t len, struct point *point, bool *found);

#endif
