/* SPDX-License-Identifier: GPL-3.0-or-later */
/* All that is known of a bisection: its commits, its benchmarks with their searches, its steps. */
#ifndef EXPLAIN_BISECT_ACCOUNT_H
#define EXPLAIN_BISECT_ACCOUNT_H

#include "explain/bisect_steps.h"

/* The texts are owned. */
struct bisect_commit {
	char *hash;
	char *author, *date, *subject; /* of commits that a report names; or NULL */
	char *trouble;                 /* why it cannot be measured, or NULL */
};

struct bisect_subject {
	char *name;   /* of a benchmark; owned */
	char *metric; /* that decides; NULL: none does yet; owned */
	bool is_time;
	struct bisect search;
};

struct bisect_account {
	char *good, *bad; /* as people name them; owned */
	struct {
		struct bisect_commit *items; /* by their numbers */
		size_t nr, alloc;
	} commits;
	size_t nr_between; /* commits from good to bad, that one too */
	struct {
		struct bisect_subject *items;
		size_t nr, alloc;
	} subjects;
	struct bisect_steps steps;
	char *note;   /* where its ends are from, where nobody named them; owned, or NULL */
	bool stopped; /* its time was over */
};

void bisect_account_release(struct bisect_account *account);

#endif
