/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Two independent samples with unequal variances: Welch over summaries, and
 * Yuen's version of it over trimmed values. Both make a contrast, head - base.
 *
 * Fewer than two values a side: TOO_FEW. A NaN or infinity among them: NOT_FINITE.
 * Both sides without spread: NO_SPREAD; one such side is fine, the other's
 * degrees of freedom count. Swapping the sides changes the sign of the
 * difference and nothing else.
 */
#ifndef STATS_WELCH_H
#define STATS_WELCH_H

#include "stats/contrast.h"

struct contrast welch_of(struct summary base, struct summary head);

/* Values of one side of Yuen's test; the caller owns them, and they are sorted in place. */
struct series {
	double *values;
	size_t nr;
};

/*
 * Difference of trimmed means, each end losing floor(fraction * nr); fraction in
 * [0, 0.5), 0 being Welch. Fewer than two values left a side is TOO_FEW; infinities
 * are refused even where trimming would drop them.
 */
struct contrast welch_of_trimmed(struct series base, struct series head, double fraction);

#endif
