/* SPDX-License-Identifier: MIT-0 */
/* Cost that depends on which process it is, and on how long it has lived. */
#include "costs.h"

enum { UNITS = 2400, LATE = 1200, LIFE = 10000 }; /* a call takes some 32 us */

/* Nothing is added to the first calls: a cache that fills. */
BG_BENCH(late, BG_CRITICAL)
{
	uint64_t nr_calls = 0;

	BG_LOOP(run)
		work(nr_calls++ < LATE ? UNITS : with_added(UNITS));
}

/* What is added grows from nothing to twice the mean, and falls to nothing after a life: a list
 * that is walked at each call, has one entry more after it, and is emptied when it is full. */
BG_BENCH(grows, BG_CRITICAL)
{
	uint64_t age = 0, owed = 0;

	BG_LOOP(run) {
		uint64_t due;

		/* In parts of 1000 * LIFE; 2 * age + 1 adds up to the square of LIFE. */
		owed += UNITS * slower_permille * (2 * age + 1);
		due = owed / (1000 * LIFE);
		owed %= 1000 * LIFE;
		work(UNITS + due);
		age = age + 1 < LIFE ? age + 1 : 0;
	}
}

/* Which of four a process is: random, or fixed for a test. */
static uint64_t one_of_four(void)
{
#ifdef FATE
	return FATE;
#else
	return random_below(4);
#endif
}

/* One process in four pays for all: in a bad place in memory, say. */
BG_BENCH(one_in_four, BG_CRITICAL)
{
	const uint64_t due = one_of_four() ? UNITS : UNITS + 4 * UNITS * slower_permille / 1000;

	BG_LOOP(run)
		work(due);
}

/* One process in four is 20 % slower before and after, which makes the mean 2520 units; what is
 * added is added to it. */
BG_BENCH(one_in_four_slower, BG_CRITICAL)
{
	const uint64_t slow = UNITS + UNITS / 5 + 4 * (UNITS + UNITS / 20) * slower_permille / 1000;
	const uint64_t due = one_of_four() ? UNITS : slow;

	BG_LOOP(run)
		work(due);
}
