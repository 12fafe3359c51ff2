/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "support/test.h"

#include "notify/mime.h"

#include "base/mem.h"

#include <stdlib.h>
#include <string.h>

static void check_text(const char *text, const char *expected)
{
	struct buf out = BUF_INIT;

	mime_add_text(&out, "Subject", text);
	assert_string_equal(out.data, expected);
	buf_release(&out);
}

/* Each line has its CRLF, and at most 76 characters before it. */
static void check_lines(const struct buf *out)
{
	size_t column = 0;

	for (const char *at = out->data; *at; at++) {
		if (*at == '\n')
			fail_msg("a lone line feed");
		if (at[0] == '\r' && at[1] == '\n') {
			column = 0;
			at++;
			continue;
		}
		column++;
		assert_in_range((unsigned char)*at, ' ', '~');
		assert_in_range(column, 1, 76);
	}
	assert_int_equal(column, 0);
}

TEST(plain_text_stays_as_it_is)
{
	check_text("", "Subject: \r\n");
	check_text("benchgate: 2 alerts", "Subject: benchgate: 2 alerts\r\n");
}

TEST(all_else_is_encoded)
{
	check_text("caf\xc3\xa9 au lait", "Subject: =?utf-8?Q?caf=C3=A9_au_lait?=\r\n");
	check_text("a =? b", "Subject: =?utf-8?Q?a_=3D=3F_b?=\r\n");
	check_text("bad\xff", "Subject: =?utf-8?Q?bad=3F?=\r\n");
}

TEST(no_text_begins_a_field_of_its_own)
{
	static const char *const evil[] = { "a\r\nBcc: x@y.z", "a\nBcc: x@y.z", "a\rBcc: x@y.z",
		"a\r\n\r\nbody", "\r\n.\r\n" };

	for (size_t i = 0; i < sizeof evil / sizeof *evil; i++) {
		struct buf out = BUF_INIT;

		mime_add_text(&out, "Subject", evil[i]);
		assert_null(strstr(out.data, "\nBcc"));
		assert_null(strstr(out.data, "\r\n\r\n"));
		check_lines(&out);
		buf_release(&out);
	}
}

TEST(long_text_is_folded_between_characters)
{
	static const char *const parts[] = { "word ", "x", "\xc3\xa9", "\xf0\x9f\x90\x8c",
		"a\xc3\xa9" };

	for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
		struct buf text = BUF_INIT, out = BUF_INIT;

		for (size_t j = 0; j < 300; j++) {
			buf_adds(&text, parts[i]);
			buf_clear(&out);
			mime_add_text(&out, "Subject", text.data);
			check_lines(&out);
		}
		assert_null(strstr(out.data, "=C3?="));
		assert_null(strstr(out.data, "=9F?="));
		buf_release(&text);
		buf_release(&out);
	}
}

TEST(a_mailbox_is_one_address_and_maybe_a_name)
{
	static const char *const good[] = { "a@b", "some.body+x@mail.example.org",
		"Some Body <a@b.c>", "B\xc3\xa9nch <a@b.c>", "\"Body, Some\" <a@b.c>", "<a@b.c>" };
	static const char *const bad[] = { "", "a", "@b", "a@", "a@b, c@d", "a@b c", "a b@c",
		"Some <a@b", "Some <a@b> x", "a@b\r\nBcc: c@d", "Some\r\nBody <a@b>", "a@b..c",
		"a@.b", "a@b.", "\xc3\xa9@b.c", "a@\xc3\xa9.c", "<a@b>,<c@d>", "a@b@c",
		"a@b, c <d@e>" };

	for (size_t i = 0; i < sizeof good / sizeof *good; i++)
		if (!mime_is_mailbox(good[i]))
			fail_msg("refused: %s", good[i]);
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		if (mime_is_mailbox(bad[i]))
			fail_msg("taken: %s", bad[i]);
}

