/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "support/test.h"

#include "base/array.h"

TEST(what_was_added_stays_in_order_while_it_grows)
{
	struct doubles array = { 0 };

	for (int i = 0; i < 1000; i++) {
		*ARRAY_ADD(&array) = i;
		assert_int_equal(array.nr, i + 1);
		assert_true(array.alloc >= array.nr);
	}
	for (int i = 0; i < 1000; i++)
		assert_true(array.items[i] == i);
	ARRAY_RELEASE(&array);
}

TEST(it_grows_by_doubling)
{
	struct doubles array = { 0 };
	size_t nr_growths = 0;

	for (int i = 0; i < 100000; i++) {
		size_t alloc = array.alloc;

		*ARRAY_ADD(&array) = i;
		nr_growths += array.alloc != alloc;
	}
	assert_in_range(nr_growths, 1, 20);
	ARRAY_RELEASE(&array);
}

TEST(a_released_one_is_empty_and_can_be_used_again)
{
	struct doubles array = { 0 };

	ARRAY_RELEASE(&array);
	*ARRAY_ADD(&array) = 1;
	ARRAY_RELEASE(&array);
	assert_null(array.items);
	assert_int_equal(array.nr, 0);
	assert_int_equal(array.alloc, 0);
	*ARRAY_ADD(&array) = 2;
	assert_true(array.items[0] == 2);
	ARRAY_RELEASE(&array);
}
