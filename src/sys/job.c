/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sys/job.h"

#include "base/mem.h"
#include "sys/cpu.h"
#include "sys/process.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static _Noreturn void do_work(
	int fd, int cpu, void (*work)(void *context, struct buf *output), void *context)
{
	struct buf output = BUF_INIT;
	size_t at = 0;

	cpu_stay(cpu);
	work(context, &output);
	while (at < output.len) {
		ssize_t written = write(fd, output.data + at, output.len - at);

		if (written < 0 && errno != EINTR)
			break;
		at += written > 0 ? (size_t)written : 0;
	}
	_exit(at < output.len);
}

int job_start(struct job *job, int cpu, void (*work)(void *context, struct buf *output),
	void *context, struct error *err)
{
	int ends[2];

	/* A worker that outlives the copy must not keep it open. */
	if (pipe2(ends, O_CLOEXEC))
		return error_set(err, ERR_IO, "cannot make a pipe: %s", strerror(errno));
	job->pid = process_copy();
	if (!job->pid) {
		close(ends[0]);
		do_work(ends[1], cpu, work, context);
	}
	close(ends[1]);
	if (job->pid < 0) {
		error_set(err, ERR_IO, "cannot start a process: %s", strerror(errno));
		close(ends[0]);
		job->pid = 0;
		return -1;
	}
	job->fd = ends[0];
	return 0;
}

/* Is it at its end? */
static bool read_output(struct job *job)
{
	char chunk[4096];
	ssize_t got = read(job->fd, chunk, sizeof chunk);

	if (got > 0)
		buf_add(&job->output, chunk, (size_t)got);
	return !got || (got < 0 && errno != EINTR && errno != EAGAIN);
}

/* Waits for its end; false where it did not end well. */
static bool reap_copy(struct job *job)
{
	int status = -1;

	while (job->pid && waitpid(job->pid, &status, 0) < 0 && errno == EINTR)
		;
	job->pid = 0;
	return !status;
}

static int job_look_at(struct job *jobs, const struct pollfd *polled, size_t nr)
{
	for (size_t i = 0; i < nr; i++)
		if (polled[i].revents && read_output(&jobs[i])) {
			/* It may have been killed while it wrote. */
			if (!reap_copy(&jobs[i]))
				buf_clear(&jobs[i].output);
			return (int)i;
		}
	return -1;
}

int job_wait(struct job *jobs, size_t nr)
{
	struct pollfd *polled = mem_alloc(nr, sizeof *polled);
	int ended = -1;

	/* Poll leaves out those whose descriptor is below 0. */
	for (size_t i = 0; i < nr; i++)
		polled[i] = (struct pollfd){ jobs[i].fd, POLLIN, 0 };
	while (ended < 0 && !process_interrupted())
		if (process_poll(polled, nr) > 0)
			ended = job_look_at(jobs, polled, nr);
	free(polled);
	return ended;
}

void job_end(struct job *job)
{
	if (job->fd >= 0)
		close(job->fd);
	job->fd = -1;
	if (job->pid)
		kill(job->pid, SIGTERM);
	reap_copy(job);
	buf_release(&job->output);
}
