/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A pull parser of plain JSON: it makes the nodes of one value at a time, in room that it is given.
 * It vouches for plain spellings alone; what it does not know, json_parse decides. For base/json.c
 * alone.
 */
#ifndef BASE_JSON_PULL_H
#define BASE_JSON_PULL_H

#include "base/cjson.h"

#include <stdbool.h>
#include <stddef.h>

struct json_pull {
	const char *at;
	/* The room that is left: nodes and numbers take it from its start, aligned as they are,
	 * names and texts from its end. */
	char *room, *room_end;
	cJSON *array;  /* that nodes point back to */
	size_t weight; /* as json_weigh has it */
	int depth;
};

/* Each passes what it says and the blanks behind it. false: it is not there; of a value, the parser
 * does not know it, or the room is too small. */
bool json_pull_char(struct json_pull *pull, char c);
bool json_pull_value(struct json_pull *pull, cJSON **value);

/* Room that the nodes of any part of so many bytes find enough. */
size_t json_pull_room(size_t len);

#endif
