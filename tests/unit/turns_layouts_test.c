/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "support/test.h"

#include "harness/turns.h"

#define NR_LAYOUTS 3
#define NR_UNITS 7

/* The builds that each duet was of, by their layouts. */
static char name[] = "x";
static struct bench builds[2][NR_LAYOUTS];
static size_t asked_of[2][2 * NR_UNITS], nr_asked_of;

static int note(const struct duet_task *task, struct duet_take *take, struct fault *fault)
{
	(void)fault;
	asked_of[0][nr_asked_of] = (size_t)(task->base - builds[0]);
	asked_of[1][nr_asked_of] = (size_t)(task->head - builds[1]);
	nr_asked_of++;
	*take = (struct duet_take){ .duet = { .nr_quads = 20 } };
	for (int i = 0; i < 4; i++)
		*ARRAY_ADD(&take->head.batches) = (struct batch){ .n = 1, .wall_ns = 100 };
	return 0;
}

TEST(units_go_round_the_layouts_of_both_sides)
{
	struct benches layouts[2][NR_LAYOUTS];
	const struct benches *more[2][NR_LAYOUTS - 1];
	struct turns turns = { .nr_more = NR_LAYOUTS - 1, .take = note };
	struct method method;
	struct run run = RUN_INIT;
	struct plan plan = PLAN_DEFAULT;
	struct fault fault = FAULT_INIT;

	for (int side = 0; side < 2; side++)
		for (size_t i = 0; i < NR_LAYOUTS; i++) {
			builds[side][i] = (struct bench){ .name = name,
				.tier = name,
				.file = name,
				.source = name,
				.nr_threads = 1 };
			layouts[side][i] = (struct benches){ &builds[side][i], 1, 1 };
			if (i)
				more[side][i - 1] = &layouts[side][i];
		}
	turns.base = &layouts[0][0];
	turns.more_base = more[0];
	turns.more_head = more[1];
	method = turns_method(&turns);
	run_add(&run, &builds[1][0]);
	for (size_t unit = 0; unit < NR_UNITS; unit++)
		assert_int_equal(
			method.take(method.context, &builds[1][0], &plan, &run.items[0], &fault),
			0);
	assert_int_equal(nr_asked_of, 2 * NR_UNITS);
	for (size_t i = 0; i < nr_asked_of; i++) {
		assert_int_equal(asked_of[0][i], i / 2 % NR_LAYOUTS);
		assert_int_equal(asked_of[1][i], i / 2 % NR_LAYOUTS);
	}
	run_release(&run);
}
