/* SPDX-License-Identifier: MIT-0 */
/* The same cost in each call, in calls of all lengths. */
#include "costs.h"

static inline void work_evenly(struct bg_run *run, uint64_t nr_units)
{
	BG_LOOP(run)
		work(with_added(nr_units));
}

static inline void **hop_twice(void **at)
{
	return BG_KEEP((void **)*(void **)*at);
}

/* A unit is two hops in a circle of pointers, one unit a call; what is added comes each 1000 calls.
 */
BG_BENCH(call_2ns, BG_CRITICAL)
{
	static void *circle[64];
	void **at = circle;
	uint32_t left = 1000;

	for (int i = 0; i < 64; i++)
		circle[i] = &circle[(i + 5) % 64];
	BG_LOOP(run) {
		at = hop_twice(at);
		if (!--left) {
			left = 1000;
			units_done += 1000 + slower_permille;
			for (uint64_t more = slower_permille; more; more--)
				at = hop_twice(at);
		}
	}
}

BG_BENCH(call_10us, BG_CRITICAL)
{
	work_evenly(run, 750);
}

BG_BENCH(call_120ms, BG_CRITICAL)
{
	work_evenly(run, 9000000);
}

BG_BENCH(call_1s, BG_CRITICAL)
{
	work_evenly(run, 75000000);
}
