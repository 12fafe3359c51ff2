/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What a run's alerts are beside what is known: new, worse, too long unresolved, standing, or
 * resolved. Pure: the state is changed, and says so from then on.
 */
#ifndef NOTIFY_SETTLE_H
#define NOTIFY_SETTLE_H

#include "notify/sighting.h"
#include "notify/state.h"

/* A notice, and for whom it is. */
struct settled {
	struct notice notice;
	struct texts channels; /* that are to be told; none: routes say, unless `exactly` */
	bool exactly;          /* these channels and no other, whatever its urgency */
	bool is_news;          /* else it is for channels that keep one message up to date */
	bool of_run;           /* the run judged it */
};

struct settlement {
	struct settled *items;
	size_t nr, alloc;
};

/* Without sightings (NULL) only time went by. */
struct settlement settle(struct state *state, const struct sightings *sightings,
	const struct rules *rules, const char *now);
void settlement_release(struct settlement *settlement);

#endif
