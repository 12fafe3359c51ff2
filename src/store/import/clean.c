/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/import/clean.h"

#include "base/encode.h"
#include "base/str.h"

#include <string.h>

/* Does a document begin here, and not a line such as "[info] done"? */
static bool begins_document(const char *at)
{
	const char *next;

	if (!*at)
		return false;
	next = at + 1 + strspn(at + 1, " \t\r\n");
	if (*at == '{')
		return *next == '"' || *next == '}';
	return *at == '[' && *next && strchr("{[\"]-0123456789", *next);
}

/* At the start of a line, or behind the '=' of an assignment; NULL: none begins. */
static const char *find_document(const char *text)
{
	const char *assigned = strstr(text, "= {");

	for (const char *at = text; *at; at += strcspn(at, "\n"), at += *at == '\n') {
		const char *start = at + strspn(at, " \t\r");

		if (begins_document(start))
			return assigned && assigned < start ? assigned + 2 : start;
	}
	return assigned ? assigned + 2 : NULL;
}

/* A word that stands for a number and is none; its length. */
static size_t not_a_number(const char *at)
{
	static const char *const words[] = { "-Infinity", "Infinity", "NaN", "-NaN", "nan", "inf",
		"-inf", "undefined" };

	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		if (str_starts(at, words[i]))
			return strlen(words[i]);
	return 0;
}

/* Is it a comma, with nothing behind it but an end? */
static bool is_trailing_comma(const char *at)
{
	const char *next = at + 1 + strspn(at + 1, " \t\r\n");

	return *at == ',' && (*next == '}' || *next == ']');
}

/* The end of a text, behind its quote. */
static const char *end_of_text(const char *at)
{
	for (at++; *at && *at != '"'; at++)
		at += *at == '\\' && at[1];
	return at + (*at == '"');
}

bool clean_begins_object(const char *at)
{
	const char *next = *at ? at + 1 + strspn(at + 1, " \t\r\n") : at;

	return begins_document(at) && (*at == '{' || *next == '{' || *next == '[');
}

/* Behind the document that begins here. */
static const char *end_of_document(const char *at)
{
	size_t depth = 0;

	do {
		depth += *at == '{' || *at == '[';
		depth -= *at == '}' || *at == ']';
		at = *at == '"' ? end_of_text(at) : at + 1;
	} while (*at && depth);
	return at;
}

size_t clean_second_document(const char *text)
{
	const char *at = find_document(text);
	size_t nr = 1;

	at = at ? find_document(end_of_document(at)) : NULL;
	while (at && !clean_begins_object(at))
		at = find_document(at + strcspn(at, "\n"));
	for (; at && text < at; text++)
		nr += *text == '\n';
	return at ? nr : 0;
}

/* Blanks for all but the ends of lines. */
static void add_blanks(const char *from, const char *to, struct buf *out)
{
	for (; from < to; from++)
		buf_addc(out, *from == '\n' ? '\n' : ' ');
}

/* One token, or one character of it. Returns what is behind it. */
static const char *add_token(const char *at, struct buf *out)
{
	const char *end = *at == '"' ? end_of_text(at) : at + 1;
	size_t word = not_a_number(at);

	if (word) {
		buf_adds(out, "\"NaN\""); /* a text: null means something else to some */
		return at + word;
	}
	if (is_trailing_comma(at))
		buf_addc(out, ' ');
	else
		buf_add(out, at, (size_t)(end - at));
	return end;
}

bool clean_json(const char *text, size_t len, struct buf *out)
{
	const char *start = find_document(text), *at = start;
	size_t depth = 0;

	if (!start || memchr(text, '\0', len))
		return false;
	add_blanks(text, start, out);
	do {
		depth += *at == '{' || *at == '[';
		depth -= *at == '}' || *at == ']';
		at = add_token(at, out);
	} while (*at && depth);
	add_blanks(at, text + len, out);
	return strcmp(out->data, text) != 0;
}

/* One unit of UTF-16; 0xfffd where the text ends in half of one. */
static unsigned unit_at(const struct buf *text, size_t at, bool is_big)
{
	unsigned first, second;

	if (at + 2 > text->len)
		return 0xfffd;
	first = (unsigned char)text->data[at];
	second = (unsigned char)text->data[at + 1];
	return is_big ? first << 8 | second : second << 8 | first;
}

/* The letter at *at, which goes on to its last unit; halves of a pair that stand alone are
 * replaced.
 */
static unsigned take_utf16(const struct buf *text, size_t *at, bool is_big)
{
	unsigned code = unit_at(text, *at, is_big), low;

	if (code < 0xd800 || code >= 0xe000)
		return code;
	low = unit_at(text, *at + 2, is_big);
	if (code >= 0xdc00 || low < 0xdc00 || low >= 0xe000)
		return 0xfffd;
	*at += 2;
	return 0x10000 + ((code - 0xd800) << 10) + (low - 0xdc00);
}

static void add_utf16(const struct buf *text, bool is_big, struct buf *out)
{
	for (size_t at = 2; at < text->len; at += 2)
		encode_utf8(out, take_utf16(text, &at, is_big));
}

/* Each in place of two bytes. */
static void shorten_line_ends(struct buf *text)
{
	char *from = memchr(text->data, '\r', text->len), *to = from;

	if (!from)
		return;
	for (; from < text->data + text->len; from++)
		if (from[0] != '\r' || from[1] != '\n')
			*to++ = *from;
	*to = '\0';
	text->len = (size_t)(to - text->data);
}

static void decode_text(struct buf *text)
{
	struct buf out = BUF_INIT;

	if (text->len >= 3 && memcmp(text->data, "\xef\xbb\xbf", 3) == 0)
		buf_add(&out, text->data + 3, text->len - 3);
	else if (text->len >= 2 && memcmp(text->data, "\xff\xfe", 2) == 0)
		add_utf16(text, false, &out);
	else if (text->len >= 2 && memcmp(text->data, "\xfe\xff", 2) == 0)
		add_utf16(text, true, &out);
	else
		return;
	buf_release(text);
	*text = out;
}

void clean_encoding(struct buf *text)
{
	if (!text->len)
		return;
	decode_text(text);
	shorten_line_ends(text);
}

/* Behind the sequence that begins here; what is none is one character. */
static const char *end_of_escape(const char *at)
{
	if (at[1] != '[')
		return at + 1;
	for (at += 2; *at && !(*at >= '@' && *at <= '~'); at++)
		;
	return at + (*at != '\0');
}

bool clean_text(const char *text, size_t len, struct buf *out)
{
	if (!memchr(text, '\033', len))
		return false;
	for (const char *at = text, *escape; *at; at = end_of_escape(escape)) {
		escape = strchr(at, '\033');
		if (!escape)
			escape = text + len;
		buf_add(out, at, (size_t)(escape - at));
		if (!*escape)
			break;
	}
	return true;
}
