/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "stats/anomaly.h"

#include "base/mem.h"
#include "stats/summary.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static size_t count_from(const double *sorted, size_t nr, double limit)
{
	size_t at = nr;

	while (at > 0 && sorted[at - 1] >= limit)
		at--;
	return nr - at;
}

double anomaly_chance(const double *past, size_t nr, double newest)
{
	double *values, distance, farthest, chance;
	size_t beyond;

	if (nr < 2 || !isfinite(newest) || !isfinite(summary_of(past, nr).mean))
		return NAN;
	values = mem_resize(NULL, nr + 1, sizeof *values);
	memcpy(values, past, nr * sizeof *values);
	/* The median of all, the newest too: else it would be farther away than its peers by
	 * construction. */
	values[nr] = newest;
	distance = median_of(values, nr + 1);
	for (size_t i = 0; i < nr; i++)
		values[i] = fabs(past[i] - distance);
	distance = fabs(newest - distance);
	sort_values(values, nr);
	farthest = values[nr - 1];
	beyond = count_from(values, nr, distance);
	chance = (double)(beyond + 1) / (double)(nr + 1);
	if (beyond == 0)
		chance *= pow(farthest / distance, 3);
	free(values);
	return chance;
}
