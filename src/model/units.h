/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Numbers as people read them: three figures that matter and a unit of the right size. */
#ifndef MODEL_UNITS_H
#define MODEL_UNITS_H

#include "base/buf.h"

/* Times ("ns"), bytes ("B") and counts ("") in a unit of fitting size; others as they are; NaN is
 * "-". */
void units_add(struct buf *out, double value, const char *unit);

/* All figures, in the unit itself: "1234567 B". */
void units_add_exact(struct buf *out, double value, const char *unit);

/* 3.21 GB/s and the like: amount an iteration, nanoseconds an iteration. */
void units_add_rate(struct buf *out, double amount, double iteration_ns, const char *unit);

/* A change as a signed percentage, 0.065 is "+6.5 %"; NaN and infinities are "-". */
void units_add_change(struct buf *out, double ratio);

/* A share or a spread without a sign: "12.3 %", and "over 99999 %". */
void units_add_percent(struct buf *out, double pct);

/* Between two changes: "-3.0 .. +5.5 %". */
void units_add_changes(struct buf *out, double low, double high);

/* What is tolerated, as short as it can be written: 0.02 is "2 %". */
void units_add_ratio(struct buf *out, double ratio);

/* A duration for people: 0.3 s, 12 s, 3 min 20 s. */
void units_add_duration(struct buf *out, double seconds);

#endif
