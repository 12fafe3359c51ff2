/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/points.h"

#include "base/array.h"

#include <float.h>
#include <math.h>
#include <string.h>

/* Steps of a twelfth of an octave: 6 %, which is enough for an error. */
#define STEPS 12
#define LARGEST 1.0

/* 0: not known; 1: LARGEST or more; each further step is smaller. */
static unsigned char points_code_of(double spread)
{
	double steps;

	if (!(spread >= 0))
		return 0;
	steps = spread > 0 ? floor(STEPS * log2(LARGEST / spread) + 0.5) : 254;
	return (unsigned char)(1 + fmin(fmax(steps, 0), 254));
}

/* The last step is none at all. */
static double spread_of(unsigned char code)
{
	if (!code)
		return NAN;
	return code == 255 ? 0 : LARGEST * exp2(-(code - 1.0) / STEPS);
}

void points_add(const struct point *points, size_t nr, int64_t after, struct buf *to)
{
	int64_t before = after;

	for (size_t i = 0; i < nr; i++) {
		float value = (float)fmin(fmax(points[i].value, -FLT_MAX), FLT_MAX);
		unsigned char code = points_code_of(points[i].spread);

		bytes_add_u64(to, (uint64_t)(points[i].key - before));
		buf_add(to, &value, sizeof value);
		buf_add(to, &code, 1);
		before = points[i].key;
	}
}

/* The next one; false at the end, or where the bytes are wrong. */
static bool take_point(struct bytes *bytes, struct point *point)
{
	const unsigned char *rest;
	uint64_t step;
	float value;

	if (!bytes_are_left(bytes))
		return false;
	step = bytes_u64(bytes);
	rest = bytes_take(bytes, sizeof value + 1);
	if (!rest)
		return false;
	memcpy(&value, rest, sizeof value);
	if (!step || step > (uint64_t)(INT64_MAX - point->key) || !isfinite(value)) {
		bytes->wrong = true;
		return false;
	}
	point->key += (int64_t)step;
	point->value = (double)value;
	point->spread = spread_of(rest[sizeof value]);
	return true;
}

bool points_read(const void *data, size_t len, struct points *points)
{
	struct bytes bytes = bytes_of(data, len);
	struct point point = { 0, 0, NAN };

	while (take_point(&bytes, &point))
		*ARRAY_ADD(points) = point;
	return !bytes.wrong;
}

bool points_find(const void *data, size_t len, struct point *point, bool *found)
{
	struct bytes bytes = bytes_of(data, len);
	struct point at = { 0, 0, NAN };

	*found = false;
	while (at.key < point->key && take_point(&bytes, &at))
		;
	if (!bytes.wrong && at.key == point->key && at.key) {
		*point = at;
		*found = true;
	}
	return !bytes.wrong;
}
