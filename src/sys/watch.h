/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Which files a child and all that it starts use: those that are part of its programs, and those
 * that they open to read, whether closed again or not. A process between us and the child follows
 * its system calls with ptrace(2), so the child is slow; it is nothing to measure. Not seen: what
 * is asked of files' names and dates alone, and which environment variables are read.
 */
#ifndef SYS_WATCH_H
#define SYS_WATCH_H

#include <stdbool.h>
#include <stddef.h>

struct watched_file {
	char *path;       /* the real one, without links; owned */
	size_t nr_opened; /* 0: only the kernel loaded it */
	bool made;        /* by what is watched, from nothing */
	bool of_kernel;   /* a device, or what the kernel makes up when it is read */
};

struct watched {
	struct watched_file *items; /* in the order met */
	size_t nr, alloc;
	char *unknown; /* why these are perhaps not all that it depends on, or NULL; owned */
};

void watched_release(struct watched *watched);

/* Where a watched child's files will stand: an unnamed file in memory, for process_terms.watch; -1
 * where there is none. */
int watch_open(void);

/* Once the child has ended: what it used. Closes the file. */
void watch_read(int fd, struct watched *watched);

/* In a child of ours, in place of execve: starts the program as a child of its own, follows it, and
 * exits with its status. */
_Noreturn void watch_exec(char *const argv[], char *const environment[], int fd);

#endif
