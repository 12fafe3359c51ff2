/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A command line without a shell: words with quotes as a shell has them, and the redirections <
 * FILE, > FILE, >> FILE, 2> FILE, 2>> FILE and 2>&1. What only a shell can do is an error that says
 * so.
 */
#ifndef SUITE_COMMAND_LINE_H
#define SUITE_COMMAND_LINE_H

#include "base/error.h"
#include "model/bench_command.h"

/* Splits the command's text into its words, and its redirections into their fields. */
int command_line_split(struct bench_command *command, struct error *err);

#endif
