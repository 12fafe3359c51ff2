/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Telling of a verdict: alerts are raised, set beside what was told before, composed for their
 * channels, kept, and sent. Nothing here changes a verdict; what fails is a warning.
 */
#ifndef NOTIFY_NOTIFY_H
#define NOTIFY_NOTIFY_H

#include "notify/settings.h"
#include "notify/state.h"

/* How it went: a line for each thing that did, fit for a terminal. */
struct told {
	struct buf lines;    /* what was sent */
	struct buf warnings; /* what was not, and why */
	size_t nr_sent, nr_waiting, nr_lost;
};

#define TOLD_INIT \
	{ \
		BUF_INIT, BUF_INIT, 0, 0, 0 \
	}
void told_release(struct told *told);

/* Brings what is known of alerts up to date with the telling's verdict, and tells nobody. */
void notify_reconcile(const struct telling *telling, struct state *state);

void notify_tell(const struct telling *telling, struct told *told);
/* What it would do. */
void notify_show(const struct telling *telling, struct told *told);

/* Sends the channel a message that says that it is a test, or shows it. The state is left alone. */
void notify_test(const struct telling *telling, const struct outlet *outlet, bool only_show,
	struct told *told);

#endif
