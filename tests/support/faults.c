/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A library to preload: it makes one call of one function of the C library fail, in one process of
 * benchgate.
 *
 * FAULT_FUNCTION  which function, as "write"
 * FAULT_AT        which of its calls, from 1 on
 * FAULT_TARGET    only calls for a file with this in its path count
 * FAULT_KIND      an errno as a number; "short": only the first half of the bytes is read or
 * written; "kill": the process dies before the call FAULT_ROLE      in which process: "own" (the
 * command that a user starts), "child" (a copy of it made by fork, until it starts another
 * program), "worker" (which has loaded a suite) FAULT_PROGRAM   benchgate itself, as /proc/self/exe
 * names it: other programs are left alone FAULT_HIT       this file is made when the call fails,
 * and says what it was called for. Only one process makes it.
 */
#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

static struct {
	const char *function, *hit, *target;
	int number; /* 0: short */
	bool kills;
	int at;
	pid_t first; /* the process that the program was started in */
	bool in_child;
} fault;
static atomic_int nr_calls;
static pid_t counted_in;

__attribute__((constructor)) static void read_environment(int argc, char **argv)
{
	const char *role = getenv("FAULT_ROLE"), *program = getenv("FAULT_PROGRAM");
	const char *kind = getenv("FAULT_KIND"), *at = getenv("FAULT_AT");
	char exe[4096];
	ssize_t len = readlink("/proc/self/exe", exe, sizeof exe - 1);
	bool is_worker = argc > 1 && strcmp(argv[1], "worker") == 0;

	exe[len > 0 ? len : 0] = '\0';
	if (!role || !program || !kind || !at || strcmp(exe, program) != 0 ||
		is_worker != (strcmp(role, "worker") == 0))
		return;
	fault.hit = getenv("FAULT_HIT");
	fault.target = getenv("FAULT_TARGET");
	fault.number = atoi(kind);
	fault.kills = strcmp(kind, "kill") == 0;
	fault.at = atoi(at);
	fault.first = counted_in = getpid();
	fault.in_child = strcmp(role, "child") == 0;
	fault.function = getenv("FAULT_FUNCTION");
}

/* Only the first one that makes the file may fail. */
static bool note_hit(const char *function, const char *target)
{
	int fd = (int)syscall(SYS_openat, AT_FDCWD, fault.hit, O_WRONLY | O_CREAT | O_EXCL, 0666);
	char line[4200];
	int len = snprintf(line, sizeof line, "%s %s\n", function, target);

	if (fd < 0)
		return false;
	syscall(SYS_write, fd, line, (size_t)len);
	syscall(SYS_close, fd);
	return true;
}

/* open64 counts as open: libraries call it so. */
static bool is_meant(const char *function)
{
	size_t len = fault.function ? strlen(fault.function) : 0;

	return len && strncmp(function, fault.function, len) == 0 &&
		(!function[len] || strcmp(function + len, "64") == 0);
}

/* A signal to a thread of the same process, which the kernel always takes. */
static bool is_signal(const char *target)
{
	return strstr(target, "[eventfd]") != NULL;
}

/* Is it the turn of this call? Then errno is set. */
static bool is_hit(const char *function, const char *target)
{
	int before = errno;
	pid_t now;

	if (!is_meant(function) || is_signal(target) ||
		(fault.target && !strstr(target, fault.target)))
		return false;
	now = getpid();
	if ((now != fault.first) != fault.in_child)
		return false;
	if (now != counted_in) {
		counted_in = now;
		nr_calls = 0;
	}
	if (++nr_calls != fault.at || !note_hit(function, target)) {
		errno = before;
		return false;
	}
	if (fault.kills)
		raise(SIGKILL);
	errno = fault.number ? fault.number : before;
	return true;
}

static bool is_hit_at(const char *function, int fd)
{
	char link[64], target[4096] = "";
	ssize_t len;

	if (!is_meant(function))
		return false;
	snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
	len = readlink(link, target, sizeof target - 1);
	target[len > 0 ? len : 0] = '\0';
	return is_hit(function, target);
}

