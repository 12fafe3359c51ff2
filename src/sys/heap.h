/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What a process asks malloc and its like for, counted by a small library that is preloaded into
 * it (src/preload/heap.c). The library is part of this program; it gets to a child as a file in
 * memory.
 */
#ifndef SYS_HEAP_H
#define SYS_HEAP_H

#include "base/error.h"

#include <stdint.h>

struct heap_counts {
	uint64_t nr_allocations; /* calls of malloc, calloc, realloc and those that align */
	uint64_t bytes;          /* that they were asked for */
	uint64_t live;           /* bytes in use, as the C library has rounded them */
	uint64_t peak;           /* the most of these since peak was last set back to live */
};

/* Where a child finds the library, and how it is to be preloaded. */
#define HEAP_FD 4
#define HEAP_PRELOAD "/proc/self/fd/4"

/* Reads the counts; then sets peak back to live. */
typedef void heap_reader(struct heap_counts *counts);
#define HEAP_READER "benchgate_heap_read"

/* In a child: NULL where the library is not loaded. */
heap_reader *heap_find_reader(void);

/* A file in memory with the library in it, closed on exec; -1 with the error. */
int heap_library(struct error *err);

#endif
