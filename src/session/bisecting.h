/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A bisection at work: builds commits, measures them in turn, and tells the searches of all
 * benchmarks (explain/bisect.h) what came of it. Benchmarks share builds, and comparisons of the
 * same two commits. Each step is kept in a file, so that a bisection that was ended goes on.
 */
#ifndef SESSION_BISECTING_H
#define SESSION_BISECTING_H

#include "session/bisect_compare.h"
#include "sys/lock.h"

struct bisecting {
	const struct bisect_task *task;
	struct bisect_account account;
	struct {
		struct bisecting_build {
			struct side *side; /* owned; NULL: not built yet */
		} * items;                 /* by the commits' numbers */
		size_t nr, alloc;
	} builds;
	char *state_path; /* NULL: nowhere */
	struct lock lock;
	uint64_t start_ns;
	bool interrupted;
};

#define BISECTING_INIT \
	{ \
		.lock = LOCK_INIT \
	}

/* Finds the commits, builds the ends, chooses benchmarks, and reads what is known already. */
int bisecting_open(struct bisecting *bisecting, const struct bisect_task *task,
	const struct revision *good, const struct revision *bad, struct error *err);

/* Until all is found, the budget is over, or a signal comes. */
int bisecting_work(struct bisecting *bisecting, struct error *err);

void bisecting_release(struct bisecting *bisecting);

#endif
