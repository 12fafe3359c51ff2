/* SPDX-License-Identifier: GPL-3.0-or-later */
/* When units in turn are looked at, and which part of alpha each look uses up. */
#ifndef GATE_LOOKS_H
#define GATE_LOOKS_H

#include "model/plan.h"

#include <stdbool.h>
#include <stddef.h>

#define LOOKS_MAX 11

struct looks {
	struct look {
		size_t nr; /* units; where a run is judged alone: processes */
		double weight;
	} items[LOOKS_MAX];
	size_t nr;
};

/* All that a plan has for units; the last one has what is left of alpha. */
struct looks looks_planned(const struct plan *plan);

/* Is there to be a look after so many units? */
bool looks_include(const struct plan *plan, size_t nr_units);

/* The part of alpha that the last planned look has. */
double looks_last_weight(const struct plan *plan);

#endif
