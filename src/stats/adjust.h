/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * p-values that answer for more than one question: Holm and Bonferroni over a family
 * of comparisons, and repeated looks at one comparison as it is measured.
 *
 * A NaN among the p-values is a question without an answer: it counts in the
 * family, as the least extreme member, and stays NaN.
 */
#ifndef STATS_ADJUST_H
#define STATS_ADJUST_H

#include <stddef.h>

/* The caller's working space, one for each p-value; holds nothing between calls. */
struct ranked {
	double p;
	size_t at;
};

/*
 * Holm's step-down adjusted p-values into adjusted[0..nr), in the order of p, never
 * below p and at most 1. `adjusted` may be `p` itself. p-values outside 0..1 become NaN.
 */
void adjust_holm(const double *p, double *adjusted, struct ranked *scratch, size_t nr);

/* min(1, p * family); NaN for a p outside 0..1 or a family of 0. */
double adjust_bonferroni(double p, size_t family);

/* The four looks of the standard plan: .4 .2 .2 .2. */
#define ADJUST_NR_LOOKS 4
extern const double adjust_look_weights[ADJUST_NR_LOOKS];

/*
 * The repeated p-value after nr looks: the smallest p[k] / weight[k], at most 1. Below
 * alpha with probability at most alpha under the null, however the looks depend
 * on each other, as long as the weights of all planned looks sum to at most 1: those
 * given here must be > 0 and must not exceed that, or the answer is NaN. A look
 * whose p is NaN has no say; NaN when none has.
 */
double adjust_looks(const double *p, const double *weights, size_t nr);

/* The same look by look: *smallest is the repeated p-value so far, NaN before the first. */
void adjust_add_look(double *smallest, double p, double weight);

#endif
