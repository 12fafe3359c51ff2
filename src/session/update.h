/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Recording: a session is measured, shown against what is known, and added to a baseline. */
#ifndef SESSION_UPDATE_H
#define SESSION_UPDATE_H

#include "session/update_session.h"

int update_baselines(const struct update_options *options, const struct words *patterns,
	struct outcome *outcome, struct error *err);

/* The same of what was measured already: these files are one session. */
int update_baselines_from(const struct update_options *options, const struct words *files,
	struct outcome *outcome, struct error *err);

/* Waits until a session of the head may be added to the baseline: values that are taken closer
 * together tell of one moment only. -1: interrupted. */
int update_keep_apart(const struct run *baseline, const struct run *head, bool quiet);

/* "2 sessions on record; with 3 more, ...", a line. */
void update_add_outlook(size_t nr_sessions, struct buf *text);

/* What UPDATE_BASELINES asks of `run`: false where it is unset, empty or 0; a text other than 1 is
 * the reason. */
bool update_is_asked_for(const char **reason);

#endif
