/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/mem.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

static void *checked(void *memory, size_t nr, size_t size)
{
	if (memory)
		return memory;
	fprintf(stderr, "benchgate: out of memory (%zu times %zu bytes)\n", nr, size);
	exit(3);
}

void *mem_alloc(size_t nr, size_t size)
{
	return checked(calloc(nr ? nr : 1, size ? size : 1), nr, size);
}

void *mem_resize(void *old, size_t nr, size_t size)
{
	if (size && nr > SIZE_MAX / size)
		return checked(NULL, nr, size);
	return checked(realloc(old, nr && size ? nr * size : 1), nr, size);
}

char *mem_copy(const void *bytes, size_t len)
{
	char *copy = mem_alloc(len + 1, 1);

	if (len)
		memcpy(copy, bytes, len);
	return copy;
}

void mem_expect(size_t size)
{
	size_t page = (size_t)sysconf(_SC_PAGESIZE), before;
	char *volatile room = malloc(size); /* or a compiler would leave malloc and free out */

	/* Freed once, a size is none any more that glibc's malloc asks the system for by itself. */
	free(room);
	room = malloc(size);
	if (!room)
		return;
	before = (page - (uintptr_t)room % page) % page;
	if (size > before)
		madvise(room + before, size - before, MADV_HUGEPAGE);
	free(room);
}
