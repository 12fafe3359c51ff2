/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * How runs of a command become samples: as many of them as fit make a value, alone or in turn with
 * the same command of the base. They fill in what a suite's process does, so all else is shared.
 */
#ifndef HARNESS_COMMANDS_H
#define HARNESS_COMMANDS_H

#include "harness/duet.h"

/* Runs that make one value. */
struct command_sitting {
	struct sitting sitting; /* of no worker: what the runs come to */
	struct batches batches; /* each run */
	uint64_t warmup_ns;
};

/* As many as pace says; where it says none yet, as fit into the plan's time for a process, and pace
 * says so then. The sitting must be released, whatever came of it. */
int commands_take(const struct bench *bench, const struct plan *plan, struct pace *pace,
	struct command_sitting *sitting, struct fault *fault);
void commands_release(struct command_sitting *sitting);

/* The same in turn with the base: fits struct turns. */
int commands_duet(const struct duet_task *task, struct duet_take *take, struct fault *fault);

#endif
