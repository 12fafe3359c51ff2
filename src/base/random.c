/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/random.h"

struct random random_seed(uint64_t seed)
{
	return (struct random){ seed };
}

/* SplitMix64 (Steele, Lea and Flood, 2014): any seed is a good one. */
uint64_t random_next(struct random *random)
{
	uint64_t z = random->state += 0x9e3779b97f4a7c15u;

	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
	z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
	return z ^ (z >> 31);
}

size_t random_below(struct random *random, size_t nr)
{
	uint64_t limit = UINT64_MAX - UINT64_MAX % nr;
	uint64_t value;

	do
		value = random_next(random);
	while (value >= limit);
	return (size_t)(value % nr);
}
