/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "harness/barrier.h"

#include <sched.h>

void barrier_init(struct barrier *barrier, uint32_t nr_threads)
{
	*barrier = (struct barrier){ .nr_threads = nr_threads };
	pthread_mutex_init(&barrier->lock, NULL);
	pthread_cond_init(&barrier->moved, NULL);
}

void barrier_release(struct barrier *barrier)
{
	pthread_cond_destroy(&barrier->moved);
	pthread_mutex_destroy(&barrier->lock);
}

void barrier_wait(struct barrier *barrier)
{
	uint32_t round;

	if (barrier->nr_threads == 1)
		return;
	pthread_mutex_lock(&barrier->lock);
	round = barrier->round;
	if (++barrier->nr_waiting == barrier->nr_threads) {
		barrier->nr_waiting = 0;
		barrier->round++;
		pthread_cond_broadcast(&barrier->moved);
	}
	while (round == barrier->round && !barrier->broken)
		pthread_cond_wait(&barrier->moved, &barrier->lock);
	pthread_mutex_unlock(&barrier->lock);
}

void barrier_meet(struct barrier *barrier)
{
	uint64_t ticket, all;

	if (barrier->nr_threads == 1)
		return;
	ticket = atomic_fetch_add(&barrier->nr_met, 1);
	all = (ticket / barrier->nr_threads + 1) * barrier->nr_threads;
	/* More threads than processors can only meet when those that wait step aside. */
	for (uint32_t turn = 1; atomic_load(&barrier->nr_met) < all && !barrier->broken; turn++)
		if (turn % 1000 == 0)
			sched_yield();
}

void barrier_break(struct barrier *barrier)
{
	pthread_mutex_lock(&barrier->lock);
	barrier->broken = true;
	pthread_cond_broadcast(&barrier->moved);
	pthread_mutex_unlock(&barrier->lock);
}
