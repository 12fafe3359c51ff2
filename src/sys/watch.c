/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sys/watch.h"

#include "base/array.h"
#include "base/buf.h"
#include "base/str.h"
#include "sys/file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

void watched_release(struct watched *watched)
{
	for (size_t i = 0; i < watched->nr; i++)
		free(watched->items[i].path);
	free(watched->unknown);
	ARRAY_RELEASE(watched);
	watched->unknown = NULL;
}

static void doubt(struct watched *watched, const char *why)
{
	if (!watched->unknown)
		watched->unknown = str_dup(why);
}

#ifdef __linux__
#include <linux/magic.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/vfs.h>
#include <sys/wait.h>
/* Defines again what the C library has, and so must be the last. */
#include <linux/ptrace.h>

/* More than any list of files needs. */
#define MAX_LIST ((size_t)1 << 24)
#define MAX_FILES 100000
/* Above all descriptors that a child is given. */
#define HIGH_FD 64

static struct watched_file *watch_file_of(struct watched *watched, const char *path)
{
	for (size_t i = 0; i < watched->nr; i++)
		if (strcmp(watched->items[i].path, path) == 0)
			return &watched->items[i];
	if (watched->nr == MAX_FILES) {
		doubt(watched, "it opens very many files");
		return &watched->items[0];
	}
	*ARRAY_ADD(watched) = (struct watched_file){ .path = str_dup(path) };
	return &watched->items[watched->nr - 1];
}

int watch_open(void)
{
	int fd = memfd_create("watched", MFD_CLOEXEC), high;

	if (fd < 0)
		return -1;
	high = fcntl(fd, F_DUPFD_CLOEXEC, HIGH_FD);
	close(fd);
	return high;
}

/* A record is a text with a zero at its end: "?why", or how often opened, '*' when made, '!' when
 * of the kernel, '/' and so on: the path. */
static void add_record(struct watched *watched, const char *record)
{
	struct watched_file *file;
	char *path;
	unsigned long nr = strtoul(record, &path, 10);

	if (*record == '?') {
		doubt(watched, record + 1);
		return;
	}
	file = watch_file_of(watched, path + strspn(path, "*!"));
	file->made = *path == '*';
	file->of_kernel = path[file->made] == '!';
	file->nr_opened = nr;
}

void watch_read(int fd, struct watched *watched)
{
	struct buf list = BUF_INIT;
	struct error ignored = ERROR_INIT;
	char path[64];

	snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
	if (fd < 0 || file_read(path, MAX_LIST, &list, &ignored) || !list.len)
		doubt(watched, "processes cannot be watched here");
	for (size_t at = 0; at < list.len; at += strlen(list.data + at) + 1)
		add_record(watched, list.data + at);
	if (fd >= 0)
		close(fd);
	buf_release(&list);
}

/* One thread, between the beginning of a system call and its end. */
struct caller {
	pid_t id;
	bool inside;
	uint64_t call, arguments[6];
};

struct watch {
	struct watched files;
	struct callers {
		struct caller *items;
		size_t nr, alloc;
	} callers;
	pid_t child;
};

static struct caller *caller_of(struct watch *watch, pid_t id)
{
	for (size_t i = 0; i < watch->callers.nr; i++)
		if (watch->callers.items[i].id == id)
			return &watch->callers.items[i];
	*ARRAY_ADD(&watch->callers) = (struct caller){ .id = id };
	return &watch->callers.items[watch->callers.nr - 1];
}

static void watch_forget(struct watch *watch, pid_t id)
{
	struct callers *callers = &watch->callers;

	for (size_t i = 0; i < callers->nr; i++)
		if (callers->items[i].id == id) {
			callers->items[i] = callers->items[--callers->nr];
			return;
		}
}

/* What the kernel put there for a new program: it and its dynamic linker. */
static void note_program(struct watch *watch, pid_t id)
{
	char name[64], line[8192];
	FILE *maps;

	snprintf(name, sizeof name, "/proc/%ld/maps", (long)id);
	maps = fopen(name, "re");
	if (!maps)
		doubt(&watch->files, "a program that it starts cannot be watched");
	while (maps && fgets(line, sizeof line, maps)) {
		const char *path = strchr(line, '/');

		line[strcspn(line, "\n")] = '\0';
		if (path)
			watch_file_of(&watch->files, path);
	}
	if (maps)
		fclose(maps);
}

static bool is_device(const char *open_file)
{
	struct stat about;

	return stat(open_file, &about) == 0 && S_ISCHR(about.st_mode);
}

