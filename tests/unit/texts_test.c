/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "support/test.h"

#include "base/texts.h"

#include <string.h>

TEST(texts_are_copies_in_the_order_they_came)
{
	struct texts texts = { 0 };
	char text[] = "b";

	texts_add(&texts, text);
	text[0] = 'a';
	texts_add(&texts, text);
	texts_add(&texts, "");
	assert_int_equal(texts.nr, 3);
	assert_string_equal(texts.items[0], "b");
	assert_string_equal(texts.items[1], "a");
	assert_string_equal(texts.items[2], "");
	texts_release(&texts);
}

TEST(a_hundred_texts_stay_what_they_are)
{
	struct texts texts = { 0 };

	for (char i = 0; i < 100; i++)
		texts_add(&texts, (const char[]){ (char)(i + 1), '\0' });
	assert_int_equal(texts.nr, 100);
	for (char i = 0; i < 100; i++)
		assert_int_equal(texts.items[(size_t)i][0], i + 1);
	texts_release(&texts);
}

TEST(released_texts_are_empty_and_can_be_filled_anew)
{
	struct texts texts = { 0 };

	texts_add(&texts, "a");
	texts_release(&texts);
	assert_int_equal(texts.nr, 0);
	assert_null(texts.items);
	texts_release(&texts);
	texts_add(&texts, "b");
	assert_int_equal(texts.nr, 1);
	assert_string_equal(texts.items[0], "b");
	texts_release(&texts);
}

TEST(what_is_removed_is_gone_and_the_rest_keeps_its_order)
{
	struct texts texts = { 0 };

	texts_remove(&texts, "a");
	texts_add(&texts, "a");
	texts_add(&texts, "b");
	texts_add(&texts, "a");
	texts_add(&texts, "aa");
	texts_remove(&texts, "a");
	assert_int_equal(texts.nr, 2);
	assert_string_equal(texts.items[0], "b");
	assert_string_equal(texts.items[1], "aa");
	texts_release(&texts);
}

TEST(a_text_is_had_when_all_of_it_is)
{
	struct texts texts = { 0 };

	assert_false(texts_have(&texts, ""));
	texts_add(&texts, "one");
	texts_add(&texts, "two");
	assert_true(texts_have(&texts, "one"));
	assert_true(texts_have(&texts, "two"));
	assert_false(texts_have(&texts, "tw"));
	assert_false(texts_have(&texts, "two "));
	texts_release(&texts);
}

TEST(sorting_is_by_bytes_and_keeps_what_stands_twice)
{
	static const char *const given[] = { "b", "a/10", "", "B", "a", "b", "\xc3\xa4", "a/9" };
	static const char *const sorted[] = { "", "B", "a", "a/10", "a/9", "b", "b", "\xc3\xa4" };
	struct texts texts = { 0 };

	texts_sort(&texts);
	assert_int_equal(texts.nr, 0);
	for (size_t i = 0; i < sizeof given / sizeof *given; i++)
		texts_add(&texts, given[i]);
	texts_sort(&texts);
	assert_int_equal(texts.nr, sizeof sorted / sizeof *sorted);
	for (size_t i = 0; i < texts.nr; i++)
		assert_string_equal(texts.items[i], sorted[i]);
	texts_release(&texts);
}
