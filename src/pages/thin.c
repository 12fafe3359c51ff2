/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "pages/thin.h"

#include <math.h>

size_t thin_width(size_t nr, size_t most)
{
	return most && nr > most ? (nr + most - 1) / most : 1;
}

struct bin thin_bin(const struct moments *moments, size_t from, size_t width)
{
	size_t left = moments->nr - from, nr = width < left ? width : left;
	struct bin bin = { INFINITY, -INFINITY, 0 };

	for (size_t i = from; i < from + nr; i++) {
		double value = moments->items[i].value;

		bin.low = fmin(bin.low, value);
		bin.high = fmax(bin.high, value);
		bin.mean += value / (double)nr;
	}
	return bin;
}
