/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Fewer points that look the same in a chart. */
#ifndef PAGES_THIN_H
#define PAGES_THIN_H

#include "store/series.h"

/* Neighbours that are drawn as one: the least, the largest and the mean of their values. */
struct bin {
	double low, high, mean;
};

/* How many neighbours each bin has, so that no more than `most` bins come of them; 1: each point is
 * drawn. */
size_t thin_width(size_t nr, size_t most);

/* Of the points from `from` on, as many as `width`, or as there are. */
struct bin thin_bin(const struct moments *moments, size_t from, size_t width);

#endif
