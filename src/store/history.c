/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/history.h"

#include "base/array.h"
#include "base/date.h"
#include "base/sha256.h"
#include "base/str.h"
#include "model/run_json.h"
#include "store/history_sweep.h"
#include "store/history_upgrade.h"
#include "store/run_text.h"
#include "store/series.h"
#include "sys/process.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define EPOCH "1970-01-01T00:00:00Z"
#define MAX_TEXT_BYTES ((size_t)512 << 20)

enum {
	RUN_IN_TURN = 1,
	RUN_DIRTY = 2,
	RUN_COMPLETED = 4, /* see complete_runs */
	RUN_EXPLAINED = 8, /* older programs do not set it */
};

struct history {
	struct db *db;
	int64_t version; /* of the file as it was found */
};

struct db *history_db(const struct history *history)
{
	return history->db;
}

bool history_lacks_counts(const struct history *history)
{
	return history->version < HISTORY_COUNTED;
}

/* --- shapes ------------------------------------------------------------------------------------
 */

struct shape_store {
	struct history *history;
	struct db_query *find, *add, *get;
	int64_t at; /* the row that `get` is at; 0: none */
	struct error *err;
};

static int shapes_open(struct shape_store *store, struct history *history, struct error *err)
{
	*store = (struct shape_store){ .history = history, .err = err };
	store->find = db_query(history->db, "SELECT id, shape FROM shapes WHERE hash = ?", err);
	store->add = db_query(history->db, "INSERT INTO shapes (hash, shape) VALUES (?, ?)", err);
	store->get = db_query(
		history->db, "SELECT id, shape FROM shapes WHERE id >= ? ORDER BY id", err);
	return store->find && store->add && store->get ? 0 : -1;
}

static void shapes_close(struct shape_store *store)
{
	db_query_free(store->find);
	db_query_free(store->add);
	db_query_free(store->get);
}

static int shape_keep(void *context, const char *shape, size_t len, int64_t *number)
{
	struct shape_store *store = context;
	int64_t hash = (int64_t)str_hash(STR_HASH_START, shape);
	int rc;

	db_bind(store->find, "i", hash);
	while ((rc = db_step(store->find, store->err)) > 0) {
		size_t other_len;
		const void *other = db_bytes(store->find, 1, &other_len);

		if (other_len == len && memcmp(other, shape, len) == 0) {
			*number = db_int(store->find, 0);
			return 0;
		}
	}
	if (rc)
		return -1;
	db_bind(store->add, "ib", hash, shape, len);
	if (db_step(store->add, store->err))
		return -1;
	*number = db_new_id(store->history->db);
	return 0;
}

/* Those of a run follow each other, mostly: the next row is found at once. */
static int shape_seek(struct shape_store *store, int64_t number)
{
	int rc;

	if (!store->at || store->at + 1 != number)
		db_bind(store->get, "i", number);
	rc = db_step(store->get, store->err);
	store->at = rc > 0 ? db_int(store->get, 0) : 0;
	return rc;
}

static int shape_get(void *context, int64_t number, struct buf *shape)
{
	struct shape_store *store = context;
	const void *bytes;
	size_t len;

	if (shape_seek(store, number) < 0)
		return -1;
	if (store->at != number)
		return error_set(store->err, ERR_IO, "%s: shape %" PRId64 " is missing",
			db_path(store->history->db), number);
	bytes = db_bytes(store->get, 1, &len);
	buf_add(shape, bytes, len);
	return 0;
}

static struct shapes shapes_of(struct shape_store *store)
{
	return (struct shapes){ store, shape_keep, shape_get };
}

/* --- adding ------------------------------------------------------------------------------------
 */

/* The number of a name; a NULL one has number 0. */
static int name_number(
	struct history *history, const char *name, int64_t *number, struct error *err)
{
	*number = 0;
	if (!name)
		return 0;
	if (db_number(history->db, number, err, "SELECT id FROM names WHERE name = ?", "t", name))
		return -1;
	if (*number)
		return 0;
	if (db_run(history->db, err, "INSERT INTO names (name) VALUES (?)", "t", name))
		return -1;
	*number = db_new_id(history->db);
	return 0;
}

/* What is learned of a commit later completes it. */
static int commit_number(
	struct history *history, const struct history_run *row, int64_t *number, struct error *err)
{
	*number = 0;
	if (!row->commit)
		return 0;
	if (db_run(history->db, err,
		    "INSERT INTO commits (hash, tag, height) VALUES (?, ?, ?) ON CONFLICT (hash) DO"
		    " UPDATE SET tag = coalesce(excluded.tag, tag), height = max(height, excluded.height)",
		    "tti", row->commit, row->tag, row->height))
		return -1;
	return db_number(history->db, number, err, "SELECT id FROM commits WHERE hash = ?", "t",
		row->commit);
}

