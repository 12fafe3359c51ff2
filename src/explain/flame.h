/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Both sides of an explanation as one tree of stacks. A profile knows who called whom, not whole
 * stacks: what a function costs is divided among its callers in proportion to what their calls of
 * it cost. A function that is on the stack already is part of the one that called it.
 */
#ifndef EXPLAIN_FLAME_H
#define EXPLAIN_FLAME_H

#include "explain/explanation.h"

struct flame_node {
	size_t function;            /* of the explanation; COSTS_NONE: the root */
	double value[NR_SIDES];     /* instructions, or ns, an iteration, with what it calls */
	double own[NR_SIDES];       /* without */
	size_t parent, child, next; /* COSTS_NONE: none */
};

struct flame {
	struct flame_node *items; /* the root first, a parent before its children */
	size_t nr, alloc;
};

struct flame flame_make(
	const struct explanation *explanation, const struct costs *const sides[NR_SIDES]);
void flame_release(struct flame *flame);

#endif
