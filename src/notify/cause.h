/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What notices have in common: those of one likely cause become one message. Everything at once is
 * the machine, or what all benchmarks share; else it is a folder of sources, or a tier. Pure.
 */
#ifndef NOTIFY_CAUSE_H
#define NOTIFY_CAUSE_H

#include "notify/content.h"
#include "notify/reconcile.h"

/* Notices of one message. */
struct bundle {
	const struct notice **items; /* the array is owned, the notices are not; the most urgent
					first */
	size_t nr, alloc;
	enum urgency urgency; /* the most urgent's */
	char *title;          /* one line; owned */
	char *cause;          /* a sentence, or NULL; owned */
};

struct bundles {
	struct bundle *items;
	size_t nr, alloc;
};

/* Nobody is sent more messages of a run: what is over goes into the last. */
#define CAUSE_MAX_BUNDLES 5

/* At least so many benchmarks, and two thirds of those that were compared, are everything. */
#define CAUSE_MIN_ALL 5
/* So many of a folder, and so many of a tier, are no coincidence. */
#define CAUSE_MIN_FOLDER 2
#define CAUSE_MIN_TIER 3

/* Of one kind are all that are new or worse, all that are better, escalated, or resolved. None is
 * standing. The most urgent bundle comes first. */
struct bundles cause_bundle(
	const struct notice *const *notices, size_t nr, const struct census *census);
void bundles_release(struct bundles *bundles);

/* All in one message, whatever they are. */
struct bundle cause_take_all(const struct notice *const *notices, size_t nr);
void bundle_release(struct bundle *bundle);

/* Titles of messages: one line that says what, how much, how urgent and where. */

/* "benchgate: hash +16.6 % (critical) on main", or of many "benchgate: 12 benchmarks in src/parser
 * slower by 5.0 to 31 % (critical) on main". `shared` is " in src/parser" or "". */
void title_of(const struct notice *const *notices, size_t nr, const char *shared, struct buf *out);

/* The same of all that a run, or a digest, has: "benchgate: REGRESSION, 3 new, 1 resolved on main".
 * `what` is the first word. */
void title_of_all(
	const struct notice *const *notices, size_t nr, const char *what, struct buf *out);

/* How many benchmarks there are among the notices. */
size_t title_nr_benchmarks(const struct notice *const *notices, size_t nr);

#endif
