/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One benchmark measured alone, in one fresh process: warmed until settled, timed, checked. */
#ifndef HARNESS_SOLO_H
#define HARNESS_SOLO_H

#include "harness/method.h"

/* Adds a process to the result: its row, its value of every metric. */
struct method solo_method(void);

/*
 * The median time of an iteration over undisturbed batches, or over all where that is not wanted
 * (threads are always switched) or every one was disturbed. Exposed for tests.
 */
double solo_value(const struct batches *batches, bool drop_disturbed, uint64_t *nr_disturbed);

/* Nine figures are more than a clock gives, and keep files short. */
double solo_nine_figures(double value);

#endif
