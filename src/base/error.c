/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/error.h"

#include "base/str.h"

#include <stdarg.h>
#include <stdbool.h>
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

#define MORE ", ..."

static bool is_known_name(const char *list, const char *name)
{
	size_t len = strlen(name);

	for (; *list; list += strspn(list, ", ")) {
		if (strncmp(list, name, len) == 0 && strchr(",", list[len]))
			return true;
		list += strcspn(list, ",");
	}
	return false;
}

static void list_name(struct unknown *unknown, const char *name)
{
	size_t used = strlen(unknown->known), room = sizeof unknown->known - used;
	const char *comma = used ? ", " : "";

	if (is_known_name(unknown->known, "...") || is_known_name(unknown->known, name))
		return;
	if (strlen(comma) + strlen(name) + sizeof MORE > room)
		snprintf(unknown->known + used, room, "%s", MORE);
	else
		snprintf(unknown->known + used, room, "%s%s", comma, name);
}

void unknown_offer(struct unknown *unknown, const char *name)
{
	struct str_nearest nearest = str_nearest(unknown->given);

	if (*unknown->best)
		str_nearest_offer(&nearest, unknown->best);
	str_nearest_offer(&nearest, name);
	if (nearest.best == name)
		snprintf(unknown->best, sizeof unknown->best, "%s", name);
	if (unknown->kinds)
		list_name(unknown, name);
}

static const char *text_or_empty(const char *text)
{
	return text ? text : "";
}

void unknown_add(const struct unknown *unknown, struct buf *out)
{
	if (*unknown->best)
		buf_addf(out, "; did you mean %s%s%s?", text_or_empty(unknown->before),
			unknown->best, text_or_empty(unknown->after));
	if (unknown->kinds && *unknown->known)
		buf_addf(out, "%s known %s: %s", *unknown->best ? "" : ";", unknown->kinds,
			unknown->known);
	else if (unknown->see && !*unknown->best)
		buf_addf(out, " (see %s)", unknown->see);
}

/* A name may be as long as a command line; what is near it must not be cut off. */
int unknown_error(const struct unknown *unknown, struct error *err, const char *format, ...)
{
	char words[448];
	struct buf rest = BUF_INIT;
	va_list args;

	va_start(args, format);
	vsnprintf(words, sizeof words, format, args);
	va_end(args);
	unknown_add(unknown, &rest);
	error_set(err, ERR_USAGE, "%s%s", words, rest.data);
	buf_release(&rest);
	return -1;
}
