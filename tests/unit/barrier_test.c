/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "support/test.h"

#include "harness/barrier.h"

#include <unistd.h>

#define MAX_THREADS 16
#define ROUNDS 200

struct party {
	struct barrier barrier;
	void (*wait)(struct barrier *barrier);
	_Atomic uint32_t nr_here;
	_Atomic uint32_t nr_early; /* left a round before all had come to it */
	uint32_t nr_threads;
	uint32_t nr_absent; /* threads that the barrier counts on and that never come */
};

static const struct {
	const char *name;
	void (*wait)(struct barrier *barrier);
} ways[] = { { "wait", barrier_wait }, { "meet", barrier_meet } };

static void *come_again_and_again(void *context)
{
	struct party *party = context;

	for (uint32_t round = 1; round <= ROUNDS; round++) {
		party->nr_here++;
		party->wait(&party->barrier);
		party->nr_early += party->nr_here < round * party->nr_threads;
	}
	return NULL;
}

static void *come_once(void *context)
{
	struct party *party = context;

	party->nr_here++;
	party->wait(&party->barrier);
	return NULL;
}

static void begin(struct party *party, void *(*come)(void *), pthread_t threads[MAX_THREADS])
{
	barrier_init(&party->barrier, party->nr_threads + party->nr_absent);
	for (uint32_t i = 0; i < party->nr_threads; i++)
		assert_int_equal(pthread_create(&threads[i], NULL, come, party), 0);
}

static void end(struct party *party, const pthread_t threads[MAX_THREADS])
{
	for (uint32_t i = 0; i < party->nr_threads; i++)
		pthread_join(threads[i], NULL);
	barrier_release(&party->barrier);
}

TEST(nobody_leaves_before_all_are_here_round_after_round)
{
	static const uint32_t numbers[] = { 1, 2, 3, MAX_THREADS };
	pthread_t threads[MAX_THREADS] = { 0 };

	for (size_t way = 0; way < 2; way++) {
		for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
			struct party party = { .wait = ways[way].wait, .nr_threads = numbers[i] };

			begin(&party, come_again_and_again, threads);
			end(&party, threads);
			assert_int_equal(party.nr_here, ROUNDS * numbers[i]);
			assert_int_equal(party.nr_early, 0);
		}
	}
}

TEST(breaking_it_lets_all_go_who_wait)
{
	pthread_t threads[MAX_THREADS] = { 0 };

	for (size_t way = 0; way < 2; way++) {
		struct party party = { .wait = ways[way].wait, .nr_threads = 3, .nr_absent = 1 };

		begin(&party, come_once, threads);
		while (party.nr_here < party.nr_threads)
			;
		barrier_break(&party.barrier);
		end(&party, threads);
	}
}

TEST(nobody_waits_at_a_broken_one)
{
	struct barrier barrier;

	barrier_init(&barrier, 2);
	barrier_break(&barrier);
	for (int i = 0; i < 3; i++) {
		barrier_wait(&barrier);
		barrier_meet(&barrier);
	}
	barrier_release(&barrier);
}

TEST(one_thread_never_waits)
{
	struct barrier barrier;

	barrier_init(&barrier, 1);
	for (int i = 0; i < 3; i++) {
		barrier_wait(&barrier);
		barrier_meet(&barrier);
	}
	barrier_release(&barrier);
}
