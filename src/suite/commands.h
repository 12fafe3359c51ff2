/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Command lines as benchmarks: one for each combination of their parameters. */
#ifndef SUITE_COMMANDS_H
#define SUITE_COMMANDS_H

#include "base/error.h"
#include "model/bench.h"
#include "model/bench_command.h"

/* Adds them; they run in the folder (NULL: the current one). */
int commands_add(const struct bench_commands *commands, const char *folder, struct benches *benches,
	struct error *err);

/* A command as it stands on the command line: "name=./prog --flag < input", or without a name. */
void commands_say(struct bench_commands *commands, const char *said, bool shell);

#endif
