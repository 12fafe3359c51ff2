/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * JSON, the only door to cJSON. A tree is owned by who made its root (json_free); what is added to
 * a parent belongs to the parent. Running out of memory dies as everywhere else. Numbers survive a
 * round trip exactly.
 */
#ifndef BASE_JSON_H
#define BASE_JSON_H

#include "base/buf.h"

#include <stdbool.h>
#include <stddef.h>

struct json;

struct json *json_new_object(void);
void json_free(struct json *json);

/* Each adds under a name to an object, or, with name NULL, to an array. */
struct json *json_add_object(struct json *parent, const char *name);
struct json *json_add_array(struct json *parent, const char *name);
/* NULL text is null; NaN and infinities are null too, for JSON has none. Bytes that are not UTF-8
 * become '?'. */
void json_add_text(struct json *parent, const char *name, const char *text);
void json_add_number(struct json *parent, const char *name, double number);
void json_add_bool(struct json *parent, const char *name, bool value);
void json_add_numbers(struct json *parent, const char *name, const double *numbers, size_t nr);

/* As text: a value a line, arrays of numbers on one line, a newline at the end. */
void json_print(const struct json *json, struct buf *out);

#endif
