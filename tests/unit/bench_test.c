/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "support/test.h"

#include "model/bench.h"

#include "base/array.h"
#include "base/str.h"

#include <string.h>

static void add(struct benches *benches, const char *name, const char *tier)
{
	*ARRAY_ADD(benches) = (struct bench){ .name = str_dup(name), .tier = str_dup(tier) };
}

TEST(a_benchmark_is_found_by_its_whole_name)
{
	struct benches benches = { 0 };

	assert_null(benches_find(&benches, "sort"));
	add(&benches, "sort/10", "critical");
	add(&benches, "sort/100", "critical");
	assert_string_equal(benches_find(&benches, "sort/10")->name, "sort/10");
	assert_ptr_equal(benches_find(&benches, "sort/100"), &benches.items[1]);
	assert_null(benches_find(&benches, "sort/1"));
	assert_null(benches_find(&benches, "sort"));
	benches_release(&benches);
	assert_int_equal(benches.nr, 0);
}

TEST(a_tier_is_known_by_a_part_of_a_list)
{
	struct benches benches = { 0 };
	const char *list = "critical,mine";

	assert_false(benches_have_tier(&benches, list, 8));
	add(&benches, "a", "critical");
	assert_true(benches_have_tier(&benches, list, 8));
	assert_false(benches_have_tier(&benches, list, 7));
	assert_false(benches_have_tier(&benches, list, 13));
	assert_false(benches_have_tier(&benches, list + 9, 4));
	add(&benches, "b", "mine");
	assert_true(benches_have_tier(&benches, list + 9, 4));
	assert_false(benches_have_tier(&benches, list, 0));
	benches_release(&benches);
}
