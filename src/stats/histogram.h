/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Counts of whole numbers in buckets that widen with the value: exact below 128,
 * above it 64 buckets to each doubling, up to 2^40 (1099 s, counted in
 * nanoseconds). A value below that is read back within 1/128 of what was added.
 *
 * Fixed size (18 KB), in the caller's storage, nothing to release. Adding costs a
 * few nanoseconds: no division, no libm, no memory but the struct itself.
 * A value of 2^40 or more lands in the last bucket, which is read back as the
 * maximum; min, max and count stay exact.
 *
 * As text: send count, min, max and each pair of histogram_next; rebuild with
 * histogram_add_bucket and, last, histogram_set_range. Both refuse what no histogram
 * can hold, so foreign text needs no other check than that they say true and
 * that the count is the one sent.
 */
#ifndef STATS_HISTOGRAM_H
#define STATS_HISTOGRAM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	HISTOGRAM_SUB_BITS = 6,  /* 2^6 buckets to a doubling */
	HISTOGRAM_TOP_BITS = 40, /* values of more bits share the last bucket */
	HISTOGRAM_NR_BUCKETS = (HISTOGRAM_TOP_BITS - HISTOGRAM_SUB_BITS + 1) << HISTOGRAM_SUB_BITS,
};

struct histogram {
	uint64_t count;                         /* values added */
	uint64_t min;                           /* smallest added; UINT64_MAX when count is 0 */
	uint64_t max;                           /* largest added; 0 when count is 0 */
	uint64_t buckets[HISTOGRAM_NR_BUCKETS]; /* their sum is count */
};

void histogram_init(struct histogram *h);

void histogram_add(struct histogram *h, uint64_t value);

/* `times` values that are all `value`; false, and nothing added, when the count would overflow. */
bool histogram_add_count(struct histogram *h, uint64_t value, uint64_t times);

/*
 * `times` values of one bucket, which stretch min and max to the bucket's ends.
 * False, and nothing added, for a bucket that does not exist or a count that would overflow.
 */
bool histogram_add_bucket(struct histogram *h, size_t bucket, uint64_t times);

/*
 * The exact extremes of a histogram rebuilt from buckets. False, and nothing
 * changed, unless each lies in the outermost bucket that holds anything.
 */
bool histogram_set_range(struct histogram *h, uint64_t min, uint64_t max);

/* Adds all of `from` to `into`; false, and nothing added, when the count would overflow. */
bool histogram_merge(struct histogram *into, const struct histogram *from);

/*
 * The value with rank ceil(p * count), within 1/128 and never outside min..max;
 * p of 0 is min and p of 1 is max, both exact. NaN when empty or p is not in 0..1.
 */
double histogram_quantile(const struct histogram *h, double p);

/*
 * The first bucket at or after *bucket that holds anything, and what it holds; false when
 * there is none:  for (size_t b = 0; histogram_next(h, &b, &times); b++)
 */
bool histogram_next(const struct histogram *h, size_t *bucket, uint64_t *times);

/* Which bucket holds `value`. */
size_t histogram_bucket_of(uint64_t value);

/* The smallest value of a bucket (which must exist); the next bucket's is one past its largest. */
uint64_t histogram_bucket_low(size_t bucket);

#endif
