/* SPDX-License-Identifier: MIT-0 */
/*
 * Costs that are known exactly. Work is done in units that all take the same time, so many a call;
 * built with -DSLOWER_PERMILLE=50 a suite does 1050 units for each 1000, with the same machine
 * code. When the units that are added are due is what the suites differ by: in each call, in
 * bursts, late.
 */
#ifndef COSTS_H
#define COSTS_H

#include <benchgate.h>

#include <sys/random.h>

#ifndef SLOWER_PERMILLE
#define SLOWER_PERMILLE 0
#endif

/* Volatile: the optimiser must not know it. */
static const volatile uint64_t slower_permille = SLOWER_PERMILLE;

/* The units that the process has done, for tests/support/calls.c to read. */
__attribute__((visibility("default"))) extern uint64_t units_done;
uint64_t units_done;

enum { RECORDS = 256, WORDS = 8 };

static uint64_t records[RECORDS][WORDS];

__attribute__((constructor)) static void fill_records(void)
{
	uint64_t state = 1;

	for (int i = 0; i < RECORDS; i++)
		for (int j = 0; j < WORDS; j++)
			records[i][j] = state = state * 6364136223846793005u + 1442695040888963407u;
}

/* A unit is a record of 64 bytes, hashed: some 13 ns. */
static inline uint64_t hash_records(uint64_t nr, uint64_t state)
{
	for (; nr; nr--) {
		const uint64_t *record = records[nr % RECORDS];

		for (int i = 0; i < WORDS; i++) {
			state = (state ^ record[i]) * 0x9e3779b97f4a7c15u;
			state ^= state >> 29;
		}
	}
	return state;
}

/* Each call goes on with what the last one left: none begins before that one ends. */
static inline void work(uint64_t nr_units)
{
	static uint64_t state;

	state = hash_records(nr_units, state);
	units_done += nr_units;
}

/* What a call of so many units does with its share of what is added. What is left of a unit is owed
 * to the next call. */
static inline uint64_t with_added(uint64_t nr_units)
{
	static uint64_t owed;
	uint64_t due;

	owed += nr_units * slower_permille;
	due = owed / 1000;
	owed %= 1000;
	return nr_units + due;
}

/* 0 .. nr - 1, another in each process */
static inline uint64_t random_below(uint64_t nr)
{
	uint64_t value = 0;

	if (getrandom(&value, sizeof value, 0) != sizeof value)
		return 0;
	return value % nr;
}

#endif
