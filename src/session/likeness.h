/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * How alike what is measured of base and head is, benchmark by benchmark: the machine code, and the
 * files that a process of each side uses. Reads files and starts processes, so not while anything
 * is measured.
 */
#ifndef SESSION_LIKENESS_H
#define SESSION_LIKENESS_H

#include "model/bench.h"
#include "model/run.h"

/* Says in the run of each benchmark of the head whether it is identical, and takes those out of the
 * list; where others are left, a few stay as controls. same_suites: the suites are the same bytes;
 * else it is the code that decides. The time that it takes is the run's. */
void likeness_take_unchanged(
	const struct benches *base, struct benches *head, bool same_suites, struct run *run);

/* Notes it in the results of what was measured in turn. */
void likeness_note(const struct benches *base, const struct benches *head, struct run *run);

#endif
