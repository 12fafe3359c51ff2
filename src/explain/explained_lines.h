/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The source lines of an explanation: matched by their texts, where both sides' sources are there,
 * else by their place in the function. */
#ifndef EXPLAIN_EXPLAINED_LINES_H
#define EXPLAIN_EXPLAINED_LINES_H

#include "explain/explanation.h"

/* All is borrowed. */
struct line_sources {
	const struct costs *costs[NR_SIDES];
	char **texts[NR_SIDES]; /* by file of the costs: what it has in it; NULL: not known */
};

/* Adds those whose costs changed. */
void explained_lines_add(struct explanation *explanation, const struct line_sources *from);

#endif
