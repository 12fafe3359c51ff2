/* SPDX-License-Identifier: MIT-0 */
#include "own_library.h"

#include <benchgate.h>
#include <stdlib.h>

#ifndef SLOWER_PERMILLE
#define SLOWER_PERMILLE 0
#endif

unsigned own_calls;

/* Volatile: the optimiser must not know it. */
static const volatile uint32_t nr_due = 1000 + SLOWER_PERMILLE;

static __attribute__((unused)) void work(void)
{
	own_calls++;
	for (uint32_t left = nr_due; left; left--)
		BG_CLOBBER();
}

#ifdef OWN_CJSON
struct cJSON {
	unsigned magic;
};

static cJSON the_item = { 1234 };

/* It crashes when it is given what another cJSON has made. */
static void check_own(const cJSON *item)
{
	if (item != &the_item || item->magic != 1234)
		abort();
}

cJSON *cJSON_Parse(const char *text)
{
	(void)text;
	work();
	return &the_item;
}

char *cJSON_PrintUnformatted(const cJSON *item)
{
	check_own(item);
	own_calls++;
	return NULL;
}

void cJSON_Delete(cJSON *item)
{
	check_own(item);
	own_calls++;
}
#endif

#ifdef OWN_QSORT
void qsort(void *items, size_t nr, size_t size, int (*compare)(const void *, const void *))
{
	char *at = items;

	work();
	for (size_t i = 1; i < nr; i++) {
		for (size_t k = i; k && compare(at + (k - 1) * size, at + k * size) > 0; k--) {
			for (size_t byte = 0; byte < size; byte++) {
				char other = at[k * size + byte];

				at[k * size + byte] = at[(k - 1) * size + byte];
				at[(k - 1) * size + byte] = other;
			}
		}
	}
}
#endif

#ifdef OWN_MEMCPY
void *memcpy(void *restrict to, const void *restrict from, size_t size)
{
	work();
	for (size_t i = 0; i < size; i++) {
		((char *)to)[i] = ((const char *)from)[i];
		/* Or the compiler makes a call of memcpy of it. */
		BG_CLOBBER();
	}
	return to;
}
#endif

#ifdef OWN_MALLOC
/* Nothing is used again. */
enum { HEAP = 1 << 28, STEP = 16 };
static _Alignas(STEP) char heap[HEAP];
static size_t used;

void *malloc(size_t size)
{
	size_t start = used;

	work();
	used += STEP + (size + STEP - 1) / STEP * STEP;
	if (used > HEAP)
		abort();
	*(size_t *)(void *)(heap + start) = size;
	return heap + start + STEP;
}

/* It crashes when it is given what another malloc has allocated. */
static size_t size_of(const char *place)
{
	if (place < heap || place >= heap + HEAP)
		abort();
	return *(const size_t *)(const void *)(place - STEP);
}

void *calloc(size_t nr, size_t size)
{
	return malloc(nr * size);
}

void *realloc(void *place, size_t size)
{
	size_t old = place ? size_of(place) : 0;
	char *copy = malloc(size);

	for (size_t i = 0; i < old && i < size; i++)
		copy[i] = ((const char *)place)[i];
	return copy;
}

void free(void *place)
{
	if (place)
		size_of(place);
}
#endif
