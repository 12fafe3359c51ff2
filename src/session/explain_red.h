/* SPDX-License-Identifier: GPL-3.0-or-later */
/* --explain of run and compare: benchmarks that regressed are profiled on both sides, and what is
 * found becomes a note of their results, which every report has. */
#ifndef SESSION_EXPLAIN_RED_H
#define SESSION_EXPLAIN_RED_H

#include "gate/verdict.h"
#include "session/explaining.h"

#define EXPLAIN_OPT(struct_type, field) \
	OPT_FLAG(0, "explain", struct_type, field, \
		"profile what regressed on both sides, five benchmarks at most, and say which function did it; " \
		"within a quarter of the budget ('benchgate help explaining')", \
		GROUP_JUDGE)

/* Notes what is found in the head's run, and keeps it there. folder: of the project. */
void explain_red(const struct explaining *explaining, const char *folder,
	const struct verdict *verdict, struct run *head);

#endif
