/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Whether a run's benchmarks are counted, by option, policy and CI; and counting them. */
#ifndef SESSION_COUNTING_H
#define SESSION_COUNTING_H

#include "session/measure.h"

/* What is counted. */
struct counting_side {
	const struct benches *benches;
	struct run *run;        /* has a result for each of them, which gets the counts */
	const struct run *like; /* whose iterations are counted, where it has any; or NULL */
};

/* How it was decided; NULL as the option: nobody gave it. */
enum counts_when counting_when(const struct measure_options *options, const struct policy *policy);

/* How long counting may take at most, but for the benchmark at hand: what is left of the budget (0:
 * there is none), and a quarter of it where that is more. */
uint64_t counting_allowance(uint64_t budget_ns, uint64_t spent_ns);

/* Counts the benchmarks that did not fail, unless it is not wanted. */
void counting_take(const struct measure_options *options, enum counts_when when,
	const struct counting_side *side);

/* A line on each thing that could not be counted, and why: the first few. */
void counting_add_notes(const struct counting *counting, struct buf *text);

#endif
