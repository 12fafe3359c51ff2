/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Locks between processes: files that are locked while somebody works on what they stand for. The
 * system lets go of a lock when its process ends, however it ends. The file stays; when it was
 * touched last tells when it was of use.
 */
#ifndef SYS_LOCK_H
#define SYS_LOCK_H

#include "base/error.h"

#include <stdbool.h>
#include <stdint.h>

struct lock {
	int fd;     /* -1: not ours */
	char *path; /* owned */
};

#define LOCK_INIT \
	{ \
		.fd = -1 \
	}

enum lock_kind {
	LOCK_SHARED, /* together with others who share it */
	LOCK_ALONE,
};

/* Takes it, or leaves fd at -1 when somebody else has it. */
int lock_try(struct lock *lock, const char *path, enum lock_kind kind, struct error *err);

/* Waits for it; an error after the patience, or when a signal asks us to stop. */
int lock_wait(struct lock *lock, const char *path, enum lock_kind kind, uint64_t patience_ns,
	struct error *err);

/*
 * For who reads a file, changes it and writes it: waits for the folder that the file stands in, be
 * it by a link, which is made when it is missing. Nothing is left in the folder. Says on stderr
 * that it waits; an error after a minute, or when a signal asks us to stop.
 */
int lock_folder_of(struct lock *lock, const char *path, struct error *err);

/* Without a lock, these do nothing. */
void lock_touch(struct lock *lock);
void lock_release(struct lock *lock);
/* Removes the file with it; only for who has it alone. */
void lock_remove(struct lock *lock);

/* Seconds since a lock was touched or made; a missing one is infinitely old. */
double lock_age_s(const char *path);

#endif
