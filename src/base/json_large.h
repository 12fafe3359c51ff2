/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Large JSON texts, whose long lists stay text: a member becomes nodes when it is asked for, in
 * room for one. For base/json.c alone, which has json_parse_large for all others.
 */
#ifndef BASE_JSON_LARGE_H
#define BASE_JSON_LARGE_H

#include "base/cjson.h"
#include "base/json.h"

/* Beside cJSON's own bits of a type: a list that stays text, and a member of such a list. */
#define JSON_LARGE_LIST (1 << 10)
#define JSON_LARGE_MEMBER (1 << 11)

/* The root of a text that has such lists; they must not outlive the text. NULL when the text has
 * none, or is not surely JSON that json_parse takes: json_parse must look at it then. */
struct json *json_large_parse(const char *text, size_t len);

/* The first member of a list, and the one behind a member, in its place; NULL at the end. */
cJSON *json_large_first(const cJSON *list);
cJSON *json_large_next(const cJSON *member);

/* Takes over nodes that were made for an array in a member: they are freed with the tree. */
void json_large_keep(cJSON *array);

#endif
