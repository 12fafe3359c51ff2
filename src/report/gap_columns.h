/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The table of competitors, alike in every report: a row a gap. */
#ifndef REPORT_GAP_COLUMNS_H
#define REPORT_GAP_COLUMNS_H

#include "gate/gaps.h"
#include "report/columns.h"

#define NR_GAP_COLUMNS 9

/* Each fills from a struct gap. */
extern const struct column gap_columns[NR_GAP_COLUMNS];

/* So many of them have something in them: the last is of histories. */
size_t gap_nr_columns(const struct gaps *gaps);

/* The gaps of a verdict; NULL: none were asked for, or there is nothing to say. */
const struct gaps *gaps_of(const struct verdict *verdict);

#endif
