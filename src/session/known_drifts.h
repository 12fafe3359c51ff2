/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a history says of how much a machine's levels drift, for whoever judges against a stored
 * base. */
#ifndef SESSION_KNOWN_DRIFTS_H
#define SESSION_KNOWN_DRIFTS_H

#include "model/calibration.h"
#include "session/settings.h"
#include "store/history.h"

/*
 * Adds the drifts of each benchmark's time, by the newest clean runs of the base branch that were
 * measured alone on that machine, at least a minute apart and on three days; those of which there
 * are too few have none. No path, or no file, is fine.
 */
int known_drifts_read(const char *path, const struct settings *settings, const struct env *env,
	struct calibration *calibration, struct error *err);
/* The same of a history that is open. */
int known_drifts_of(struct history *history, const struct settings *settings, const struct env *env,
	struct calibration *calibration, struct error *err);

#endif
