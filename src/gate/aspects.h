/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A comparison of a time has two aspects, its mean and its typical value, and one word. Both
 * belong to the family: each has a p-value of its own.
 */
#ifndef GATE_ASPECTS_H
#define GATE_ASPECTS_H

#include "gate/verdict.h"

/* What a comparison says before another aspect is merged into it. */
struct aspect aspect_of(const struct comparison *comparison, const struct metric *metric);

/* Merges what the typical value says: a pass needs both, a regression or an improvement but one. */
void aspect_merge(struct comparison *comparison, const struct comparison *typical);

/* Corrects all that rests on units in turn, by Holm 1979, and sets the words that follow. What is
 * not here has no p-value, and counts. */
void aspects_settle(struct verdict *verdict, size_t nr_elsewhere);

#endif
