/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Files read whole and written whole. What is written appears under its name complete or not at
 * all: it goes to a temporary name beside it, is synced, and is renamed.
 */
#ifndef SYS_FILE_H
#define SYS_FILE_H

#include "base/buf.h"
#include "base/error.h"

#include <stdbool.h>
#include <stddef.h>

/* Appends the file to *out; one larger than max is an error. */
int file_read(const char *path, size_t max, struct buf *out, struct error *err);

/* The first line of a file, up to 4095 bytes of it, without its newline, the caller's to free; NULL
 * when there is none. */
char *file_line(const char *path);

/* A file on its way. Opening it early shows a bad path before an hour of measuring. */
struct file_new {
	char *path;      /* owned; what it will be called; NULL: nothing is open */
	char *temporary; /* owned; NULL: path is no regular file (a pipe, /dev/stdout) and is
			    written as it is */
	int fd;          /* a temporary file is locked for as long as this is open */
};

#define FILE_NEW_INIT \
	{ \
		NULL, NULL, -1 \
	}

/* What stands between a file's name and the six letters of its temporary one. */
#define FILE_NEW_MARK ".benchgate-new-"
#define FILE_NEW_LETTERS "XXXXXX"

/*
 * Removes the temporary files that killed writers left in the same folder. A pipe must have a
 * reader within five seconds; a signal to us ends the waiting for it.
 */
int file_new_open(struct file_new *file, const char *path, struct error *err);
/* Writes all of it, syncs, renames, closes. */
int file_new_commit(struct file_new *file, const struct buf *content, struct error *err);
/* The same under lock_folder_of: for files that others read, change and write. */
int file_new_commit_locked(struct file_new *file, const struct buf *content, struct error *err);
/* Nobody but its owner will read it. */
int file_new_make_private(struct file_new *file, struct error *err);
/* Takes an uncommitted file away again; without an open file does nothing. */
void file_new_release(struct file_new *file);

/* All of the above at once. */
int file_replace(const char *path, const struct buf *content, struct error *err);

/* Removes what killed writers left in the folder that the path is in. */
void file_new_sweep(const char *path);

/* For files that can be made again: appears complete or not at all, but is not synced, and a link
 * is replaced. Nothing is written where the file has the content already. */
int file_renew(const char *path, const struct buf *content, struct error *err);

/* Where the path leads when it is a link to something; otherwise the path. The caller's to free. */
char *file_target(const char *path);

/* Writes all or nothing to the end of a file, which others write to as well; makes it when it is
 * not there. */
int file_append(const char *path, const struct buf *content, struct error *err);

/* The same of a line, which begins one: what stands at the end may be half a line of a writer that
 * was killed. */
int file_append_line(const char *path, const struct buf *line, struct error *err);

/* Are both regular files of the same bytes? No where one cannot be read. */
bool file_has_same_content(const char *one, const char *other);

/* Writes all to an open descriptor. */
int file_write_fd(int fd, const char *data, size_t len);

/* All of standard input, up to max bytes; what comes from a terminal is nothing. */
int file_read_input(size_t max, struct buf *out, struct error *err);

/* Is there anything of this name, be it a link that leads nowhere? */
bool file_is_there(const char *path);

/* Appends what changes whenever the file is written; nothing where it is not there. */
void file_stamp(const char *path, struct buf *out);

/* When it was changed last, as 2026-11-21T04:05:06Z; now, where that cannot be told. */
#define FILE_TIMESTAMP_MAX 32
void file_timestamp(const char *path, char text[FILE_TIMESTAMP_MAX]);

/* Could somebody else than its owner write to it? */
bool file_is_writable_by_others(const char *path);

/* May we start it? */
bool file_is_executable(const char *path);
/* For whoever may read it. */
int file_make_executable(const char *path, struct error *err);

/* What is there under the other name is replaced; of links, the link is moved. */
int file_rename(const char *from, const char *to, struct error *err);

/* What kind of program file this is, by its first bytes. */
enum file_program {
	FILE_PROGRAM_NONE,   /* text, data, an archive ... */
	FILE_PROGRAM_SCRIPT, /* starts with #! */
	FILE_PROGRAM_EXECUTABLE,
	FILE_PROGRAM_LIBRARY, /* a shared object that nothing but a dynamic linker can start */
	FILE_PROGRAM_FOREIGN, /* for another architecture; its name in *machine */
};
enum file_program file_program(const char *path, const char **machine, struct error *err);

#endif
