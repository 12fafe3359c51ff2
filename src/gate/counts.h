/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * How counts are judged (model/counted.h): what is the same each time it is taken is compared
 * exactly, the rest by the spread that is seen. No test of times counts them in its family. More
 * memory is a WARNING and, from a higher threshold on, a REGRESSION; more instructions are a
 * WARNING.
 */
#ifndef GATE_COUNTS_H
#define GATE_COUNTS_H

#include "gate/verdict.h"
#include "model/counted.h"

/* What may differ by chance of the largest resident set: a page, and the C library's first arena.
 */
#define COUNTS_RSS_SLACK (4096 + 132 * 1024)
/* Counts further apart than this are not of the same work. */
#define COUNTS_UNEVEN_RATIO 0.005

/* Adds comparisons of the counts of one benchmark of the head, for that part of the verdict. */
void counts_compare(
	struct verdict *verdict, const struct trial *trial, size_t part, const struct result *head);

/* When all words are there: one slowdown is one word. Of instructions that warn the time is asked:
 * that which regressed says it, and that which passed in turn outranks them. */
void counts_settle(struct verdict *verdict);

/* The instructions that a time's comparison stands beside, compared with a base; or NULL. */
const struct comparison *counts_work_beside(
	const struct verdict *verdict, const struct comparison *time);

/* Why a count was not taken that the policy requires of a benchmark, by a budget or by gating its
 * work; NULL: it was taken, or is not required. */
const struct untaken *counts_lacking(const struct policy *policy, const struct counting *counting,
	const struct result *head, enum counted id);

/* How far apart values are, as a ratio; infinite: only some are zero. */
double counts_values_apart(const struct doubles *values);

/* How far apart the values of a side are, as a ratio: the larger of the two. */
double counts_apart_ratio(const struct comparison *comparison);

#endif
