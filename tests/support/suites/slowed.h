/* SPDX-License-Identifier: MIT-0 */
/*
 * What makes a kernel take an exact share more time, to see whether a gate calls it. It works
 * through 1000 items an iteration; built with -DSLOWER_PERMILLE=30 it works through 1030, with the
 * same machine code. The items stand in a circle that the iterations go round without a break, so
 * the stream of items is the same too and each of them gets its share of what is added.
 */
#ifndef SLOWED_H
#define SLOWED_H

#include <benchgate.h>

#ifndef SLOWER_PERMILLE
#define SLOWER_PERMILLE 0
#endif
/* For who wants to count them. */
#ifndef SLOWED_ITEM
#define SLOWED_ITEM()
#endif

enum { ITEMS = 1000 };

/* Volatile: the optimiser must not know it. */
static const volatile uint32_t nr_due = ITEMS + ITEMS * SLOWER_PERMILLE / 1000;

static uint32_t draw(uint32_t nr)
{
	static uint32_t state = 1000;

	state ^= state << 13;
	state ^= state >> 17;
	state ^= state << 5;
	return state % nr;
}

/* What one item makes of what the items before it left. */
typedef uint64_t item_fn(uint32_t item, uint64_t state);

static inline __attribute__((always_inline)) void go_round(struct bg_run *run, item_fn *work)
{
	const uint32_t due = nr_due;
	uint32_t item = 0;
	uint64_t state = 0;

	BG_LOOP(run) {
		for (uint32_t left = due; left; left--) {
			SLOWED_ITEM();
			state = work(item, state);
			item = item + 1 < ITEMS ? item + 1 : 0;
		}
		BG_KEEP(state);
	}
}

/* A node a cache line */
struct node {
	uint64_t next;
	char rest[56];
};

/* Sattolo 1986: one circle through all. */
static void close_circle(struct node *nodes, uint32_t nr)
{
	for (uint32_t i = 0; i < nr; i++)
		nodes[i].next = i;
	for (uint32_t i = nr - 1; i; i--) {
		uint32_t other = draw(i);
		uint64_t next = nodes[i].next;

		nodes[i].next = nodes[other].next;
		nodes[other].next = next;
	}
}

#endif
