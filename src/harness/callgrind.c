/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "harness/callgrind.h"

#include "base/str.h"

#include <string.h>

/* The number behind "totals: " at the start of a line; the text ends in a zero. */
static bool read_total(const char *line, uint64_t *total)
{
	static const char word[] = "totals: ";
	char number[32];
	size_t len;

	if (strncmp(line, word, sizeof word - 1) != 0)
		return false;
	line += sizeof word - 1;
	len = strspn(line, "0123456789");
	if (!len || len >= sizeof number)
		return false;
	memcpy(number, line, len);
	number[len] = '\0';
	return str_to_u64(number, total);
}

int callgrind_total(const char *text, size_t len, uint64_t *total, struct error *err)
{
	for (const char *at = text; at && at < text + len; at = strchr(at, '\n')) {
		at += *at == '\n';
		if (read_total(at, total))
			return 0;
	}
	return error_set(err, ERR_IO, "callgrind's file has no line \"totals: NUMBER\"");
}
