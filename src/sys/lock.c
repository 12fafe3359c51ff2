/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sys/lock.h"

#include "base/mem.h"
#include "base/str.h"
#include "sys/clock.h"
#include "sys/file.h"
#include "sys/folder.h"
#include "sys/process.h"
#include "sys/trace.h"

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
/* For others who hold a folder's lock for as long as it takes to read and write one file. */
#define FOLDER_PATIENCE_NS (60 * (uint64_t)CLOCK_NS_PER_S)
#define SAY_AFTER_NS CLOCK_NS_PER_S

/* Who had it before us may have removed the file: then ours is a lock that nobody else sees. */
static bool lock_is_still_there(int fd, const char *path)
{
	struct stat ours, there;

	return fstat(fd, &ours) == 0 && stat(path, &there) == 0 && ours.st_ino == there.st_ino &&
		ours.st_dev == there.st_dev;
}

/* Locks what open(2) finds with these flags. */
struct target {
	const char *path;
	int flags;
	int operation;
	bool may_lack; /* where the file system has no locks, we go on without */
};

static bool is_without_locks(int failed)
{
	return failed == ENOLCK || failed == EOPNOTSUPP || failed == ENOSYS || failed == EINVAL ||
		failed == EBADF;
}

static int try_once(struct lock *lock, const struct target *target, struct error *err)
{
	int failed = 0;

	*lock = (struct lock)LOCK_INIT;
	for (;;) {
		int fd = open(target->path, target->flags | O_CLOEXEC, 0666);

		failed = fd < 0 || flock(fd, target->operation | LOCK_NB) ? errno : 0;
		if (fd >= 0 && target->may_lack && is_without_locks(failed))
			failed = 0;
		if (!failed && lock_is_still_there(fd, target->path))
			*lock = (struct lock){ fd, str_dup(target->path) };
		if (lock->fd >= 0)
			return 0;
		if (fd >= 0)
			close(fd);
		if (failed == EWOULDBLOCK)
			return 0;
		if (failed && failed != EINTR)
			return error_set(err, ERR_IO, "cannot lock '%s': %s", target->path,
				strerror(failed));
	}
}

/* How long to wait, and when to say so; 0: never. */
struct waiting {
	uint64_t patience_ns, say_after_ns;
};

static int wait_for(
	struct lock *lock, const struct target *target, struct waiting waiting, struct error *err)
{
	uint64_t start_ns = clock_now_ns(), traced_ns = trace_start();

	for (;;) {
		uint64_t waited_ns;

		if (try_once(lock, target, err))
			return -1;
		if (lock->fd >= 0) {
			trace_event(traced_ns, 0, "lock", "lock %s", target->path);
			return 0;
		}
		if (process_interrupted())
			return error_set(
				err, ERR_IO, "interrupted while waiting for '%s'", target->path);
		waited_ns = clock_now_ns() - start_ns;
		if (waited_ns >= waiting.patience_ns)
			return error_set(err, ERR_IO,
				"another process has locked '%s' for too long", target->path);
		if (waiting.say_after_ns && waited_ns >= waiting.say_after_ns) {
			fprintf(stderr,
				"benchgate: waiting for another process, which has locked '%s'\n",
				target->path);
			waiting.say_after_ns = 0;
		}
		clock_sleep_ns(PAUSE_NS);
	}
}

static struct target lock_file_of(const char *path, enum lock_kind kind)
{
	return (struct target){ path, O_RDWR | O_CREAT | O_NOFOLLOW,
		kind == LOCK_ALONE ? LOCK_EX : LOCK_SH, false };
}

int lock_try(struct lock *lock, const char *path, enum lock_kind kind, struct error *err)
{
	struct target target = lock_file_of(path, kind);

	return try_once(lock, &target, err);
}

int lock_wait(struct lock *lock, const char *path, enum lock_kind kind, uint64_t patience_ns,
	struct error *err)
{
	struct target target = lock_file_of(path, kind);

	return wait_for(lock, &target, (struct waiting){ patience_ns, 0 }, err);
}

int lock_folder_of(struct lock *lock, const char *path, struct error *err)
{
	char *file = file_target(path);
	size_t len = str_folder_len(file);
	char *folder = len ? mem_copy(file, len) : str_dup(*file == '/' ? "/" : ".");
	struct target target = { folder, O_RDONLY | O_DIRECTORY, LOCK_EX, true };
	int rc = folder_make_parents(file, err);

	*lock = (struct lock)LOCK_INIT;
	if (!rc)
		rc = wait_for(
			lock, &target, (struct waiting){ FOLDER_PATIENCE_NS, SAY_AFTER_NS }, err);
	free(folder);
	free(file);
	return rc;
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
