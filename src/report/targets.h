/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The table of targets, alike in every report: each absolute budget, the value that was measured,
 * and the word that came of it. A budget of what could not be measured has a row, too.
 */
#ifndef REPORT_TARGETS_H
#define REPORT_TARGETS_H

#include "base/buf.h"
#include "gate/verdict.h"

struct target {
	const struct comparison *comparison; /* with the budget; or which says why there is none */
	const struct limit *limit;
	const char *metric; /* its name; a glob where nothing was measured and the policy has one */
};

struct targets {
	struct target *items;
	size_t nr, alloc;
};

/* In the order of the verdict; borrows it. */
struct targets targets_of(const struct verdict *verdict);
void targets_release(struct targets *targets);

/* The cells. */
void targets_add_metric(const struct target *target, struct buf *cell);  /* "parse time" */
void targets_add_limit(const struct target *target, struct buf *cell);   /* "<= 20us" */
void targets_add_current(const struct target *target, struct buf *cell); /* "19.2 us", or "-" */
const char *targets_status(const struct target *target);

#endif
