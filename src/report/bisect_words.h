/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The lines of a bisection's report, for whichever format: what a line is, and its text as it is.
 */
#ifndef REPORT_BISECT_WORDS_H
#define REPORT_BISECT_WORDS_H

#include "explain/bisect_account.h"

enum bisect_line {
	BISECT_LINE_PLAIN,
	BISECT_LINE_HEADING, /* a benchmark */
	BISECT_LINE_ITEM,    /* a commit, or how many it is one of */
	BISECT_LINE_DETAIL,  /* of an item */
};

typedef void bisect_add_line(enum bisect_line kind, const char *text, struct buf *out);

/* All of them but the steps and the cost. */
void bisect_words_findings(
	const struct bisect_account *account, bisect_add_line *add, struct buf *out);

/* What a step says: "+3.1 % [+2.9 .. +3.3 %], after the change". */
void bisect_words_step(const struct bisect_step *step, struct buf *out);

/* "9 comparisons, 7 builds in 12 s; 1 min 20 s in all" */
void bisect_words_cost(const struct bisect_account *account, struct buf *out);

/* The commit that a finding of one commit is. */
const struct bisect_commit *bisect_words_commit(const struct bisect_account *account,
	const struct bisect *search, const struct bisect_finding *finding);

/* Of the machine code alone: the same before and after. */
bool bisect_words_is_layout(const struct bisect_finding *finding);

/* By value, NULL at the end. */
extern const char *const bisect_outcome_words[];

/* Of a hash, for people. */
#define BISECT_SHORT_HASH 7

#endif
