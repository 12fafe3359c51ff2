/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Which response is to act about which alert now: what it did last, against what the alert has
 * become. Pure.
 */
#ifndef RESPOND_DUE_H
#define RESPOND_DUE_H

#include "notify/state.h"
#include "respond/responses.h"

/* What is to be done about one alert. Owns its texts but for the response. */
struct due {
	const struct response *response;
	struct notice notice; /* the alert, whose kind says what it has become */
	enum urgency peak;
	uint64_t nr_escalated;
	char *before, *commit; /* that passed last, and that it began with; or NULL */
	char *thread;          /* what the last time left; or NULL */
};

struct dues {
	struct due *items; /* of each response the most urgent first */
	size_t nr, alloc;
};

/* What the run at hand says. */
struct due_run {
	const struct rules *rules;
	const struct subject *subject; /* NULL: there is none, only what failed or ended is due */
	const char *now;
};

/* Why something has to wait is a line in `waits`. */
struct dues dues_find(const struct responses *responses, const struct state *state,
	const struct due_run *run, struct buf *waits);
void dues_release(struct dues *dues);

/* Adds that the alert still stands, if the response has begun to act on it and it has not ended. */
void dues_add_standing(struct dues *dues, const struct response *response,
	const struct state *state, const struct tracked_alert *alert);

/* Notes that it begins; it has failed until somebody says otherwise. Borrowed. */
struct reaction *due_begin(const struct due *due, struct state *state, const char *now);

/* The metric that bisect is to look at; NULL: whichever time shows the change best. */
const char *due_metric(const struct due *due);

/* How many alerts the response is about, that the run raised or cannot tell, and nobody has
 * acknowledged or silenced; the most severe of them is `worst`, borrowed from the state, or NULL.
 * There is a run. */
size_t due_count(const struct response *response, const struct state *state,
	const struct due_run *run, const struct tracked_alert **worst);

#endif
