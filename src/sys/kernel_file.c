/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sys/kernel_file.h"

#include "base/buf.h"
#include "base/mem.h"
#include "sys/file.h"

#include <errno.h>
#include <fcntl.h>
#include <glob.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char *root_folder(void)
{
	const char *root = getenv("BENCHGATE_ROOT");

	return root ? root : "";
}

bool kernel_file_is_copy(void)
{
	return *root_folder();
}

char *kernel_file_path(const char *path)
{
	struct buf out = BUF_INIT;

	buf_addf(&out, "%s%s", root_folder(), path);
	return buf_detach(&out);
}

char *kernel_file_line(const char *path)
{
	char *rooted = kernel_file_path(path);
	char *line = file_line(rooted);

	free(rooted);
	return line;
}

char *kernel_file_choice(const char *path)
{
	char *line = kernel_file_line(path), *word;
	char *open = line ? strchr(line, '[') : NULL, *close = open ? strchr(open, ']') : NULL;

	if (!close)
		return line;
	word = mem_copy(open + 1, (size_t)(close - open - 1));
	free(line);
	return word;
}

void kernel_file_find(const char *pattern, struct texts *paths)
{
	char *rooted = kernel_file_path(pattern);
	glob_t found;

	if (glob(rooted, 0, NULL, &found) == 0) {
		for (size_t i = 0; i < found.gl_pathc; i++)
			texts_add(paths, found.gl_pathv[i] + strlen(root_folder()));
		globfree(&found);
	}
	free(rooted);
}

int kernel_file_write(const char *path, const char *value, struct error *err)
{
	char *rooted = kernel_file_path(path);
	int fd = open(rooted, O_WRONLY | O_CLOEXEC);
	int rc = 0;

	/* What the kernel replaces as a whole is longer than the value in a copy. */
	if (fd < 0 || file_write_fd(fd, value, strlen(value)) ||
		(kernel_file_is_copy() && ftruncate(fd, (off_t)strlen(value))))
		rc = error_set(
			err, ERR_IO, "cannot write %s to %s: %s", value, path, strerror(errno));
	if (fd >= 0)
		close(fd);
	free(rooted);
	return rc;
}
