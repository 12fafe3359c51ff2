/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What counts say beside a comparison: of itself where it is one, else of its time. */
#ifndef REPORT_COUNT_WORDS_H
#define REPORT_COUNT_WORDS_H

#include "base/buf.h"
#include "gate/verdict.h"

/* "; it executes +5.0 % instructions" and the like, or nothing. */
void count_words_add(
	const struct verdict *verdict, const struct comparison *comparison, struct buf *out);

/* "4.2 % apart" */
void count_words_add_apart(const struct comparison *comparison, struct buf *out);

/* Which counts the policy requires that were not taken, and why. */
void count_words_add_lacking(
	const struct verdict *verdict, const struct comparison *comparison, struct buf *out);

/* Why the base's counts are not comparable with head's. */
void count_words_add_mismatch(
	const struct verdict *verdict, const struct comparison *comparison, struct buf *out);

/* Does the comparison rest on counts, and is it as it should be? Then tables may leave it out. */
bool count_words_are_quiet(const struct comparison *comparison);

#endif
