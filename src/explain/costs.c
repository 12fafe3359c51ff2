/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "explain/costs.h"

#include "base/array.h"
#include "base/str.h"

#include <stdlib.h>

const char *const cost_event_names[NR_COST_EVENTS] = {
	[COST_INSTRUCTIONS] = "instructions",
	[COST_CACHE_MISSES] = "cache misses",
	[COST_MEMORY_READS] = "last-level misses",
	[COST_BRANCH_MISSES] = "branch misses",
	[COST_TIME] = "time",
};

const char *const cost_event_units[NR_COST_EVENTS] = {
	[COST_INSTRUCTIONS] = "instructions",
	[COST_CACHE_MISSES] = "cache misses",
	[COST_MEMORY_READS] = "last-level misses",
	[COST_BRANCH_MISSES] = "branch misses",
	[COST_TIME] = "ns",
};

void cost_add(struct cost *to, const struct cost *what)
{
	for (size_t i = 0; i < NR_COST_EVENTS; i++)
		to->of[i] += what->of[i];
}

static int by_caller(const void *a, const void *b)
{
	const struct cost_call *one = a, *other = b;

	if (one->from != other->from)
		return one->from < other->from ? -1 : 1;
	return (one->to > other->to) - (one->to < other->to);
}

/* Calls of the same two functions, from several places, become one. */
static void join_calls(struct costs *costs)
{
	struct cost_call *last = costs->calls.items;

	if (!costs->calls.nr)
		return;
	qsort(costs->calls.items, costs->calls.nr, sizeof *costs->calls.items, by_caller);
	for (size_t i = 1; i < costs->calls.nr; i++) {
		const struct cost_call *call = &costs->calls.items[i];

		if (last->from == call->from && last->to == call->to) {
			last->calls += call->calls;
			cost_add(&last->all, &call->all);
		} else {
			*++last = *call;
		}
	}
	costs->calls.nr = (size_t)(last - costs->calls.items) + 1;
}

void costs_complete(struct costs *costs)
{
	join_calls(costs);
	for (size_t i = 0; i < costs->functions.nr; i++) {
		costs->functions.items[i].all = costs->functions.items[i].own;
		cost_add(&costs->total, &costs->functions.items[i].own);
	}
	for (size_t i = 0; i < costs->calls.nr; i++) {
		const struct cost_call *call = &costs->calls.items[i];

		costs->functions.items[call->to].calls += call->calls;
		if (call->from != call->to)
			cost_add(&costs->functions.items[call->from].all, &call->all);
	}
}

enum cost_event costs_main(const struct costs *costs)
{
	return costs->has[COST_TIME] && !costs->has[COST_INSTRUCTIONS] ? COST_TIME
								       : COST_INSTRUCTIONS;
}

const char *costs_file(const struct costs *costs, const struct cost_function *function)
{
	return function->file == COSTS_NONE ? NULL
					    : str_path_name(costs->files.items[function->file]);
}

const char *costs_object(const struct costs *costs, const struct cost_function *function)
{
	return function->object == COSTS_NONE ? NULL : costs->objects.items[function->object];
}

void costs_release(struct costs *costs)
{
	for (size_t i = 0; i < costs->functions.nr; i++)
		free(costs->functions.items[i].name);
	ARRAY_RELEASE(&costs->functions);
	ARRAY_RELEASE(&costs->calls);
	ARRAY_RELEASE(&costs->lines);
	ARRAY_RELEASE(&costs->places);
	texts_release(&costs->files);
	texts_release(&costs->objects);
	texts_release(&costs->inlined);
	free(costs->suite);
}
