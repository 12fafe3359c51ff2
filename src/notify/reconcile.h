/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What a run changes about the known alerts, and what each channel is then owed: what it should be
 * told, minus what it was told. Pure.
 */
#ifndef NOTIFY_RECONCILE_H
#define NOTIFY_RECONCILE_H

#include "notify/settings.h"
#include "notify/sighting.h"

/* Each alert of the state is as the run found it: new, worse, standing, escalated or resolved.
 * Channels that an alert concerns from now on get a receipt: who is configured later is not told of
 * what stands already. Without sightings (NULL) only time went by. */
void reconcile_run(
	struct state *state, const struct sightings *sightings, const struct telling *telling);

/* Is the channel to be told something of the alert, and what? For a channel that keeps one message:
 * is the alert a part of it? Time of day does not count here. */
bool reconcile_owes(const struct state *state, const struct tracked_alert *alert,
	const struct outlet *outlet, const struct telling *telling, enum notice_kind *kind);

#endif
