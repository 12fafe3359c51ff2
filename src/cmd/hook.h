/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The pre-push hook: a few lines of shell in git's own folder of hooks, which a hook that was there
 * is kept beside, and what they call at each push.
 */
#ifndef CMD_HOOK_H
#define CMD_HOOK_H

#include "cmd/command.h"
#include "session/settings.h"

#include <stdint.h>

struct hook_options {
	uint64_t limit_ns;  /* for measuring, at each push */
	const char *tier;   /* as --tier; NULL: unsaid */
	const char *remote; /* what git calls it; NULL: unsaid */
	bool quiet;
};

/* The tier that is measured where nothing else is said. */
#define HOOK_TIER "critical"

/* In the repository of the project's folder, or of the current one; both append what they did, for
 * people. */
int hook_install(const struct hook_options *options, const struct settings *settings,
	struct buf *out, struct error *err);
int hook_uninstall(struct buf *out, struct error *err);

/* Measures what a push can have changed, and says so. Only what the policy calls a regression sets
 * anything in the outcome; an error is why nothing was measured. */
int hook_gate(const struct hook_options *options, const struct settings *settings,
	struct outcome *outcome, struct error *err);

#endif
