/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a comparison has in the columns of a table, alike in every report. What there is not adds
 * nothing. */
#ifndef REPORT_CELLS_H
#define REPORT_CELLS_H

#include "base/buf.h"
#include "gate/verdict.h"

/* Each for one that has a metric. */
void cells_base(const struct comparison *comparison, struct buf *cell);
void cells_head(const struct comparison *comparison, struct buf *cell);
void cells_change(const struct comparison *comparison, struct buf *cell);
void cells_change_interval(const struct comparison *comparison, struct buf *cell);
/* "at most +1.8 %", or "at least -1.8 %" if more is better: the bound of the change. */
void cells_bound(const struct comparison *comparison, struct buf *cell);
/* Of the head alone. */
void cells_interval(const struct comparison *comparison, struct buf *cell);
void cells_spread(const struct comparison *comparison, struct buf *cell);
void cells_rate(const struct comparison *comparison, struct buf *cell);

/*
 * The change on a line whose middle is none, worse to the right, with a mark at the threshold on
 * either side: "     :   |-o-: " is the 95 % interval and, at the o, the change. As wide as
 * CELLS_BAR_COLUMNS.
 */
#define CELLS_BAR_COLUMNS 19
void cells_bar(const struct comparison *comparison, struct buf *cell);

#endif
