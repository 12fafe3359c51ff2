/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Baselines that update themselves: what runs of the base branch support is proposed, reviewed, and
 * taken over. Nothing is measured. */
#ifndef SESSION_PROPOSE_H
#define SESSION_PROPOSE_H

#include "session/update.h"

/* update-baselines --auto and --approve. */
int propose_updates(
	const struct update_options *options, const struct words *patterns, struct error *err);

#endif
