/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The state in its file. It is read and written under a lock, PATH.lock, and appears under its name
 * complete or not at all. A file that cannot be read is put aside as PATH.spoilt.
 */
#ifndef NOTIFY_STATE_FILE_H
#define NOTIFY_STATE_FILE_H

#include "notify/state.h"
#include "sys/lock.h"

struct state_file {
	const char *path; /* borrowed */
	struct lock lock;
	struct state state;
};

#define STATE_FILE_INIT \
	{ \
		.lock = LOCK_INIT \
	}

/* Locks and reads; a file that is missing is an empty state. A spoilt one is a line in `warnings`.
 * Others hold the lock while they send: it is waited for as long as that may take, and a little. */
int state_file_open(struct state_file *file, const char *path, uint64_t budget_ns,
	struct buf *warnings, struct error *err);
/* As it is now, without a lock: for looking, not for writing. A spoilt file stays where it is. */
int state_file_look(struct state_file *file, const char *path, struct error *err);
/* Replaces the file; the lock stays. What was there before is still there on an error. */
int state_file_write(struct state_file *file, struct buf *warnings, struct error *err);
/* Lets go of the lock and forgets the state. */
void state_file_close(struct state_file *file);

#define STATE_VERSION 2
/* A larger file is refused. */
#define STATE_MAX_BYTES (16u << 20)

/* A state that would be too large is shrunk; `warnings` says so. */
void state_print(struct state *state, struct buf *out, struct buf *warnings);
/* Into an empty one, which then holds what was read, an error or not. Reads version 1 too: what
 * waits in its outbox is still to be told. */
int state_parse(const char *text, size_t len, struct state *state, struct error *err);
/* The alerts of benchmarks that match (NULL: all) and all else, for programs. */
void state_write_alerts(const struct state *state, const char *benchmark, struct json *to);

/* Text of the schema. */
extern const char state_schema_json[];

#endif
