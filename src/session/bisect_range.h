/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Where a history says that a benchmark changed: the commits that a bisection can start from. */
#ifndef SESSION_BISECT_RANGE_H
#define SESSION_BISECT_RANGE_H

#include "base/buf.h"
#include "base/error.h"
#include "base/opts.h"

/* The texts are owned. */
struct bisect_range {
	char *good, *bad; /* hashes of the last commit before the change, and of the first behind
			     it; NULL: the history has no change of what was asked for */
	char *note;       /* for people: whose change it is */
	char time[32];    /* of the run of the bad one */
};

/* The newest step of the benchmarks that a pattern matches (no pattern: of any), in a metric (NULL:
 * the time). */
int bisect_range_find(const char *path, const struct words *patterns, const char *metric,
	struct bisect_range *range, struct error *err);
void bisect_range_release(struct bisect_range *range);

#endif
