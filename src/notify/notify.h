/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Telling of a verdict: alerts are raised, set beside what was told before, composed for their
 * channels, kept, and sent. Nothing here changes a verdict; what fails is a warning.
 */
#ifndef NOTIFY_NOTIFY_H
#define NOTIFY_NOTIFY_H

#include "notify/notifier.h"
#include "notify/quiet.h"

/* The policy file's "channels" and "notify". */
struct notify_settings {
	struct outlets outlets;
	char *state;                     /* path of the state file; NULL: at home */
	struct texts routes[URGENCY_NR]; /* channels of those urgencies that are routed */
	unsigned routed;                 /* a bit each; what is not goes to all channels */
	struct quiet_hours quiet;
	uint64_t budget_ns; /* for sending all */
	enum choice strict; /* what is not sent is a failure */
};

/* The rows of "notify" and of its sections. */
extern const struct policy_key notify_keys[], notify_route_keys[], notify_quiet_keys[];

void notify_settings_init(struct notify_settings *settings);
void notify_settings_release(struct notify_settings *settings);
/* `root` is the whole policy file; `folder` what its paths are from. Rules must name channels that
 * there are. */
int notify_settings_read(const struct json *root, const char *folder, const struct rules *rules,
	struct notify_settings *settings, struct error *err);

/* What is told of, to whom, and when. All borrowed. */
struct telling {
	const struct notify_settings *settings;
	const struct rules *rules;
	const struct verdict *verdict; /* NULL: nothing new, only what waits is sent */
	const struct occasion *occasion;
	const char *state;        /* path of the state file; NULL: there is none */
	const char *now;          /* 2026-11-21T04:05:06Z */
	const char *why_no_state; /* where there is none */
};

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

void notify_tell(const struct telling *telling, struct told *told);
/* What it would do. */
void notify_show(const struct telling *telling, struct told *told);

#endif
