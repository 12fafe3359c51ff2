/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a run says of each alert that there could be: raised, passing, or neither. Pure. */
#ifndef NOTIFY_SIGHTING_H
#define NOTIFY_SIGHTING_H

#include "notify/state.h"

struct sighting {
	char fingerprint[ALERT_FINGERPRINT_MAX];
	bool raised;
	bool passes;             /* what was raised before is well again; never when raised */
	const struct rule *rule; /* of what is raised; borrowed */
	const char *run;         /* id of the run that raised it, borrowed; or NULL */
	struct texts channels;   /* of its rules; none: routes say */
	struct notice notice;    /* of what is raised: as of now, its first run */
};

/* What was compared, to tell what alerts have in common. */
struct census {
	size_t nr_compared; /* benchmarks with a judged comparison */
	size_t nr_folders;  /* of their sources */
	bool in_turn;       /* with the base in turn, so that the machine was the same for both */
};

struct sightings {
	struct sighting *items; /* no fingerprint twice; what is raised in the verdict's order */
	size_t nr, alloc;
	struct census census;
	const char *run; /* id of the run that was judged, borrowed; "" or NULL: unknown */
};

/* The alerts are those of the subject's verdict. `now` is a time. */
struct sightings sightings_take(
	const struct subject *subject, const struct alerts *alerts, const char *now);
void sightings_release(struct sightings *sightings);

/* What is the same bytes as its base was not measured, and has no metric: all that is known to be
 * slower about it than its base passes. */
void sightings_add_identical(struct sightings *sightings, const struct subject *subject,
	const struct tracked_alerts *known);

#endif
