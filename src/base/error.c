/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/error.h"

#include "base/str.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* What came from outside may hold anything, and so may what its parts make together; an error is
 * one line that steers neither a terminal nor a CI system. */
static void make_one_line(char *text)
{
	size_t len;

	for (char *at = text; *at; at += len) {
		len = str_utf8_len(at);
		if (len && !str_is_control(at) && !str_is_ci_command(text, at))
			continue;
		*at = '?';
		len = 1;
	}
}

int error_set(struct error *err, enum error_kind kind, const char *format, ...)
{
	va_list args;

	err->kind = kind;
	va_start(args, format);
	vsnprintf(err->text, sizeof err->text, format, args);
	va_end(args);
	make_one_line(err->text);
	return -1;
}

int error_wrap(struct error *err, const char *format, ...)
{
	char cause[sizeof err->text];
	va_list args;
	size_t len;

	memcpy(cause, err->text, sizeof cause);
	va_start(args, format);
	vsnprintf(err->text, sizeof err->text, format, args);
	va_end(args);
	len = strlen(err->text);
	snprintf(err->text + len, sizeof err->text - len, ": %s", cause);
	make_one_line(err->text);
	return -1;
}
