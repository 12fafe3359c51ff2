/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The requests of an act. Each fills in the talk's next one; without a token it says why not. */
#ifndef NOTIFY_FORGE_ASK_H
#define NOTIFY_FORGE_ASK_H

#include "notify/forge.h"

#define FORGE_PAGE_SIZE 100
#define FORGE_MAX_ANNOTATIONS 50 /* of a request: GitHub's */

/* The page of comments that the talk is at. */
enum talk_next forge_ask_page(const struct forge *forge, struct talk *talk, const struct json *act);
/* The comment that was found is changed, or, where that is "", made. */
enum talk_next forge_ask_comment(
	const struct forge *forge, struct talk *talk, const struct json *act);
/* What is to be posted; of a check with its annotations the part that the talk is at. */
enum talk_next forge_ask_post(const struct forge *forge, struct talk *talk, const struct json *act);

/* Sets what the talk has found, or NULL. */
void forge_find(struct talk *talk, const char *found);

/* A text of an object; "" where there is no such text. */
const char *forge_text(const struct json *json, const char *name);

#endif
