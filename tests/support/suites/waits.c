/* SPDX-License-Identifier: MIT-0 */
/* Calls that wait: for the clock, or for another thread. */
#include "costs.h"

#include <pthread.h>
#include <time.h>
#include <unistd.h>

enum { WAITS = 20 }; /* a call, before any are added */

static void sleep_50us(void)
{
	nanosleep(&(struct timespec){ .tv_nsec = 50000 }, NULL);
}

BG_BENCH(sleeps, BG_CRITICAL)
{
	BG_LOOP(run)
		for (uint64_t left = with_added(WAITS); left; left--) {
			sleep_50us();
			units_done++;
		}
}

/* A unit is 50 us of work and 50 us of sleep. */
BG_BENCH(works_and_sleeps, BG_CRITICAL)
{
	BG_LOOP(run)
		for (uint64_t left = with_added(WAITS); left; left--) {
			BG_KEEP(hash_records(3700, left));
			sleep_50us();
			units_done++;
		}
}

static int questions[2], answers[2];

static void *answer(void *nothing)
{
	char letter;

	while (read(questions[0], &letter, 1) == 1)
		if (write(answers[1], &letter, 1) != 1)
			break;
	return nothing;
}

/* A unit is a byte to another thread and back. */
BG_BENCH(ping_pong, BG_CRITICAL)
{
	pthread_t other;
	char letter = 0;

	if (pipe(questions) || pipe(answers) || pthread_create(&other, NULL, answer, NULL)) {
		bg_fail(run, "cannot start the other thread");
		return;
	}
	BG_LOOP(run)
		for (uint64_t left = with_added(WAITS); left; left--) {
			if (write(questions[1], &letter, 1) != 1 ||
				read(answers[0], &letter, 1) != 1)
				bg_fail(run, "the other thread is gone");
			units_done++;
		}
	close(questions[1]);
	pthread_join(other, NULL);
	close(questions[0]);
	close(answers[0]);
	close(answers[1]);
}
