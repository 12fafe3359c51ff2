/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/array.h"

static void what_was_added_stays_in_order_while_it_grows(void **state)
{
	struct doubles array = { 0 };

	(void)state;
	for (int i = 0; i < 1000; i++) {
		*ARRAY_ADD(&array) = i;
		assert_int_equal(array.nr, i + 1);
		assert_true(array.alloc >= array.nr);
	}
	for (int i = 0; i < 1000; i++)
		assert_true(array.items[i] == i);
	ARRAY_RELEASE(&array);
}

static void it_grows_by_doubling(void **state)
{
	struct doubles array = { 0 };
	size_t nr_growths = 0;

	(void)state;
	for (int i = 0; i < 100000; i++) {
		size_t alloc = array.alloc;

		*ARRAY_ADD(&array) = i;
		nr_growths += array.alloc != alloc;
	}
	assert_in_range(nr_growths, 1, 20);
	ARRAY_RELEASE(&array);
}

static void a_released_one_is_empty_and_can_be_used_again(void **state)
{
	struct doubles array = { 0 };

	(void)state;
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

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_was_added_stays_in_order_while_it_grows),
		cmocka_unit_test(it_grows_by_doubling),
		cmocka_unit_test(a_released_one_is_empty_and_can_be_used_again),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
