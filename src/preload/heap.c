/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Counts what a process allocates, by standing before the C library's malloc and its like; what it
 * calls is whatever would have been called without it, so another allocator stays in use. It
 * allocates nothing itself, and takes no lock.
 */
#include "sys/heap.h"

#include <dlfcn.h>
#include <errno.h>
#include <malloc.h>
#include <stdalign.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define EXPORTED __attribute__((visibility("default")))

/* What dlsym needs before there is a malloc to call. */
#define EARLY_BYTES 65536

static struct {
	void *(*malloc)(size_t size);
	void *(*calloc)(size_t nr, size_t size);
	void *(*realloc)(void *old, size_t size);
	void (*free)(void *old);
	void *(*aligned_alloc)(size_t alignment, size_t size);
	void *(*memalign)(size_t alignment, size_t size);
	int (*posix_memalign)(void **result, size_t alignment, size_t size);
	void *(*valloc)(size_t size);
	void *(*pvalloc)(size_t size);
	size_t (*malloc_usable_size)(void *block);
} next;

static const struct {
	const char *name;
	size_t at;
} slots[] = {
	{ "calloc", offsetof(__typeof__(next), calloc) },
	{ "realloc", offsetof(__typeof__(next), realloc) },
	{ "free", offsetof(__typeof__(next), free) },
	{ "aligned_alloc", offsetof(__typeof__(next), aligned_alloc) },
	{ "memalign", offsetof(__typeof__(next), memalign) },
	{ "posix_memalign", offsetof(__typeof__(next), posix_memalign) },
	{ "valloc", offsetof(__typeof__(next), valloc) },
	{ "pvalloc", offsetof(__typeof__(next), pvalloc) },
	{ "malloc_usable_size", offsetof(__typeof__(next), malloc_usable_size) },
	/* Last: once it is known, all are. */
	{ "malloc", offsetof(__typeof__(next), malloc) },
};

static struct {
	_Atomic uint64_t nr_allocations, bytes, live, peak;
} counted;

static alignas(max_align_t) unsigned char early[EARLY_BYTES];
static size_t early_used;
static bool finding; /* before main there is one thread */

static void *early_take(size_t size)
{
	size_t at = (early_used + alignof(max_align_t) - 1) & ~(alignof(max_align_t) - 1);

	if (size > EARLY_BYTES - at) {
		errno = ENOMEM;
		return NULL;
	}
	early_used = at + size;
	return early + at;
}

static bool is_early(const void *block)
{
	return (const unsigned char *)block >= early &&
		(const unsigned char *)block < early + EARLY_BYTES;
}

/* False: this is a call of dlsym's own. */
static bool ready(void)
{
	if (next.malloc)
		return true;
	if (finding)
		return false;
	finding = true;
	for (size_t i = 0; i < sizeof slots / sizeof *slots; i++) {
		void *function = dlsym(RTLD_NEXT, slots[i].name);

		memcpy((char *)&next + slots[i].at, &function, sizeof function);
	}
	finding = false;
	return next.malloc != NULL;
}

static uint64_t size_of(void *block)
{
	return block && next.malloc_usable_size ? next.malloc_usable_size(block) : 0;
}

static void grow(uint64_t size)
{
	uint64_t live = atomic_fetch_add_explicit(&counted.live, size, memory_order_relaxed) + size;
	uint64_t peak = atomic_load_explicit(&counted.peak, memory_order_relaxed);

	while (live > peak &&
		!atomic_compare_exchange_weak_explicit(
			&counted.peak, &peak, live, memory_order_relaxed, memory_order_relaxed))
		;
}

static void shrink(uint64_t size)
{
	atomic_fetch_sub_explicit(&counted.live, size, memory_order_relaxed);
}

static void *heap_count(void *block, size_t asked)
{
	if (!block)
		return NULL;
	atomic_fetch_add_explicit(&counted.nr_allocations, 1, memory_order_relaxed);
	atomic_fetch_add_explicit(&counted.bytes, asked, memory_order_relaxed);
	grow(size_of(block));
	return block;
}

EXPORTED void *malloc(size_t size)
{
	return ready() ? heap_count(next.malloc(size), size) : early_take(size);
}

EXPORTED void *calloc(size_t nr, size_t size)
{
	size_t all;

	if (ready())
		return heap_count(next.calloc(nr, size), nr * size);
	/* What was never taken is zero. */
	return __builtin_mul_overflow(nr, size, &all) ? NULL : early_take(all);
}

static void *move_early(void *old, size_t size)
{
	size_t most = (size_t)(early + EARLY_BYTES - (unsigned char *)old);
	void *block = malloc(size);

	if (block)
		memcpy(block, old, size < most ? size : most);
	return block;
}

EXPORTED void *realloc(void *old, size_t size)
{
	uint64_t before;
	void *block;

	if (!ready() || (old && is_early(old)))
		return old ? move_early(old, size) : early_take(size);
	before = size_of(old);
	block = next.realloc(old, size);
	/* Of size 0 it may have been freed, which is no allocation. */
	if (block || (old && !size))
		shrink(before);
	return heap_count(block, size);
}

EXPORTED void free(void *old)
{
	if (!old || is_early(old) || !ready())
		return;
	shrink(size_of(old));
	next.free(old);
}

EXPORTED void *aligned_alloc(size_t alignment, size_t size)
{
	return ready() && next.aligned_alloc ? heap_count(next.aligned_alloc(alignment, size), size)
					     : NULL;
}

EXPORTED void *memalign(size_t alignment, size_t size)
{
	return ready() && next.memalign ? heap_count(next.memalign(alignment, size), size) : NULL;
}

EXPORTED int posix_memalign(void **result, size_t alignment, size_t size)
{
	int rc = ready() && next.posix_memalign ? next.posix_memalign(result, alignment, size)
						: ENOMEM;

	if (!rc)
		heap_count(*result, size);
	return rc;
}

EXPORTED void *valloc(size_t size)
{
	return ready() && next.valloc ? heap_count(next.valloc(size), size) : NULL;
}

EXPORTED void *pvalloc(size_t size)
{
	return ready() && next.pvalloc ? heap_count(next.pvalloc(size), size) : NULL;
}

/* Named in heap.h; no header of ours is its users' to include. */
EXPORTED void benchgate_heap_read(struct heap_counts *counts);
EXPORTED void benchgate_heap_read(struct heap_counts *counts)
{
	*counts = (struct heap_counts){ counted.nr_allocations, counted.bytes, counted.live,
		counted.peak };
	counted.peak = counts->live;
}

/* Programs that the process starts are not counted, and have no such file to preload: what stood in
 * LD_PRELOAD before stands there again. */
__attribute__((constructor)) static void leave_environment(void)
{
	const char *list = getenv("LD_PRELOAD");
	const char *rest = list ? strchr(list, ':') : NULL;

	if (list && strncmp(list, HEAP_PRELOAD, sizeof HEAP_PRELOAD - 1) == 0) {
		close(HEAP_FD);
		if (rest)
			setenv("LD_PRELOAD", rest + 1, 1);
		else
			unsetenv("LD_PRELOAD");
	}
	ready();
}
