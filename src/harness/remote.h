/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A worker as seen from outside: a fresh process that was asked, answers, and can die at any
 * moment. Every way to die becomes a fault with its own word and reason.
 */
#ifndef HARNESS_REMOTE_H
#define HARNESS_REMOTE_H

#include "harness/message.h"
#include "model/result.h"
#include "sys/process.h"
#include "sys/scratch.h"

struct remote {
	struct process process;
	struct channel channel;
	struct buf output;    /* the end of what it printed */
	uint64_t deadline_ns; /* of clock_awake_ns: when it must have ended */
	uint64_t timeout_ns;  /* how long that was, for the reason */
	uint64_t memory_limit;
	int watch;
	const struct sandbox *sandbox;
	const struct remote_counting *counting;
	bool out_of_memory;     /* its last words */
	bool interrupted;       /* a signal to us, no fault of its own */
	uint32_t protocol;      /* version settled on */
	const char *form;       /* "shared object" or "program" */
	struct scratch scratch; /* a folder of its own, removed with it */
	char compiler[128];     /* what compiled the suite */
	uint64_t build;         /* BG_BUILD_* bits of it */
};

/* Where a worker counts instead of being timed. */
struct remote_counting {
	int preload;          /* from heap_library; 0: none */
	const char *valgrind; /* path of the program, which the worker then runs under, as
				 callgrind; NULL: it runs as it is */
	bool in_detail;       /* by instruction, with simulated caches and branches */
};

/* Which of its variants the C library of a worker that counts is told to use, the same on every
 * processor; NULL: the choice is its own. */
const char *remote_dispatch(void);
/* Appends the variable that tells it so. False: there is none. */
bool remote_add_tunables(struct buf *out);

/* The file that callgrind writes at the end of a worker, in its scratch folder, followed by "." and
 * the id of its process. */
#define REMOTE_CALLGRIND_FILE "callgrind.out"

struct remote_options {
	uint64_t timeout_ns;
	uint64_t memory_limit;
	const char *side;      /* "base" or "head", for the benchmark to know; NULL: it has none */
	struct buf *libraries; /* where to add what libraries the suite brings; NULL: not asked */
	int watch;             /* as in struct process_terms */
	const struct sandbox *sandbox;          /* that it runs in, borrowed; NULL: none */
	const struct remote_counting *counting; /* NULL: it is timed */
	unsigned wanted; /* what the benchmark's process counts: COUNTERS_* of harness/counters.h */
};

/* Starts a worker on a suite ("" for what is linked in), settles the protocol and has the suite
 * loaded. */
int remote_start(struct remote *remote, const char *source, struct remote_options options,
	struct fault *fault);

/* Sends a message; a worker that cannot take it is found out by the next remote_next. */
#define remote_put(remote, ...) (void)channel_put(&(remote)->channel, __VA_ARGS__)

/* The next message, or -1 with the fault. `wrong`, `memory` and `error` are faults. */
int remote_next(struct remote *remote, struct message *message, struct fault *fault);

/* The next message, which must be `word`. */
int remote_expect(
	struct remote *remote, const char *word, struct message *message, struct fault *fault);

/* The fault of a worker that said this where `word` was due. */
int remote_unexpected(const struct message *message, const char *word, struct fault *fault);

/* Hangs up and waits, until its deadline, for it to exit by itself; -1 with the fault where it does
 * not. It is still to be ended. */
int remote_let_exit(struct remote *remote, struct fault *fault);

/* Hangs up and lets it exit, kills it when it does not within a second. How it ended, and
 * how much memory it needed, is in remote->process. */
void remote_end(struct remote *remote);

#endif
