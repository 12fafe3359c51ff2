/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What an iteration costs, by the batches of one process. Two answers: the mean, which is what a
 * user of the code pays, and a typical value, which is more precise and blind to bursts.
 */
#ifndef HARNESS_COST_H
#define HARNESS_COST_H

#include "model/result.h"

/*
 * The time that a batch is charged for. CPU time, but never more than wall time: what other
 * programs do to the processor is then not the body's. Wall time where the body waited, where
 * several threads share the work, and where the system's CPU clock is too coarse to tell: there CPU
 * time does not see what a user waits for.
 */
double cost_of_batch_ns(const struct batch *batch, bool parallel);

/* What they cost together, over their iterations; NaN for none. `skip`: of each turn of so many
 * batches, the first does not count, for it pays for the change of side; 0: all count. */
double cost_mean_ns(const struct batches *batches, size_t skip, bool parallel);

/* Median wall time of an iteration, over the batches that were not disturbed, where disturbed ones
 * are dropped. */
double cost_typical_ns(const struct batches *batches, bool drop_disturbed);

/* Batches with an involuntary context switch. */
uint64_t cost_nr_disturbed(const struct batches *batches);

/* How many of the batches that count cost over BURST_RATIO times their median. */
#define COST_BURST_RATIO 1.3
uint64_t cost_nr_bursts(const struct batches *batches, size_t skip, bool parallel);

#endif
