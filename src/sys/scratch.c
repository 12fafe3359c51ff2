/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sys/scratch.h"

#include "base/buf.h"
#include "base/str.h"
#include "sys/folder.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

/* No name that a user or a script would choose: what has it is removed. */
#define START "benchgate-scratch-"
#define LETTERS "XXXXXX"

static const char *parent_folder(void)
{
	const char *parent = getenv("TMPDIR");

	return parent && *parent ? parent : "/tmp";
}

static bool is_scratch(const char *name)
{
	return str_starts(name, START) && strlen(name) == strlen(START LETTERS);
}

static int open_folder(const char *path)
{
	return open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
}

/* Ours may have been removed before it was locked. */
static bool scratch_is_still_there(int fd, const char *path)
{
	struct stat ours, there;

	return !fstat(fd, &ours) && !lstat(path, &there) && ours.st_ino == there.st_ino &&
		ours.st_dev == there.st_dev;
}

static void sweep_one(const char *path)
{
	int fd = open_folder(path);
	struct error ignored = ERROR_INIT;
	struct stat is;

	if (fd < 0)
		return;
	if (!fstat(fd, &is) && is.st_uid == geteuid() && !flock(fd, LOCK_EX | LOCK_NB) &&
		scratch_is_still_there(fd, path))
		folder_remove(path, &ignored);
	close(fd);
}

static void sweep_left(void)
{
	DIR *folder = opendir(parent_folder());
	const struct dirent *entry;

	while (folder && (entry = readdir(folder))) {
		struct buf path = BUF_INIT;

		buf_addf(&path, "%s/%s", parent_folder(), entry->d_name);
		if (is_scratch(entry->d_name))
			sweep_one(path.data);
		buf_release(&path);
	}
	if (folder)
		closedir(folder);
}

/* False: another process took it for one that was left, and removes it. */
static bool lock_new(struct scratch *scratch)
{
	int fd = open_folder(scratch->path);

	if (fd < 0)
		return folder_is(scratch->path);
	scratch->fd = fd;
	if (flock(fd, LOCK_EX | LOCK_NB) && errno == EWOULDBLOCK)
		return false;
	return scratch_is_still_there(fd, scratch->path);
}

static void scratch_forget(struct scratch *scratch)
{
	if (scratch->fd > 0)
		close(scratch->fd);
	free(scratch->path);
	*scratch = (struct scratch)SCRATCH_INIT;
}

int scratch_make(struct scratch *scratch, struct error *err)
{
	static bool swept;

	if (!swept)
		sweep_left();
	swept = true;
	for (;;) {
		struct buf path = BUF_INIT;

		*scratch = (struct scratch)SCRATCH_INIT;
		buf_addf(&path, "%s/" START LETTERS, parent_folder());
		if (!mkdtemp(path.data)) {
			error_set(err, ERR_IO, "cannot make the folder '%s': %s", path.data,
				strerror(errno));
			buf_release(&path);
			return -1;
		}
		scratch->path = buf_detach(&path);
		if (lock_new(scratch))
			return 0;
		scratch_forget(scratch);
	}
}

void scratch_remove(struct scratch *scratch)
{
	struct error ignored = ERROR_INIT;

	if (scratch->path)
		folder_remove(scratch->path, &ignored);
	scratch_forget(scratch);
}
