/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What a run changes about the known alerts, and what each channel is then owed: what it should be
 * told, minus what it was told. Pure.
 */
#ifndef NOTIFY_RECONCILE_H
#define NOTIFY_RECONCILE_H

#include "notify/settings.h"
#include "notify/state.h"

/* What a run says of each alert that there could be: raised, passing, or neither. */
struct observation {
	char fingerprint[ALERT_FINGERPRINT_MAX];
	bool raised;
	bool passes;             /* what was raised before is well again; never when raised */
	const struct rule *rule; /* of what is raised; borrowed */
	const char *run;         /* id of the run that raised it, borrowed; or NULL */
	const char *before;      /* commit of the base, borrowed; or NULL */
	struct texts channels;   /* of its rules; none: routes say */
	struct notice notice;    /* of what is raised: as of now, its first run */
};

/* What was compared, to tell what alerts have in common. */
struct census {
	size_t nr_compared; /* benchmarks with a judged comparison */
	size_t nr_folders;  /* of their sources */
	bool in_turn;       /* with the base in turn, so that the machine was the same for both */
};

struct observations {
	struct observation *items; /* no fingerprint twice; what is raised in the verdict's order */
	size_t nr, alloc;
	struct census census;
	const char *run;    /* id of the run that was judged, borrowed; "" or NULL: unknown */
	const char *commit; /* that it measured, the same */
};

/* The alerts are those of the subject's verdict. `now` is a time. */
struct observations observations_take(
	const struct subject *subject, const struct alerts *alerts, const char *now);
void observations_release(struct observations *observations);

/* What is the same bytes as its base was not measured, and has no metric: all that is known to be
 * slower about it than its base passes. */
void observations_add_identical(struct observations *observations, const struct subject *subject,
	const struct tracked_alerts *known);

/* Each alert of the state is as the run found it: new, worse, standing, escalated or resolved.
 * Channels that an alert concerns from now on get a receipt: who is configured later is not told of
 * what stands already. Without observations (NULL) only time went by. */
void reconcile_run(struct state *state, const struct observations *observations,
	const struct telling *telling);

/* Is the channel to be told something of the alert, and what? For a channel that keeps one message:
 * is the alert a part of it? Time of day does not count here. */
bool reconcile_owes(const struct state *state, const struct tracked_alert *alert,
	const struct outlet *outlet, const struct telling *telling, enum notice_kind *kind);

#endif
