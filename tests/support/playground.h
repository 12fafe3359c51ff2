/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A folder of a test's own, empty before and gone after it. test.h goes before. */
#ifndef SUPPORT_PLAYGROUND_H
#define SUPPORT_PLAYGROUND_H

#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static char playground[64];

static int open_playground(void **state)
{
	(void)state;
	snprintf(playground, sizeof playground, "/tmp/benchgate_test.XXXXXX");
	return mkdtemp(playground) ? 0 : -1;
}

static int remove_one(const char *path, const struct stat *is, int kind, struct FTW *walk)
{
	(void)is;
	(void)kind;
	(void)walk;
	return remove(path);
}

static int close_playground(void **state)
{
	(void)state;
	return nftw(playground, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

/* The path of a name in it; holds until the next call but three. */
static const char *inside(const char *name)
{
	static char paths[4][256];
	static unsigned last;
	char *path = paths[++last % 4];

	snprintf(path, sizeof paths[0], "%s/%s", playground, name);
	return path;
}

static inline void write_file(const char *name, const char *text, size_t len)
{
	int fd = open(inside(name), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, len), len);
	close(fd);
}

#endif
