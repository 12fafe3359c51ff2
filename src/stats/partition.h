/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The cheapest division of a series into segments of one level each. A value costs the square of
 * its distance from its segment's level, but never more than a limit, so that no single value buys
 * a segment of its own; each segment after the first costs a penalty. Exact, by pruning functions
 * of the level: Fearnhead and Rigaill 2019.
 */
#ifndef STATS_PARTITION_H
#define STATS_PARTITION_H

#include <stddef.h>

struct partition_costs {
	double limit;   /* of one value, > 0 */
	double penalty; /* of one more segment, > 0 */
};

/* Fills in where segments begin, ascending, the first at 0; `starts` is nr long. Returns how many
 * there are; 0 for no values or one that is not finite. */
size_t partition_of(const double *values, size_t nr, struct partition_costs costs, size_t *starts);

#endif
