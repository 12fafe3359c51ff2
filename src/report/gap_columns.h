/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The table of competitors, alike in every report: a row a gap. */
#ifndef REPORT_GAP_COLUMNS_H
#define REPORT_GAP_COLUMNS_H

#include "gate/gaps.h"
#include "report/columns.h"

#define NR_GAP_COLUMNS 8

/* Each fills from a struct gap. */
extern const struct column gap_columns[NR_GAP_COLUMNS];

/* The gaps of a verdict; NULL: none were asked for, or there is nothing to say. */
const struct gaps *gaps_of(const struct verdict *verdict);

#endif
