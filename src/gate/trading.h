/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Applies the policy's trade-offs to a verdict that is otherwise complete: a REGRESSION that one
 * covers becomes ACCEPTED. What is to get better must do so surely, by a test with the error of the
 * sum. Budgets are left alone.
 */
#ifndef GATE_TRADING_H
#define GATE_TRADING_H

#include "gate/verdict.h"

void trading_settle(struct verdict *verdict);

/*
 * The change of a payment in that benchmark, as a contrast of logarithms in which more is worse;
 * ANSWER_NO_SPREAD where all of it is exact. False: something that it needs was not compared.
 */
bool trading_contrast(const struct verdict *verdict, const struct payment *payment,
	const char *benchmark, struct contrast *contrast, bool *more_is_better);

#endif
