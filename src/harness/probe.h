/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A process of a benchmark that is not timed: it shows which files it uses. */
#ifndef HARNESS_PROBE_H
#define HARNESS_PROBE_H

#include "model/bench.h"
#include "model/plan.h"
#include "sys/watch.h"

/* Takes the benchmark through its warm-up and to its end, some tens of milliseconds. A process that
 * fails leaves what it used unknown, and false is returned. Not while anything is measured. */
bool probe_files(const struct bench *bench, const struct plan *plan, struct watched *files);

#endif
