/* SPDX-License-Identifier: MIT-0 */
/* Calls that start two threads of their own and wait for them, some 3 ms. */
#include "costs.h"

#include <pthread.h>

enum { THREADS = 2, SHARE = 225000, SECTIONS = 1000, TURNS = 1000000 };

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

/* What is given to each thread: which one it is, and what the call is to do. */
struct part {
	uint64_t index;
	uint64_t nr_units;
};

static void start_threads(struct bg_run *run, void *(*body)(void *), uint64_t nr_units)
{
	pthread_t threads[THREADS];
	struct part parts[THREADS];
	uint64_t nr_started = 0;

	for (; nr_started < THREADS; nr_started++) {
		parts[nr_started] = (struct part){ nr_started, nr_units };
		if (pthread_create(&threads[nr_started], NULL, body, &parts[nr_started]))
			break;
	}
	for (uint64_t i = 0; i < nr_started; i++)
		pthread_join(threads[i], NULL);
	if (nr_started < THREADS)
		bg_fail(run, "cannot start a thread");
	units_done += THREADS * nr_units;
}

static void *work_alone(void *data)
{
	const struct part *part = data;

	BG_KEEP(hash_records(part->nr_units, part->index));
	return NULL;
}

BG_BENCH(threads, BG_CRITICAL)
{
	BG_LOOP(run)
		start_threads(run, work_alone, with_added(SHARE));
}

/* A part of the work is done under the one lock. Where two processors are free, the threads take
 * longer by that part; the work is the same. */
static void *work_under_lock(void *data)
{
	const struct part *part = data;
	uint64_t locked = part->nr_units * slower_permille / 1000;

	if (locked) {
		pthread_mutex_lock(&lock);
		BG_KEEP(hash_records(locked, part->index));
		pthread_mutex_unlock(&lock);
	}
	BG_KEEP(hash_records(part->nr_units - locked, part->index));
	return NULL;
}

BG_BENCH(lost_parallelism, BG_CRITICAL)
{
	BG_LOOP(run)
		start_threads(run, work_under_lock, SHARE);
}

/* A unit is a section: some 3 us of work under the lock, which the threads fight for. */
static void *work_in_sections(void *data)
{
	const struct part *part = data;

	for (uint64_t left = part->nr_units; left; left--) {
		pthread_mutex_lock(&lock);
		BG_KEEP(hash_records(200, part->index));
		pthread_mutex_unlock(&lock);
	}
	return NULL;
}

BG_BENCH(contended_lock, BG_CRITICAL)
{
	BG_LOOP(run)
		start_threads(run, work_in_sections, with_added(SECTIONS));
}

/* The first line holds a counter for each thread, the others one. */
static _Alignas(128) volatile uint64_t counters[1 + THREADS][16];
static pthread_barrier_t both_are_there;

/* So many turns of a thousand are counted on the line that the other thread counts on: how much
 * longer such a turn takes is up to the processor. */
static void *count_turns(void *data)
{
	const struct part *part = data;
	uint64_t beside = part->nr_units * slower_permille / 1000;
	volatile uint64_t *own = &counters[1 + part->index][0], *shared = &counters[0][part->index];

	pthread_barrier_wait(&both_are_there);
	for (uint64_t left = beside; left; left--)
		++*shared;
	for (uint64_t left = part->nr_units - beside; left; left--)
		++*own;
	return NULL;
}

BG_BENCH(false_sharing, BG_CRITICAL)
{
	pthread_barrier_init(&both_are_there, NULL, THREADS);
	BG_LOOP(run)
		start_threads(run, count_turns, TURNS);
	pthread_barrier_destroy(&both_are_there);
}
