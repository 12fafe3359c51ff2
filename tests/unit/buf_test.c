/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "support/test.h"

#include "base/buf.h"

static void check(const struct buf *buf, const char *text)
{
	assert_string_equal(buf->data, text);
	assert_int_equal(buf->len, strlen(text));
}

TEST(a_new_one_is_the_empty_string_without_memory)
{
	struct buf buf = BUF_INIT, limited = BUF_INIT_MAX(3);

	check(&buf, "");
	check(&limited, "");
	assert_ptr_equal(buf.data, buf_empty);
	assert_int_equal(buf.alloc, 0);
	buf_add(&buf, "ignored", 0);
	buf_adds(&buf, "");
	buf_addf(&buf, "%s", "");
	buf_fill(&buf, 'x', 0);
	buf_drop(&buf, 0);
	buf_drop(&buf, 5);
	buf_clear(&buf);
	assert_ptr_equal(buf.data, buf_empty);
	assert_int_equal(buf.alloc, 0);
	assert_int_equal(buf_empty[0], 0);
}

TEST(everything_is_added_at_the_end)
{
	struct buf buf = BUF_INIT;

	buf_adds(&buf, "one");
	buf_addc(&buf, ' ');
	buf_add(&buf, "two and more", 3);
	buf_fill(&buf, '.', 3);
	buf_addf(&buf, "%d%%", 42);
	check(&buf, "one two...42%");
	buf_release(&buf);
}

TEST(it_holds_zero_bytes_too)
{
	struct buf buf = BUF_INIT;

	buf_add(&buf, "a\0b", 3);
	assert_int_equal(buf.len, 3);
	assert_memory_equal(buf.data, "a\0b", 4);
	buf_release(&buf);
}

TEST(it_grows_as_far_as_needed)
{
	struct buf buf = BUF_INIT;

	for (size_t i = 0; i < 10000; i++)
		buf_addc(&buf, (char)('a' + i % 26));
	assert_int_equal(buf.len, 10000);
	for (size_t i = 0; i < 10000; i++)
		assert_int_equal(buf.data[i], 'a' + i % 26);
	assert_int_equal(buf.data[10000], 0);
	buf_release(&buf);
	buf_addf(&buf, "%5000s|%1s", "far", "");
	assert_int_equal(buf.len, 5002);
	assert_string_equal(buf.data + 4995, "  far| ");
	buf_release(&buf);
}

/* Every length around the sizes at which memory is taken. */
TEST(formats_of_any_length_fit)
{
	for (int len = 0; len < 300; len++) {
		struct buf buf = BUF_INIT;

		buf_adds(&buf, "x");
		buf_addf(&buf, "%0*d", len, 0);
		assert_int_equal(buf.len, 1 + (len ? len : 1));
		assert_int_equal(strlen(buf.data), buf.len);
		buf_release(&buf);
	}
}

TEST(what_goes_over_the_maximum_is_not_added_at_all)
{
	struct buf buf = BUF_INIT_MAX(5);

	buf_adds(&buf, "123");
	assert_false(buf.full);
	buf_adds(&buf, "456");
	check(&buf, "123");
	assert_true(buf.full);
	buf_adds(&buf, "45");
	check(&buf, "12345");
	buf_addc(&buf, '6');
	buf_addf(&buf, "%d", 6);
	check(&buf, "12345");
	assert_true(buf.full);
	buf_release(&buf);
}

TEST(the_maximum_itself_fits)
{
	struct buf buf = BUF_INIT_MAX(5);

	buf_addf(&buf, "%d", 12345);
	check(&buf, "12345");
	assert_false(buf.full);
	buf_release(&buf);
}

TEST(a_length_that_overflows_does_not_fit_a_maximum)
{
	struct buf buf = BUF_INIT_MAX(5);
	volatile size_t huge = SIZE_MAX - 1;

	buf_adds(&buf, "123");
	buf_add(&buf, "4", huge);
	check(&buf, "123");
	assert_true(buf.full);
	buf_release(&buf);
}

