/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a benchmark's level is by its processes: a value for people, and how sure it is. */
#ifndef GATE_ESTIMATE_H
#define GATE_ESTIMATE_H

#include "model/result.h"
#include "stats/student.h"

/* A value over processes, as the logarithm sees it: the geometric mean. */
struct estimate {
	double value;
	double low, high;  /* 95 % interval over processes; NaN where there is no useful one */
	double spread_pct; /* standard deviation between processes; NaN with fewer than two */
};

/* From logarithms, without an interval, which costs as much as all the rest. */
struct estimate estimate_of_logs(const struct summary *logs);

/* The geometric mean; the plain one of what may be zero or negative, and has no logarithm. */
struct estimate estimate_of(const struct metric *metric);

/* An interval of logarithms; none where it would tell nobody anything. */
struct interval estimate_useful(struct interval logs, size_t nr);

/* Of nothing. */
struct estimate estimate_none(void);

#endif
