/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How a comparison came to its word, step by step, for whoever doubts it. */
#ifndef REPORT_EXPLAIN_H
#define REPORT_EXPLAIN_H

#include "base/error.h"
#include "gate/verdict.h"

/* All comparisons of that benchmark, each in some lines; -1 where the verdict has none. */
int explain_benchmark(
	const struct verdict *verdict, const char *benchmark, struct buf *out, struct error *err);

/* All of the verdict. */
void explain_all(const struct verdict *verdict, struct buf *out);

#endif
