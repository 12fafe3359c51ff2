/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The messages of a run: what each channel is owed, in as few messages as belong together, a digest
 * of what quiet hours put off, the one message of channels that keep one, and what failed before.
 * What became of them is noted in the state.
 */
#ifndef NOTIFY_COMPOSE_H
#define NOTIFY_COMPOSE_H

#include "notify/deliver.h"
#include "notify/reconcile.h"

/* An alert in a message. */
struct outgoing_alert {
	size_t at; /* in the state's alerts */
	enum notice_kind kind;
	bool was_told, was_unsure; /* the receipt, before it was sent */
};

/* A message on its way. Owns all but the channel. */
struct outgoing {
	char id[STATE_ID_MAX]; /* the same when the same is sent again */
	const struct outlet *outlet;
	char *about;    /* of a channel that keeps one message: what it tells of; else NULL */
	char *progress; /* what an earlier run got done of it; or NULL */
	char *title;
	struct json *body;
	struct outgoing_alert *alerts;
	size_t nr, alloc;
};

struct outgoings {
	struct outgoing *items;
	size_t nr, alloc;
};

struct compose_job {
	const struct telling *telling; /* borrowed, like the next */
	const struct census *census;   /* of the verdict; NULL: there is none */
	bool state_read_only;          /* nothing can be put off */
	bool state_unknown;            /* all of a run is one message */
	struct buf *warnings;          /* gets a line for each message that is dropped */
	struct buf *not_told; /* gets a line for each channel that has nothing to send, which says
				 why */
	size_t nr_put_off;    /* until quiet hours are over, by this run */
	size_t nr_paused;     /* until the pause of their channel is over, the same */
};

/* Notes in the state what is put off, and keeps the messages there as unsent. */
struct outgoings compose_all(struct compose_job *job, struct state *state);
/* They may arrive from now on: killed before more is known, the next run sends them again. */
void outgoings_start(const struct outgoings *outgoings, struct state *state);
void outgoing_end(
	const struct outgoing *message, const struct delivery *delivery, struct state *state);
void outgoings_release(struct outgoings *outgoings);

#endif
