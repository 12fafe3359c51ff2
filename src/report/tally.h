/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a verdict comes to: the figures that every report has at its head or its end. */
#ifndef REPORT_TALLY_H
#define REPORT_TALLY_H

#include "base/buf.h"
#include "gate/verdict.h"

struct tally {
	size_t words[VERDICT_NR_WORDS]; /* comparisons of each word; of the counts of a benchmark
					   at most one, see group_count_in_sum */
	size_t nr_benchmarks;           /* asked for: those of the head, and those missing */
	size_t nr_decided;              /* of them, those whose every question has an answer */
	size_t nr_uncounted;     /* of them, those without a count that the policy requires */
	double coverage_ratio;   /* decided of asked for; NaN: nothing was compared */
	double regression_ratio; /* how much worse regressions are, on average; NaN: none */
	const struct comparison *worst; /* what got worse the most, or least better; or NULL */
	double detectable_ratio;        /* the smallest change that each would show; NaN: none */
};

struct tally tally_of(const struct verdict *verdict);

/* "5 compared, 4 pass, 1 regressed; smallest detectable change: 3.2 % (90 % power); 5.2 s", or what
 * was measured where nothing was compared. */
void tally_add_counts(const struct verdict *verdict, const struct tally *tally, struct buf *out);

/* "hash +17.0 % (95 %: +16.7 .. +17.2 %)"; with no worst nothing. */
void tally_add_worst(const struct tally *tally, struct buf *out);

#endif
