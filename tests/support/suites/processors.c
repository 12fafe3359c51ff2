/* SPDX-License-Identifier: MIT-0 */
/* Bodies that look at the processors that they may use, and at the one that they are on. */
#define _GNU_SOURCE
#include "benchgate.h"

#include <pthread.h>
#include <sched.h>
#include <unistd.h>

#ifndef COUNT
#define COUNT 100
#endif

static uint64_t count_processors(void)
{
	cpu_set_t set;

	return sched_getaffinity(0, sizeof set, &set) ? 1 : (uint64_t)CPU_COUNT(&set);
}

static void *wait_for_work(void *none)
{
	for (;;)
		pause();
	return none;
}

/* A thread for each processor, as OpenMP starts them. */
BG_BENCH(crew, BG_CRITICAL)
{
	uint64_t nr = count_processors();
	pthread_t thread;

	for (uint64_t i = 1; i < nr; i++)
		if (pthread_create(&thread, NULL, wait_for_work, NULL))
			bg_fail(run, "cannot start a thread");
	BG_LOOP(run)
		for (int i = 0; i < BG_KEEP(COUNT); i++)
			BG_KEEP(i);
	bg_metric(run, "threads", (double)nr, "threads", BG_MORE_IS_BETTER);
}

static void stay(struct bg_run *run)
{
	BG_LOOP(run)
		for (int i = 0; i < BG_KEEP(COUNT); i++)
			BG_KEEP(i);
	/* From 1, for a metric of 0 has no ratio. */
	bg_metric(run, "place", sched_getcpu() + 1, "", BG_MORE_IS_BETTER);
}

BG_BENCH(one, BG_CRITICAL)
{
	stay(run);
}

BG_BENCH(two, BG_CRITICAL)
{
	stay(run);
}

BG_BENCH(three, BG_CRITICAL)
{
	stay(run);
}
