/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "model/counted.h"

#include <string.h>

#define LESS(name, unit) \
	{ \
		name, unit, false \
	}

/* More instructions are not slower code, so they warn. What the kernel does for a process differs
 * by chance. The most memory that a process needs is a timed process's too: BUILTIN_PEAK_MEMORY. */
const struct counted_metric counted_metrics[NR_COUNTED] = {
	[COUNTED_INSTRUCTIONS] = { LESS("instructions", ""), COUNTED_ITERATION, GATING_WARNS, true,
		"instructions that an iteration executes, of all threads, without the kernel's" },
	[COUNTED_ALLOCATIONS] = { LESS("allocations", ""), COUNTED_ITERATION, GATING_JUDGED, true,
		"calls of malloc and its like in an iteration" },
	[COUNTED_ALLOCATED] = { LESS("allocated", "B"), COUNTED_ITERATION, GATING_JUDGED, true,
		"bytes that an iteration asks malloc and its like for" },
	[COUNTED_PEAK_HEAP] = { LESS("peak_heap", "B"), COUNTED_LOOP, GATING_JUDGED, true,
		"the most bytes of the heap that an iteration had in use at once, beyond what was in use before it" },
	[COUNTED_HEAP_GROWTH] = { LESS("heap_growth", "B"), COUNTED_ITERATION, GATING_JUDGED, true,
		"bytes of the heap that are still in use after an iteration, and were not before" },
	[COUNTED_PAGE_FAULTS] = { LESS("page_faults", ""), COUNTED_ITERATION, GATING_SHOWN, false,
		"pages that the kernel had to give an iteration" },
	[COUNTED_SWITCHES] = { LESS("context_switches", ""), COUNTED_ITERATION, GATING_SHOWN, false,
		"times that an iteration waited: voluntary context switches of all threads" },
	[COUNTED_CODE_SIZE] = { LESS("code_size", "B"), COUNTED_SUITE, GATING_SHOWN, true,
		"machine code and constants in the suite's file" },
	[COUNTED_DATA_SIZE] = { LESS("data_size", "B"), COUNTED_SUITE, GATING_SHOWN, true,
		"data that the suite's file may write to, with what is zero at first" },
};

const struct counted_metric *counted_find(const char *name)
{
	for (size_t i = 0; i < NR_COUNTED; i++)
		if (strcmp(counted_metrics[i].kind.name, name) == 0)
			return &counted_metrics[i];
	return NULL;
}

bool counted_is(const char *name, enum counted id)
{
	return strcmp(name, counted_metrics[id].kind.name) == 0;
}

void counted_add(struct metrics *counts, enum counted id, double total, uint64_t iterations)
{
	const struct counted_metric *row = &counted_metrics[id];

	metrics_add(counts, &row->kind,
		row->scope == COUNTED_ITERATION ? total / (double)iterations : total);
}
