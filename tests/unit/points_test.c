/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "support/test.h"

#include "store/points.h"

#include "base/array.h"

#include <math.h>
#include <string.h>

TEST(points_read_back_what_was_added)
{
	static const struct point given[] = {
		{ 1, 1234.5, 0.01 },
		{ 2, 0, NAN },
		{ 700, -3e-9, 0 },
		{ 1099511627776, 5e300, 7 },
	};
	struct points points = { 0 };
	struct buf bytes = BUF_INIT;

	points_add(given, 2, 0, &bytes);
	points_add(given + 2, 2, 2, &bytes);
	assert_true(points_read(bytes.data, bytes.len, &points));
	assert_int_equal(points.nr, 4);
	for (size_t i = 0; i < 3; i++) {
		assert_int_equal(points.items[i].key, given[i].key);
		assert_true(fabs(points.items[i].value - given[i].value) <=
			6e-8 * fabs(given[i].value));
	}
	assert_true(fabs(points.items[0].spread / 0.01 - 1) < 0.03);
	assert_true(isnan(points.items[1].spread));
	assert_true(points.items[2].spread == 0);
	/* What a float cannot hold is as large as it can be. */
	assert_true(points.items[3].value > 3e38 && points.items[3].spread == 1);
	ARRAY_RELEASE(&points);
	buf_release(&bytes);
}

TEST(a_point_is_found_by_its_key)
{
	struct buf bytes = BUF_INIT;
	struct point point = { 0, 0, NAN };
	bool found;

	for (int64_t key = 3; key < 300; key += 3)
		points_add(&(struct point){ key, (double)key, 0.1 }, 1, key == 3 ? 0 : key - 3,
			&bytes);
	for (int64_t key = 1; key < 303; key++) {
		point.key = key;
		assert_true(points_find(bytes.data, bytes.len, &point, &found));
		assert_int_equal(found, key % 3 == 0 && key < 300);
		assert_true(!found || point.value == (double)key);
	}
	buf_release(&bytes);
}

/* Six bytes a point, when runs follow each other. */
TEST(points_are_small)
{
	struct buf bytes = BUF_INIT;

	for (int64_t key = 1; key <= POINTS_MAX_CHUNK; key++)
		points_add(&(struct point){ key, 1e5 / (double)key, 0.02 }, 1, key - 1, &bytes);
	assert_int_equal(bytes.len, 6 * POINTS_MAX_CHUNK);
	buf_release(&bytes);
}

static void is_damaged(const char *bytes, size_t len)
{
	struct points points = { 0 };
	struct point point = { 77, 0, NAN };
	bool found;

	assert_false(points_read(bytes, len, &points));
	assert_false(points_find(bytes, len, &point, &found));
	assert_false(found);
	ARRAY_RELEASE(&points);
}

TEST(damaged_points_are_told)
{
	is_damaged("\1\0\0\0\0", 5);                                /* ends too early */
	is_damaged("\1\0\0\xc0\x7f\1", 6);                          /* not a number */
	is_damaged("\0\0\0\0\0\1", 6);                              /* a key twice */
	is_damaged("\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff", 10); /* no key */
}
