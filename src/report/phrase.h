/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Parts of the sentences about a comparison. What came from outside is fit for a terminal. */
#ifndef REPORT_PHRASE_H
#define REPORT_PHRASE_H

#include "base/buf.h"
#include "gate/verdict.h"

/* Head's, or base's where head has none. */
const struct result *phrase_result(const struct comparison *comparison);

bool phrase_is_exact(const struct comparison *comparison);

/* ", surely ", or ", " where it is exact. */
void phrase_surely(const struct comparison *comparison, struct buf *out);

/* "12.3 us -> 13.1 us, +6.5 % (95 %: +5.1 .. +7.9 %)" */
void phrase_change(const struct comparison *comparison, struct buf *out);

/* "is 21.3 us (95 %: 20.9 us .. 21.7 us)" */
void phrase_level(const struct comparison *comparison, struct buf *out);

/* "its budget of 20us" */
void phrase_budget(const struct comparison *comparison, struct buf *out);

/* "the 2 % that critical tolerates" */
void phrase_tolerated(
	const struct verdict *verdict, const struct comparison *comparison, struct buf *out);

/* " (p 0.0004 for all 9 comparisons); confirmed by 10 fresh processes", or "; 8 units in turn with
 * the base" */
void phrase_certainty(
	const struct verdict *verdict, const struct comparison *comparison, struct buf *out);

/* Of what was taken in turn, the share that was dropped, and the shares of each side's batches that
 * were disturbed. */
struct phrase_drops {
	double dropped_pct, base_pct, head_pct;
};
struct phrase_drops phrase_drops(const struct result *head);

/* "shard 2: " of a part, where a verdict is of several; else nothing. */
void phrase_shard(const struct verdict *verdict, size_t part, struct buf *out);

/* "the base's 6 sessions differ by 1.2 %"; nothing where no drift enters. */
void phrase_drift(const struct comparison *comparison, struct buf *out);

/* What is only assumed must not pass for known; nothing where it is known. */
void phrase_assumption(const struct comparison *comparison, struct buf *out);

#endif
