/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Children, and the signals that end us. A child is the leader of its own process group, dies with
 * its parent, runs with address randomisation on, and speaks over one inherited descriptor. Signals
 * are blocked but while waiting, so that none is lost between a look and a wait.
 */
#ifndef SYS_PROCESS_H
#define SYS_PROCESS_H

#include "base/buf.h"
#include "base/error.h"
#include "sys/sandbox.h"

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

/* What the kernel counted of a process, and of the children that it waited for. */
struct process_usage {
	uint64_t user_ns, system_ns;
	uint64_t peak_bytes;  /* largest resident set, of it or of a child of its own */
	uint64_t nr_faults;   /* pages that were not there yet */
	uint64_t nr_switches; /* involuntary context switches */
	uint64_t nr_waits;    /* voluntary ones */
};

struct rusage;
struct process_usage process_usage_of(const struct rusage *usage);

struct process {
	pid_t pid;           /* 0: none */
	int channel;         /* our end of a stream socket; -1: closed */
	int output;          /* where its stdout and stderr can be read; -1: closed */
	int log;             /* what is read there is written here, too; borrowed; -1: nowhere */
	bool ended;          /* the rest is known */
	int signal;          /* what killed it, or 0 */
	int status;          /* what it exited with, when signal is 0 */
	uint64_t peak_bytes; /* largest resident set; before exec it was a copy of ours: not
				used.peak_bytes */
	struct process_usage used; /* when it has ended */
	uint64_t start_ns;         /* for the trace; 0: there is none */
};

#define PROCESS_INIT \
	{ \
		.channel = -1, .output = -1, .log = -1 \
	}

/* The descriptor that a child finds its end of the channel at. */
#define PROCESS_CHILD_FD 3

/* Called once, before any child: blocks and catches SIGCHLD, SIGINT, SIGTERM and SIGHUP (those not
 * ignored already); adopts orphans where it can. */
void process_setup(void);

/* As fork, after process_setup. The copy has children of its own, and ends with its parent, or when
 * that sends SIGTERM, though the parent itself may ignore it. */
pid_t process_copy(void);

/* Waits until one of the descriptors has something, or a signal comes; as poll returns. */
struct pollfd;
int process_poll(struct pollfd *polled, size_t nr);
/* The same for so long at most. */
int process_poll_for(struct pollfd *polled, size_t nr, uint64_t time_ns);

/* In a child that shares our memory, before it becomes a program: signals do what they usually do,
 * and those that we were started with are let through. */
void process_forget_signals(void);

/* Descriptors 0 to 2 are open from here on, so that no file of ours takes their place. */
void process_open_standard(void);

/* The signal that asked us to stop, or 0. */
int process_interrupted(void);

/* Where and how a child runs; all zero: as we do, with a channel. */
struct process_terms {
	uint64_t memory_limit;    /* bytes; 0: none */
	const char *folder;       /* NULL: ours */
	const char *const *unset; /* variables that it does not get: "NAME", or "NAME*"; or NULL */
	const char *const *set;   /* "NAME=value", NULL at the end; or NULL */
	int input;                /* what it reads; 0: nothing */
	int errors;               /* where its stderr goes; 0: where its stdout goes */
	struct sandbox_place place; /* all zero: in no sandbox */
	bool alone;                 /* without a channel */
	int watch;   /* from watch_open: where the files that it uses are to stand; 0: not asked */
	int preload; /* from heap_library, at HEAP_FD there; 0: none. Not with watch */
	bool steady; /* the same each time, as far as can be: without address randomisation, and
			with an environment of a fixed size */
};

/* argv[0] is a path; a relative one is looked for in the folder. */
int process_start_with(struct process *process, char *const argv[],
	const struct process_terms *terms, struct error *err);

/* The same, on no terms but a limit of memory. */
int process_start(
	struct process *process, char *const argv[], uint64_t memory_limit, struct error *err);

enum process_event {
	PROCESS_READABLE, /* the channel has something to read or is closed at the other end */
	PROCESS_ENDED,    /* it has exited, and the channel has nothing left */
	PROCESS_TIMED_OUT,
	PROCESS_INTERRUPTED, /* see process_interrupted */
};

/* Waits for one of these, until a time of clock_awake_ns; meanwhile keeps the last of the child's
 * output in *output (its max bounds it). */
enum process_event process_wait(struct process *process, uint64_t deadline_ns, struct buf *output);

/* Notes how much memory the child has needed so far. What is only noted at its end may be too much:
 * the kernel counts the memory that it had as a copy of us. */
void process_note_peak(struct process *process);

/* Closes our end of the channel: a worker that reads from it then ends. */
void process_hang_up(struct process *process);

/* Kills what is left of the child's group, waits for it, closes the descriptors. */
void process_end(struct process *process, struct buf *output);

/* Kills every child that is left, whatever group it went to; only for when none is measuring. */
void process_sweep(void);

/* Those children that are left now are not to be killed by it, until that is taken back. */
void process_spare(void);
void process_spare_none(void);

/*
 * Runs a program to its end and keeps what it printed. Returns its exit status, or -1 when it
 * cannot be started, is killed or does not end in time.
 */
int process_capture(char *const argv[], uint64_t timeout_ns, struct buf *output);

/* Of this process. */
long process_id(void);

/* The path of the running program, owned by the caller; NULL when it cannot be told. */
char *process_own_path(void);

/* In a child: is there a channel at PROCESS_CHILD_FD? */
bool process_has_channel(void);

/* Writes to the channel, in the child or its parent. Where that fails although the other side is
 * there, *failed is the errno, and the channel is at its end: neither side waits for a message of
 * which the other has a part. */
bool process_write(int fd, const char *data, size_t len, int *failed);
/* In a child: reads from the channel. Reading returns 0 at the end, -1 on error. */
long process_read(int fd, char *data, size_t len);

/* The name of a signal for people: "SIGSEGV (invalid memory access)". */
const char *process_signal_name(int signal);

#endif
