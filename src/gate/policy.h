/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What change is tolerated. Ratios are of times: 0.02 is 2 % slower. */
#ifndef GATE_POLICY_H
#define GATE_POLICY_H

#include <stdbool.h>

struct tolerance {
	double threshold_ratio; /* the change that is tolerated, > 0 */
	double target_ratio;    /* the change that must not pass unseen, > threshold_ratio */
};

struct policy {
	double alpha;           /* chance of any false REGRESSION in a run */
	double threshold_ratio; /* for every tier; NaN: each tier's own */
};

#define POLICY_DEFAULT \
	{ \
		.alpha = 0.01, .threshold_ratio = NAN \
	}

/* Built in: critical 2 %, standard (and a tier of the user's own) 5 %, comprehensive 10 %; targets
 * twice that. */
struct tolerance policy_tolerance(const struct policy *policy, const char *tier);

#endif
