/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What benchmarks there are: each suite is asked in a process of its own, so that a broken one
 * harms nobody. */
#ifndef HARNESS_CATALOG_H
#define HARNESS_CATALOG_H

#include "base/error.h"
#include "model/bench.h"

struct catalog {
	struct benches benches;
	char *compiler; /* of the first suite that has any */
	uint64_t build; /* its BG_BUILD_* bits */
};

#define CATALOG_INIT \
	{ \
		.compiler = NULL \
	}

/* Adds the benchmarks of one suite ("" for what is linked in). A name that is there already is an
 * error. */
int catalog_add(struct catalog *catalog, const char *source, struct error *err);
void catalog_release(struct catalog *catalog);

#endif
