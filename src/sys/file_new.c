/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/mem.h"
#include "base/str.h"
#include "sys/clock.h"
#include "sys/file.h"
#include "sys/lock.h"
#include "sys/process.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

/* The program that reads a pipe may be about to start. */
#define READER_PATIENCE_NS (5 * (uint64_t)CLOCK_NS_PER_S)
#define PAUSE_NS 20000000u
/* After a signal asked us to stop, a full pipe gets this long to take more. */
#define LAST_PATIENCE_MS 1000
#define MAX_LINKS 40

/* The folder that the last name of a path stands in, without links; NULL: there is none. */
static char *real_folder(const char *path)
{
	const char *name = str_path_name(path);
	char *folder = name == path ? str_dup(".") : mem_copy(path, (size_t)(name - path));
	char *real = realpath(folder, NULL);

	free(folder);
	return real;
}

/* NULL: it is no link. */
static char *link_target(const char *folder, const char *path)
{
	char target[4096];
	ssize_t len = readlink(path, target, sizeof target);
	struct buf joined = BUF_INIT;

	if (len <= 0 || len == sizeof target)
		return NULL;
	if (*target != '/')
		buf_addf(&joined, "%s/", folder);
	buf_add(&joined, target, (size_t)len);
	return buf_detach(&joined);
}

static bool holds_descriptors(const char *folder)
{
	return strcmp(folder, "/dev/fd") == 0 ||
		(str_starts(folder, "/proc/") && strcmp(str_path_name(folder), "fd") == 0);
}

/* /dev/stdout may lead to a log that others write too: it is added to, not replaced. So is
 * /dev/fd/3, and any link to them. */
static bool is_descriptor(const char *path)
{
	char *at = str_dup(path);
	bool is = false;

	for (int i = 0; at && !is && i < MAX_LINKS; i++) {
		char *folder = real_folder(at), *next = NULL;

		is = folder && holds_descriptors(folder);
		if (folder && !is)
			next = link_target(folder, at);
		free(folder);
		free(at);
		at = next;
	}
	free(at);
	return is;
}

static bool is_temporary(const char *name)
{
	size_t len = strlen(name), end = strlen(FILE_NEW_MARK FILE_NEW_LETTERS);

	if (len <= end || !str_starts(name + len - end, FILE_NEW_MARK))
		return false;
	for (const char *at = name + len - strlen(FILE_NEW_LETTERS); *at; at++)
		if (!isalnum((unsigned char)*at))
			return false;
	return true;
}

/* Where SQLite wrote the file, and was killed or could not tidy up. */
static void remove_journal(int folder, const char *name)
{
	struct buf journal = BUF_INIT;

	buf_addf(&journal, "%s-journal", name);
	unlinkat(folder, journal.data, 0);
	buf_release(&journal);
}

