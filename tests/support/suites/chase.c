/* SPDX-License-Identifier: MIT-0 */
/* A kernel that waits for memory, slowed as slowed.h says. */
#include "slowed.h"

enum { NODES = 524288 };

static struct node nodes[NODES]; /* 32 MiB */

static uint64_t follow(uint32_t item, uint64_t state)
{
	(void)item;
	return nodes[state].next;
}

BG_BENCH(chase_32m, BG_CRITICAL, BG_ABOUT("a hop an item, along a chain through 32 MiB"))
{
	close_circle(nodes, NODES);
	go_round(run, follow);
}
