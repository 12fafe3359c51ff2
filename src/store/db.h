/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A database in one file, by SQLite, whose library is opened when the first file is (Debian:
 * libsqlite3-0): the only door to it. What was committed stays, whatever kills the process; what
 * was not leaves nothing behind. Errors name the file, and say what may help.
 */
#ifndef STORE_DB_H
#define STORE_DB_H

#include "base/error.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct db;
struct db_query;

enum db_mode {
	DB_READ,    /* it must be there; a folder that cannot be written to is fine */
	DB_CHANGE,  /* it must be there */
	DB_MAY_NEW, /* it is made when it is missing */
};

/* A path of no file: what it holds is gone when it is closed. */
#define DB_IN_MEMORY ":memory:"

struct db *db_open(const char *path, enum db_mode mode, struct error *err);
void db_close(struct db *db);
const char *db_path(const struct db *db);

/* Several statements, without values. */
int db_script(struct db *db, const char *sql, struct error *err);

/*
 * Between these two nobody else writes; others who want to wait for a minute. db_end keeps all of
 * it when rc is 0, and nothing otherwise; it returns rc, or -1 where it cannot be kept.
 */
int db_begin(struct db *db, struct error *err);
int db_end(struct db *db, int rc, struct error *err);

/*
 * One statement with values for its "?", by a letter each: i int64_t, r double, t const char *
 * (NULL: null), b const void * and size_t. Texts and bytes are borrowed until the next db_bind or
 * db_query_free.
 */
int db_run(struct db *db, struct error *err, const char *sql, const char *types, ...);
/* The number that it comes to; 0 where it has no row. */
int db_number(
	struct db *db, int64_t *number, struct error *err, const char *sql, const char *types, ...);

/* The same for statements with rows, or that are run again and again. NULL: an error. */
struct db_query *db_query(struct db *db, const char *sql, struct error *err);
void db_bind(struct db_query *query, const char *types, ...);
/* 1: there is a row; 0: no more; -1: an error. */
int db_step(struct db_query *query, struct error *err);
/* NULL is fine. */
void db_query_free(struct db_query *query);

/* Of the present row, borrowed until the next db_step or db_bind. */
int64_t db_int(struct db_query *query, int column);
const char *db_text(struct db_query *query, int column); /* NULL: null */
const void *db_bytes(struct db_query *query, int column, size_t *len);

/* Of the last row that was inserted. */
int64_t db_new_id(const struct db *db);

/* Copies all of it, packed, to a file that is not there yet, or is empty. */
int db_copy(struct db *db, const char *to, struct error *err);

#endif
