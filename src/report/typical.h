/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What is said of a time's two values where they tell different things: its mean, which is shown,
 * and what a typical iteration costs.
 */
#ifndef REPORT_TYPICAL_H
#define REPORT_TYPICAL_H

#include "base/buf.h"
#include "gate/verdict.h"

/* ", a typical iteration +5.0 % (95 %: +4.9 .. +5.1 %)", where that is what decides. */
void typical_add_change(
	const struct verdict *verdict, const struct comparison *comparison, struct buf *out);

/* "; a typical iteration changed by +0.1 %: the cost comes in bursts, in about 1 of 10 batches", or
 * which of the two is too uncertain; or nothing. */
void typical_add_note(
	const struct verdict *verdict, const struct comparison *comparison, struct buf *out);

/* Of head's batches, the share that cost much more than the median, beyond that of base's. */
double typical_burst_share(const struct result *head);

#endif
