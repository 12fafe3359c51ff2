/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/db.h"

#include "base/buf.h"
#include "base/mem.h"
#include "base/str.h"
#include "sys/clock.h"
#include "sys/dynlib.h"
#include "sys/folder.h"
#include "sys/process.h"

#include <errno.h>
#include <fcntl.h>
#include <sqlite3.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* How long others are waited for, and by who was asked to stop. */
#define PATIENCE_MS 60000
#define LAST_PATIENCE_MS 3000
#define WAIT_MS 10
#define NS_PER_MS 1000000u
#define MAX_VALUE_BYTES (256 << 20)
#define MIN_PAGE_BYTES 512

#define FUNCTIONS(each) \
	each(open_v2) each(close_v2) each(exec) each(free) each(errmsg) each(extended_errcode) \
		each(busy_handler) each(prepare_v2) each(step) each(reset) each(finalize) \
			each(bind_int64) each(bind_double) each(bind_text) each(bind_blob64) each( \
				bind_null) each(column_int64) each(column_text) each(column_blob) \
				each(column_bytes) each(last_insert_rowid) each(get_autocommit) \
					each(system_errno) each(db_config) each(limit)

#define FIELD(name) __typeof__(sqlite3_##name) *name;
static struct {
	FUNCTIONS(FIELD)
} sqlite;

