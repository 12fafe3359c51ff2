/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Code of the base that is in another function of the head: under another name, inlined, or no
 * longer inlined. Parts of making an explanation, in this order.
 */
#ifndef EXPLAIN_MOVED_CODE_H
#define EXPLAIN_MOVED_CODE_H

#include "explain/explanation.h"

/* A function that is gone and one that is new become one, where one function calls both as often,
 * and no others come into question. Once functions are matched. */
void moved_code_join_renamed(
	struct explanation *explanation, const struct costs *const sides[NR_SIDES]);

/* Finds what was inlined, or is no longer. Once calls are compared. */
void moved_code_find_inlining(struct explanation *explanation);

/* Finds what is inlined in the function that most of the change is in. Last. */
void moved_code_look_into_culprit(
	struct explanation *explanation, const struct costs *const sides[NR_SIDES]);

#endif
