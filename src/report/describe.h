/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The words about a comparison, for every report and alert: one table leads from its reason and
 * evidence to a sentence, to advice, and to a phrase for many. Nothing ends its line, and text from
 * outside is fit for a terminal. tests/data/words.txt holds every sentence.
 */
#ifndef REPORT_DESCRIBE_H
#define REPORT_DESCRIBE_H

#include "base/buf.h"
#include "gate/verdict.h"

/* The name of a comparison, with its budget if it has one: "lookup <= 20us". */
void describe_name(const struct comparison *comparison, struct buf *out);

/* Why the comparison has its word: a sentence that continues its name. */
void describe_reason(
	const struct verdict *verdict, const struct comparison *comparison, struct buf *out);

/* What to do about it; nothing if there is nothing to do. */
void describe_advice(const struct comparison *comparison, struct buf *out);

/* The reason of many INCONCLUSIVE comparisons at once, without their numbers. */
const char *describe_group(enum why why);

/* True if the change may come from code layout alone. */
bool describe_suspects_layout(const struct comparison *comparison);

/* What the machine code says about the change; nothing if it says nothing. */
void describe_layout(const struct comparison *comparison, struct buf *out);

/* If a mismatch of base and head is allowed: "other machine", or "other build" on the same machine;
 * else NULL. */
const char *describe_mismatch(const struct verdict_part *part);

/* Parts of sentences. */

/* The result of head, or of base if head has none. */
const struct result *describe_result(const struct comparison *comparison);

bool describe_is_exact(const struct comparison *comparison);

/* "its budget of 20us" */
void describe_budget(const struct comparison *comparison, struct buf *out);

/* "shard 2: " of a part, if the verdict has several parts; else nothing. */
void describe_shard(const struct verdict *verdict, size_t part, struct buf *out);

/* "the base's 6 sessions differ by 1.2 %"; nothing if drift does not matter. */
void describe_drift(const struct comparison *comparison, struct buf *out);

/* Percentages of batches taken in turn: dropped of all, disturbed of each side. */
struct describe_drops {
	double dropped_pct, base_pct, head_pct;
};
struct describe_drops describe_drops(const struct result *head);

#endif
