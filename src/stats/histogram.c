/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "stats/histogram.h"

#include <math.h>
#include <string.h>

enum { SUB = 1 << HISTOGRAM_SUB_BITS };

/*
 * The leading bit of a value chooses the doubling, the six bits below it the
 * bucket. Shifted right by `octave` a value has seven bits, 64..127, so octave * 64
 * plus that is dense: it runs on from the exact buckets 0..127 of octave 0.
 */
size_t histogram_bucket_of(uint64_t value)
{
	unsigned int octave;

	if (value >> HISTOGRAM_TOP_BITS)
		return HISTOGRAM_NR_BUCKETS - 1;
	octave = 63U - HISTOGRAM_SUB_BITS - (unsigned int)__builtin_clzll(value | SUB);
	return ((size_t)octave << HISTOGRAM_SUB_BITS) + (size_t)(value >> octave);
}

uint64_t histogram_bucket_low(size_t bucket)
{
	size_t octave;

	if (bucket < 2 * SUB)
		return bucket;
	octave = (bucket >> HISTOGRAM_SUB_BITS) - 1;
	return (uint64_t)(bucket - (octave << HISTOGRAM_SUB_BITS)) << octave;
}

void histogram_init(struct histogram *h)
{
	memset(h, 0, sizeof(*h));
	h->min = UINT64_MAX;
}

static void stretch(struct histogram *h, uint64_t low, uint64_t high)
{
	if (low < h->min)
		h->min = low;
	if (high > h->max)
		h->max = high;
}

void histogram_add(struct histogram *h, uint64_t value)
{
	h->buckets[histogram_bucket_of(value)]++;
	h->count++;
	stretch(h, value, value);
}

bool histogram_add_count(struct histogram *h, uint64_t value, uint64_t times)
{
	if (times > UINT64_MAX - h->count)
		return false;
	if (times == 0)
		return true;
	h->buckets[histogram_bucket_of(value)] += times;
	h->count += times;
	stretch(h, value, value);
	return true;
}

bool histogram_add_bucket(struct histogram *h, size_t bucket, uint64_t times)
{
	if (bucket >= HISTOGRAM_NR_BUCKETS || times > UINT64_MAX - h->count)
		return false;
	if (times == 0)
		return true;
	h->buckets[bucket] += times;
	h->count += times;
	stretch(h, histogram_bucket_low(bucket), histogram_bucket_low(bucket + 1) - 1);
	return true;
}

bool histogram_next(const struct histogram *h, size_t *bucket, uint64_t *times)
{
	for (size_t i = *bucket; i < HISTOGRAM_NR_BUCKETS; i++) {
		if (h->buckets[i] == 0)
			continue;
		*bucket = i;
		*times = h->buckets[i];
		return true;
	}
	return false;
}

bool histogram_set_range(struct histogram *h, uint64_t min, uint64_t max)
{
	size_t first = 0, last = HISTOGRAM_NR_BUCKETS;
	uint64_t times;

	if (min > max || !histogram_next(h, &first, &times))
		return false;
	while (h->buckets[--last] == 0)
		;
	if (histogram_bucket_of(min) != first || histogram_bucket_of(max) != last)
		return false;
	h->min = min;
	h->max = max;
	return true;
}

bool histogram_merge(struct histogram *into, const struct histogram *from)
{
	if (from->count > UINT64_MAX - into->count)
		return false;
	for (size_t i = 0; i < HISTOGRAM_NR_BUCKETS; i++)
		into->buckets[i] += from->buckets[i];
	into->count += from->count;
	stretch(into, from->min, from->max);
	return true;
}

static double middle_of(const struct histogram *h, size_t bucket)
{
	double low = (double)histogram_bucket_low(bucket);
	double high = (double)(histogram_bucket_low(bucket + 1) - 1);

	/* Past the top a bucket has no middle: all that is known is the extreme. */
	if (bucket == HISTOGRAM_NR_BUCKETS - 1 && h->max >> HISTOGRAM_TOP_BITS)
		return (double)h->max;
	return fmin(fmax(low + (high - low) / 2, (double)h->min), (double)h->max);
}

double histogram_quantile(const struct histogram *h, double p)
{
	double rank = ceil(p * (double)h->count);
	uint64_t seen = 0, times;

	if (h->count == 0 || !(p >= 0 && p <= 1))
		return NAN;
	if (rank <= 1)
		return (double)h->min;
	if (rank >= (double)h->count)
		return (double)h->max;
	for (size_t b = 0; histogram_next(h, &b, &times); b++) {
		seen += times;
		if ((double)seen >= rank)
			return middle_of(h, b);
	}
	return (double)h->max;
}
