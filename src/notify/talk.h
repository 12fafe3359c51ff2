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

/* A program of a channel's that is told of a message, while others are told of theirs. */

struct channel_child;

/* NULL with the error when the program cannot be started. */
struct channel_child *channel_child_start(
	const struct outlet *outlet, const struct json *body, struct error *err);

enum channel_child_end {
	CHILD_RUNS,
	CHILD_DONE,
	CHILD_FAILED, /* the error says how, with the last line of what it printed */
};

/* Waits until then (of clock_now_ns) at most. */
enum channel_child_end channel_child_wait(
	struct channel_child *child, uint64_t until_ns, struct error *err);

/* A program that still runs is killed. */
void channel_child_free(struct channel_child *child);

#endif
