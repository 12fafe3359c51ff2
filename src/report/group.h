/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A benchmark's comparisons, which lie side by side in a verdict; and which says most of it. */
#ifndef REPORT_GROUP_H
#define REPORT_GROUP_H

#include "gate/verdict.h"

struct group {
	const struct comparison *items;
	size_t nr;
	const struct comparison *worst; /* what says most of the benchmark */
	bool decided;                   /* every question about it has an answer */
};

/* The next one; start with GROUP_START. False at the end. Names and tiers are those of any of its
 * results. */
#define GROUP_START \
	{ \
		.nr = 0 \
	}
bool group_next(const struct verdict *verdict, struct group *group);

/* How much it says beside others: by what it does to the run, then by its word. */
int group_weight(const struct verdict *verdict, const struct comparison *comparison);

/* Counts are details of their benchmark: which of them stands for all in the numbers of a sum. That
 * which says more than all else of the benchmark does, or where nothing else was compared. */
const struct comparison *group_count_in_sum(
	const struct verdict *verdict, const struct group *group);

/* Does the word answer what was asked? */
bool group_word_decides(enum verdict_word word);

#endif
