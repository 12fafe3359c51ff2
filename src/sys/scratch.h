/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Scratch folders: new, empty, under $TMPDIR or /tmp, and removed when they are no longer needed.
 * The owner of one holds a lock on it until it ends, however it ends. The first one that a process
 * makes removes those whose owner no longer lives.
 */
#ifndef BENCHGATE_SYS_SCRATCH_H
#define BENCHGATE_SYS_SCRATCH_H

#include "base/error.h"

struct scratch {
	char *path; /* NULL: there is none */
	int fd;     /* holds the lock; 0: the file system has none */
};

#define SCRATCH_INIT \
	{ \
		NULL, 0 \
	}

int scratch_make(struct scratch *scratch, struct error *err);

/* Removes the folder with all that is in it. What cannot be removed now, a later process removes.
 */
void scratch_remove(struct scratch *scratch);

#endif
