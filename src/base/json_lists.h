/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Where the long lists of a JSON text are, found by its brackets and quotes alone: who reads a list
 * finds out whether it is one. For base/json.c alone.
 */
#ifndef BASE_JSON_LISTS_H
#define BASE_JSON_LISTS_H

#include <stdbool.h>
#include <stddef.h>

/* A list of objects right in the root object. */
struct json_list {
	const char *start, *end; /* behind its '[', at its ']' */
	size_t order;            /* of its name among those of the root */
};

struct json_lists {
	struct json_list *items;
	size_t nr, alloc;
};

/* false: it has none, or what stands beside them is long, or it is no JSON. Where the text without
 * what the lists hold is JSON, the lists are empty ones there; where each holds values up to its
 * end, the text is JSON, too. */
bool json_lists_find(const char *text, size_t len, struct json_lists *lists);

#endif
