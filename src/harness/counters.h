/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * In a worker: what there is to count with, read right before the loop begins a batch and right
 * after it has ended. Which they are is what the process was started with: see harness/counts.h.
 */
#ifndef HARNESS_COUNTERS_H
#define HARNESS_COUNTERS_H

#include "base/buf.h"
#include "model/counted.h"
#include "sys/clock.h"
#include "sys/heap.h"

/* What a worker is told to count, as bits. */
#define COUNTERS_KERNEL 1u    /* what the kernel says of the process */
#define COUNTERS_HEAP 2u      /* allocations, by the library that is preloaded */
#define COUNTERS_PERF 4u      /* instructions, by the kernel */
#define COUNTERS_CALLGRIND 8u /* the same; the process runs under valgrind */

struct counters {
	unsigned wanted; /* COUNTERS_* */
	heap_reader *read_heap;
	int perf;
	struct buf perf_why;        /* why there is no such counter */
	struct heap_counts heap[2]; /* before, after */
	struct clock_usage usage[2];
	uint64_t instructions;
	bool has_instructions;
};

/* Before any thread of the benchmark is started. */
void counters_open(struct counters *counters, unsigned wanted);
void counters_close(struct counters *counters);

/* Around a batch, as the last before it and the first after it. */
void counters_begin(struct counters *counters);
void counters_end(struct counters *counters);

/* The most bytes that an iteration had in use at once, where `after` is of a batch. What an
 * iteration leaves behind is in use in those after it, and is not theirs: that is how much the heap
 * grows. */
double counters_peak(
	const struct heap_counts *before, const struct heap_counts *after, uint64_t nr_iterations);

/* Calls back with each total of the batch, of so many iterations, or with why there is none (text
 * not NULL). */
void counters_each(const struct counters *counters, uint64_t nr_iterations,
	void (*call)(void *context, enum counted id, double total, const char *why), void *context);

#endif
