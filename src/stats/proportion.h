/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How often something happens, by how often it was seen to. Plain values; never aborts. */
#ifndef STATS_PROPORTION_H
#define STATS_PROPORTION_H

#include <stddef.h>

/*
 * One-sided upper confidence limit of a chance, `seen` of `nr` trials (Clopper and Pearson 1934):
 * exact, so 0 of 40 is no less than 7.2 % at 0.95. Without trials anything is possible: 1. NaN for
 * more seen than tried, or a confidence outside (0, 1).
 */
double proportion_upper(size_t seen, size_t nr, double confidence);

#endif