TEST(clearing_keeps_the_memory_and_forgets_the_rest)
{
	struct buf buf = BUF_INIT_MAX(5);
	const char *data;

	buf_adds(&buf, "123");
	buf_adds(&buf, "too long");
	data = buf.data;
	buf_clear(&buf);
	check(&buf, "");
	assert_false(buf.full);
	buf_adds(&buf, "new");
	check(&buf, "new");
	assert_ptr_equal(buf.data, data);
	buf_release(&buf);
}

TEST(a_released_one_can_be_used_again_within_its_maximum)
{
	struct buf buf = BUF_INIT_MAX(5);

	buf_adds(&buf, "12345");
	buf_adds(&buf, "6");
	buf_release(&buf);
	check(&buf, "");
	assert_ptr_equal(buf.data, buf_empty);
	assert_false(buf.full);
	buf_adds(&buf, "123456");
	check(&buf, "");
	assert_true(buf.full);
	buf_release(&buf);
	buf_release(&buf);
}

TEST(what_could_steer_a_terminal_is_made_printable)
{
	static const struct {
		const char *text, *printable;
	} cases[] = {
		{ "", "" },
		{ "plain caf\xc3\xa9 ~", "plain caf\xc3\xa9 ~" },
		{ "\033[2J", "?[2J" },
		{ "a\nb\tc\rd\x7f", "a?b?c?d?" },
		{ "\xff\xc3", "??" },
		{ "\xe2\x82z", "??z" },
		{ "\xc2\x9b"
		  "2J",
			"?2J" },
		/* GitHub's, which may stand behind any blank of Unicode's */
		{ "::add-mask::x", "?:add-mask::x" },
		{ "a ::error::x", "a ?:error::x" },
		{ "\xe3\x80\x80::error::x", "\xe3\x80\x80?:error::x" },
		{ "\n::error::x", "??:error::x" },
		{ "std::sort a::b::", "std::sort a::b::" },
		{ "a: b", "a: b" },
		/* GitHub's old ones, Azure's, TeamCity's */
		{ "a##[error]b", "a?#[error]b" },
		{ "##vso[task.complete]", "?#vso[task.complete]" },
		{ "##VSO[##teamCity[", "?#VSO[?#teamCity[" },
		{ "####[x", "##?#[x" },
		{ "## a [b] ##a1[ #[x]", "## a [b] ##a1[ #[x]" },
	};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct buf buf = BUF_INIT;

		buf_add_printable(&buf, cases[i].text);
		check(&buf, cases[i].printable);
		assert_int_equal(buf_is_printable(cases[i].text),
			strcmp(cases[i].text, cases[i].printable) == 0);
		buf_release(&buf);
	}
}

TEST(dropping_takes_from_the_front)
{
	static const struct {
		size_t len;
		const char *left;
	} cases[] = { { 0, "abcdef" }, { 1, "bcdef" }, { 5, "f" }, { 6, "" }, { 100, "" } };

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct buf buf = BUF_INIT;

		buf_adds(&buf, "abcdef");
		buf_drop(&buf, cases[i].len);
		check(&buf, cases[i].left);
		buf_addc(&buf, '!');
		assert_int_equal(buf.data[buf.len - 1], '!');
		buf_release(&buf);
	}
}

TEST(a_detached_string_belongs_to_the_caller)
{
	struct buf buf = BUF_INIT;
	char *first, *second;

	buf_adds(&buf, "first");
	first = buf_detach(&buf);
	check(&buf, "");
	assert_ptr_equal(buf.data, buf_empty);
	buf_adds(&buf, "more");
	second = buf_detach(&buf);
	assert_string_equal(first, "first");
	assert_string_equal(second, "more");
	free(first);
	free(second);
}

TEST(an_empty_one_detaches_a_string_that_can_be_freed)
{
	struct buf buf = BUF_INIT;
	char *text = buf_detach(&buf);

	assert_ptr_not_equal(text, buf_empty);
	assert_string_equal(text, "");
	free(text);
}
