/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Runs a program to its end: where, with which environment, and where to what it prints goes. A
 * signal that asks us to stop ends it and its whole group.
 */
#ifndef SYS_PROGRAM_H
#define SYS_PROGRAM_H

#include "base/buf.h"
#include "base/error.h"
#include "sys/process.h"

#include <stdbool.h>
#include <stdint.h>

/* All lists end in NULL; a list that is NULL is empty. */
struct program {
	const char *const *argv;    /* argv[0] is looked for in PATH, unless it has a slash */
	const char *folder;         /* where it runs; NULL: here */
	const char *const *unset;   /* variables that it does not get: "NAME", or "NAME*" */
	const char *const *set;     /* "NAME=value" */
	const struct buf *input;    /* what it can read; NULL: nothing */
	const char *log;            /* a file that what it prints is appended to, or NULL */
	struct sandbox_place place; /* all zero: in no sandbox */
	uint64_t timeout_ns;        /* 0: none */
};

enum program_end_kind {
	PROGRAM_EXITED,
	PROGRAM_KILLED,
	PROGRAM_TIMED_OUT,
	PROGRAM_INTERRUPTED, /* see process_interrupted */
};

struct program_end {
	enum program_end_kind kind;
	int number; /* the exit status, or the signal */
};

/*
 * Returns -1 only when it cannot be started. Both of its outputs are kept in *output, of which the
 * maximum keeps the end; where errors is not NULL, stderr is kept there instead, the start of it.
 */
int program_run(const struct program *program, struct buf *output, struct buf *errors,
	struct program_end *end, struct error *err);

/* One that runs while something else is done. */
struct program_job {
	struct process process;
	uint64_t deadline_ns; /* of clock_awake_ns, by its own terms */
};

/* The same, and does not wait for it. Whatever starts is to be waited for, or given up. */
int program_start(const struct program *program, struct program_job *job, struct error *err);
/* Waits until then (of clock_now_ns) at most, and meanwhile keeps what it prints; false: it is
 * still running. */
bool program_wait(
	struct program_job *job, uint64_t until_ns, struct buf *output, struct program_end *end);
/* Kills it and its group. */
void program_give_up(struct program_job *job, struct buf *output);

/* Did it exit with 0? */
bool program_is_fine(const struct program_end *end);

/* Appends "exited with 2", "was killed by SIGKILL (killed)", "took longer than 90 s" and the like.
 */
void program_end_spell(
	const struct program *program, const struct program_end *end, struct buf *out);

/* Where PATH has it, owned by the caller; NULL: nowhere. */
char *program_find(const char *name);

/* Appends what changes when the program of this name is another one; nothing when there is none. */
void program_stamp(const char *name, struct buf *out);

#endif
