/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One benchmark measured alone, in one fresh process: warmed until settled, timed, checked. */
#ifndef HARNESS_SOLO_H
#define HARNESS_SOLO_H

#include "model/plan.h"
#include "model/result.h"

/*
 * Adds a process to the result: its row, its value of every metric. -1 with the fault when there is
 * none; then the result is as it was.
 */
int solo_measure(const struct bench *bench, const struct plan *plan, struct pace *pace,
	struct result *result, struct fault *fault);

/*
 * The median time of an iteration over undisturbed batches, or over all where that is not wanted
 * (threads are always switched) or every one was disturbed. Exposed for tests.
 */
double solo_value(const struct batches *batches, bool drop_disturbed, uint64_t *nr_disturbed);

#endif
