/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Delivers messages: all side by side, each tried again where that is safe and may help, as long as
 * there is time. What one channel does or does not do is nothing to the others.
 */
#ifndef NOTIFY_DELIVER_H
#define NOTIFY_DELIVER_H

#include "notify/notifier.h"

#define DELIVER_MAX_REQUESTS 200 /* of a message: no channel has that much to ask */

enum delivered {
	DELIVERED,
	DELIVERED_LATER,   /* it is to be kept and tried again */
	DELIVERED_REFUSED, /* it never will be */
};

struct delivery {
	const struct outlet *outlet;
	const char *id;          /* of the message; borrowed, like its body */
	const struct json *body; /* as the channel composed it */
	enum delivered outcome;
	char *left;         /* what the channel wants remembered of it, or NULL; owned */
	char *progress;     /* what earlier tries got done of it, and then this one; owned */
	struct error error; /* why not: status and the server's own message, secrets masked; of what
			       is delivered what was done without */
	size_t nr_requests; /* that were sent */
	bool doubtful;      /* one of them may have arrived, though nobody said so */
	bool is_probe;      /* earlier runs failed: until the server answers, a request is tried
			       once and for a short time */
};

struct delivery_terms {
	uint64_t budget_ns; /* for all together */
	uint64_t seed;      /* of the jitter */
	struct secrets *secrets;
};

void deliver(struct delivery *items, size_t nr, const struct delivery_terms *terms);

/* What would be sent, each request as it would be if nothing were there yet, secrets masked. */
void deliver_show(
	const struct delivery *delivery, const struct delivery_terms *terms, struct buf *out);

#endif
