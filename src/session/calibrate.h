/* SPDX-License-Identifier: GPL-3.0-or-later */
/* `doctor --calibrate`: the suite against itself, and what that says of the machine. */
#ifndef SESSION_CALIBRATE_H
#define SESSION_CALIBRATE_H

#include "session/measure.h"
#include "session/output.h"

#define CALIBRATE_BUDGET_NS UINT64_C(300000000000)

struct calibrate_options {
	struct measure_options measure; /* the plan's budget is that of all of it; 0: the default */
	struct words patterns;
	const char *out; /* NULL: where run and update-baselines look */
	bool json;       /* on standard output, too */
};

int calibrate(const struct calibrate_options *options, struct outcome *outcome, struct error *err);

/* What this machine's says, for whoever judges; NULL without. Borrows. */
const struct calibration *calibrate_known(const struct calibration *calibration);

#endif
