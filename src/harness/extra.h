/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Work that is run and not counted: it makes a benchmark slower by an exact fraction, without a
 * change of its source. `benchgate selftest` shows with it that the gate sees such a change.
 */
#ifndef HARNESS_EXTRA_H
#define HARNESS_EXTRA_H

#include <stdint.h>

/* Extra work is said in millionths of the work that counts. */
#define EXTRA_MILLION 1000000u

/* How many iterations to run besides so many that count. What is less than one iteration stays in
 * *owed, in millionths (0 to 999999), for the next call: over many calls the fraction is exact. */
uint64_t extra_iterations(uint64_t counted, uint64_t millionths, uint64_t *owed);

/* The part of `extra` that batch `at` of nr_batches runs. The first batch has none, for its
 * iterations may not count; unless it is the only one. */
uint64_t extra_of_batch(uint64_t extra, uint64_t at, uint64_t nr_batches);

#endif
