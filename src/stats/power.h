/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What a test can find: its power, and the smallest change that it finds with a
 * wanted probability.
 *
 * Plain values in and out; never aborts; NaN where there is no answer.
 */
#ifndef STATS_POWER_H
#define STATS_POWER_H

#include "stats/contrast.h"

/*
 * Chance that contrast_p_above(c, limit) < alpha when the true difference is limit
 * + excess. Of `plan` only se and df count: those of the planned measurement, which
 * welch_of gives for summaries whose nr is the planned one. NaN when plan has no answer.
 */
double power_of(struct contrast plan, double alpha, double excess);

/*
 * The smallest excess over the limit that is found with probability `power`, which
 * must lie in [alpha, 1); NaN otherwise, or when plan has no answer.
 */
double power_detectable(struct contrast plan, double alpha, double power);

#endif
