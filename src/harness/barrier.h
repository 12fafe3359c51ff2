/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Where the threads of one benchmark wait for each other. It can be broken: then nobody waits any
 * more, so that one thread that leaves early does not hang the others.
 */
#ifndef HARNESS_BARRIER_H
#define HARNESS_BARRIER_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

struct barrier {
	pthread_mutex_t lock;
	pthread_cond_t moved;
	uint32_t nr_threads;
	uint32_t nr_waiting;
	uint32_t round;
	_Atomic uint64_t nr_met; /* arrivals at barrier_meet, ever */
	_Atomic bool broken;
};

void barrier_init(struct barrier *barrier, uint32_t nr_threads);
void barrier_release(struct barrier *barrier);

/* Sleeps until all are here. */
void barrier_wait(struct barrier *barrier);

/* Spins until all are here: they leave within a fraction of a microsecond of each other. */
void barrier_meet(struct barrier *barrier);

void barrier_break(struct barrier *barrier);

#endif
