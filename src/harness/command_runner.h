/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A command that is run again and again, each time as a fresh process that is timed from its start
 * to its end. What is run around it is not timed. Every way to fail becomes a fault with its own
 * word and reason, and the last that the command said.
 */
#ifndef HARNESS_COMMAND_RUNNER_H
#define HARNESS_COMMAND_RUNNER_H

#include "model/bench.h"
#include "model/bench_command.h"
#include "model/plan.h"
#include "model/result.h"
#include "sys/scratch.h"
#include "sys/spawn.h"

struct command_runner {
	const struct bench *bench;
	const struct plan *plan;
	const char *side; /* "base" or "head", for the command to know; NULL: neither */
	char *program;    /* the path of it */
	struct buf side_variable, folder_variable, round_variable;
	char **argv, **environment; /* their texts are borrowed */
	int nothing;                /* /dev/null */
	int errors[2], output[2];   /* pipes that it writes into; -1: none */
	struct buf said;            /* the end of what it said on its error output */
	struct buf printed;         /* of what it printed, where that has metrics */
	struct scratch scratch;     /* that it may write to, in a sandbox; or callgrind's files */
	const char *valgrind;       /* that it runs under; NULL: it runs as it is */
	struct buf out_file, tunables; /* for that */
	char *padding;
};

#define COMMAND_RUNNER_INIT \
	{ \
		.side_variable = BUF_INIT, .folder_variable = BUF_INIT, \
		.round_variable = BUF_INIT, .nothing = -1, .errors = { -1, -1 }, \
		.output = { -1, -1 }, .said = BUF_INIT, .printed = BUF_INIT, \
		.scratch = SCRATCH_INIT, .out_file = BUF_INIT, .tunables = BUF_INIT \
	}

/* The runner must be closed, whatever came of it. */
int command_runner_open(struct command_runner *runner, const struct bench *bench,
	const struct plan *plan, const char *side, struct fault *fault);
/* Its $BENCHGATE_ROUND from here on. */
int command_runner_set_round(struct command_runner *runner, uint64_t round);
void command_runner_close(struct command_runner *runner);

/* From here on it runs under callgrind, which leaves a file in the scratch folder for each program
 * that is started, with this end of its name. */
#define COMMAND_RUNNER_COUNTS ".callgrind"
int command_runner_count_by(struct command_runner *runner, const char *valgrind, struct error *err);

/* Is the program of each of these command lines there? Where it is not, an error that names it. */
int command_runner_find_programs(const struct benches *benches, struct error *err);

/* Its setup, unless that was done; what it leaves running lives until the cleanup. */
int command_runner_set_up(struct command_runner *runner, struct fault *fault);

/* Its preparation, and one run. What it prints stays in runner->printed until the next one. */
int command_runner_run(struct command_runner *runner, struct spawn_end *end, struct fault *fault);

/* The cleanup of all that were set up, also where we are to stop. A cleanup that fails is said on
 * standard error. */
void command_runner_clean_up(const struct benches *benches, const struct plan *plan);

#endif