static int add_row(struct history *history, struct history_run *row, struct error *err)
{
	int64_t branch, machine, toolchain, commit;

	if (name_number(history, row->branch, &branch, err) ||
		name_number(history, row->machine, &machine, err) ||
		name_number(history, row->toolchain, &toolchain, err) ||
		commit_number(history, row, &commit, err))
		return -1;
	if (db_run(history->db, err,
		    "INSERT INTO runs (time, commit_id, branch, machine, toolchain, flags, levels, name)"
		    " VALUES (?, ?, ?, ?, ?, ?, 0, ?)",
		    "iiiiiit", date_seconds_between(EPOCH, row->time), commit, branch, machine,
		    toolchain,
		    (int64_t)((row->in_turn ? RUN_IN_TURN : 0) | (row->dirty ? RUN_DIRTY : 0) |
			    (row->is_explained ? RUN_EXPLAINED : 0)),
		    row->id))
		return -1;
	row->number = db_new_id(history->db);
	return 0;
}

static int add_text(
	struct history *history, int64_t number, const struct buf *text, struct error *err)
{
	struct shape_store store;
	struct shapes shapes = shapes_of(&store);
	struct buf packed = BUF_INIT;
	int rc = shapes_open(&store, history, err);

	if (!rc)
		rc = run_text_pack(text, &shapes, &packed);
	if (!rc)
		rc = db_run(history->db, err, "INSERT INTO texts (run, packed) VALUES (?, ?)", "ib",
			number, packed.data, packed.len);
	shapes_close(&store);
	buf_release(&packed);
	return rc;
}

/* What is added; of what is not kept whole there is no text. */
struct addition {
	struct history_run row;
	struct history_levels levels;
	struct buf text;
};

static int add_all(struct history *history, struct addition *addition, struct error *err)
{
	struct history_run *row = &addition->row;
	const struct buf *text = &addition->text;

	if (add_row(history, row, err) ||
		(text->len && add_text(history, row->number, text, err)) ||
		series_add(history->db, row, &addition->levels, err))
		return -1;
	return db_run(history->db, err, "UPDATE runs SET levels = ? WHERE id = ?", "ii",
		(int64_t)addition->levels.nr, row->number);
}

/* Others write files, too: what they give no id has one by its content. */
static char *make_id(const struct run *run, const struct buf *text)
{
	char hex[SHA256_HEX_MAX];

	if (*run->id)
		return str_dup(run->id);
	sha256_hex(text->data, text->len, hex);
	return mem_copy(hex, sizeof run->id - 4);
}

static const char *or_else(const char *one, const char *other)
{
	return one && *one ? one : other && *other ? other : NULL;
}

static struct history_run describe_run(
	const struct run *run, const struct history_origin *origin, const struct buf *text)
{
	const char *dirty = run->env.values[ENV_DIRTY];
	char machine[ENV_MACHINE_MAX];
	struct history_run row = { .id = make_id(run, text),
		.commit = str_dup(or_else(run->env.values[ENV_COMMIT], NULL)),
		.branch = str_dup(or_else(origin->branch, run->env.values[ENV_BRANCH])),
		.tag = str_dup(or_else(origin->tag, NULL)),
		.toolchain = str_dup(or_else(run->env.values[ENV_SUITE_COMPILER], NULL)),
		.height = origin->height,
		.in_turn = run_is_in_turn(run),
		.dirty = dirty && strcmp(dirty, "no") != 0,
		.is_explained = run_is_explained(run),
		.is_whole = true };

	env_machine(&run->env, machine);
	row.machine = str_dup(machine);
	memcpy(row.time, date_is_time(run->timestamp) ? run->timestamp : EPOCH, sizeof EPOCH);
	return row;
}

static bool is_there(struct history *history, const char *id, int *rc, struct error *err)
{
	int64_t number = 0;

	*rc = db_number(history->db, &number, err, "SELECT id FROM runs WHERE name = ?", "t", id);
	return number != 0;
}

static int add_if_new(
	struct history *history, struct addition *addition, bool *is_new, struct error *err)
{
	struct error later = ERROR_INIT;
	int rc = db_begin(history->db, err);

