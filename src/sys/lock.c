/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sys/lock.h"

#include "base/str.h"
#include "sys/clock.h"
#include "sys/process.h"

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

/* Between two looks at a lock that somebody else has. */
#define PAUSE_NS 20000000u

/* Who had it before us may have removed the file: then ours is a lock that nobody else sees. */
static bool is_still_there(int fd, const char *path)
{
	struct stat ours, there;

	return fstat(fd, &ours) == 0 && stat(path, &there) == 0 && ours.st_ino == there.st_ino &&
		ours.st_dev == there.st_dev;
}

int lock_try(struct lock *lock, const char *path, enum lock_kind kind, struct error *err)
{
	int operation = (kind == LOCK_ALONE ? LOCK_EX : LOCK_SH) | LOCK_NB, failed = 0;

	*lock = (struct lock)LOCK_INIT;
	for (;;) {
		int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0666);

		if (fd < 0 || flock(fd, operation))
			failed = errno;
		else if (is_still_there(fd, path))
			*lock = (struct lock){ fd, str_dup(path) };
		if (lock->fd >= 0)
			return 0;
		if (fd >= 0)
			close(fd);
		if (failed == EWOULDBLOCK)
			return 0;
		if (failed && failed != EINTR)
			return error_set(
				err, ERR_IO, "cannot lock '%s': %s", path, strerror(failed));
		failed = 0;
	}
}

int lock_wait(struct lock *lock, const char *path, enum lock_kind kind, uint64_t patience_ns,
	struct error *err)
{
	uint64_t start_ns = clock_now_ns();

	for (;;) {
		if (lock_try(lock, path, kind, err))
			return -1;
		if (lock->fd >= 0)
			return 0;
		if (process_interrupted())
			return error_set(err, ERR_IO, "interrupted while waiting for '%s'", path);
		if (clock_now_ns() - start_ns >= patience_ns)
			return error_set(err, ERR_IO,
				"'%s' is locked by another process for too long", path);
		clock_sleep_ns(PAUSE_NS);
	}
}

void lock_touch(struct lock *lock)
{
	if (lock->fd >= 0)
		futimens(lock->fd, NULL);
}

void lock_release(struct lock *lock)
{
	if (lock->fd >= 0)
		close(lock->fd);
	free(lock->path);
	*lock = (struct lock)LOCK_INIT;
}

void lock_remove(struct lock *lock)
{
	if (lock->fd >= 0)
		unlink(lock->path);
	lock_release(lock);
}

double lock_age_s(const char *path)
{
	struct timespec now;
	struct stat is;

	if (stat(path, &is) || clock_gettime(CLOCK_REALTIME, &now))
		return INFINITY;
	return (double)(now.tv_sec - is.st_mtim.tv_sec) +
		(double)(now.tv_nsec - is.st_mtim.tv_nsec) / 1e9;
}