#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))
#define PATH_CALL(type, failed, name, parameters, arguments, path) \
	type name parameters \
	{ \
		return is_hit(#name, path) ? (failed) : REAL(name) arguments; \
	}
#define FD_CALL(type, failed, name, parameters, arguments, fd) \
	type name parameters \
	{ \
		return is_hit_at(#name, fd) ? (failed) : REAL(name) arguments; \
	}
#define BYTES_CALL(name, parameters, arguments, half, fd, len) \
	ssize_t name parameters \
	{ \
		if (!is_hit_at(#name, fd)) \
			return REAL(name) arguments; \
		return fault.number ? -1 : REAL(name) half; \
	}
/* Libraries that are opened on demand look for what they call among their own first. */
#ifdef RTLD_DEEPBIND
void *dlopen(const char *path, int mode)
{
	return REAL(dlopen)(path, mode & ~RTLD_DEEPBIND);
}
#endif

#define HALF(len) ((len) / 2 + (len) % 2)

#define OPEN_CALL(name) \
	int name(const char *path, int flags, ...) \
	{ \
		va_list more; \
		mode_t mode; \
		va_start(more, flags); \
		mode = flags & (O_CREAT | O_TMPFILE) ? va_arg(more, mode_t) : 0; \
		va_end(more); \
		return is_hit(#name, path) ? -1 : REAL(name)(path, flags, mode); \
	}
OPEN_CALL(open)
OPEN_CALL(open64)

int openat(int folder, const char *path, int flags, ...)
{
	va_list more;
	mode_t mode;

	va_start(more, flags);
	mode = flags & (O_CREAT | O_TMPFILE) ? va_arg(more, mode_t) : 0;
	va_end(more);
	return is_hit("openat", path) ? -1 : REAL(openat)(folder, path, flags, mode);
}

/* Its third argument, where there is one, is a number or a pointer. */
#define FCNTL_CALL(name) \
	int name(int fd, int operation, ...) \
	{ \
		va_list more; \
		void *argument; \
		va_start(more, operation); \
		argument = va_arg(more, void *); \
		va_end(more); \
		return is_hit_at(#name, fd) ? -1 : REAL(name)(fd, operation, argument); \
	}
FCNTL_CALL(fcntl)
FCNTL_CALL(fcntl64)

/* As with the kernel, a descriptor that was not closed well is closed. */
int close(int fd)
{
	bool hit = is_hit_at("close", fd);
	int why = errno, rc = REAL(close)(fd);

	if (!hit)
		return rc;
	errno = why;
	return -1;
}

PATH_CALL(int, -1, mkostemp, (char *path, int flags), (path, flags), path)
PATH_CALL(char *, NULL, mkdtemp, (char *path), (path), path)
PATH_CALL(FILE *, NULL, tmpfile, (void), (), "")
PATH_CALL(FILE *, NULL, fopen, (const char *restrict path, const char *restrict mode), (path, mode),
	path)
PATH_CALL(DIR *, NULL, opendir, (const char *path), (path), path)
FD_CALL(DIR *, NULL, fdopendir, (int fd), (fd), fd)
PATH_CALL(int, -1, mkdir, (const char *path, mode_t mode), (path, mode), path)
PATH_CALL(int, -1, rename, (const char *from, const char *to), (from, to), to)
PATH_CALL(int, -1, unlink, (const char *path), (path), path)
PATH_CALL(char *, NULL, realpath, (const char *restrict path, char *restrict to), (path, to), path)
FD_CALL(int, -1, fsync, (int fd), (fd), fd)
FD_CALL(int, -1, fdatasync, (int fd), (fd), fd)
FD_CALL(int, -1, ftruncate, (int fd, off_t len), (fd, len), fd)
FD_CALL(int, -1, ftruncate64, (int fd, off64_t len), (fd, len), fd)
FD_CALL(int, -1, flock, (int fd, int operation), (fd, operation), fd)
PATH_CALL(pid_t, -1, fork, (void), (), "")
PATH_CALL(pid_t, -1, waitpid, (pid_t pid, int *status, int options), (pid, status, options), "")
PATH_CALL(pid_t, -1, wait4, (pid_t pid, int *status, int options, struct rusage *usage),
	(pid, status, options, usage), "")
PATH_CALL(int, -1, poll, (struct pollfd * fds, nfds_t nr, int timeout), (fds, nr, timeout), "")
PATH_CALL(int, -1, ppoll,
	(struct pollfd * fds, nfds_t nr, const struct timespec *timeout, const sigset_t *mask),
	(fds, nr, timeout, mask), "")
PATH_CALL(int, -1, pipe2, (int fds[2], int flags), (fds, flags), "")
PATH_CALL(int, -1, socketpair, (int domain, int type, int protocol, int fds[2]),
	(domain, type, protocol, fds), "")
PATH_CALL(int, -1, memfd_create, (const char *name, unsigned flags), (name, flags), name)
PATH_CALL(void *, MAP_FAILED, mmap,
	(void *at, size_t len, int prot, int flags, int fd, off_t offset),
	(at, len, prot, flags, fd, offset), "")
PATH_CALL(void *, MAP_FAILED, mmap64,
	(void *at, size_t len, int prot, int flags, int fd, off64_t offset),
	(at, len, prot, flags, fd, offset), "")
BYTES_CALL(read, (int fd, void *data, size_t len), (fd, data, len), (fd, data, HALF(len)), fd, len)
BYTES_CALL(pread, (int fd, void *data, size_t len, off_t at), (fd, data, len, at),
	(fd, data, HALF(len), at), fd, len)
BYTES_CALL(pread64, (int fd, void *data, size_t len, off64_t at), (fd, data, len, at),
	(fd, data, HALF(len), at), fd, len)
BYTES_CALL(write, (int fd, const void *data, size_t len), (fd, data, len), (fd, data, HALF(len)),
	fd, len)
BYTES_CALL(pwrite64, (int fd, const void *data, size_t len, off64_t at), (fd, data, len, at),
	(fd, data, HALF(len), at), fd, len)
