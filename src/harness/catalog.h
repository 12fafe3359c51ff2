/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What benchmarks there are: each suite is asked in a process of its own, so that a broken one
 * harms nobody. */
#ifndef HARNESS_CATALOG_H
#define HARNESS_CATALOG_H

#include "base/error.h"
#include "base/opts.h"
#include "model/bench.h"

#include <benchgate.h>

struct catalog {
	struct benches benches;
	struct benches others; /* that were there, and not chosen */
	char *compiler;        /* of the first suite that has any */
	uint64_t build;        /* BG_BUILD_* bits: optimised if all are, the others if any has */
	char *forms;           /* in which the suites came: "shared object, program" */
	const struct sandbox *sandbox; /* that suites are asked in, borrowed; NULL: none */
	char *libraries; /* that it brings: "libm.so.6 1a2b3c4d5e6f, ..." with the start of build
			    ids */
};

#define CATALOG_INIT \
	{ \
		.compiler = NULL \
	}

/* Adds the benchmarks of one suite ("" for what is linked in). A name that is there already is an
 * error. */
int catalog_add(struct catalog *catalog, const char *source, struct error *err);
/* Adds those of all suites, or what is linked in when there is none. */
int catalog_add_all(struct catalog *catalog, const struct words *sources, struct error *err);
void catalog_release(struct catalog *catalog);

#endif
