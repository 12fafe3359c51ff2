/* SPDX-License-Identifier: MIT-0 */
/*
 * Cost that comes in bursts, as when a table grows or a buffer is flushed: nothing is added to most
 * calls, and what is due for all of a period to one of them. The argument is the period in calls.
 * Where a process stands in its period when it begins is random, so that short processes see bursts
 * as often as long ones.
 */
#include "costs.h"

static inline void work_in_bursts(struct bg_run *run, uint64_t nr_units, uint64_t period)
{
	/* Nothing is rounded where the permille are a multiple of 10. */
	const uint64_t burst = nr_units * period * slower_permille / 1000;
	uint64_t left = 1 + random_below(period);

	BG_LOOP(run) {
		uint64_t due = nr_units;

		if (!--left) {
			due += burst;
			left = period;
		}
		work(due);
	}
}

/* Periods of 0.1, 1 and 10 ms, and of 100, 1000 and 10,000 calls */
BG_BENCH(bursts_650ns, BG_CRITICAL, BG_ARGS(100, 150, 1000, 1500, 10000, 15000))
{
	work_in_bursts(run, 48, (uint64_t)run->arg);
}

/* Periods of 0.1, 1 and 10 ms */
BG_BENCH(bursts_6700ns, BG_CRITICAL, BG_ARGS(15, 150, 1500))
{
	work_in_bursts(run, 500, (uint64_t)run->arg);
}

/* Periods of 0.1, 1 and 10 ms */
BG_BENCH(bursts_67us, BG_CRITICAL, BG_ARGS(2, 15, 150))
{
	work_in_bursts(run, 5000, (uint64_t)run->arg);
}

/* Where the mean rises by 5 %, one call in 200 takes 11 times longer. */
BG_BENCH(tail_10us, BG_CRITICAL, BG_LATENCY)
{
	work_in_bursts(run, 750, 200);
}
