/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reads from a history what it says of the metrics of a verdict, and of all its series. */
#ifndef SESSION_PASTS_H
#define SESSION_PASTS_H

#include "gate/gaps.h"
#include "gate/past.h"
#include "gate/verdict.h"
#include "session/settings.h"
#include "store/history.h"
#include "store/series.h"

/* Owns what comparisons and others borrow. */
struct pasts {
	struct history_runs runs;
	struct series_list series;
	struct past *items; /* each stays where it is */
	size_t nr;
};

void pasts_release(struct pasts *pasts);

/*
 * Gives the comparisons of the verdict their past, into an empty one. The series is that of the
 * head's branch where it has enough of it, else that of the branch that the work began on; the head
 * is its newest point, be it kept there or not. A history without such series leaves them alone.
 */
int pasts_give(struct pasts *pasts, const char *db, const struct settings *settings,
	struct verdict *verdict, struct error *err);

/* The same for the gaps of a run to its competitors, as far as the history keeps them. */
int pasts_give_gaps(struct pasts *pasts, const char *db, const struct settings *settings,
	struct gaps *gaps, struct error *err);

/* The history that is to be looked at: what --db says, or what the policy file says and is there.
 * NULL: none. */
const char *pasts_db(const char *said, const struct settings *settings);

/* Is it told of without being asked for: a metric that is judged, or a count that is or warns? */
bool pasts_judge(const struct series *series);

/* Reads a series and looks at it: the past is owned by the caller, its texts by runs. */
int pasts_read(struct series_reader *reader, const struct series *series,
	const struct past_settings *settings, struct past *past, struct error *err);

/* The same of points that were read already. */
void pasts_look(const struct moments *moments, const struct series *series,
	const struct past_settings *settings, struct past *past);

/* The budget of a series, borrowed; its text is NULL where there is none. */
struct limit pasts_budget(const struct settings *settings, const struct series *series);

#endif
