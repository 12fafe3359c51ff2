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

/* Calls back with each total of the batch, or with why there is none (text not NULL). */
void counters_each(const struct counters *counters,
	void (*call)(void *context, enum counted id, double total, const char *why), void *context);

#endif
