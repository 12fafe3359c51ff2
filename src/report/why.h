/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What every report says of a comparison in words. Nothing ends its line, and what came from
 * outside is fit for a terminal. */
#ifndef REPORT_WHY_H
#define REPORT_WHY_H

#include "base/buf.h"
#include "gate/verdict.h"

/* A comparison's name, and of a budget which: "lookup <= 20us". */
void why_add_question(const struct comparison *comparison, struct buf *out);

/* Why the comparison has its word: a sentence that goes on from its name. */
void why_add(const struct verdict *verdict, const struct comparison *comparison, struct buf *out);

/* What many comparisons have in common that are INCONCLUSIVE for one reason. */
const char *why_of_many(enum why why);

/* What to do about it; nothing where there is nothing to be done. */
void why_add_mend(const struct comparison *comparison, struct buf *out);

/* "other machine" where two sides are compared although they are not comparable, "other build"
 * where it is the same machine; else NULL. */
const char *why_mark(const struct verdict_part *part);

#endif
