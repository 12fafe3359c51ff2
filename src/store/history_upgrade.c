/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/history_upgrade.h"

#include "base/buf.h"

#include <inttypes.h>

#define APPLICATION 0x62676869 /* "bghi" */

/* Step n brings a file of version n to n + 1. A step that was released is never changed. */
static const char *const steps[] = {
	/* Runs are numbered for good: their numbers stand in points. */
	"CREATE TABLE names (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);"
	"CREATE TABLE commits (id INTEGER PRIMARY KEY, hash TEXT NOT NULL UNIQUE, tag TEXT,"
	"	height INTEGER NOT NULL);"
	"CREATE TABLE runs (id INTEGER PRIMARY KEY AUTOINCREMENT, time INTEGER NOT NULL,"
	"	commit_id INTEGER, branch INTEGER, machine INTEGER NOT NULL, toolchain INTEGER,"
	"	flags INTEGER NOT NULL, levels INTEGER NOT NULL, name TEXT NOT NULL UNIQUE);"
	"CREATE INDEX runs_by_commit ON runs (commit_id);"
	"CREATE TABLE shapes (id INTEGER PRIMARY KEY, hash INTEGER NOT NULL, shape BLOB NOT NULL);"
	"CREATE INDEX shapes_by_hash ON shapes (hash);"
	"CREATE TABLE texts (run INTEGER PRIMARY KEY, packed BLOB NOT NULL);"
	"CREATE TABLE series (id INTEGER PRIMARY KEY, benchmark INTEGER NOT NULL,"
	"	metric INTEGER NOT NULL, machine INTEGER NOT NULL, branch INTEGER NOT NULL,"
	"	flags INTEGER NOT NULL, unit INTEGER NOT NULL, tier INTEGER NOT NULL);"
	"CREATE UNIQUE INDEX series_by_name ON series"
	"	(benchmark, metric, machine, branch, flags, unit);"
	"CREATE TABLE tail (run INTEGER PRIMARY KEY, points BLOB NOT NULL);"
	/* Of series s, chunk c: s * 2^20 + c, so that those of one series lie side by side. */
	"CREATE TABLE chunks (id INTEGER PRIMARY KEY, nr INTEGER NOT NULL, points BLOB NOT NULL);",
	/* What people write (store/notes.h). */
	"CREATE TABLE notes (id INTEGER PRIMARY KEY, uid TEXT NOT NULL UNIQUE,"
	"	kind INTEGER NOT NULL, time TEXT NOT NULL, author TEXT, commit_hash TEXT,"
	"	benchmark TEXT, metric TEXT, machine TEXT, branch TEXT, alert TEXT, state TEXT,"
	"	view TEXT, text TEXT);",
	/* The tables stay; runs get what they lack (history.c). */
	"",
};

_Static_assert(sizeof steps / sizeof *steps == HISTORY_VERSION, "a version is a step");
#define VERSION ((int64_t)HISTORY_VERSION)

static int check_version(struct db *db, int64_t version, int64_t application, struct error *err)
{
	int64_t nr_tables;

	if (version > VERSION)
		return error_set(err, ERR_IO,
			"%s is of version %" PRId64
			", and this benchgate knows versions up to %" PRId64 ": use a newer one",
			db_path(db), version, VERSION);
	if (application == APPLICATION && version > 0)
		return 0;
	if (db_number(db, &nr_tables, err, "SELECT count(*) FROM sqlite_master", ""))
		return -1;
	if (nr_tables || application || version)
		return error_set(err, ERR_IO,
			"%s is the database of another program, and no history", db_path(db));
	return 0;
}

static int find_version(struct db *db, int64_t *version, struct error *err)
{
	int64_t application;

	if (db_number(db, version, err, "PRAGMA user_version", "") ||
		db_number(db, &application, err, "PRAGMA application_id", ""))
		return -1;
	return check_version(db, *version, application, err);
}

static int take_steps(struct db *db, int64_t from, int64_t to, struct error *err)
{
	int rc = 0;

	for (int64_t i = 0; i < VERSION && !rc; i++)
		if (i >= from && i < to)
			rc = db_script(db, steps[i], err);
	return rc;
}

int history_set_version(struct db *db, int64_t version, struct error *err)
{
	struct buf sql = BUF_INIT;
	int rc;

	buf_addf(&sql, "PRAGMA application_id = %d; PRAGMA user_version = %" PRId64, APPLICATION,
		version);
	rc = db_script(db, sql.data, err);
	buf_release(&sql);
	return rc;
}

static int upgrade(struct db *db, int64_t version, struct error *err)
{
	int64_t to = version ? HISTORY_COUNTED - 1 : VERSION;

	return version >= to ||
			(!take_steps(db, version, to, err) && !history_set_version(db, to, err))
		? 0
		: -1;
}

/* Each table and index of one is the same in the other: a view or a table of another kind in its
 * place could do anything. */
static int check_tables(struct db *db, struct db *fresh, struct error *err)
{
	struct db_query *query =
		db_query(fresh, "SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL", err);
	int64_t nr_same = 1;
	int rc = query ? 0 : -1;

	while (!rc && nr_same && (rc = db_step(query, err)) > 0)
		rc = db_number(db, &nr_same, err,
			"SELECT count(*) FROM sqlite_master WHERE name = ? AND sql = ?", "tt",
			db_text(query, 0), db_text(query, 1));
	if (!rc && !nr_same)
		rc = error_set(err, ERR_IO,
			"%s: \"%s\" in it is not as benchgate makes it; restore the file from a copy, or from its text form",
			db_path(db), db_text(query, 0));
	db_query_free(query);
	return rc;
}

static int check_schema(struct db *db, int64_t version, struct error *err)
{
	struct db *fresh = db_open(DB_IN_MEMORY, DB_MAY_NEW, err);
	int rc = fresh ? take_steps(fresh, 0, version, err) : -1;

	if (!rc)
		rc = check_tables(db, fresh, err);
	db_close(fresh);
	return rc;
}

/* Another process may do the same at this moment. */
int history_upgrade(struct db *db, struct error *err)
{
	int64_t version;
	int rc = db_begin(db, err);

	if (rc)
		return -1;
	rc = find_version(db, &version, err);
	if (!rc && version < VERSION)
		rc = upgrade(db, version, err);
	return db_end(db, rc, err);
}

int history_upgrade_check(struct db *db, int64_t *version, struct error *err)
{
	return find_version(db, version, err) || check_schema(db, *version, err) ? -1 : 0;
}
