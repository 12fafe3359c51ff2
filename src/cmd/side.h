/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What one side of a comparison turns out to be: something that can be measured (a shared object, a
 * program, what a git revision builds to), or a run that was (a result file, a baseline).
 */
#ifndef CMD_SIDE_H
#define CMD_SIDE_H

#include "cmd/settings.h"
#include "harness/catalog.h"
#include "model/run.h"

struct side {
	const char *said;       /* as it was written; NULL: the working tree */
	struct texts sources;   /* suites to measure; none: run was read */
	struct catalog catalog; /* of the sources */
	struct run run;         /* as read, or to be measured */
	char *label;            /* for people */
};

#define SIDE_INIT \
	{ \
		.catalog = CATALOG_INIT, .run = RUN_INIT \
	}

struct side_options {
	const struct settings *settings;
	const char *cache; /* for what revisions build to, or NULL */
};

/* Finds out, builds or reads, and lists the benchmarks of what can be measured. */
int side_find(struct side *side, const struct side_options *options, struct error *err);
void side_release(struct side *side);

bool side_can_be_measured(const struct side *side);

/* Are the two the same bytes, with the same libraries? Where that cannot be told, no. */
bool side_is_same(const struct side *one, const struct side *other);

#endif
