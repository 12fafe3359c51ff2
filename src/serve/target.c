/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "serve/target.h"

#include "base/buf.h"
#include "base/str.h"

#include <stdbool.h>
#include <string.h>

#define MAX_SEGMENTS 16
#define MAX_PARAMETERS 64

static int hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/* One byte of an encoded text; -1: a bad escape. */
static int decode_byte(const char **at, bool plus_is_blank)
{
	int high, low;

	if (**at != '%') {
		char c = *(*at)++;

		return plus_is_blank && c == '+' ? ' ' : (unsigned char)c;
	}
	high = hex_digit((*at)[1]);
	low = high < 0 ? -1 : hex_digit((*at)[2]);
	if (low < 0)
		return -1;
	*at += 3;
	return 16 * high + low;
}

static bool is_clean(const char *text)
{
	for (size_t len; *text; text += len) {
		len = str_utf8_len(text);
		if (!len || str_is_control(text))
			return false;
	}
	return true;
}

static const char *decode(const char *from, size_t len, bool plus_is_blank, struct texts *into)
{
	const char *end = from + len;
	struct buf text = BUF_INIT;
	const char *why = NULL;

	while (from < end && !why) {
		int byte = decode_byte(&from, plus_is_blank);

		if (byte < 0 || from > end)
			why = "it has a % that begins no escape";
		else if (byte == 0)
			why = "it has a control character, or bytes that are no UTF-8";
		else
			buf_addc(&text, (char)byte);
	}
	if (!why && !is_clean(text.data))
		why = "it has a control character, or bytes that are no UTF-8";
	texts_add(into, text.data);
	buf_release(&text);
	return why;
}

static const char *parse_segments(struct target *target, const char *at, const char *end)
{
	const char *why = NULL;

	if (*at != '/')
		return "it must begin with a slash";
	if (end == at + 1)
		return NULL;
	while (at < end && !why) {
		size_t len = strcspn(++at, "/?");
		const char *segment;

		why = decode(at, len, false, &target->segments);
		segment = target->segments.items[target->segments.nr - 1];
		if (!why && (!*segment || !strcmp(segment, ".") || !strcmp(segment, "..")))
			why = "it has an empty segment, or one of dots alone";
		if (!why && target->segments.nr > MAX_SEGMENTS)
			why = "it has too many segments";
		at += len;
	}
	return why;
}

static const char *parse_query(struct target *target, const char *at)
{
	const char *why = NULL;

	while (*at && !why) {
		size_t len = strcspn(at, "&"), name = strcspn(at, "=&");
		bool has_value = name < len;

		why = decode(at, name, true, &target->names);
		if (!why)
			why = decode(at + name + has_value, len - name - has_value, true,
				&target->values);
		if (!why && target->names.nr > MAX_PARAMETERS)
			why = "it has too many parameters";
		at += len + (at[len] == '&');
	}
	return why;
}

const char *target_parse(struct target *target, const char *text)
{
	const char *path_end = text + strcspn(text, "?");
	const char *why;

	*target = (struct target){ .segments = { 0 } };
	if (strlen(text) > TARGET_MAX_BYTES)
		return "it is too long";
	/* Which slash a backslash is depends on who looks. */
	if (strpbrk(text, "\\#"))
		return "it has a backslash or a # in it";
	why = parse_segments(target, text, path_end);
	if (!why && *path_end)
		why = parse_query(target, path_end + 1);
	return why;
}

void target_release(struct target *target)
{
	texts_release(&target->segments);
	texts_release(&target->names);
	texts_release(&target->values);
}

const char *target_value(const struct target *target, const char *name)
{
	for (size_t i = 0; i < target->values.nr; i++)
		if (strcmp(target->names.items[i], name) == 0)
			return target->values.items[i];
	return NULL;
}