/* Of the file system, not of the name: shared memory lies in /dev, and anything may be mounted
 * anywhere. */
static bool is_made_up(const char *open_file)
{
	static const unsigned long kinds[] = { PROC_SUPER_MAGIC, SYSFS_MAGIC, CGROUP_SUPER_MAGIC,
		CGROUP2_SUPER_MAGIC, DEBUGFS_MAGIC, TRACEFS_MAGIC, SECURITYFS_MAGIC };
	struct statfs about;

	if (statfs(open_file, &about))
		return false;
	for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
		if ((unsigned long)about.f_type == kinds[i])
			return true;
	return false;
}

static void note_opened(struct watch *watch, pid_t id, long fd, uint64_t flags)
{
	bool from_nothing = flags & O_TRUNC || (flags & O_CREAT && flags & O_EXCL) ||
		(flags & O_TMPFILE) == O_TMPFILE;
	char name[64], path[4096];
	struct watched_file *file;
	ssize_t len;

	snprintf(name, sizeof name, "/proc/%ld/fd/%ld", (long)id, fd);
	len = readlink(name, path, sizeof path - 1);
	if (len <= 0) {
		doubt(&watch->files, "the name of a file that it opens is unknown");
		return;
	}
	path[len] = '\0';
	if ((flags & O_ACCMODE) == O_WRONLY && !from_nothing)
		return;
	file = watch_file_of(&watch->files, path);
	file->made |= from_nothing && !file->nr_opened;
	file->nr_opened++;
	file->of_kernel = is_device(name) || is_made_up(name);
	if ((flags & O_ACCMODE) == O_RDWR && !file->made && !is_device(name))
		doubt(&watch->files, "it opens a file both to read and to write");
}

/* By what a process may learn of the world outside but through files that it opens. */
static const struct {
	long call;
	const char *why;
	bool when_tried; /* not only when it succeeds */
} leaks[] = {
	{ SYS_connect, "it connects to another program", false },
	{ SYS_accept4, "another program connects to it", false },
#ifdef SYS_accept
	{ SYS_accept, "another program connects to it", false },
#endif
	{ SYS_shmget, "it shares memory with other programs", false },
	{ SYS_mq_open, "it uses a message queue", false },
	{ __NR_openat2, "it opens files in a way that cannot be followed (openat2)", false },
	{ SYS_open_by_handle_at, "it opens files in a way that cannot be followed", false },
	{ SYS_io_uring_setup, "it opens files in a way that cannot be followed (io_uring)", false },
	{ SYS_ptrace, "it watches other programs", true },
	{ SYS_process_vm_readv, "it reads the memory of other programs", true },
	{ SYS_chroot, "it changes its root or mounts", false },
	{ SYS_mount, "it changes its root or mounts", false },
	{ SYS_unshare, "it changes its root or mounts", false },
	{ SYS_setns, "it changes its root or mounts", false },
};

static void note_leak(struct watch *watch, const struct caller *caller, long returned, bool failed)
{
	if (caller->call == SYS_socket && !failed && caller->arguments[0] != AF_UNIX)
		doubt(&watch->files, "it uses the network");
	if (caller->call == SYS_connect && returned == -EINPROGRESS)
		failed = false;
	for (size_t i = 0; i < sizeof leaks / sizeof *leaks; i++)
		if (caller->call == (uint64_t)leaks[i].call && (!failed || leaks[i].when_tried))
			doubt(&watch->files, leaks[i].why);
}

static void note_call(struct watch *watch, const struct caller *caller, long returned, bool failed)
{
	note_leak(watch, caller, returned, failed);
	if (failed)
		return;
	if (caller->call == SYS_openat)
		note_opened(watch, caller->id, returned, caller->arguments[2]);
#ifdef SYS_open
	if (caller->call == SYS_open)
		note_opened(watch, caller->id, returned, caller->arguments[1]);
	if (caller->call == SYS_creat)
		note_opened(watch, caller->id, returned, O_WRONLY | O_TRUNC);
#endif
}

#if defined(__x86_64__)
#define OUR_ARCH 0xc000003eu /* AUDIT_ARCH_X86_64 */
#elif defined(__aarch64__)
#define OUR_ARCH 0xc00000b7u
#else
#define OUR_ARCH 0u
#endif

