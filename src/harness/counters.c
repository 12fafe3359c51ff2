/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "harness/counters.h"

#include "sys/callgrind.h"
#include "sys/perf.h"

#include <math.h>
#include <unistd.h>

void counters_open(struct counters *counters, unsigned wanted)
{
	*counters = (struct counters){ .wanted = wanted, .perf = -1, .perf_why = BUF_INIT };
	if (wanted & COUNTERS_HEAP)
		counters->read_heap = heap_find_reader();
	if (wanted & COUNTERS_PERF)
		counters->perf = perf_open(&counters->perf_why);
}

void counters_close(struct counters *counters)
{
	if (counters->perf >= 0)
		close(counters->perf);
	buf_release(&counters->perf_why);
}

void counters_begin(struct counters *counters)
{
	counters->usage[0] = clock_usage();
	if (counters->read_heap)
		counters->read_heap(&counters->heap[0]);
	if (counters->perf >= 0)
		perf_begin(counters->perf);
	if (counters->wanted & COUNTERS_CALLGRIND)
		callgrind_ask(CALLGRIND_BEGIN);
}

void counters_end(struct counters *counters)
{
	if (counters->wanted & COUNTERS_CALLGRIND)
		callgrind_ask(CALLGRIND_END);
	if (counters->perf >= 0)
		counters->has_instructions = perf_end(counters->perf, &counters->instructions);
	if (counters->read_heap)
		counters->read_heap(&counters->heap[1]);
	counters->usage[1] = clock_usage();
}

/* What a process has counted. */
struct telling {
	uint64_t nr_iterations;
	void (*call)(void *context, enum counted id, double total, const char *why);
	void *context;
};

static void tell_total(const struct telling *telling, enum counted id, uint64_t total)
{
	telling->call(telling->context, id, (double)total, NULL);
}

double counters_peak(
	const struct heap_counts *before, const struct heap_counts *after, uint64_t nr_iterations)
{
	double peak = (double)after->peak - (double)before->live;
	double growth = (double)after->live - (double)before->live;

	/* Whole bytes, though an iteration may grow by a part of one on average. */
	return growth > 0 && nr_iterations
		? round(peak - growth * (double)(nr_iterations - 1) / (double)nr_iterations)
		: peak;
}

static void tell_heap(const struct counters *counters, const struct telling *telling)
{
	const struct heap_counts *before = &counters->heap[0], *after = &counters->heap[1];

	if (!counters->read_heap) {
		telling->call(telling->context, COUNTED_ALLOCATIONS, NAN,
			"nothing can be preloaded into it: it is linked statically, or started by another program");
		return;
	}
	tell_total(telling, COUNTED_ALLOCATIONS, after->nr_allocations - before->nr_allocations);
	tell_total(telling, COUNTED_ALLOCATED, after->bytes - before->bytes);
	telling->call(telling->context, COUNTED_PEAK_HEAP,
		counters_peak(before, after, telling->nr_iterations), NULL);
	/* It may have freed what was there before. */
	telling->call(telling->context, COUNTED_HEAP_GROWTH,
		(double)after->live - (double)before->live, NULL);
}

static void tell_perf(const struct counters *counters, const struct telling *telling)
{
	if (counters->has_instructions)
		tell_total(telling, COUNTED_INSTRUCTIONS, counters->instructions);
	else
		telling->call(telling->context, COUNTED_INSTRUCTIONS, NAN,
			counters->perf < 0 ? counters->perf_why.data
					   : "other programs use the processor's counters, too");
}

void counters_each(const struct counters *counters, uint64_t nr_iterations,
	void (*call)(void *context, enum counted id, double total, const char *why), void *context)
{
	const struct telling telling = { nr_iterations, call, context };
	const struct clock_usage *before = &counters->usage[0], *after = &counters->usage[1];

	if (counters->wanted & COUNTERS_KERNEL) {
		tell_total(&telling, COUNTED_PAGE_FAULTS, after->nr_faults - before->nr_faults);
		tell_total(&telling, COUNTED_SWITCHES, after->nr_waits - before->nr_waits);
	}
	if (counters->wanted & COUNTERS_HEAP)
		tell_heap(counters, &telling);
	if (counters->wanted & COUNTERS_PERF)
		tell_perf(counters, &telling);
}
