/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A verdict becomes an outcome, by the policy. */
#ifndef SESSION_OUTCOME_H
#define SESSION_OUTCOME_H

#include "gate/verdict.h"

/* What came of a command, for main.c to turn into an exit code. */
struct outcome {
	bool regressed;    /* a regression, a broken budget, something missing */
	bool unmeasured;   /* something failed or could not be measured */
	bool incomparable; /* the base is of another machine or build, or there is none */
	bool inconclusive; /* and the policy calls that failing */
};

void outcome_take(struct outcome *outcome, const struct verdict *verdict);

#endif