#define LINKED(name) extern dynlib_function bg_linked_sqlite3_##name __attribute__((weak));
#define SLOT(name) \
	{ "sqlite3_" #name, offsetof(__typeof__(sqlite), name), bg_linked_sqlite3_##name },

FUNCTIONS(LINKED)

static const struct dynlib_slot functions[] = { FUNCTIONS(SLOT){ NULL, 0, NULL } };

static const char *const names[] = { "libsqlite3.so.0", "libsqlite3.dylib",
	"/opt/homebrew/opt/sqlite/lib/libsqlite3.dylib", NULL };

static const struct dynlib_need need = { "libsqlite3", names, functions,
	"a history needs libsqlite3, which is not found: install it (Debian: libsqlite3-0; Fedora: sqlite-libs; Arch and Homebrew: sqlite; Alpine: sqlite-libs)",
	"3.27 or newer is needed" };

static int library_load(struct error *err)
{
	static bool loaded;

	if (!loaded && dynlib_load(&need, &sqlite, err))
		return -1;
	loaded = true;
	return 0;
}

struct db {
	sqlite3 *handle;
	char *path; /* as it was said */
	char *file; /* behind links, beside which the log is */
};

struct db_query {
	struct db *db;
	sqlite3_stmt *statement;
	bool failed; /* to bind something */
};

static const struct {
	int code;
	const char *says;
} reasons[] = {
	{ SQLITE_NOTADB, "it is no history of benchgate, but another kind of file" },
	{ SQLITE_CORRUPT, "the file is damaged; restore it from a copy, or from its text form" },
	{ SQLITE_FULL, "the disk is full; the file is as it was" },
	{ SQLITE_READONLY, "the file or its folder cannot be written to" },
	{ SQLITE_BUSY, "another process has been writing to it for a minute" },
	{ SQLITE_PERM, "it may not be opened" },
	{ SQLITE_TOOBIG, "what it would have to keep is larger than 256 MB" },
};

static bool is_in_writable_folder(const char *path)
{
	char *folder = mem_copy(path, str_folder_len(path));
	bool writable = access(*folder ? folder : *path == '/' ? "/" : ".", W_OK) == 0;

	free(folder);
	return writable;
}

static int db_fail(const struct db *db, struct error *err)
{
	int code = sqlite.extended_errcode(db->handle) & 0xff;
	int number = sqlite.system_errno(db->handle);

	/* SQLite wanted to make its log, and has another number for that. */
	if (code == SQLITE_CANTOPEN && access(db->path, F_OK) == 0 &&
		!is_in_writable_folder(db->file))
		code = SQLITE_READONLY;
	for (size_t i = 0; i < sizeof reasons / sizeof *reasons; i++)
		if (reasons[i].code == code)
			return error_set(err, ERR_IO, "%s: %s", db->path, reasons[i].says);
	if ((code == SQLITE_IOERR || code == SQLITE_CANTOPEN) && number)
		return error_set(err, ERR_IO, "%s: %s; what was kept before is still there",
			db->path, strerror(number));
	return error_set(err, ERR_IO, "%s: %s", db->path, sqlite.errmsg(db->handle));
}

/* A name with a question mark or a percent sign must not steer SQLite. */
static void add_uri(const char *path, const char *how, struct buf *uri)
{
	buf_adds(uri, "file:");
	for (; *path; path++)
		if (strchr("%?#", *path))
			buf_addf(uri, "%%%02x", (unsigned)*path);
		else
			buf_addc(uri, *path);
	buf_adds(uri, how);
}

/* The log and its index are files of its name with an ending; false: not there, or empty. */
static bool has_beside(const char *file, const char *ending)
{
	struct buf path = BUF_INIT;
	struct stat status;
	bool has;

	buf_addf(&path, "%s%s", file, ending);
	has = stat(path.data, &status) == 0 && status.st_size > 0;
	buf_release(&path);
	return has;
}

/* SQLite says no more than that it cannot open something. */
static int check_beside(const char *file, const char *path, struct error *err)
{
	static const char *const endings[] = { "-wal", "-shm" };
	struct buf beside = BUF_INIT;
	int rc = 0;

	for (size_t i = 0; i < sizeof endings / sizeof *endings && !rc; i++) {
		buf_clear(&beside);
		buf_addf(&beside, "%s%s", file, endings[i]);
		if (has_beside(file, endings[i]) && access(beside.data, R_OK) != 0)
			rc = error_set(err, ERR_IO, "%s belongs to %s and cannot be read: %s",
				beside.data, path, strerror(errno));
	}
	buf_release(&beside);
	return rc;
}

/* A rollback journal may end in the name of another file, which SQLite removes once it has rolled
 * back. Ours never do; one from elsewhere could name any file. */
static bool journal_names_file(const char *file)
{
	static const unsigned char magic[] = { 0xd9, 0xd5, 0x05, 0xf9, 0x20, 0xa1, 0x63, 0xd7 };
	unsigned char end[sizeof magic];
	struct buf journal = BUF_INIT;
	bool found = false;
	int fd;

	buf_addf(&journal, "%s-journal", file);
	fd = open(journal.data, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	if (fd >= 0) {
		found = lseek(fd, -(off_t)sizeof end, SEEK_END) >= 0 &&
			read(fd, end, sizeof end) == (ssize_t)sizeof end &&
			memcmp(end, magic, sizeof end) == 0;
		close(fd);
	}
	buf_release(&journal);
	return found;
}

/* SQLite takes what is shorter than its smallest page for an empty database, and writes over it.
 * It is not opened to look: closing it would give up the locks that this process has on it. */
static bool is_too_short(const char *path)
{
	struct stat about;

	return stat(path, &about) == 0 && S_ISREG(about.st_mode) && about.st_size > 0 &&
		about.st_size < MIN_PAGE_BYTES;
}

static int check_path(const struct db *db, enum db_mode mode, struct error *err)
{
	const char *path = db->path;

	if (folder_is(path))
		return error_set(err, ERR_IO, "%s is a folder; a history is a file", path);
	if (mode != DB_MAY_NEW && folder_lacks(path))
		return error_set(err, ERR_IO,
			"there is no history %s; 'benchgate run --db %s' begins one", path, path);
	/* SQLite would say what its second try failed with. */
	if (strcmp(path, DB_IN_MEMORY) != 0 && folder_lacks(path) &&
		!is_in_writable_folder(db->file))
		return error_set(
			err, ERR_IO, "%s cannot be made in its folder: %s", path, strerror(errno));
	if (is_too_short(path))
		return error_set(err, ERR_IO,
			"%s: it is no history of benchgate, but another kind of file", path);
	if (journal_names_file(db->file))
		return error_set(err, ERR_IO,
			"%s-journal is not from benchgate, and could remove any file: remove it, if you trust %s without it",
			path, path);
	return check_beside(db->file, path, err);
}

/* The file may come from anybody: what it says to do is not done, and its pages are checked. An
 * older library does not know all of these. */
static void distrust(struct db *db)
{
	static const struct {
		int option, value;
	} settings[] = {
		{ SQLITE_DBCONFIG_DEFENSIVE, 1 },
		{ SQLITE_DBCONFIG_ENABLE_TRIGGER, 0 },
		{ SQLITE_DBCONFIG_ENABLE_VIEW, 0 },
		{ SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0 },
	};

	for (size_t i = 0; i < sizeof settings / sizeof *settings; i++)
		sqlite.db_config(db->handle, settings[i].option, settings[i].value, NULL);
	sqlite.exec(db->handle, "PRAGMA cell_size_check = ON", NULL, NULL, NULL);
	sqlite.limit(db->handle, SQLITE_LIMIT_LENGTH, MAX_VALUE_BYTES);
}

/* What a log without its index needs of a reader who can make none: nobody has it open, and closing
 * it must not try to empty it. */
static int read_alone(struct db *db)
{
	sqlite.db_config(db->handle, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL);
	return sqlite.exec(db->handle, "PRAGMA locking_mode = EXCLUSIVE", NULL, NULL, NULL);
}

/* SQLite asks each time whether to try again. */
static int wait_for_others(void *unused, int nr_waits)
{
	int patience_ms = process_interrupted() ? LAST_PATIENCE_MS : PATIENCE_MS;

	(void)unused;
	if (nr_waits >= patience_ms / WAIT_MS)
		return 0;
	clock_sleep_ns(WAIT_MS * NS_PER_MS);
	return 1;
}

/* Reading a database that others may be writing makes files beside it, which only those who may
 * write take away again. Where no file can be made, nobody can be writing. */
static int open_usual(struct db *db, enum db_mode mode)
{
	bool fixed = mode == DB_READ && !is_in_writable_folder(db->file);
	bool has_log = has_beside(db->file, "-wal");
	bool alone = fixed && has_log && !has_beside(db->file, "-shm");
	int flags = mode == DB_MAY_NEW ? SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE
				       : SQLITE_OPEN_READWRITE;
	struct buf uri = BUF_INIT;
	int code;

	if (fixed || (mode == DB_READ && access(db->file, W_OK) != 0))
		flags = SQLITE_OPEN_READONLY;
	add_uri(db->file, alone ? "?vfs=unix-none" : fixed && !has_log ? "?immutable=1" : "", &uri);
	code = sqlite.open_v2(uri.data, &db->handle, flags | SQLITE_OPEN_URI, NULL);
	buf_release(&uri);
	if (code == SQLITE_OK)
		code = sqlite.busy_handler(db->handle, wait_for_others, NULL);
	if (code == SQLITE_OK)
		distrust(db);
	return code == SQLITE_OK && alone ? read_alone(db) : code;
}

/* Whoever reads writes a small file beside the log, for others to know of it. */
static bool is_out_of_room(struct db *db)
{
	int number;

	if (sqlite.exec(db->handle, "PRAGMA schema_version", NULL, NULL, NULL) == SQLITE_OK)
		return false;
	number = sqlite.system_errno(db->handle);
	return number == ENOSPC || number == EDQUOT || number == EFBIG;
}

/* Who has the file alone needs nothing beside it. While the disk is full, nobody can write, and
 * readers take turns. */
static int open_handle(struct db *db, enum db_mode mode)
{
	int code = open_usual(db, mode);

	if (code != SQLITE_OK || mode != DB_READ || !is_out_of_room(db))
		return code;
	sqlite.close_v2(db->handle);
	db->handle = NULL;
	code = open_usual(db, mode);
	return code == SQLITE_OK
		? sqlite.exec(db->handle, "PRAGMA locking_mode = EXCLUSIVE", NULL, NULL, NULL)
		: code;
}

struct db *db_open(const char *path, enum db_mode mode, struct error *err)
{
	struct db *db = mem_alloc(1, sizeof *db);
	char *real = realpath(path, NULL);

	db->path = str_dup(path);
	db->file = real ? real : str_dup(path);
	if (!check_path(db, mode, err) && !library_load(err)) {
		if (open_handle(db, mode) == SQLITE_OK)
			return db;
		db_fail(db, err);
	}
	db_close(db);
	return NULL;
}

void db_close(struct db *db)
{
	if (!db)
		return;
	if (db->handle)
		sqlite.close_v2(db->handle);
	free(db->path);
	free(db->file);
	free(db);
}

const char *db_path(const struct db *db)
{
	return db->path;
}

int db_script(struct db *db, const char *sql, struct error *err)
{
	return sqlite.exec(db->handle, sql, NULL, NULL, NULL) == SQLITE_OK ? 0 : db_fail(db, err);
}

int db_begin(struct db *db, struct error *err)
{
	return db_script(db, "BEGIN IMMEDIATE", err);
}

int db_end(struct db *db, int rc, struct error *err)
{
	struct error ignored = ERROR_INIT;

	if (!rc)
		rc = db_script(db, "COMMIT", err);
	/* Some errors have rolled it back already. */
	if (rc && !sqlite.get_autocommit(db->handle))
		db_script(db, "ROLLBACK", &ignored);
	return rc;
}

struct db_query *db_query(struct db *db, const char *sql, struct error *err)
{
	struct db_query *query = mem_alloc(1, sizeof *query);

	query->db = db;
	if (sqlite.prepare_v2(db->handle, sql, -1, &query->statement, NULL) == SQLITE_OK)
		return query;
	db_fail(db, err);
	db_query_free(query);
	return NULL;
}

/* Empty bytes are no null. */
static int bind_bytes(struct db_query *query, int i, const void *bytes, size_t len)
{
	return sqlite.bind_blob64(
		query->statement, i, len ? bytes : "", (sqlite3_uint64)len, SQLITE_STATIC);
}

static void bind_all(struct db_query *query, const char *types, va_list args)
{
	sqlite3_stmt *statement = query->statement;

	sqlite.reset(statement);
	query->failed = false;
	for (int i = 1; types[i - 1]; i++) {
		const void *bytes;
		int code = SQLITE_MISUSE;

		switch (types[i - 1]) {
		case 'i':
			code = sqlite.bind_int64(statement, i, va_arg(args, int64_t));
			break;
		case 'r':
			code = sqlite.bind_double(statement, i, va_arg(args, double));
			break;
		case 't':
			code = sqlite.bind_text(
				statement, i, va_arg(args, const char *), -1, SQLITE_STATIC);
			break;
		case 'b':
			bytes = va_arg(args, const void *);
			code = bind_bytes(query, i, bytes, va_arg(args, size_t));
			break;
		default:
			break;
		}
		query->failed |= code != SQLITE_OK;
	}
}

void db_bind(struct db_query *query, const char *types, ...)
{
	va_list args;

	va_start(args, types);
	bind_all(query, types, args);
	va_end(args);
}

int db_step(struct db_query *query, struct error *err)
{
	int code = query->failed ? SQLITE_ERROR : sqlite.step(query->statement);

	if (code == SQLITE_ROW)
		return 1;
	return code == SQLITE_DONE ? 0 : db_fail(query->db, err);
}

void db_query_free(struct db_query *query)
{
	if (!query)
		return;
	sqlite.finalize(query->statement);
	free(query);
}

int db_run(struct db *db, struct error *err, const char *sql, const char *types, ...)
{
	struct db_query *query = db_query(db, sql, err);
	va_list args;
	int rc = -1;

	if (!query)
		return -1;
	va_start(args, types);
	bind_all(query, types, args);
	va_end(args);
	do
		rc = db_step(query, err);
	while (rc > 0);
	db_query_free(query);
	return rc;
}

int db_number(
	struct db *db, int64_t *number, struct error *err, const char *sql, const char *types, ...)
{
	struct db_query *query = db_query(db, sql, err);
	va_list args;
	int rc;

	if (!query)
		return -1;
	va_start(args, types);
	bind_all(query, types, args);
	va_end(args);
	rc = db_step(query, err);
	*number = rc > 0 ? db_int(query, 0) : 0;
	db_query_free(query);
	return rc < 0 ? -1 : 0;
}

int64_t db_int(struct db_query *query, int column)
{
	return sqlite.column_int64(query->statement, column);
}

const char *db_text(struct db_query *query, int column)
{
	return (const char *)sqlite.column_text(query->statement, column);
}

const void *db_bytes(struct db_query *query, int column, size_t *len)
{
	const void *bytes = sqlite.column_blob(query->statement, column);

	*len = (size_t)sqlite.column_bytes(query->statement, column);
	return bytes ? bytes : "";
}

int64_t db_new_id(const struct db *db)
{
	return sqlite.last_insert_rowid(db->handle);
}

int db_copy(struct db *db, const char *to, struct error *err)
{
	return db_run(db, err, "VACUUM INTO ?", "t", to);
}
