/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sys/program.h"

#include "base/array.h"
#include "base/str.h"
#include "sys/clock.h"
#include "sys/file.h"
#include "sys/process.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Borrowed texts, NULL at the end. */
struct pointers {
	char **items;
	size_t nr, alloc;
};

static bool is_program(const char *path)
{
	struct stat is;

	return stat(path, &is) == 0 && S_ISREG(is.st_mode) && access(path, X_OK) == 0;
}

char *program_find(const char *name)
{
	const char *at = getenv("PATH");
	struct buf path = BUF_INIT;

	if (strchr(name, '/'))
		return is_program(name) ? str_dup(name) : NULL;
	/* An empty place in PATH is the current folder, which is not where a program of ours is. */
	for (; at && *at; at += strspn(at, ":")) {
		int len = (int)strcspn(at, ":");

		buf_clear(&path);
		buf_addf(&path, "%.*s/%s", len, at, name);
		if (is_program(path.data))
			return buf_detach(&path);
		at += len;
	}
	buf_release(&path);
	return NULL;
}

void program_stamp(const char *name, struct buf *out)
{
	char *path = program_find(name);
	struct stat is;

	if (path && stat(path, &is) == 0)
		buf_addf(out, "%s %jd %jd.%09ld\n", name, (intmax_t)is.st_size,
			(intmax_t)is.st_mtim.tv_sec, is.st_mtim.tv_nsec);
	free(path);
}

/* A file without a name, for what may not be mixed with the rest. */
static int open_nameless(struct error *err)
{
	FILE *file = tmpfile();
	int fd = file ? fcntl(fileno(file), F_DUPFD_CLOEXEC, 0) : -1;

	if (fd < 0)
		error_set(err, ERR_IO, "cannot make a temporary file: %s", strerror(errno));
	if (file)
		(void)fclose(file);
	return fd;
}

/* The same with something in it, from the start of which it is read. */
static int open_filled(const struct buf *content, struct error *err)
{
	int fd = open_nameless(err);

	if (fd < 0 || (!file_write_fd(fd, content->data, content->len) && !lseek(fd, 0, SEEK_SET)))
		return fd;
	error_set(err, ERR_IO, "cannot write a temporary file: %s", strerror(errno));
	close(fd);
	return -1;
}

static void read_back(int fd, struct buf *out)
{
	char chunk[4096];
	off_t at = 0;
	ssize_t got;

	while (!out->full && (got = pread(fd, chunk, sizeof chunk, at)) > 0) {
		buf_add(out, chunk, (size_t)got);
		at += got;
	}
}

static int open_log(const char *path, struct error *err)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0666);

	if (fd < 0)
		error_set(err, ERR_IO, "cannot write %s: %s", path, strerror(errno));
	return fd;
}

static uint64_t deadline_of(const struct program *program)
{
	uint64_t deadline_ns = clock_awake_ns() + program->timeout_ns;

	return program->timeout_ns && deadline_ns >= program->timeout_ns ? deadline_ns : UINT64_MAX;
}

static void close_open(int fd)
{
	if (fd >= 0)
		close(fd);
}

static int program_start_child(
	const struct program *program, int errors, struct program_job *job, struct error *err)
{
	struct pointers argv = { 0 };
	struct process_terms terms = { .folder = program->folder,
		.unset = program->unset,
		.set = program->set,
		.errors = errors,
		.place = program->place,
		.alone = true };
	int input = -1, log = -1, rc = -1;
	char *path = program_find(program->argv[0]);

	if (!path) {
		error_set(err, ERR_IO, "cannot find the program %s", program->argv[0]);
		goto out;
	}
	if (program->folder && access(program->folder, X_OK)) {
		error_set(err, ERR_IO, "cannot open the folder '%s': %s", program->folder,
			strerror(errno));
		goto out;
	}
	if ((program->input && (input = open_filled(program->input, err)) < 0) ||
		(program->log && (log = open_log(program->log, err)) < 0))
		goto out;
	terms.input = program->input ? input : 0;
	for (const char *const *word = program->argv; *word; word++)
		*ARRAY_ADD(&argv) = word == program->argv ? path : (char *)*word;
	*ARRAY_ADD(&argv) = NULL;
	rc = process_start_with(&job->process, argv.items, &terms, err);
	if (rc)
		goto out;
	job->process.log = log;
	job->deadline_ns = deadline_of(program);
	log = -1;
out:
	close_open(input);
	close_open(log);
	ARRAY_RELEASE(&argv);
	free(path);
	return rc;
}

int program_start(const struct program *program, struct program_job *job, struct error *err)
{
	return program_start_child(program, 0, job, err);
}

void program_give_up(struct program_job *job, struct buf *output)
{
	process_end(&job->process, output);
	close_open(job->process.log);
	job->process.log = -1;
}

bool program_wait(
	struct program_job *job, uint64_t until_ns, struct buf *output, struct program_end *end)
{
	struct process *process = &job->process;
	/* Read in this order, the sum fits. */
	uint64_t awake_ns = clock_awake_ns(), now_ns = clock_now_ns();
	bool is_last;
	enum process_event event;

	awake_ns += until_ns > now_ns ? until_ns - now_ns : 0;
	is_last = job->deadline_ns <= awake_ns;
	event = process_wait(process, is_last ? job->deadline_ns : awake_ns, output);

	if (event == PROCESS_TIMED_OUT && !is_last)
		return false;
	program_give_up(job, output);
	if (event == PROCESS_INTERRUPTED)
		*end = (struct program_end){ PROGRAM_INTERRUPTED, process_interrupted() };
	else if (event == PROCESS_TIMED_OUT)
		*end = (struct program_end){ PROGRAM_TIMED_OUT, 0 };
	else if (process->signal)
		*end = (struct program_end){ PROGRAM_KILLED, process->signal };
	else
		*end = (struct program_end){ PROGRAM_EXITED, process->status };
	return true;
}

int program_run(const struct program *program, struct buf *output, struct buf *errors,
	struct program_end *end, struct error *err)
{
	struct program_job job;
	int separate = errors ? open_nameless(err) : 0, rc = -1;

	if (separate >= 0)
		rc = program_start_child(program, separate, &job, err);
	if (!rc)
		program_wait(&job, UINT64_MAX, output, end);
	if (!rc && errors)
		read_back(separate, errors);
	if (separate > 0)
		close(separate);
	return rc;
}

bool program_is_fine(const struct program_end *end)
{
	return end->kind == PROGRAM_EXITED && !end->number;
}

void program_end_spell(
	const struct program *program, const struct program_end *end, struct buf *out)
{
	switch (end->kind) {
	case PROGRAM_EXITED:
		buf_addf(out, "exited with %d", end->number);
		break;
	case PROGRAM_KILLED:
		buf_addf(out, "was killed by %s", process_signal_name(end->number));
		break;
	case PROGRAM_TIMED_OUT:
		buf_addf(
			out, "took longer than %g s", (double)program->timeout_ns / CLOCK_NS_PER_S);
		break;
	case PROGRAM_INTERRUPTED:
		buf_adds(out, "was interrupted");
		break;
	}
}
