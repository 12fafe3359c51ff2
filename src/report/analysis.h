/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A verdict for programs that want plain answers: a summary, what each metric did, which got worse,
 * series to plot, and what was measured. Part of the JSON report.
 */
#ifndef REPORT_ANALYSIS_H
#define REPORT_ANALYSIS_H

#include "base/json.h"
#include "gate/verdict.h"

/* Adds "summary", "detailed_metrics", "regressions", "charts" and "benchmark_metadata". */
void analysis_add(const struct verdict *verdict, struct json *to);

#endif
