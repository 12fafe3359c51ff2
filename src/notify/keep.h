/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The state in its file. It is read and written under a lock, PATH.lock, and appears under its name
 * complete or not at all. A file that cannot be read is put aside as PATH.spoilt.
 */
#ifndef NOTIFY_KEEP_H
#define NOTIFY_KEEP_H

#include "notify/state.h"
#include "sys/lock.h"

struct keep {
	const char *path; /* borrowed */
	struct lock lock;
	struct state state;
};

#define KEEP_INIT \
	{ \
		.lock = LOCK_INIT \
	}

/* Locks and reads; a file that is missing is an empty state. A spoilt one is a line in `warnings`.
 * Others hold the lock while they send: it is waited for as long as that may take, and a little. */
int keep_open(struct keep *keep, const char *path, uint64_t budget_ns, struct buf *warnings,
	struct error *err);
/* As it is now, without a lock: for looking, not for writing. A spoilt file stays where it is. */
int keep_look(struct keep *keep, const char *path, struct error *err);
/* Replaces the file; the lock stays. What was there before is still there on an error. */
int keep_write(struct keep *keep, struct buf *warnings, struct error *err);
/* Lets go of the lock and forgets the state. */
void keep_close(struct keep *keep);

#endif
