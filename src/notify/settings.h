/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the policy file says of channels and of telling them, and what one telling is about. */
#ifndef NOTIFY_SETTINGS_H
#define NOTIFY_SETTINGS_H

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
	const struct ci_context *ci;
	const char *state;        /* path of the state file; NULL: there is none */
	const char *now;          /* 2026-11-21T04:05:06Z */
	const char *why_no_state; /* where there is none */
	/* Appends the files that differ between two commits, where that is known; or NULL. */
	void (*changed_files)(const char *from, const char *to, struct texts *files);
};

#endif
