/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "gate/looks.h"

/* What part of alpha each look uses up; the last one planned has what is left. */
static const struct look standard_looks[] = { { 4, .3 }, { 6, .15 }, { 8, .15 }, { 10, .15 },
	{ 14, .1 }, { 20, .06 }, { 28, .03 }, { 40, .02 }, { 56, .01 }, { 80, .01 } };

#define NR_STANDARD (sizeof standard_looks / sizeof *standard_looks)

_Static_assert(NR_STANDARD < LOOKS_MAX, "a plan has one look more");

struct looks looks_planned(const struct plan *plan)
{
	struct looks looks = { .nr = 0 };
	double left = 1;

	for (size_t i = 0; i < NR_STANDARD && standard_looks[i].nr < plan->nr_units; i++) {
		looks.items[looks.nr++] = standard_looks[i];
		left -= standard_looks[i].weight;
	}
	looks.items[looks.nr++] = (struct look){ plan->nr_units, left };
	return looks;
}

bool looks_include(const struct plan *plan, size_t nr_units)
{
	struct looks looks = looks_planned(plan);

	for (size_t i = 0; i < looks.nr; i++)
		if (looks.items[i].nr == nr_units)
			return true;
	return nr_units > plan->nr_units;
}

double looks_last_weight(const struct plan *plan)
{
	struct looks looks = looks_planned(plan);

	return looks.items[looks.nr - 1].weight;
}
