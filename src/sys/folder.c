/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sys/folder.h"

#include "base/buf.h"
#include "base/str.h"
#include "sys/file.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

bool folder_is(const char *path)
{
	struct stat is;

	return stat(path, &is) == 0 && S_ISDIR(is.st_mode);
}

/* Asked first, because a parent that is there may not be ours to make anything in. Asked last,
 * because somebody else may have made it meanwhile. */
static int make_one(const char *path, struct error *err)
{
	int failed;

	if (folder_is(path) || mkdir(path, 0777) == 0)
		return 0;
	failed = errno;
	if (folder_is(path))
		return 0;
	return error_set(err, ERR_IO, "cannot make the folder '%s': %s", path, strerror(failed));
}

int folder_make_parents(const char *path, struct error *err)
{
	char *parent = str_dup(path);
	int rc = 0;

	for (char *at = parent; *at && !rc; at++) {
		if (*at != '/' || at == parent)
			continue;
		*at = '\0';
		rc = make_one(parent, err);
		*at = '/';
	}
	free(parent);
	return rc;
}

int folder_make_hidden(const char *path, struct error *err)
{
	struct file_new file = FILE_NEW_INIT;
	struct buf ignore = BUF_INIT, content = BUF_INIT;
	int rc = folder_make(path, err);

	buf_addf(&ignore, "%s/.gitignore", path);
	buf_adds(&content, "*\n");
	if (!rc && folder_lacks(ignore.data) &&
		(file_new_open(&file, ignore.data, err) || file_new_commit(&file, &content, err)))
		rc = -1;
	file_new_release(&file);
	buf_release(&content);
	buf_release(&ignore);
	return rc;
}

int folder_make(const char *path, struct error *err)
{
	return folder_make_parents(path, err) ? -1 : make_one(path, err);
}

static bool folder_ends_in(const char *name, const char *suffix)
{
	size_t len = strlen(name), suffix_len = strlen(suffix);

	return len >= suffix_len && strcmp(name + len - suffix_len, suffix) == 0;
}

/* Which entries of a folder are wanted. */
struct wanted {
	const char *suffix; /* of files; NULL: folders */
};

static bool folder_is_wanted(int folder, const char *name, struct wanted wanted)
{
	struct stat is;

	if (*name == '.' || (wanted.suffix && !folder_ends_in(name, wanted.suffix)))
		return false;
	if (fstatat(folder, name, &is, wanted.suffix ? 0 : AT_SYMLINK_NOFOLLOW))
		return false;
	return wanted.suffix ? S_ISREG(is.st_mode) : S_ISDIR(is.st_mode);
}

static int folder_list_names(
	const char *path, struct wanted wanted, struct texts *names, struct error *err)
{
	DIR *folder = opendir(path);
	const struct dirent *entry;
	int failed;

	if (!folder && errno == ENOENT)
		return 0;
	if (!folder)
		return error_set(
			err, ERR_IO, "cannot open the folder '%s': %s", path, strerror(errno));
	for (errno = 0; (entry = readdir(folder)); errno = 0)
		if (folder_is_wanted(dirfd(folder), entry->d_name, wanted))
			texts_add(names, entry->d_name);
	failed = errno;
	closedir(folder);
	texts_sort(names);
	if (failed)
		return error_set(
			err, ERR_IO, "cannot read the folder '%s': %s", path, strerror(failed));
	return 0;
}

int folder_list(const char *path, const char *suffix, struct texts *names, struct error *err)
{
	return folder_list_names(path, (struct wanted){ suffix }, names, err);
}

int folder_list_folders(const char *path, struct texts *names, struct error *err)
{
	return folder_list_names(path, (struct wanted){ NULL }, names, err);
}

/* The errno that removing left, or 0: a folder that somebody else empties meanwhile is fine. */
static int remove_at(int parent, const char *name, unsigned depth);

static int remove_all_in(int fd, unsigned depth)
{
	DIR *folder = fdopendir(fd);
	const struct dirent *entry;
	int failed = 0;

	if (!folder) {
		failed = errno;
		close(fd);
		return failed;
	}
	while (!failed && (entry = readdir(folder)))
		if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0)
			failed = remove_at(fd, entry->d_name, depth + 1);
	closedir(folder);
	return failed;
}

/* Each level holds a descriptor open. */
#define MAX_DEPTH 512

/* By descriptors and without following links, so that nothing outside can be put in its way. */
static int remove_at(int parent, const char *name, unsigned depth)
{
	int fd, failed;

	if (unlinkat(parent, name, 0) == 0 || errno == ENOENT)
		return 0;
	failed = errno;
	fd = openat(parent, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (fd < 0 && errno == EACCES && fchmodat(parent, name, 0700, 0) == 0)
		fd = openat(parent, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (fd < 0)
		return errno == ENOTDIR ? failed : errno;
	if (depth > MAX_DEPTH) {
		close(fd);
		return ENAMETOOLONG;
	}
	/* Package managers make what they unpack read-only, folders too. */
	fchmod(fd, 0700);
	failed = remove_all_in(fd, depth);
	if (failed)
		return failed;
	return unlinkat(parent, name, AT_REMOVEDIR) == 0 || errno == ENOENT ? 0 : errno;
}

int folder_remove(const char *path, struct error *err)
{
	int failed = ENOTEMPTY;

	/* Programs that are just being killed may still put something into it, and what another
	 * thread or process has open may be all that there can be for now. */
	for (int turn = 0; turn < 5 && failed; turn++)
		failed = remove_at(AT_FDCWD, path, 0);
	if (failed)
		return error_set(err, ERR_IO, "cannot remove '%s': %s", path, strerror(failed));
	return 0;
}

void folder_remove_empty(const char *path)
{
	rmdir(path);
}

char *folder_real(const char *path, struct error *err)
{
	char *real = realpath(path, NULL);

	if (!real)
		error_set(err, ERR_IO, "cannot open the folder '%s': %s", path, strerror(errno));
	return real;
}

bool folder_lacks(const char *path)
{
	return access(path, F_OK) && errno == ENOENT;
}