/* A writer holds the lock of its file until it ends, however it ends. */
static void remove_left(int folder, const char *name)
{
	int fd = openat(folder, name, O_RDWR | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	struct stat ours, there;

	if (fd < 0)
		return;
	if (!fstat(fd, &ours) && S_ISREG(ours.st_mode) && !flock(fd, LOCK_EX | LOCK_NB) &&
		!fstatat(folder, name, &there, AT_SYMLINK_NOFOLLOW) &&
		there.st_ino == ours.st_ino && there.st_dev == ours.st_dev) {
		remove_journal(folder, name);
		unlinkat(folder, name, 0);
	}
	close(fd);
}

void file_new_sweep(const char *path)
{
	char *real = real_folder(path);
	DIR *folder = real ? opendir(real) : NULL;
	const struct dirent *entry;

	while (folder && (entry = readdir(folder)))
		if (is_temporary(entry->d_name))
			remove_left(dirfd(folder), entry->d_name);
	if (folder)
		closedir(folder);
	free(real);
}

/* It can only be read by setting it. */
static mode_t current_umask(void)
{
	mode_t mask = umask(022);

	umask(mask);
	return mask;
}

/* Somebody who tidied up took the file from under its name. */
static bool file_new_is_gone(int fd)
{
	struct stat is;

	return fstat(fd, &is) == 0 && !is.st_nlink;
}

/* False: another process removed the file before it was locked. A file system without locks has no
 * sweeping either. */
static bool file_new_take_lock(int fd)
{
	if (flock(fd, LOCK_EX | LOCK_NB))
		return errno != EWOULDBLOCK;
	return !file_new_is_gone(fd);
}

static int open_temporary(struct file_new *file)
{
	struct buf name = BUF_INIT;
	struct stat was;
	mode_t mode = stat(file->path, &was) ? 0666 & ~current_umask() : was.st_mode & 07777;

	for (;;) {
		buf_clear(&name);
		buf_addf(&name, "%s" FILE_NEW_MARK FILE_NEW_LETTERS, file->path);
		file->fd = mkostemp(name.data, O_CLOEXEC);
		if (file->fd < 0 || file_new_take_lock(file->fd))
			break;
		close(file->fd);
	}
	if (file->fd < 0) {
		buf_release(&name);
		return -1;
	}
	fchmod(file->fd, mode);
	free(file->temporary);
	file->temporary = buf_detach(&name);
	return 0;
}

/* A pipe without a reader would keep us for ever, and signals wait until we look for them. */
static int open_as_it_is(struct file_new *file, bool is_pipe)
{
	uint64_t start_ns = clock_now_ns();

	for (;;) {
		file->fd = open(file->path, O_WRONLY | O_APPEND | O_CLOEXEC | O_NONBLOCK);
		if (file->fd >= 0 || errno != ENXIO || !is_pipe)
			return file->fd < 0 ? -1 : 0;
		if (process_interrupted()) {
			errno = EINTR;
			return -1;
		}
		if (clock_now_ns() - start_ns >= READER_PATIENCE_NS) {
			errno = EPIPE;
			return -1;
		}
		clock_sleep_ns(PAUSE_NS);
	}
}

static int cannot_write(const char *path, struct error *err)
{
	const char *why = errno == EPIPE ? "nobody reads from this pipe"
		: errno == EINTR         ? "interrupted while waiting for the reader of this pipe"
					 : strerror(errno);

	return error_set(err, ERR_IO, "cannot write %s: %s", path, why);
}

int file_new_make_private(struct file_new *file, struct error *err)
{
	return file->temporary && fchmod(file->fd, 0600) ? cannot_write(file->path, err) : 0;
}

int file_new_open(struct file_new *file, const char *path, struct error *err)
{
	struct stat was;
	bool exists = stat(path, &was) == 0, is_special = exists && !S_ISREG(was.st_mode);
	int rc;

	if (!*path)
		return error_set(err, ERR_IO, "cannot write '': the name is empty");
	if (exists && S_ISDIR(was.st_mode))
		return error_set(err, ERR_IO, "cannot write %s: it is a directory", path);
	if (is_special || is_descriptor(path)) {
		file->path = str_dup(path);
		rc = open_as_it_is(file, is_special && S_ISFIFO(was.st_mode));
	} else {
		file->path = file_target(path);
		file_new_sweep(file->path);
		rc = open_temporary(file);
	}
	if (!rc)
		return 0;
	cannot_write(path, err);
	free(file->path);
	*file = (struct file_new)FILE_NEW_INIT;
	return -1;
}

/* Its reader may take as long as it likes, until a signal asks us to stop. */
static int wait_for_room(int fd)
{
	struct pollfd room = { fd, POLLOUT, 0 };
	bool is_last = process_interrupted();

	if (poll(&room, 1, is_last ? LAST_PATIENCE_MS : LAST_PATIENCE_MS / 10) || !is_last)
		return 0;
	errno = EINTR;
	return -1;
}

static int write_content(int fd, const struct buf *content)
{
	size_t at = 0;

	while (at < content->len) {
		ssize_t done = write(fd, content->data + at, content->len - at);

		if (done >= 0)
			at += (size_t)done;
		else if (errno == EAGAIN ? wait_for_room(fd) : errno != EINTR)
			return -1;
	}
	return 0;
}

static int write_and_rename(struct file_new *file, const struct buf *content)
{
	if (!file->temporary)
		return write_content(file->fd, content);
	if (file_new_is_gone(file->fd)) {
		close(file->fd);
		if (open_temporary(file))
			return -1;
	}
	if (write_content(file->fd, content) || fsync(file->fd))
		return -1;
	return rename(file->temporary, file->path);
}

int file_new_commit(struct file_new *file, const struct buf *content, struct error *err)
{
	int rc = write_and_rename(file, content);

	if (rc) {
		cannot_write(file->path, err);
	} else {
		free(file->temporary);
		file->temporary = NULL;
	}
	file_new_release(file);
	return rc ? -1 : 0;
}

int file_new_commit_locked(struct file_new *file, const struct buf *content, struct error *err)
{
	struct lock lock = LOCK_INIT;
	int rc = file->temporary ? lock_folder_of(&lock, file->path, err) : 0;

	if (rc)
		file_new_release(file);
	else
		rc = file_new_commit(file, content, err);
	lock_release(&lock);
	return rc;
}

void file_new_release(struct file_new *file)
{
	if (file->temporary) {
		remove_journal(AT_FDCWD, file->temporary);
		unlink(file->temporary);
	}
	if (file->fd >= 0)
		close(file->fd);
	free(file->temporary);
	free(file->path);
	*file = (struct file_new)FILE_NEW_INIT;
}

int file_replace(const char *path, const struct buf *content, struct error *err)
{
	struct file_new file = FILE_NEW_INIT;
	int rc = file_new_open(&file, path, err);

	if (!rc)
		rc = file_new_commit(&file, content, err);
	file_new_release(&file);
	return rc;
}

static bool has_content(const char *path, const struct buf *content)
{
	struct buf there = BUF_INIT;
	struct error ignored = ERROR_INIT;
	struct stat is;
	bool same = lstat(path, &is) == 0 && S_ISREG(is.st_mode) &&
		is.st_size == (off_t)content->len &&
		!file_read(path, content->len, &there, &ignored) && there.len == content->len &&
		memcmp(there.data, content->data, content->len) == 0;

	buf_release(&there);
	return same;
}

int file_renew(const char *path, const struct buf *content, struct error *err)
{
	struct file_new file = FILE_NEW_INIT;
	int rc;

	if (has_content(path, content))
		return 0;
	file.path = str_dup(path);
	rc = open_temporary(&file);
	if (!rc && (write_content(file.fd, content) || rename(file.temporary, path)))
		rc = -1;
	if (rc) {
		cannot_write(path, err);
	} else {
		free(file.temporary);
		file.temporary = NULL;
	}
	file_new_release(&file);
	return rc;
}
