/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A pull parser of plain JSON: first it goes over a text to check it and to count what its nodes
 * take, later it makes the nodes of a part in room that was counted so. It vouches for plain
 * spellings alone; what it does not know, json_parse decides. For base/json.c alone.
 */
#ifndef BASE_JSON_PULL_H
#define BASE_JSON_PULL_H

#include "base/cjson.h"

#include <stdbool.h>
#include <stddef.h>

/* What the nodes of a value take. */
struct json_pull_room {
	size_t nr_nodes, nr_numbers;
	size_t nr_letters; /* of names and texts, each with its NUL */
};

/* Where nodes are made, borrowed. All of them point back to the array. */
struct json_pull_place {
	cJSON *array;
	cJSON *nodes;
	double *numbers;
	char *letters;
};

struct json_pull {
	const char *at;
	const char *limit;                /* no value begins behind it */
	const struct json_pull_place *to; /* NULL while it checks and counts */
	struct json_pull_room used;
	size_t weight; /* as json_weigh has it */
	int depth;
};

/* Each passes what it says and the blanks behind it. false: it is not there; of a value or a text,
 * the parser does not know it. */
bool json_pull_char(struct json_pull *pull, char c);
bool json_pull_text(struct json_pull *pull, char **text);
/* While it counts, the value is NULL. */
bool json_pull_value(struct json_pull *pull, cJSON **value);

void json_pull_blanks(struct json_pull *pull);

#endif