static void note_stop(struct watch *watch, pid_t id)
{
	struct ptrace_syscall_info info = { 0 };
	struct caller *caller = caller_of(watch, id);

	if (ptrace(PTRACE_GET_SYSCALL_INFO, id, (void *)sizeof info, &info) <= 0) /* NOLINT */
		doubt(&watch->files, "its system calls cannot be followed here");
	else if (info.arch != OUR_ARCH)
		doubt(&watch->files, "it runs code of another architecture");
	if (info.op == PTRACE_SYSCALL_INFO_ENTRY) {
		caller->inside = true;
		caller->call = info.entry.nr;
		memcpy(caller->arguments, info.entry.args, sizeof caller->arguments);
	} else if (info.op == PTRACE_SYSCALL_INFO_EXIT && caller->inside) {
		caller->inside = false;
		note_call(watch, caller, (long)info.exit.rval, info.exit.is_error);
	}
}

static bool stops_for_good(int signal)
{
	return signal == SIGSTOP || signal == SIGTSTP || signal == SIGTTIN || signal == SIGTTOU;
}

static void take_stop(struct watch *watch, pid_t id, int status)
{
	int signal = WSTOPSIG(status), event = status >> 16;
	long request = PTRACE_SYSCALL;

	if (signal == (SIGTRAP | 0x80)) {
		note_stop(watch, id);
		signal = 0;
	} else if (event == PTRACE_EVENT_STOP) {
		request = stops_for_good(signal) ? PTRACE_LISTEN : PTRACE_SYSCALL;
		signal = 0;
	} else if (event) {
		if (event == PTRACE_EVENT_EXEC)
			note_program(watch, id);
		signal = 0;
	}
	ptrace((enum __ptrace_request)request, id, NULL, (void *)(intptr_t)signal); /* NOLINT */
}

/* Until the child itself has ended; returns how. */
static int follow(struct watch *watch)
{
	int status;

	for (;;) {
		pid_t id = waitpid(-1, &status, __WALL);

		if (id < 0 && errno != EINTR)
			return -1;
		if (id < 0)
			continue;
		if (WIFSTOPPED(status))
			take_stop(watch, id, status);
		else if (id == watch->child)
			return status;
		else
			watch_forget(watch, id);
	}
}

static void write_list(const struct watched *files, int fd)
{
	struct buf list = BUF_INIT;

	/* One that could be watched has a program at least. */
	if (files->unknown || !files->nr)
		buf_addf(&list, "?%s%c",
			files->unknown ? files->unknown : "processes cannot be watched here", 0);
	for (size_t i = 0; i < files->nr; i++)
		buf_addf(&list, "%zu%s%s%s%c", files->items[i].nr_opened,
			files->items[i].made ? "*" : "", files->items[i].of_kernel ? "!" : "",
			files->items[i].path, 0);
	(void)!file_write_fd(fd, list.data, list.len);
	buf_release(&list);
}

/* Waits until it is followed, or surely will not be. */
static _Noreturn void watch_begin(char *const argv[], char *const environment[], const int gate[2])
{
	char nothing;

	close(gate[1]);
	while (read(gate[0], &nothing, 1) < 0 && errno == EINTR)
		;
	close(gate[0]);
	execve(argv[0], argv, environment);
	dprintf(STDERR_FILENO, "cannot start %s: %s\n", argv[0], strerror(errno));
	_exit(127);
}

_Noreturn void watch_exec(char *const argv[], char *const environment[], int fd)
{
	const long options = PTRACE_O_TRACESYSGOOD | PTRACE_O_TRACEEXEC | PTRACE_O_TRACECLONE |
		PTRACE_O_TRACEFORK | PTRACE_O_TRACEVFORK | PTRACE_O_EXITKILL;
	struct watch watch = { .child = 0 };
	int gate[2], status;

	if (pipe2(gate, O_CLOEXEC))
		_exit(127);
	watch.child = fork();
	if (watch.child == 0)
		watch_begin(argv, environment, gate);
	if (watch.child < 0)
		_exit(127);
	if (ptrace(PTRACE_SEIZE, watch.child, NULL, (void *)options)) /* NOLINT */
		doubt(&watch.files, "processes cannot be watched here");
	close(gate[0]);
	close(gate[1]);
	status = follow(&watch);
	write_list(&watch.files, fd);
	_exit(status >= 0 && WIFEXITED(status) ? WEXITSTATUS(status) : 127);
}
#else
int watch_open(void)
{
	return -1;
}

void watch_read(int fd, struct watched *watched)
{
	(void)fd;
	doubt(watched, "processes cannot be watched here");
}

_Noreturn void watch_exec(char *const argv[], char *const environment[], int fd)
{
	(void)fd;
	execve(argv[0], argv, environment);
	_exit(127);
}
#endif
