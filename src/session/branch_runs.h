/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Runs of the base branch that a history keeps of a machine: alone, of clean commits, whole. */
#ifndef SESSION_BRANCH_RUNS_H
#define SESSION_BRANCH_RUNS_H

#include "base/texts.h"
#include "model/run.h"
#include "store/history.h"

#define BRANCH_RUNS_NEWEST 32

struct branch_runs {
	struct run *items; /* the oldest first */
	size_t nr, alloc;
	struct texts gone; /* ids of newer ones, of commits that a rebase took from the branch */
};

/* What may be the base branch: these, main and master; the first that has runs is. */
struct base_branches {
	const char *said, *of_policy; /* or NULL */
};

/* Appends the newest of it. */
int branch_runs_list(struct history *history, const struct base_branches *branches,
	const struct history_filter *filter, struct history_runs *runs, struct error *err);

/* Reads the newest BRANCH_RUNS_NEWEST. Released in any case. */
int branch_runs_read(struct history *history, const struct base_branches *branches,
	const char *machine, struct branch_runs *runs, struct error *err);
void branch_runs_release(struct branch_runs *runs);

#endif
