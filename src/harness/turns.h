/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Benchmarks measured in turn with their bases: a unit at a time, two duets with swapped order. */
#ifndef HARNESS_TURNS_H
#define HARNESS_TURNS_H

#include "harness/duet.h"
#include "harness/method.h"
#include "model/run.h"

struct turns {
	const struct benches *base; /* has each benchmark that is measured */
	/* Further builds of both, laid out differently, for unit k the one at k modulo one more
	 * than these; the first is that of base, and of what is measured. Each has all benchmarks.
	 */
	const struct benches *const *more_base, *const *more_head;
	size_t nr_more;
	struct run *base_run; /* gets base's values, or NULL */
	/* The tests have players of their own; NULL: duet_take. */
	int (*take)(const struct duet_task *task, struct duet_take *take, struct fault *fault);
};

/* Borrows turns. Adds a unit to head's result: two duets, and what each says of every metric. */
struct method turns_method(struct turns *turns);

#endif
