/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A JSON object of somebody's own, in whose texts {placeholders} stand for what the content are. A
 * text that is "{alerts}" or "{count}" alone becomes the list or the number itself. */
#ifndef NOTIFY_FILL_H
#define NOTIFY_FILL_H

#include "notify/content.h"
#include "notify/secrets.h"

/* Is every placeholder a known one? `place` is the object's in the file. */
int fill_check(const struct json *pattern, const char *place, struct error *err);

/* Adds the members of the pattern, which is a good one. */
void fill(const struct json *pattern, const struct content *content, struct json *to);

/* What was filled in, now with the secrets whose places the pattern has: {"env": "NAME"}. Only the
 * pattern says where they are, for what was filled in was kept in a file. Of no pattern (NULL) it
 * is a copy. */
int fill_secrets(const struct json *pattern, const struct json *filled, struct secrets *secrets,
	struct json *to, struct error *err);

#endif
