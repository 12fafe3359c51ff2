/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A program whose whole life is timed: started as cheaply as the kernel can, waited for, and what
 * it used accounted for. It leads a process group of its own, which ends with it.
 */
#ifndef SYS_SPAWN_H
#define SYS_SPAWN_H

#include "base/buf.h"
#include "base/error.h"
#include "sys/process.h"
#include "sys/sandbox.h"

#include <stdbool.h>
#include <stdint.h>

/* What to start, and on what terms; all is borrowed. */
struct spawn {
	char *const *argv;          /* argv[0] is a path; a relative one is from the folder */
	char *const *environment;   /* NULL: ours */
	const char *folder;         /* NULL: ours */
	int input, output, errors;  /* its three standard descriptors */
	uint64_t memory_limit;      /* bytes; 0: none */
	struct sandbox_place place; /* all zero: in no sandbox */
	uint64_t timeout_ns;        /* then it is killed */
	bool steady;                /* the same addresses each time */
	bool leaves_children;       /* what it started and did not wait for may stay */
	bool undisturbed;           /* a signal that asks us to stop does not end it */
};

enum spawn_how {
	SPAWN_EXITED,
	SPAWN_KILLED,      /* by a signal */
	SPAWN_STOPPED,     /* by a signal, as one that reads from a terminal; it was killed then */
	SPAWN_TIMED_OUT,   /* it was killed */
	SPAWN_TOO_LONG,    /* it printed more than a pipe keeps whole; it was killed */
	SPAWN_INTERRUPTED, /* we were (see process_interrupted); it was killed */
	SPAWN_NOT_STARTED, /* number is the errno */
};

struct spawn_end {
	enum spawn_how how;
	int number;       /* exit status, signal, or errno */
	uint64_t wall_ns; /* from before its start until its end was known */
	uint64_t kept_ns; /* of that, in which other programs kept it from running, or us from
			     knowing of its end: where it has one thread and no children; else 0 */
	struct process_usage used;
};

/* Where something that it prints is read while it runs. */
struct spawn_pipe {
	int fd;           /* our end, which does not block; -1: none */
	struct buf *kept; /* of more than its maximum the end stays: at least half of the maximum */
	bool whole;       /* more than the maximum ends the program instead */
};

/* Runs it to its end. Only after process_setup. */
void spawn_run(const struct spawn *spawn, const struct spawn_pipe *pipes, size_t nr_pipes,
	struct spawn_end *end);

/* A pipe for that: what is written to ends[1] can be read from ends[0] without waiting. */
int spawn_open_pipe(int ends[2], struct error *err);

/* The peak of a program that needs less than this is not known: the kernel counts what we had when
 * it was started. */
uint64_t spawn_peak_floor(void);

#endif
