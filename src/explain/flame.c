/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "explain/flame.h"

#include "base/array.h"

#include <string.h>

#define MAX_DEPTH 128
#define MAX_NODES 20000
/* Of the whole: narrower stacks are part of their parent. */
#define LEAST_WIDTH 0.0002

struct flame_walk {
	struct flame *flame;
	const struct explanation *explanation;
	const struct costs *costs;
	const size_t *of;
	enum explanation_side side;
	size_t *first_call; /* by function; calls are sorted */
	double least;
};

static size_t node_below(struct flame *flame, size_t parent, size_t function)
{
	size_t at = flame->items[parent].child;

	for (; at != COSTS_NONE; at = flame->items[at].next)
		if (flame->items[at].function == function)
			return at;
	*ARRAY_ADD(flame) = (struct flame_node){ .function = function,
		.parent = parent,
		.child = COSTS_NONE,
		.next = flame->items[parent].child };
	flame->items[parent].child = flame->nr - 1;
	return flame->nr - 1;
}

static bool is_on_stack(const struct flame *flame, size_t node, size_t function)
{
	for (; node != COSTS_NONE; node = flame->items[node].parent)
		if (flame->items[node].function == function)
			return true;
	return false;
}

/* Adds a call that costs `value` in all below a node. */
static void walk_flame(
	struct flame_walk *walk, size_t parent, size_t called, double value, int depth)
{
	const struct costs *costs = walk->costs;
	size_t node = node_below(walk->flame, parent, walk->of[called]);
	double all = costs->functions.items[called].all.of[costs_main(costs)];
	double scale = all > 0 ? value / all : 0, own = value;

	walk->flame->items[node].value[walk->side] += value;
	for (size_t i = walk->first_call[called];
		i < costs->calls.nr && costs->calls.items[i].from == called; i++) {
		const struct cost_call *call = &costs->calls.items[i];
		double part = scale * call->all.of[costs_main(costs)];

		if (part <= walk->least || depth >= MAX_DEPTH || walk->flame->nr >= MAX_NODES ||
			is_on_stack(walk->flame, node, walk->of[call->to]))
			continue;
		own -= part;
		walk_flame(walk, node, call->to, part, depth + 1);
	}
	walk->flame->items[node].own[walk->side] += own > 0 ? own : 0;
}

static void walk_side(struct flame_walk *walk)
{
	const struct costs *costs = walk->costs;
	size_t nr = costs->functions.nr;
	char *is_called = mem_alloc(nr + 1, 1);

	walk->first_call = mem_alloc(nr + 1, sizeof *walk->first_call);
	for (size_t i = 0; i < nr; i++)
		walk->first_call[i] = costs->calls.nr;
	for (size_t i = costs->calls.nr; i-- > 0;) {
		walk->first_call[costs->calls.items[i].from] = i;
		is_called[costs->calls.items[i].to] |=
			costs->calls.items[i].to != costs->calls.items[i].from;
	}
	for (size_t i = 0; i < nr; i++) {
		double all = costs->functions.items[i].all.of[costs_main(costs)];

		if (!is_called[i] && all > walk->least)
			walk_flame(walk, 0, i, all, 1);
	}
	for (size_t at = walk->flame->items[0].child; at != COSTS_NONE;
		at = walk->flame->items[at].next)
		walk->flame->items[0].value[walk->side] += walk->flame->items[at].value[walk->side];
	free(walk->first_call);
	free(is_called);
}

struct flame flame_make(
	const struct explanation *explanation, const struct costs *const sides[NR_SIDES])
{
	struct flame flame = { 0 };

	*ARRAY_ADD(&flame) = (struct flame_node){ .function = COSTS_NONE,
		.parent = COSTS_NONE,
		.child = COSTS_NONE,
		.next = COSTS_NONE };
	for (int side = 0; side < NR_SIDES; side++)
		walk_side(&(struct flame_walk){ .flame = &flame,
			.explanation = explanation,
			.costs = sides[side],
			.of = explanation->of[side],
			.side = (enum explanation_side)side,
			.least = LEAST_WIDTH * sides[side]->total.of[costs_main(sides[side])] });
	return flame;
}

void flame_release(struct flame *flame)
{
	ARRAY_RELEASE(flame);
}
