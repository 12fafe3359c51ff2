/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A conversation from its start to its end, for who drives one. */
#ifndef NOTIFY_TALK_H
#define NOTIFY_TALK_H

#include "notify/notifier.h"

/* All borrowed; nothing is asked yet. */
struct talk talk_about(const struct outlet *outlet, const char *id, const struct json *body,
	struct secrets *secrets);
void talk_release(struct talk *talk);

/* Lets the channel look at the response (NULL: the start) and fill in the next request. */
enum talk_next talk_step(struct talk *talk, const struct http_response *response);

#endif
