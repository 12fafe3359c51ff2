/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Files below /sys, /proc and /etc that say how the machine is, and that set it up. Where the
 * variable BENCHGATE_ROOT names a folder, they are read and written below it: tests have a copy of
 * another machine there.
 */
#ifndef SYS_KERNEL_FILE_H
#define SYS_KERNEL_FILE_H

#include "base/error.h"
#include "base/texts.h"

#include <stdbool.h>

/* Is the root such a copy? */
bool kernel_file_is_copy(void);

/* The path below the root, the caller's to free. */
char *kernel_file_path(const char *path);

/* The first line, without its newline; NULL where it cannot be read. The caller's to free. */
char *kernel_file_line(const char *path);

/* The same, but of "always [madvise] never" the word in brackets. */
char *kernel_file_choice(const char *path);

/* Adds what matches the pattern of glob(3), without the root, in the order of names. */
void kernel_file_find(const char *pattern, struct texts *paths);

/* Writes a value into a file that is there. */
int kernel_file_write(const char *path, const char *value, struct error *err);

#endif
