/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Two commits of a bisection compared: one benchmark or several, in turn, until each question is
 * answered. */
#ifndef SESSION_BISECT_COMPARE_H
#define SESSION_BISECT_COMPARE_H

#include "explain/bisect_account.h"
#include "session/measure.h"
#include "session/side.h"

/* All is borrowed. */
struct bisect_task {
	const struct measure_options *measure; /* its plan's units and budget are those of the
						  bisection */
	const struct words *patterns;
	struct settings *settings;
	struct side_options of_side;
	const char *metric; /* that decides; NULL: the time that shows the change best */
	const char *state;  /* the file of steps; NULL: one of the user's own */
	bool fresh;         /* begin anew whatever the file has */
	bool measure_identical;
};

/* What is asked of one benchmark, and what comes of it. */
struct bisect_item {
	struct bisect_subject *subject; /* borrowed */
	struct bisect_question question;
	struct bisect_step
		step; /* of the answer; its texts are owned, base and head are left out */
	bool done;    /* it has an answer; else the time was over, or a signal came */
};

struct bisect_items {
	struct bisect_item *items; /* questions of the same two commits */
	size_t nr, alloc;
};

/* Of two sides that are built. like_good, like_bad: those of the question, with the same code as
 * which a benchmark need not be measured. */
struct bisect_sides {
	struct side *base, *head;
};

/* Is the benchmark the same in both, so that it cannot be slower in one? */
bool bisect_is_same(const struct bisect_task *task, const struct side *base,
	const struct side *head, const char *name);

/* Measures what has no answer yet, for so long at most (0: as long as it takes). */
int bisect_measure(const struct bisect_task *task, struct bisect_sides sides,
	struct bisect_items *items, uint64_t budget_ns, struct error *err);

#endif
