/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/json_text.h"

#include "base/str.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

void json_place(const char *text, const char *at, unsigned *line, unsigned *column)
{
	*line = *column = 1;
	for (; text < at; text++) {
		++*column;
		if (*text == '\n') {
			++*line;
			*column = 1;
		}
	}
}

static int wrong(const char *text, const char *at, const char *what, struct error *err)
{
	unsigned line, column;

	json_place(text, at, &line, &column);
	return error_set(err, ERR_USAGE, "line %u, column %u: %s", line, column, what);
}

#define EACH_BYTE (UINT64_MAX / 255)

/* How many of the bytes from here on are ASCII and no NUL, eight at a time. */
static size_t count_plain(const char *at, size_t len)
{
	size_t nr = 0;
	uint64_t word;

	for (; nr + sizeof word <= len; nr += sizeof word) {
		memcpy(&word, at + nr, sizeof word);
		if ((word | (word - EACH_BYTE)) & (EACH_BYTE << 7))
			break;
	}
	return nr;
}

static int check_utf8(const char *text, size_t len, struct error *err)
{
	const char *at = text + count_plain(text, len);

	while (at < text + len) {
		size_t step = *at ? str_utf8_len(at) : 0;

		if (!step)
			return wrong(text, at, "not UTF-8 text", err);
		at += step;
		if (at < text + len)
			at += count_plain(at, (size_t)(text + len - at));
	}
	return 0;
}

/* Of "\\u0000" the first backslash takes the second. */
static bool is_escape(const char *text, const char *at)
{
	size_t nr = 1;

	while (at - nr >= text && *(at - nr) == '\\')
		nr++;
	return nr % 2;
}

/* Backslashes stand in texts alone, or it is no JSON. */
static int check_nul(const char *text, size_t len, struct error *err)
{
	static const char nul[] = "\\u0000";

	for (const char *at = text; (at = strstr(at, nul)) && at < text + len; at++)
		if (is_escape(text, at))
			return wrong(text, at, "a text must not hold \\u0000", err);
	return 0;
}

int json_check_text(const char *text, size_t len, struct error *err)
{
	return check_utf8(text, len, err) || check_nul(text, len, err) ? -1 : 0;
}
