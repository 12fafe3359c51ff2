/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * How strange the newest value is beside those before it. No kind of noise is assumed: where all
 * values come from the same source, the newest is the farthest from the middle once in nr + 1
 * times.
 */
#ifndef STATS_ANOMALY_H
#define STATS_ANOMALY_H

#include <stddef.h>

/*
 * The chance of a value so far from the median of the past ones. Beyond the farthest of them, it
 * falls with the third power of the distance, as it does for noise with heavy tails; a burst is
 * rarer than that in a past without any. NaN without
 * two values, or with one that is not finite.
 */
double anomaly_chance(const double *past, size_t nr, double newest);

#endif
