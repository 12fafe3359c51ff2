/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * From what is settled to letters: each channel's notices, those that wait for the end of quiet
 * hours, the digest of those that have waited, and what belongs in one message.
 */
#ifndef NOTIFY_POST_H
#define NOTIFY_POST_H

#include "notify/notify.h"
#include "notify/settle.h"

struct post {
	const struct telling *telling; /* borrowed, like the next */
	const struct census *census;   /* of the verdict; NULL: there is none */
	bool forgetful;                /* the state is not written: nothing can wait */
	bool ignorant;                 /* nor is it known: all of a run is one message */
	const char *claim;             /* the run that sends the letters... */
	const char *claimed;           /* ... and until when it is the only one to */
	struct buf *silence; /* gets a line for each channel that says why it is not told */
	size_t nr_waiting;   /* that were put off until quiet hours are over */
};

/* The letters are appended to the state's outbox, claimed; the state knows who was told. */
void post_letters(struct post *post, const struct settlement *settlement, struct state *state);

#endif
