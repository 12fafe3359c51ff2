/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/encode.h"

#include "base/str.h"

#include <string.h>

static bool stands_for_itself(char c, const char *keep)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
		strchr("-._~", c) || strchr(keep, c);
}

void encode_percent(struct buf *out, const char *text, const char *keep)
{
	for (; *text; text++) {
		if (stands_for_itself(*text, keep))
			buf_addc(out, *text);
		else
			buf_addf(out, "%%%02X", (unsigned char)*text);
	}
}

#define LETTERS "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"

static void add_digits(struct buf *out, const unsigned char *at, size_t left, const char *digits)
{
	for (; left; at += 3) {
		size_t nr = left < 3 ? left : 3;
		uint32_t bits = 0;

		for (size_t i = 0; i < 3; i++)
			bits = bits << 8 | (i < nr ? at[i] : 0u);
		for (size_t i = 0; i < 4; i++)
			buf_addc(out, i <= nr ? digits[bits >> (18 - 6 * i) & 63] : '=');
		left -= nr;
	}
}

void encode_base64(struct buf *out, const void *bytes, size_t len)
{
	add_digits(out, bytes, len, LETTERS "+/");
}

void encode_base64url(struct buf *out, const char *text)
{
	add_digits(out, (const unsigned char *)text, strlen(text), LETTERS "-_");
}

/* A byte that goes on: the six bits from that one on. */
static char tail(uint32_t code, int from)
{
	return (char)(0x80 | (code >> from & 63));
}

void encode_utf8(struct buf *out, uint32_t code)
{
	if (code < 0x80) {
		buf_addc(out, (char)code);
	} else if (code < 0x800) {
		buf_addc(out, (char)(0xc0 | code >> 6));
		buf_addc(out, tail(code, 0));
	} else if (code < 0x10000) {
		buf_addc(out, (char)(0xe0 | code >> 12));
		buf_addc(out, tail(code, 6));
		buf_addc(out, tail(code, 0));
	} else {
		buf_addc(out, (char)(0xf0 | code >> 18));
		buf_addc(out, tail(code, 12));
		buf_addc(out, tail(code, 6));
		buf_addc(out, tail(code, 0));
	}
}

const char *encode_valid(const char *text, struct buf *room)
{
	const char *at = text;
	size_t len;

	while (*at && (len = str_utf8_len(at)) != 0)
		at += len;
	if (!*at)
		return text;
	buf_clear(room);
	buf_add(room, text, (size_t)(at - text));
	for (; *at; at += len ? len : 1) {
		len = str_utf8_len(at);
		buf_add(room, len ? at : "?", len ? len : 1);
	}
	return room->data;
}
