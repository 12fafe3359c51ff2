/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A copy of this process that does one piece of work on one processor, and hands back what it
 * wrote. It has children of its own, ends with us, and hears the signals that end us.
 */
#ifndef SYS_JOB_H
#define SYS_JOB_H

#include "base/buf.h"
#include "base/error.h"

#include <sys/types.h>

struct job {
	pid_t pid;         /* 0: none */
	int fd;            /* where its output comes from */
	struct buf output; /* so far */
};

#define JOB_INIT \
	{ \
		.fd = -1, .output = BUF_INIT \
	}

/* The copy stays on the processor; what it starts may use all that we may. What work writes to its
 * buffer is the output. Only after process_setup. */
int job_start(struct job *job, int cpu, void (*work)(void *context, struct buf *output),
	void *context, struct error *err);

/* Waits until one of them has ended: its index, and its output, which is empty where it was killed
 * or failed; or -1 when we are to stop (process_interrupted). At least one must have been started.
 */
int job_wait(struct job *jobs, size_t nr);

/* Ends it, if it has not ended by itself, and is ready for another one. */
void job_end(struct job *job);

#endif
