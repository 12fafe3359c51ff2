/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "support/test.h"

#include "base/encode.h"

#include <string.h>

static void percent_is(const char *text, const char *keep, const char *expected)
{
	struct buf out = BUF_INIT;

	encode_percent(&out, text, keep);
	assert_string_equal(out.data, expected);
	buf_release(&out);
}

static void base64url_is(const char *text, const char *expected)
{
	struct buf out = BUF_INIT;

	encode_base64url(&out, text);
	assert_string_equal(out.data, expected);
	buf_release(&out);
}

TEST(only_what_a_url_leaves_alone_stands_for_itself)
{
	percent_is("azAZ09-._~", "", "azAZ09-._~");
	percent_is(" +/%", "", "%20%2B%2F%25");
	percent_is("!'()*&=?#@:$,;[]", "", "%21%27%28%29%2A%26%3D%3F%23%40%3A%24%2C%3B%5B%5D");
	percent_is("\xc3\xbc\xff\n", "", "%C3%BC%FF%0A");
	percent_is("a/b c", "/", "a/b%20c");
	percent_is("", "/", "");
}

/* RFC 4648's own examples (section 10), and what the two alphabets spell differently. */
TEST(base64_is_padded_and_safe_in_paths)
{
	base64url_is("", "");
	base64url_is("f", "Zg==");
	base64url_is("fo", "Zm8=");
	base64url_is("foo", "Zm9v");
	base64url_is("foob", "Zm9vYg==");
	base64url_is("fooba", "Zm9vYmE=");
	base64url_is("foobar", "Zm9vYmFy");
	base64url_is("\xfb\xff\xfe", "-__-");
}

TEST(base64_is_of_any_bytes)
{
	struct buf out = BUF_INIT;

	encode_base64(&out, "\xfb\xff\xbf\0\0\0\xff", 7);
	assert_string_equal(out.data, "+/+/AAAA/w==");
	buf_release(&out);
}

/* The first and the last code point of each length. */
TEST(a_code_point_has_one_to_four_bytes)
{
	static const struct {
		uint32_t code;
		const char *expected;
	} cases[] = {
		{ 1, "\x01" },
		{ 0x7f, "\x7f" },
		{ 0x80, "\xc2\x80" },
		{ 0x7ff, "\xdf\xbf" },
		{ 0x800, "\xe0\xa0\x80" },
		{ 0xffff, "\xef\xbf\xbf" },
		{ 0x10000, "\xf0\x90\x80\x80" },
		{ 0x10ffff, "\xf4\x8f\xbf\xbf" },
	};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct buf out = BUF_INIT;

		encode_utf8(&out, cases[i].code);
		assert_string_equal(out.data, cases[i].expected);
		buf_release(&out);
	}
}

TEST(bytes_that_are_no_text_become_question_marks)
{
	static const struct {
		const char *text, *expected;
	} cases[] = {
		{ "", "" },
		{ "p\303\251", "p\303\251" },
		{ "p\303", "p?" },
		{ "\251p\303\251\377", "?p\303\251?" },
	};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct buf room = BUF_INIT;
		const char *valid = encode_valid(cases[i].text, &room);

		assert_string_equal(valid, cases[i].expected);
		assert_int_equal(
			valid == cases[i].text, strcmp(cases[i].text, cases[i].expected) == 0);
		buf_release(&room);
	}
}