	*is_new = false;
	if (rc)
		return -1;
	*is_new = !is_there(history, addition->row.id, &rc, err) && !rc;
	if (*is_new)
		rc = add_all(history, addition, err);
	rc = db_end(history->db, rc, err);
	/* The run is kept; packing can be done another time. */
	if (!rc && *is_new)
		series_pack(history->db, false, &later);
	return rc;
}

int history_add(struct history *history, const struct run *run, const struct history_origin *origin,
	bool *is_new, struct error *err)
{
	struct addition addition = { .text = BUF_INIT };
	int rc;

	run_json_print(run, &addition.text);
	series_levels(run, &addition.levels);
	addition.row = describe_run(run, origin, &addition.text);
	rc = add_if_new(history, &addition, is_new, err);
	history_run_release(&addition.row);
	ARRAY_RELEASE(&addition.levels);
	buf_release(&addition.text);
	return rc;
}

int history_add_levels(struct history *history, const struct history_run *row,
	const struct history_levels *levels, bool *is_new, struct error *err)
{
	struct addition addition = { *row, *levels, BUF_INIT };

	return add_if_new(history, &addition, is_new, err);
}

/* --- reading -----------------------------------------------------------------------------------
 */

#define LIST_SQL \
	"SELECT runs.id, ifnull(runs.name, ''), time, commits.hash, branches.name, tag," \
	"	ifnull(machines.name, '')," \
	"	toolchains.name, height, levels, flags," \
	"	EXISTS (SELECT 1 FROM texts WHERE run = runs.id)" \
	" FROM runs LEFT JOIN commits ON commits.id = commit_id" \
	" LEFT JOIN names AS branches ON branches.id = branch" \
	" LEFT JOIN names AS machines ON machines.id = machine" \
	" LEFT JOIN names AS toolchains ON toolchains.id = toolchain" \
	" ORDER BY time, runs.id"

static void take_row(struct db_query *query, struct history_run *row)
{
	int64_t flags = db_int(query, 10);

	*row = (struct history_run){ .number = db_int(query, 0),
		.id = str_dup(db_text(query, 1)),
		.time = EPOCH,
		.commit = str_dup(db_text(query, 3)),
		.branch = str_dup(db_text(query, 4)),
		.tag = str_dup(db_text(query, 5)),
		.machine = str_dup(db_text(query, 6)),
		.toolchain = str_dup(db_text(query, 7)),
		.height = db_int(query, 8),
		.nr_levels = db_int(query, 9),
		.in_turn = flags & RUN_IN_TURN,
		.dirty = flags & RUN_DIRTY,
		.is_whole = db_int(query, 11) != 0 };
	row->is_explained = row->is_whole && flags & RUN_EXPLAINED;
	date_add_seconds(row->time, db_int(query, 2));
}

static bool is_same(const char *wanted, const char *text)
{
	return !wanted || (text && strcmp(wanted, text) == 0);
}

static bool begins(const char *text, const char *said)
{
	return text && strlen(said) >= 4 && str_starts(text, said);
}

/* Who names a commit means what we measured of it. */
static bool has_commit(const struct history_filter *filter, const struct history_run *row)
{
	if (filter->said && begins(row->id, filter->said))
		return is_same(filter->commit, row->commit);
	if ((filter->said || filter->commit) && !filter->branch &&
		history_run_is_of_competitor(row))
		return false;
	return (!filter->said || begins(row->commit, filter->said)) &&
		is_same(filter->commit, row->commit);
}

static bool is_wanted(const struct history_filter *filter, const struct history_run *row)
{
	return has_commit(filter, row) && is_same(filter->branch, row->branch) &&
		is_same(filter->machine, row->machine) &&
		(!filter->before || strcmp(row->time, filter->before) < 0) &&
		(!filter->since || strcmp(row->time, filter->since) >= 0) &&
		!(filter->alone && row->in_turn) && !(filter->clean && row->dirty) &&
		!(filter->whole && !row->is_whole);
}

static void keep_newest(struct history_runs *runs, size_t from, size_t newest)
{
	size_t nr = runs->nr - from, nr_older = newest && nr > newest ? nr - newest : 0;
	struct history_runs older = { 0 };

	for (size_t i = 0; i < nr_older; i++)
		*ARRAY_ADD(&older) = runs->items[from + i];
	if (nr_older)
		memmove(&runs->items[from], &runs->items[from + nr_older],
			newest * sizeof *runs->items);
	runs->nr -= nr_older;
	history_runs_release(&older);
}

int history_list(struct history *history, const struct history_filter *filter,
	struct history_runs *runs, struct error *err)
{
	struct db_query *query = db_query(history->db, LIST_SQL, err);
	struct history_runs others = { 0 };
	size_t from = runs->nr;
	int rc = query ? 0 : -1;

