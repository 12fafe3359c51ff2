/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A small seeded generator for orders and resampling; the same seed gives the same run everywhere.
 */
#ifndef BASE_RANDOM_H
#define BASE_RANDOM_H

#include <stddef.h>
#include <stdint.h>

struct random {
	uint64_t state;
};

struct random random_seed(uint64_t seed);
uint64_t random_next(struct random *random);
/* Uniform over 0..nr-1; nr > 0. */
size_t random_below(struct random *random, size_t nr);

#endif
