/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sys/folder.h"

#include "base/str.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static bool is_folder(const char *path)
{
	struct stat is;

	return stat(path, &is) == 0 && S_ISDIR(is.st_mode);
}

/* Asked first, because a parent that is there may not be ours to make anything in. Asked last,
 * because somebody else may have made it meanwhile. */
static int make_one(const char *path, struct error *err)
{
	int failed;

	if (is_folder(path) || mkdir(path, 0777) == 0)
		return 0;
	failed = errno;
	if (is_folder(path))
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

int folder_make(const char *path, struct error *err)
{
	return folder_make_parents(path, err) ? -1 : make_one(path, err);
}

static bool ends_in(const char *name, const char *suffix)
{
	size_t len = strlen(name), suffix_len = strlen(suffix);

	return len >= suffix_len && strcmp(name + len - suffix_len, suffix) == 0;
}

static bool is_wanted(int folder, const char *name, const char *suffix)
{
	struct stat is;

	return *name != '.' && ends_in(name, suffix) && fstatat(folder, name, &is, 0) == 0 &&
		S_ISREG(is.st_mode);
}

int folder_list(const char *path, const char *suffix, struct texts *names, struct error *err)
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
		if (is_wanted(dirfd(folder), entry->d_name, suffix))
			texts_add(names, entry->d_name);
	failed = errno;
	closedir(folder);
	texts_sort(names);
	if (failed)
		return error_set(
			err, ERR_IO, "cannot read the folder '%s': %s", path, strerror(failed));
	return 0;
}

bool folder_lacks(const char *path)
{
	return access(path, F_OK) && errno == ENOENT;
}
