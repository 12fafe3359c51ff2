/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What is to be said of a change whose machine code did not change: where code lies decides how
 * fast it is, too, and no statistics on one pair of builds can tell that from a change of the code.
 */
#ifndef REPORT_LAYOUT_H
#define REPORT_LAYOUT_H

#include "base/buf.h"
#include "gate/verdict.h"

/* Could the change be code layout alone? */
bool layout_is_suspected(const struct comparison *comparison);

/* A sentence, or nothing. */
void layout_add(const struct comparison *comparison, struct buf *out);

#endif
