/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the values of a comparison are, for people: those of files of other tools may be worth less
 * than values of several processes. */
#ifndef REPORT_BASIS_H
#define REPORT_BASIS_H

#include "base/buf.h"
#include "gate/verdict.h"

/* "20 samples of one process", "a mean of 100 samples"; nr are used. */
void basis_add_values(const struct metric *metric, size_t nr, struct buf *out);

/* "; from a value and its interval (target/criterion has the samples)"; nothing where it rests on
 * several processes or is exact. */
void basis_add_note(
	const struct verdict *verdict, const struct comparison *comparison, struct buf *out);

/* Does it rest on less than several processes of each side? */
bool basis_is_weak(const struct comparison *comparison);

/* How to measure it in turn, for whom measured it: "measure it in turn with the base (--base ...)".
 */
void basis_add_in_turn(const struct comparison *comparison, struct buf *out);

/* Behind 'benchgate update-baselines': " --from FILE..." where another tool measured it. */
void basis_add_from(const struct comparison *comparison, struct buf *out);

/* Of a change over the threshold that is not sure: "; a regression is sure from +11.7 % on". */
void basis_add_sure(const struct comparison *comparison, struct buf *out);

#endif
