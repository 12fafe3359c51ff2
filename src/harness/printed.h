/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The metrics that a command prints, in one of the ways that its row in the policy file names. */
#ifndef HARNESS_PRINTED_H
#define HARNESS_PRINTED_H

#include "base/buf.h"
#include "model/bench_command.h"
#include "model/result.h"

/* Adds a value of each to the metrics. What is not printed as it should be is a fault. */
int printed_read(const struct bench_command *command, const struct buf *text,
	struct metrics *metrics, struct fault *fault);

#endif