static void check_address(const char *mailbox, const char *expected)
{
	char *address = mime_address(mailbox);

	assert_string_equal(address, expected);
	free(address);
}

TEST(an_address_is_what_the_server_is_told)
{
	check_address("a@b.c", "a@b.c");
	check_address("Some Body <a@b.c>", "a@b.c");
}

TEST(names_are_quoted_or_encoded)
{
	char *boxes[] = { (char[]){ "<a@b.c>" }, (char[]){ "\"Body, \"Some\"\" <d@e.f>" },
		(char[]){ "B\xc3\xa9nch (us) <g@h.i>" } };
	struct buf out = BUF_INIT;

	mime_add_mailboxes(&out, "To", boxes, 3);
	assert_string_equal(out.data,
		"To: a@b.c,\r\n \"Body, \\\"Some\\\"\"\r\n <d@e.f>,\r\n =?utf-8?Q?B=C3=A9nch_=28us=29?=\r\n <g@h.i>\r\n");
	check_lines(&out);
	buf_release(&out);
}

TEST(long_names_are_folded_wherever_they_stand)
{
	struct buf box = BUF_INIT, out = BUF_INIT;

	for (size_t len = 1; len < 200; len++) {
		char *boxes[2];

		buf_clear(&box);
		buf_clear(&out);
		buf_fill(&box, '?', len);
		buf_adds(&box, "\xc3\xa9 <a@b.c>");
		boxes[0] = boxes[1] = box.data;
		mime_add_mailboxes(&out, "Resent-From", boxes, 2);
		check_lines(&out);
	}
	buf_release(&box);
	buf_release(&out);
}

TEST(dates_have_their_day_of_the_week)
{
	static const struct {
		const char *time, *date;
	} cases[] = {
		{ "1970-01-01T00:00:00Z", "Date: Thu, 01 Jan 1970 00:00:00 +0000\r\n" },
		{ "2026-11-21T04:05:06Z", "Date: Sat, 21 Nov 2026 04:05:06 +0000\r\n" },
		{ "2000-02-29T23:59:59Z", "Date: Tue, 29 Feb 2000 23:59:59 +0000\r\n" },
		{ "1969-12-31T23:59:59Z", "Date: Wed, 31 Dec 1969 23:59:59 +0000\r\n" },
		{ "2100-03-01T12:00:00Z", "Date: Mon, 01 Mar 2100 12:00:00 +0000\r\n" },
	};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct buf out = BUF_INIT;

		mime_add_date(&out, "Date", cases[i].time);
		assert_string_equal(out.data, cases[i].date);
		buf_release(&out);
	}
}

static void check_quoted(const char *text, const char *expected)
{
	struct buf out = BUF_INIT;

	mime_add_quoted(&out, text);
	assert_string_equal(out.data, expected);
	check_lines(&out);
	buf_release(&out);
}

TEST(bodies_are_quoted_printable)
{
	check_quoted("", "");
	check_quoted("a\nb", "a\r\nb\r\n");
	check_quoted("a\n\nb\n", "a\r\n\r\nb\r\n");
	check_quoted("1 = 1", "1 =3D 1\r\n");
	check_quoted("caf\xc3\xa9", "caf=C3=A9\r\n");
	check_quoted("blank \ntab\t\nend ", "blank=20\r\ntab=09\r\nend=20\r\n");
	check_quoted("a\rb\r\nc", "a=0Db=0D\r\nc\r\n");
	check_quoted("a\033b", "a=1Bb\r\n");
}

TEST(long_lines_are_broken_softly_at_every_length)
{
	static const char parts[] = { 'x', '=', ' ' };

	for (size_t i = 0; i < sizeof parts; i++) {
		for (size_t len = 70; len < 240; len++) {
			struct buf text = BUF_INIT, out = BUF_INIT;

			buf_fill(&text, parts[i], len);
			mime_add_quoted(&out, text.data);
			check_lines(&out);
			buf_release(&text);
			buf_release(&out);
		}
	}
}