	while (!rc && (rc = db_step(query, err)) > 0) {
		struct history_run row;

		take_row(query, &row);
		*(is_wanted(filter, &row) ? ARRAY_ADD(runs) : ARRAY_ADD(&others)) = row;
		rc = 0;
	}
	keep_newest(runs, from, filter->newest);
	history_runs_release(&others);
	db_query_free(query);
	return rc;
}

static int unpack(struct history *history, struct db_query *query, int64_t number, struct buf *text,
	struct error *err)
{
	struct shape_store store;
	struct shapes shapes = shapes_of(&store);
	bool damaged = false;
	size_t len;
	const void *packed = db_bytes(query, 0, &len);
	int rc = shapes_open(&store, history, err);

	/* A few bytes can stand for very many. */
	text->max = MAX_TEXT_BYTES;
	if (!rc)
		rc = run_text_unpack(packed, len, &shapes, text, &damaged);
	if (damaged)
		error_set(err, ERR_IO, "%s: run %" PRId64 " is damaged", db_path(history->db),
			number);
	shapes_close(&store);
	return rc;
}

int history_text(struct history *history, int64_t number, struct buf *text, struct error *err)
{
	struct db_query *query =
		db_query(history->db, "SELECT packed FROM texts WHERE run = ?", err);
	int rc = -1;

	if (query) {
		db_bind(query, "i", number);
		rc = db_step(query, err);
		if (rc > 0)
			rc = unpack(history, query, number, text, err);
		else if (!rc)
			rc = error_set(err, ERR_IO,
				"%s: of that run only its levels are kept, not what it measured",
				db_path(history->db));
	}
	db_query_free(query);
	return rc;
}

int history_read(struct history *history, int64_t number, struct run *run, struct error *err)
{
	struct buf text = BUF_INIT;
	int rc = history_text(history, number, &text, err);

	if (!rc && run_json_read(text.data, text.len, run, err)) {
		rc = error_wrap(err, "%s, run %" PRId64, db_path(history->db), number);
		err->kind = ERR_IO;
	}
	buf_release(&text);
	return rc;
}

/* --- removing ----------------------------------------------------------------------------------
 */

/* What is packed already has its number in points that nobody finds any more. */
int history_remove(struct history *history, int64_t number, struct error *err)
{
	int rc = db_begin(history->db, err);

	if (rc)
		return -1;
	if (db_run(history->db, err, "DELETE FROM texts WHERE run = ?", "i", number) ||
		db_run(history->db, err, "DELETE FROM tail WHERE run = ?", "i", number) ||
		db_run(history->db, err, "DELETE FROM runs WHERE id = ?", "i", number))
		rc = -1;
	return db_end(history->db, rc, err);
}

int history_thin(struct history *history, int64_t number, struct error *err)
{
	return db_run(history->db, err, "DELETE FROM texts WHERE run = ?", "i", number);
}

int history_tidy(struct history *history, struct error *err)
{
	if (history_sweep(history->db, err) || series_pack(history->db, true, err))
		return -1;
	return db_script(history->db, "VACUUM; PRAGMA wal_checkpoint(TRUNCATE)", err);
}

/* --- runs from before their counts were points --------------------------------------------------
 */

/* So many runs are done at once: others may write in between, and what is done stays done. */
#define COMPLETED_AT_ONCE 100

/* One that has the points of its counts already has as many levels as all that was measured. */
static int add_missing_counts(struct history *history, const struct history_run *row,
	const struct run *run, struct error *err)
{
	struct history_levels all = { 0 }, counts = { 0 };
	int rc = 0;

	series_levels(run, &all);
	series_count_levels(run, &counts);
	if (counts.nr && (size_t)row->nr_levels + counts.nr <= all.nr) {
		rc = series_add(history->db, row, &counts, err);
		if (!rc)
			rc = db_run(history->db, err, "UPDATE runs SET levels = ? WHERE id = ?",
				"ii", row->nr_levels + (int64_t)counts.nr, row->number);
	}
	ARRAY_RELEASE(&all);
	ARRAY_RELEASE(&counts);
	return rc;
}

/* One that is damaged stays as it is; history_check names it. */
static int complete_if_readable(
	struct history *history, const struct history_run *row, struct error *err)
{
	struct error ignored = ERROR_INIT;
	struct buf text = BUF_INIT;
	struct run run = RUN_INIT;
	int rc = 0;

