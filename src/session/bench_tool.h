/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Benchmarks of another tool, which benchgate starts itself: one run of the tool is a process of
 * each of its benchmarks. In turn the tool runs in the folders of base and head alternately, so
 * that what drifts falls on both alike. What it prints, or a file that it writes, is read as an
 * import.
 */
#ifndef SESSION_BENCH_TOOL_H
#define SESSION_BENCH_TOOL_H

#include "harness/catalog.h"
#include "harness/decider.h"
#include "harness/turns.h"
#include "model/run.h"
#include "model/tier.h"
#include "session/output.h"

/* What is measured, and by what it is steered. */
struct bench_tool_task {
	const struct benches *benches; /* all of one tool */
	const struct tiers *tiers;     /* for their budgets */
	struct decider decider;
	struct turns *turns; /* in turn with these; NULL: alone */
	struct progress_line *progress;
};

/* Runs the tool once in the folder (NULL: the current one), by the plan (NULL: the usual one), to
 * find out which benchmarks it has, and adds these. An error is its failure, with the last lines
 * that it said. */
int bench_tool_list(const struct bench_command *tool, const char *folder, const struct plan *plan,
	struct catalog *catalog, struct error *err);

/* Measures those until the decider has enough of each of them, or the time or the tool's
 * repetitions are over. What fails is in the run. */
void bench_tool_measure(const struct bench_tool_task *task, struct run *run);

#endif
