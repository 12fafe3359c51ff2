/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a text must be before it is looked at as JSON: for its parser, and nobody else. */
#ifndef BASE_JSON_TEXT_H
#define BASE_JSON_TEXT_H

#include "base/error.h"

#include <stdbool.h>
#include <stddef.h>

/* Behind blanks. */
static inline const char *json_past_blanks(const char *at)
{
	while (*at == ' ' || *at == '\n' || *at == '\t' || *at == '\r')
		at++;
	return at;
}

/* Where `at` is in the text, from 1. */
void json_place(const char *text, const char *at, unsigned *line, unsigned *column);

/* About what cJSON and malloc take for a node, and for a short text of its own; and what a list of
 * numbers takes while it is lifted out. */
#define JSON_TEXT_NODE_BYTES 80
#define JSON_TEXT_TEXT_BYTES 32
#define JSON_TEXT_LIST_BYTES 72

/* About how many bytes its tree will take, were it JSON; that of texts beyond a few bytes aside. */
size_t json_weigh(const char *text);

/* May a tree of so many bytes be made of a text of len? */
bool json_is_light(size_t bytes, size_t len);

/* Is it all UTF-8, no text in it one that C would cut off at a NUL, and its tree not so large that
 * a file from outside could use up the memory? */
int json_check_text(const char *text, size_t len, struct error *err);

#endif
