/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a text must be before it is looked at as JSON: for its parser, and nobody else. */
#ifndef BASE_JSON_TEXT_H
#define BASE_JSON_TEXT_H

#include "base/error.h"

#include <stddef.h>

/* Where `at` is in the text, from 1. */
void json_place(const char *text, const char *at, unsigned *line, unsigned *column);

/* Is it all UTF-8, and no text in it one that C would cut off at a NUL? */
int json_check_text(const char *text, size_t len, struct error *err);

#endif
