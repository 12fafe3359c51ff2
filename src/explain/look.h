/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What units in turn say of a question of a bisection. They are looked at when there are 6, 8, 10
 * ... of them; each look uses up its part of the error that the question may have, so that looking
 * again and again makes no error more likely.
 */
#ifndef EXPLAIN_LOOK_H
#define EXPLAIN_LOOK_H

#include "explain/bisect.h"
#include "stats/summary.h"

#define LOOK_MOST 9

/* How many units a look has at most, when so many are planned; ascending, the last is all. */
struct look_plan {
	size_t nr_units[LOOK_MOST];
	double weights[LOOK_MOST]; /* parts of the error; together 1 */
	size_t nr;
};

struct look_plan look_plan(size_t nr_units);

/* The units of one metric at each look that there was, of logarithms, more is worse. */
struct look_data {
	struct summary at[LOOK_MOST];
	size_t nr;
	bool is_exact; /* what does not vary is known, not suspicious: a count, not a time */
};

/* The answer so far; BISECT_UNDECIDED: take more, or there is none. `nr_metrics` share the error.
 */
struct bisect_told look_answer(const struct bisect_question *question, const struct look_plan *plan,
	const struct look_data *data, size_t nr_metrics);

/* Is it enough? Of a step its size counts, of all else the answer. */
bool look_is_enough(const struct bisect_question *question, struct bisect_told told);

#endif
