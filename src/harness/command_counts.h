/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The instructions of a command: of one run from its start to its end, under callgrind, with all
 * programs that it starts. Its setup is done first, unless it was; a shell's own instructions are
 * part of it.
 */
#ifndef HARNESS_COMMAND_COUNTS_H
#define HARNESS_COMMAND_COUNTS_H

#include "model/bench.h"
#include "model/plan.h"
#include "model/result.h"

#include <stdint.h>

int command_counts_take(const struct bench *bench, const struct plan *plan, const char *valgrind,
	uint64_t *instructions, struct fault *fault);

#endif
