/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Where a series of measurements, one a commit, changed: steps, slopes and spikes are told apart.
 * Changes are found on logarithms where all values are positive, so that no unit matters. What one
 * value does is never a step, and noise is taken from the series itself: from differences of
 * neighbours, which steps hardly touch, widened where neighbours resemble each other.
 */
#ifndef STATS_CHANGEPOINTS_H
#define STATS_CHANGEPOINTS_H

#include "stats/student.h"

#include <stdbool.h>
#include <stddef.h>

enum change_kind {
	CHANGE_STEP,  /* one level before it, another behind it */
	CHANGE_SLOPE, /* from here on the level moves, until `end` */
};

struct changepoint {
	enum change_kind kind;
	size_t at;             /* the first value that is changed */
	size_t low, high;      /* where that one surely is, 19 times in 20: low <= at <= high */
	size_t end;            /* of the segment that it begins: behind its last value */
	double before;         /* the level, in the values' own unit */
	double after;          /* a slope's at its end */
	struct interval ratio; /* of after to before, 95 %; of the difference where values are not
				  all positive */
	double p;              /* that noise makes so large a change anywhere in the series */
	bool maybe;            /* the newest values only: more of them decide */
};

struct changepoints {
	struct changepoint *items; /* ascending */
	size_t nr, alloc;
	size_t *spikes; /* single values far from their level; ascending */
	size_t nr_spikes;
	bool logs;          /* ratios, not differences */
	double noise;       /* standard deviation of a value around its level, of logs if so */
	double correlation; /* of neighbours around their level, 0 to .9 */
};

#define CHANGEPOINTS_INIT \
	{ \
		.nr = 0 \
	}

/* Fewer values show no change. */
#define CHANGEPOINTS_MIN_VALUES 6
/* Nor do fewer exact ones. */
#define CHANGEPOINTS_MIN_EXACT 4

/* Of finite values in the order of the commits, into an empty one; with too few values, or one
 * that is not finite, it stays empty. `chance` is that of finding any change where there is none,
 * such as .01. */
void changepoints_find(struct changepoints *found, const double *values, size_t nr, double chance);

/*
 * The same of values that nothing but a change changes, such as counts: each other value is a step,
 * the newest too, and of a single one that comes and goes a spike. False where the values do not
 * look like that, for few stay as they are or many come and go; then nothing is found.
 */
bool changepoints_find_exact(struct changepoints *found, const double *values, size_t nr);
void changepoints_release(struct changepoints *found);

#endif
