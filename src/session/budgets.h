/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Budgets in a comparison: beside its base a process has other levels than alone, so a benchmark
 * that has a budget is measured alone, too, and held to it by that.
 */
#ifndef SESSION_BUDGETS_H
#define SESSION_BUDGETS_H

#include "session/measure.h"

/* Measures alone what of benches has a budget, a second time where it may be over it. Their levels
 * in run, which are those of duets, are replaced. */
void budgets_measure(const struct measure_options *options, const struct settings *settings,
	const struct benches *benches, struct run *run);

#endif
