/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The project's baselines, as lines to draw beside a series. */
#ifndef PAGES_BASES_H
#define PAGES_BASES_H

#include "model/run.h"
#include "store/series.h"

struct bases {
	struct base_of {
		char machine[ENV_MACHINE_MAX];
		struct run run; /* owned */
	} * items;
	size_t nr, alloc;
};

/* Into an empty one, from the folder of baselines. What cannot be read is left out: the gate says
 * so where it matters. */
void bases_read(struct bases *bases, const char *folder);
void bases_release(struct bases *bases);

/* The level of the series' metric on its machine; NaN: there is none. */
double bases_level(const struct bases *bases, const struct series *series);

#endif
