/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the batches of two processes come to that were timed in turn: A B A B A. A quad is a turn
 * of the second side and the halves next to it of the turns of the first side around it, so that
 * what drifts steadily falls on both alike.
 */
#ifndef HARNESS_QUADS_H
#define HARNESS_QUADS_H

#include "model/result.h"

/*
 * Batches in a turn. In the first the caches and the predictor still have the other side in them,
 * which costs both sides alike and hides half of a change in branchy code. Of the others the
 * quickest is what is typical: what else a processor is made to do comes in spikes of a batch, and
 * never makes one quicker. A body of over a millisecond a batch has all that in it; there every
 * batch counts.
 */
#define QUADS_TURN 4
#define QUADS_TURN_COUNTS 3

/* How many batches make a turn; 0: there is but one turn a side. The side that was started first
 * has a turn more than the other. */
size_t quads_turn(const struct batches *first, const struct batches *second);

/*
 * The log ratio of second to first of what is typical: the trimmed mean over quads. Of turns of one
 * or two batches all count, of longer ones the quickest of the last three. Fills in the duet's
 * counts.
 */
double quads_value(const struct batches *first, const struct batches *second, bool drop_disturbed,
	struct duet *duet);

/* By how much the ratio of the last quads differs from that of the first, in logarithms; 0 where
 * that is not sure, or too little to matter. */
double quads_ageing(const struct batches *first, const struct batches *second, bool drop_disturbed);

#endif