	if (!history_text(history, row->number, &text, &ignored) &&
		strstr(text.data, "\"counts\"") &&
		!run_json_read(text.data, text.len, &run, &ignored))
		rc = add_missing_counts(history, row, &run, err);
	run_release(&run);
	buf_release(&text);
	return rc;
}

/* 1: there was one; 0: no more. */
static int complete_next(struct history *history, int64_t *number, struct error *err)
{
	struct db_query *query = db_query(history->db,
		"SELECT runs.id, machines.name, branches.name, flags, levels"
		" FROM texts JOIN runs ON runs.id = texts.run"
		" JOIN names AS machines ON machines.id = machine"
		" LEFT JOIN names AS branches ON branches.id = branch"
		" WHERE texts.run > ? AND NOT flags & 4 ORDER BY texts.run LIMIT 1",
		err);
	struct history_run row;
	int rc = query ? 0 : -1;

	if (!rc) {
		db_bind(query, "i", *number);
		rc = db_step(query, err);
	}
	if (rc > 0) {
		*number = db_int(query, 0);
		row = (struct history_run){ .number = *number,
			.machine = str_dup(db_text(query, 1)),
			.branch = str_dup(db_text(query, 2)),
			.in_turn = db_int(query, 3) & RUN_IN_TURN,
			.nr_levels = db_int(query, 4) };
		rc = complete_if_readable(history, &row, err) ? -1 : 1;
		history_run_release(&row);
	}
	db_query_free(query);
	return rc;
}

/* Those behind a number; *done: these were the last, and all of the file is of this version. */
static int complete_some(struct history *history, int64_t *number, bool *done, struct error *err)
{
	struct error later = ERROR_INIT;
	int rc = db_begin(history->db, err), nr_left = COMPLETED_AT_ONCE;

	if (rc)
		return -1;
	while (nr_left-- > 0 && (rc = complete_next(history, number, err)) > 0)
		rc = 0;
	*done = !rc && nr_left >= 0;
	if (!rc)
		rc = db_run(history->db, err,
			"UPDATE runs SET flags = flags | 4 WHERE id <= ? AND NOT flags & 4", "i",
			*number);
	if (!rc && *done)
		rc = history_set_version(history->db, HISTORY_COUNTED, err);
	rc = db_end(history->db, rc, err);
	if (!rc)
		series_pack(history->db, false, &later);
	return rc;
}

/* It takes a second for 700 runs. */
static int say_completing(struct history *history, struct error *err)
{
	int64_t nr;

	if (db_number(history->db, &nr, err,
		    "SELECT count(*) FROM texts JOIN runs ON runs.id = texts.run WHERE NOT flags & 4",
		    ""))
		return -1;
	if (nr > COMPLETED_AT_ONCE)
		fprintf(stderr,
			"benchgate: %s becomes a history of version %d, once: the counts of %" PRId64
			" runs\n",
			db_path(history->db), HISTORY_VERSION, nr);
	return 0;
}

static int complete_runs(struct history *history, struct error *err)
{
	int64_t number = 0;
	bool done = false;

	if (say_completing(history, err))
		return -1;
	while (!done) {
		if (process_interrupted())
			return error_set(err, ERR_IO,
				"%s: interrupted while it becomes a history of version %d; the next command goes on with it",
				db_path(history->db), HISTORY_VERSION);
		if (complete_some(history, &number, &done, err))
			return -1;
	}
	return 0;
}

/* --- opening -----------------------------------------------------------------------------------
 */

static int become_newest(struct history *history, int64_t version, struct error *err)
{
	if (version >= HISTORY_VERSION)
		return 0;
	if (history_upgrade(history->db, err) ||
		db_number(history->db, &version, err, "PRAGMA user_version", ""))
		return -1;
	return version < HISTORY_COUNTED ? complete_runs(history, err) : 0;
}

static int open_checked(struct history *history, enum db_mode mode, struct error *err)
{
	struct db *db = history->db;

	if (history_upgrade_check(db, &history->version, err))
		return -1;
	if (mode == DB_READ)
		return history->version
			? 0
			: error_set(err, ERR_IO, "%s is empty, and no history yet", db_path(db));
	/* Who reads does not keep writers waiting. */
	if (db_script(db, "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL", err))
		return -1;
	return become_newest(history, history->version, err);
}

void history_close(struct history *history)
{
	if (!history)
		return;
	db_close(history->db);
	free(history);
}

struct history *history_open(const char *path, enum db_mode mode, struct error *err)
{
	struct history *history = mem_alloc(1, sizeof *history);

	history->db = db_open(path, mode, err);
	if (history->db && !open_checked(history, mode, err))
		return history;
	history_close(history);
	return NULL;
}
