/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "support/test.h"

#include "store/history.h"
#include "store/history_copy.h"
#include "store/notes.h"
#include "store/series.h"

#include "base/array.h"
#include "base/str.h"
#include "model/counted.h"
#include "model/run_json.h"

#include "support/explained.h"
#include "support/playground.h"

#include <math.h>

static struct error err;

static struct history *opened(enum db_mode mode)
{
	struct history *history = history_open(inside("runs.db"), mode, &err);

	if (!history)
		fail_msg("%s", err.text);
	return history;
}

static void script(const char *sql)
{
	struct db *db = db_open(inside("runs.db"), DB_MAY_NEW, &err);

	assert_non_null(db);
	assert_int_equal(db_script(db, sql, &err), 0);
	db_close(db);
}

/* What a test says of a run: run 7 has the id 7, and each benchmark the value that is given. */
struct made {
	unsigned number;
	const char *time, *commit, *branch;
	int64_t height;
	unsigned nr_benchmarks;
	double value;
};

static struct run run_of(const struct made *made)
{
	struct run run = RUN_INIT;
	char name[32];

	snprintf(run.id, sizeof run.id, "%016x", made->number);
	snprintf(run.timestamp, sizeof run.timestamp, "%s", made->time);
	env_set(&run.env, ENV_COMMIT, made->commit);
	env_set(&run.env, ENV_BRANCH, made->branch);
	for (unsigned i = 0; i < made->nr_benchmarks; i++) {
		struct result *result;

		snprintf(name, sizeof name, "bench_%u", i);
		result = run_add(&run,
			&(struct bench){
				.name = name, .tier = (char *)"critical", .file = (char *)"a.c" });
		metrics_add(&result->metrics, &metric_time, made->value * (i + 1));
		metrics_add(&result->metrics, &metric_time, made->value * (i + 1) * 1.0001);
	}
	return run;
}

static bool add(struct history *history, const struct made *made)
{
	struct run run = run_of(made);
	struct history_origin origin = { .height = made->height };
	bool is_new;

	if (history_add(history, &run, &origin, &is_new, &err))
		fail_msg("%s", err.text);
	run_release(&run);
	return is_new;
}

static struct history_runs listed(struct history *history, struct history_filter filter)
{
	struct history_runs runs = { 0 };

	if (history_list(history, &filter, &runs, &err))
		fail_msg("%s", err.text);
	return runs;
}

/* The values of bench_0 in the order of the series, as whole numbers. */
static void reads(struct history *history, bool many, const char *expected)
{
	struct history_runs runs = listed(history, (struct history_filter){ .said = NULL });
	struct series_list list = { 0 };
	struct series_reader reader = SERIES_READER_INIT;
	struct moments moments = { 0 };
	struct buf text = BUF_INIT;

	assert_int_equal(series_find(history_db(history), "bench_0", &list, &err), 0);
	assert_int_equal(series_reader_open(&reader, history_db(history), &runs, many, &err), 0);
	for (size_t i = 0; i < list.nr; i++) {
		moments.nr = 0;
		assert_int_equal(series_read(&reader, list.items[i].number, &moments, &err), 0);
		buf_addf(&text, "%s%s:", i ? " " : "", list.items[i].branch);
		for (size_t j = 0; j < moments.nr; j++)
			buf_addf(&text, " %.0f", moments.items[j].value);
	}
	assert_string_equal(text.data, expected);
	buf_release(&text);
	ARRAY_RELEASE(&moments);
	series_reader_release(&reader);
	series_list_release(&list);
	history_runs_release(&runs);
}

#define DAY(n) "2026-01-0" #n "T00:00:00Z"

TEST_WITH(a_run_comes_back_as_it_was, open_playground, close_playground)
{
	struct made made = { 7, DAY(1), "c0ffee", "main", 3, 2, 100 };
	struct history *history = opened(DB_MAY_NEW);
	struct run run = run_of(&made), back = RUN_INIT;
	struct buf given = BUF_INIT, text = BUF_INIT;
	struct history_runs runs;

	run_json_print(&run, &given);
	assert_true(add(history, &made));
	assert_false(add(history, &made));
	history_close(history);
	history = opened(DB_READ);
	runs = listed(history, (struct history_filter){ .said = NULL });
	assert_int_equal(runs.nr, 1);
	assert_string_equal(runs.items[0].id, "0000000000000007");
	assert_string_equal(runs.items[0].time, DAY(1));
	assert_string_equal(runs.items[0].commit, "c0ffee");
	assert_string_equal(runs.items[0].branch, "main");
	assert_int_equal(runs.items[0].height, 3);
	assert_int_equal(runs.items[0].nr_levels, 2);
	assert_true(runs.items[0].is_whole);
	assert_int_equal(history_text(history, runs.items[0].number, &text, &err), 0);
	assert_string_equal(text.data, given.data);
	if (history_read(history, runs.items[0].number, &back, &err))
		fail_msg("%s", err.text);
	assert_int_equal(back.nr, 2);
	history_close(history);
	history_runs_release(&runs);
	run_release(&run);
	run_release(&back);
	buf_release(&given);
	buf_release(&text);
}

TEST_WITH(a_series_has_the_order_of_its_commits, open_playground, close_playground)
{
	static const struct made runs[] = {
		{ 1, DAY(5), "a1", "main", 1, 1, 10 },
		{ 2, DAY(1), "a3", "main", 3, 1, 30 }, /* measured early, or a clock went wrong */
		{ 3, DAY(3), "a2", "main", 2, 1, 20 },
		{ 4, DAY(4), NULL, "main", 0, 1, 21 }, /* after the one before it in time */
		{ 5, DAY(2), "b1", "side", 2, 1, 99 },
		{ 6, DAY(6), NULL, NULL, 0, 1, 77 },
	};
	struct history *history = opened(DB_MAY_NEW);

	for (size_t i = 0; i < sizeof runs / sizeof *runs; i++)
		add(history, &runs[i]);
	reads(history, false, "main: 10 20 21 30 side: 99 : 77");
	reads(history, true, "main: 10 20 21 30 side: 99 : 77");
	/* Where the height is learned later, it counts for all. */
	assert_int_equal(series_pack(history_db(history), true, &err), 0);
	reads(history, false, "main: 10 20 21 30 side: 99 : 77");
	history_close(history);
}

TEST_WITH(packing_changes_nothing_but_the_place, open_playground, close_playground)
{
	enum { NR_RUNS = 600 };
	struct history *history = opened(DB_MAY_NEW);
	struct buf expected = BUF_INIT;
	int64_t nr_tail, nr_chunks;

	buf_adds(&expected, "main:");
	assert_int_equal(db_script(history_db(history), "PRAGMA synchronous = OFF", &err), 0);
	for (unsigned i = 1; i <= NR_RUNS; i++) {
		add(history, &(struct made){ i, DAY(1), NULL, "main", 0, 3, i });
		buf_addf(&expected, " %u", i);
		if (i % 100 == 0) {
			reads(history, i % 200 == 0, expected.data);
			assert_int_equal(series_pack(history_db(history), i % 300 == 0, &err), 0);
		}
	}
	reads(history, false, expected.data);
	reads(history, true, expected.data);
	db_number(history_db(history), &nr_tail, &err, "SELECT count(*) FROM tail", "");
	db_number(history_db(history), &nr_chunks, &err, "SELECT count(*) FROM chunks", "");
	assert_int_equal(nr_tail, 0);
	assert_int_equal(nr_chunks, 3 * 3);
	buf_release(&expected);
	history_close(history);
}

/* A benchmark on a machine with so many processors, with counts of 7 or none. */
static void add_with_counts(
	struct history *history, unsigned number, const char *cpus, bool in_turn, bool has_counts)
{
	struct history_origin origin = { .height = number };
	struct run run = run_of(&(struct made){ number, DAY(1), NULL, "main", 0, 1, 100 });
	bool is_new;

	env_set(&run.env, ENV_ARCH, "x86_64");
	env_set(&run.env, ENV_CPUS, cpus);
	run.counting.is_wanted = true;
	run.counting.way = str_dup("perf");
	run.plan.nr_units = in_turn;
	for (int i = 0; i < 2 * has_counts; i++) {
		counted_add(&run.items[0].counts, COUNTED_ALLOCATIONS, 0, 1);
		counted_add(&run.items[0].counts, COUNTED_INSTRUCTIONS, 7, 1);
		counted_add(&run.items[0].counts, COUNTED_PAGE_FAULTS, 7, 1);
	}
	if (history_add(history, &run, &origin, &is_new, &err))
		fail_msg("%s", err.text);
	run_release(&run);
}

static void add_counted(struct history *history, unsigned number, const char *cpus, bool in_turn)
{
	add_with_counts(history, number, cpus, in_turn, true);
}

/* How many series there are of a metric, and points of the last of them without an error. */
static void has_series(struct history *history, const char *metric, size_t nr, size_t nr_sure)
{
	struct history_runs runs = listed(history, (struct history_filter){ .said = NULL });
	struct series_list list = { 0 };
	struct series_reader reader = SERIES_READER_INIT;
	struct moments moments = { 0 };
	size_t nr_found = 0, nr_found_sure = 0;

	assert_int_equal(series_find(history_db(history), NULL, &list, &err), 0);
	assert_int_equal(series_reader_open(&reader, history_db(history), &runs, true, &err), 0);
	for (size_t i = 0; i < list.nr; i++) {
		if (strcmp(list.items[i].metric, metric) != 0)
			continue;
		moments.nr = nr_found_sure = 0;
		nr_found++;
		assert_int_equal(series_read(&reader, list.items[i].number, &moments, &err), 0);
		for (size_t j = 0; j < moments.nr; j++)
			nr_found_sure += moments.items[j].spread == 0;
		assert_int_equal(series_is_shared(&list.items[i]), nr == 1);
	}
	assert_int_equal(nr_found, nr);
	assert_int_equal(nr_found_sure, nr_sure);
	ARRAY_RELEASE(&moments);
	series_reader_release(&reader);
	series_list_release(&list);
	history_runs_release(&runs);
}

/* Instructions are not, without a choice of the C library's variants that is the same everywhere;
 * what the kernel counts never is. */
TEST_WITH(machines_share_the_series_of_a_count, open_playground, close_playground)
{
	struct history *history = opened(DB_MAY_NEW), *other;
	struct history_copied copied = { .nr_notes = 0 };
	struct history_runs runs;
	struct buf text = BUF_INIT;

	add_counted(history, 1, "2", false);
	add_counted(history, 2, "4", false);
	add_counted(history, 3, "4", true);
	has_series(history, "allocations", 1, 3);
	has_series(history, "instructions", 3, 1);
	has_series(history, "page_faults", 3, 1);
	/* So they do in text, and where only levels are left. */
	runs = listed(history, (struct history_filter){ .said = NULL });
	for (size_t i = 1; i < runs.nr; i++)
		assert_int_equal(history_thin(history, runs.items[i].number, &err), 0);
	history_runs_release(&runs);
	runs = listed(history, (struct history_filter){ .said = NULL });
	assert_int_equal(history_print(history, &runs, &text, &err), 0);
	history_runs_release(&runs);
	other = history_open(inside("other.db"), DB_MAY_NEW, &err);
	if (history_parse(other, text.data, &copied, &err))
		fail_msg("%s", err.text);
	has_series(other, "allocations", 1, 3);
	has_series(other, "page_faults", 3, 1);
	history_close(other);
	other = history_open(inside("third.db"), DB_MAY_NEW, &err);
	assert_int_equal(history_merge(history, other, &copied, &err), 0);
	has_series(other, "allocations", 1, 3);
	has_series(other, "page_faults", 3, 1);
	history_close(other);
	history_close(history);
	buf_release(&text);
}

enum { NR_OLD_RUNS = 270 };

/* As versions 1 and 2 made it: with counts in the runs, and points of them for the newest alone. */
static void make_old_history(int version)
{
	struct history *history = opened(DB_MAY_NEW);
	struct history *whole = history_open(inside("whole.db"), DB_MAY_NEW, &err);
	struct buf sql = BUF_INIT;

	assert_int_equal(db_script(history_db(history), "PRAGMA synchronous = OFF", &err), 0);
	assert_int_equal(db_script(history_db(whole), "PRAGMA synchronous = OFF", &err), 0);
	for (unsigned i = 1; i <= NR_OLD_RUNS; i++) {
		add_with_counts(history, i, "2", i % 2, i == NR_OLD_RUNS);
		add_counted(whole, i, "2", i % 2);
	}
	assert_int_equal(series_pack(history_db(history), true, &err), 0);
	history_close(history);
	history_close(whole);
	buf_addf(&sql,
		"ATTACH '%s' AS whole; DELETE FROM texts; DELETE FROM shapes;"
		"INSERT INTO shapes SELECT * FROM whole.shapes;"
		"INSERT INTO texts SELECT * FROM whole.texts; PRAGMA user_version = %d;%s",
		inside("whole.db"), version, version == 1 ? "DROP TABLE notes" : "");
	script(sql.data);
	buf_release(&sql);
}

TEST_WITH(runs_of_older_files_get_points_of_their_counts, open_playground, close_playground)
{
	for (int version = 1; version <= 2; version++) {
		struct history *history;

		make_old_history(version);
		script("UPDATE texts SET packed = x'ff' WHERE run = 3");
		history = opened(DB_READ);
		has_series(history, "allocations", 1, 1);
		history_close(history);
		/* The second time as after a moment at which it was killed: nothing comes twice. */
		for (int i = 0; i < 2; i++) {
			int64_t newest;

			history = opened(DB_CHANGE);
			has_series(history, "allocations", 1, NR_OLD_RUNS - 1);
			assert_int_equal(series_pack(history_db(history), true, &err), 0);
			has_series(history, "allocations", 1, NR_OLD_RUNS - 1);
			has_series(history, "page_faults", 2, NR_OLD_RUNS / 2 - 1);
			db_number(history_db(history), &newest, &err, "PRAGMA user_version", "");
			assert_int_equal(newest, 3);
			history_close(history);
			script("PRAGMA user_version = 2");
		}
		unlink(inside("runs.db"));
		unlink(inside("whole.db"));
	}
}

TEST_WITH(what_is_removed_has_no_points, open_playground, close_playground)
{
	struct history *history = opened(DB_MAY_NEW);
	struct history_runs runs;
	struct buf text = BUF_INIT;

	for (unsigned i = 1; i <= 4; i++)
		add(history, &(struct made){ i, DAY(1), NULL, "main", 0, 1, i });
	assert_int_equal(series_pack(history_db(history), true, &err), 0);
	add(history, &(struct made){ 5, DAY(2), NULL, "main", 0, 1, 5 });
	runs = listed(history, (struct history_filter){ .said = NULL });
	assert_int_equal(history_remove(history, runs.items[1].number, &err), 0);
	assert_int_equal(history_remove(history, runs.items[4].number, &err), 0);
	assert_int_equal(history_thin(history, runs.items[0].number, &err), 0);
	assert_int_equal(history_text(history, runs.items[0].number, &text, &err), -1);
	reads(history, false, "main: 1 3 4");
	/* Its number is not given to another. */
	add(history, &(struct made){ 6, DAY(3), NULL, "main", 0, 1, 6 });
	assert_int_equal(history_tidy(history, &err), 0);
	reads(history, true, "main: 1 3 4 6");
	history_runs_release(&runs);
	history_close(history);
}

static int64_t number_of_shapes(struct history *history)
{
	int64_t nr;

	assert_int_equal(
		db_number(history_db(history), &nr, &err, "SELECT count(*) FROM shapes", ""), 0);
	return nr;
}

TEST_WITH(an_explanation_is_kept_with_its_run_and_goes_with_it, open_playground, close_playground)
{
	const struct history_filter all = { .said = NULL };
	struct history *history = opened(DB_MAY_NEW);
	struct run run = run_of(&(struct made){ 2, DAY(2), "c0ffee", "main", 0, 2, 5 });
	struct run back = RUN_INIT;
	struct history_runs runs;
	int64_t nr_without;
	bool is_new;

	add(history, &(struct made){ 1, DAY(1), NULL, "main", 0, 2, 5 });
	nr_without = number_of_shapes(history);
	explain_result(&run.items[0]);
	assert_int_equal(history_add(history, &run, &(struct history_origin){ .branch = NULL },
				 &is_new, &err),
		0);
	runs = listed(history, all);
	assert_false(runs.items[0].is_explained);
	assert_true(runs.items[1].is_explained);
	assert_int_equal(history_read(history, runs.items[1].number, &back, &err), 0);
	assert_string_equal(back.items[0].explained->summary, "most of it is in f");
	assert_null(back.items[1].explained);
	assert_int_equal(number_of_shapes(history), nr_without + 1);
	/* Nothing of the other run goes. */
	assert_int_equal(history_thin(history, runs.items[1].number, &err), 0);
	assert_int_equal(history_tidy(history, &err), 0);
	assert_int_equal(number_of_shapes(history), nr_without);
	history_runs_release(&runs);
	runs = listed(history, all);
	assert_false(runs.items[1].is_explained);
	run_release(&back);
	back = (struct run)RUN_INIT;
	assert_int_equal(history_read(history, runs.items[0].number, &back, &err), 0);
	/* Of a run that is damaged it is not known what it has. */
	assert_int_equal(
		db_script(history_db(history), "UPDATE texts SET packed = x'0107'", &err), 0);
	assert_int_equal(history_tidy(history, &err), 0);
	assert_int_equal(number_of_shapes(history), nr_without);
	history_runs_release(&runs);
	history_close(history);
	run_release(&run);
	run_release(&back);
}

TEST_WITH(filters_choose_runs, open_playground, close_playground)
{
	static const struct {
		struct history_filter filter;
		const char *found;
	} rows[] = {
		{ { .said = NULL }, "1 2 3 4" },
		{ { .said = "aaaa" }, "1 2" },
		{ { .said = "aaa" }, "" },
		{ { .said = "0000000000000003" }, "3" },
		{ { .commit = "aaaa1111" }, "1" },
		{ { .branch = "main" }, "1 3" },
		{ { .branch = "main", .newest = 1 }, "3" },
		{ { .since = DAY(2) }, "2 3 4" },
		{ { .before = DAY(2) }, "1" },
		{ { .machine = "00000000" }, "" },
		{ { .newest = 2, .alone = true, .clean = true, .whole = true }, "3 4" },
	};
	static const struct made runs[] = {
		{ 1, DAY(1), "aaaa1111", "main", 0, 1, 1 },
		{ 2, DAY(2), "aaaa2222", "side", 0, 1, 1 },
		{ 3, DAY(3), "bbbb1111", "main", 0, 1, 1 },
		{ 4, DAY(4), NULL, NULL, 0, 1, 1 },
	};
	struct history *history = opened(DB_MAY_NEW);

	for (size_t i = 0; i < sizeof runs / sizeof *runs; i++)
		add(history, &runs[i]);
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct history_runs found = listed(history, rows[i].filter);
		struct buf text = BUF_INIT;

		for (size_t j = 0; j < found.nr; j++)
			buf_addf(&text, "%s%d", j ? " " : "", found.items[j].id[15] - '0');
		assert_string_equal(text.data, rows[i].found);
		buf_release(&text);
		history_runs_release(&found);
	}
	history_close(history);
}

static void is_refused(enum db_mode mode, const char *why)
{
	struct history *history = history_open(inside("runs.db"), mode, &err);

	assert_null(history);
	if (!str_glob(why, err.text))
		fail_msg("'%s' is not like '%s'", err.text, why);
}

TEST_WITH(other_files_are_no_histories, open_playground, close_playground)
{
	static const char text[] = "{ \"format\": \"benchgate-run\", \"and\": \"so on\" } ........";

	is_refused(DB_READ,
		"there is no history */runs.db; 'benchgate run --db */runs.db' begins one");
	is_refused(DB_CHANGE, "there is no history *");
	write_file("runs.db", text, sizeof text - 1);
	is_refused(
		DB_MAY_NEW, "*/runs.db: it is no history of benchgate, but another kind of file");
	write_file("runs.db", "x", 1);
	is_refused(
		DB_MAY_NEW, "*/runs.db: it is no history of benchgate, but another kind of file");
	write_file("runs.db", "", 0);
	is_refused(DB_READ, "*/runs.db is empty, and no history yet");
	history_close(opened(DB_MAY_NEW));
	script("PRAGMA user_version = 99");
	is_refused(DB_READ,
		"*/runs.db is of version 99, and this benchgate knows versions up to 3: use a newer one");
	is_refused(DB_MAY_NEW, "*/runs.db is of version 99*");
	unlink(inside("runs.db"));
	script("CREATE TABLE theirs (a)");
	is_refused(DB_MAY_NEW, "*/runs.db is the database of another program, and no history");
	unlink(inside("runs.db"));
	mkdir(inside("runs.db"), 0755);
	is_refused(DB_MAY_NEW, "*/runs.db is a folder; a history is a file");
}

TEST_WITH(a_name_with_odd_letters_is_a_name, open_playground, close_playground)
{
	struct history *history = history_open(inside("a?b%41#c.db"), DB_MAY_NEW, &err);

	assert_non_null(history);
	history_close(history);
	assert_int_equal(access(inside("a?b%41#c.db"), F_OK), 0);
}

TEST_WITH(two_who_begin_a_history_at_once_both_can, open_playground, close_playground)
{
	struct history *one, *other;

	/* The second finds it at version 0, and made when it is its turn. */
	script("PRAGMA journal_mode = WAL");
	one = opened(DB_MAY_NEW);
	other = opened(DB_MAY_NEW);
	add(one, &(struct made){ 1, DAY(1), NULL, "main", 0, 1, 1 });
	add(other, &(struct made){ 2, DAY(2), NULL, "main", 0, 1, 2 });
	reads(one, false, "main: 1 2");
	history_close(one);
	history_close(other);
}

static void is_whole(struct history *history, int64_t number)
{
	struct run run = RUN_INIT;

	if (history_read(history, number, &run, &err))
		fail_msg("%s", err.text);
	run_release(&run);
}

/* A history is begun anew for each. */
TEST_WITH(what_a_foreign_history_says_to_do_is_not_done, open_playground, close_playground)
{
	static const struct {
		const char *sql, *says; /* NULL: it does no harm */
	} cases[] = {
		{ "CREATE TRIGGER theirs AFTER INSERT ON names BEGIN DELETE FROM texts; END",
			NULL },
		{ "CREATE VIEW theirs AS SELECT 1", NULL },
		{ "DROP TABLE runs; CREATE VIEW runs AS WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL"
		  " SELECT i + 1 FROM n) SELECT i AS id, i AS name, 0 AS time FROM n",
			"*/runs.db: \"runs\" in it is not as benchgate makes it; restore the file from a copy, or from its text form" },
		{ "DROP INDEX runs_by_commit; CREATE INDEX runs_by_commit ON runs (abs(name))",
			"*/runs.db: \"runs_by_commit\" in it is not as benchgate makes it*" },
		{ "PRAGMA user_version = -5",
			"*/runs.db is the database of another program, and no history" },
	};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct history *history = opened(DB_MAY_NEW);

		add(history, &(struct made){ 1, DAY(1), NULL, "main", 0, 1, 1 });
		history_close(history);
		script(cases[i].sql);
		if (cases[i].says) {
			is_refused(DB_READ, cases[i].says);
			is_refused(DB_CHANGE, cases[i].says);
		} else {
			history = opened(DB_CHANGE);
			add(history, &(struct made){ 2, DAY(2), NULL, "other", 0, 1, 2 });
			is_whole(history, 1);
			history_close(history);
		}
		unlink(inside("runs.db"));
	}
}

TEST_WITH(numbers_in_a_damaged_history_ask_for_no_room, open_playground, close_playground)
{
	static const char *const changes[] = {
		"UPDATE runs SET id = 1 << 60",
		"UPDATE runs SET id = -1",
		"UPDATE tail SET run = -9223372036854775807 - 1",
		"UPDATE series SET id = 9223372036854775807",
		"UPDATE tail SET points = x'ffffffffffffffff7f00000000ff'",
	};

	for (size_t i = 0; i < sizeof changes / sizeof *changes; i++) {
		struct history *history = opened(DB_MAY_NEW);
		struct buf faults = BUF_INIT;
		size_t nr_faults = 0;

		add(history, &(struct made){ 1, DAY(1), NULL, "main", 0, 1, 1 });
		assert_int_equal(db_script(history_db(history), changes[i], &err), 0);
		assert_int_equal(history_check(history, &faults, &nr_faults, &err), 0);
		if (!strstr(faults.data, "runs.db: points are damaged"))
			fail_msg("after %s: '%s'", changes[i], faults.data);
		if (strstr(changes[i], "tail"))
			assert_int_equal(series_pack(history_db(history), true, &err), -1);
		buf_release(&faults);
		history_close(history);
		unlink(inside("runs.db"));
	}
}

/* SQLite would take it for one of several files of a change that was cut short. */
TEST_WITH(a_journal_from_elsewhere_removes_no_file, open_playground, close_playground)
{
	static const char header[512] = "\xd9\xd5\x05\xf9\x20\xa1\x63\xd7\0\0\0\0\0\0\0\1\0\0\0"
					"\1\0\0\2\0\0\0\x10";
	struct buf journal = BUF_INIT;
	const char *name = inside("precious");
	size_t len = strlen(name);
	unsigned sum = 0;

	history_close(opened(DB_MAY_NEW));
	write_file("precious", "text", 4);
	for (size_t i = 0; i < len; i++)
		sum += (unsigned char)name[i];
	buf_add(&journal, header, sizeof header);
	buf_add(&journal, "\0\4\0\1", 4);
	buf_add(&journal, name, len);
	buf_add(&journal, (char[]){ 0, 0, 0, (char)len, 0, 0, (char)(sum >> 8), (char)sum }, 8);
	buf_add(&journal, header, 8);
	write_file("runs.db-journal", journal.data, journal.len);
	is_refused(DB_READ, "*/runs.db-journal is not from benchgate, and could remove any file*");
	is_refused(DB_CHANGE, "*/runs.db-journal is not from benchgate*");
	assert_int_equal(access(inside("precious"), F_OK), 0);
	assert_int_equal(symlink("runs.db", inside("link.db")), 0);
	assert_null(history_open(inside("link.db"), DB_READ, &err));
	assert_int_equal(access(inside("precious"), F_OK), 0);
	buf_release(&journal);
}

static const struct note annotation = { .id = (char *)"0123456789abcdef",
	.time = (char *)"2026-01-02T00:00:00Z",
	.commit = (char *)"c0ffee",
	.text = (char *)"a new\ncompiler" };

#define annotation_id (char *)"0123456789abcdef"
#define annotation_time (char *)"2026-01-02T00:00:00Z"

static size_t nr_notes(struct history *history)
{
	struct notes notes = { 0 };
	size_t nr;

	assert_int_equal(notes_list(history_db(history), NR_NOTE_KINDS, &notes, &err), 0);
	nr = notes.nr;
	if (nr)
		assert_string_equal(notes.items[0].text, "a new\ncompiler");
	notes_release(&notes);
	return nr;
}

/* Version 1 had no notes. */
TEST_WITH(notes_go_wherever_runs_go, open_playground, close_playground)
{
	struct history_copied copied = { .nr_notes = 0 };
	struct history_runs none = { 0 };
	struct history *history = opened(DB_MAY_NEW), *other;
	struct buf text = BUF_INIT;
	bool is_new;

	history_close(history);
	script("DROP TABLE notes; PRAGMA user_version = 1");
	history = opened(DB_READ);
	assert_int_equal(nr_notes(history), 0);
	history_close(history);
	history = opened(DB_CHANGE);
	for (int i = 0; i < 2; i++) {
		assert_int_equal(notes_add(history_db(history), &annotation, &is_new, &err), 0);
		assert_int_equal(is_new, i == 0);
	}
	assert_int_equal(history_print(history, &none, &text, &err), 0);
	history_close(history);
	unlink(inside("runs.db"));
	other = opened(DB_MAY_NEW);
	for (int i = 0; i < 2; i++)
		assert_int_equal(history_parse(other, text.data, &copied, &err), 0);
	assert_int_equal(copied.nr_notes, 1);
	assert_int_equal(nr_notes(other), 1);
	assert_int_equal(
		notes_remove(history_db(other), annotation.id, NOTE_ANNOTATION, &is_new, &err), 0);
	assert_int_equal(nr_notes(other), 0);
	history_close(other);
	buf_release(&text);
}

TEST(a_note_that_nobody_could_show_is_refused)
{
	static const struct {
		struct note note;
		const char *says;
	} cases[] = {
		{ { .id = (char *)"0123" }, "a note's id has 16 hexadecimal digits" },
		{ { .id = annotation_id, .time = (char *)"now" },
			"a note's time is one such as *" },
		{ { .id = annotation_id, .time = annotation_time },
			"an annotation needs a commit" },
		{ { .id = annotation_id, .time = annotation_time, .commit = (char *)"c" },
			"an annotation needs a text" },
		{ { .id = annotation_id,
			  .time = annotation_time,
			  .commit = (char *)"c\r\nX: y",
			  .text = (char *)"t" },
			"a note has a control character in it" },
		{ { .id = annotation_id,
			  .time = annotation_time,
			  .kind = NOTE_BOOKMARK,
			  .view = (char *)"javascript:alert(1)",
			  .text = (char *)"t" },
			"a bookmark's view is what stands *" },
		{ { .id = annotation_id,
			  .time = annotation_time,
			  .kind = NOTE_ALERT,
			  .alert = (char *)"a",
			  .state = (char *)"closed" },
			"an alert's state is open, acknowledged, accepted or fixed" },
	};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct error wrong = ERROR_INIT;

		assert_int_equal(note_check(&cases[i].note, &wrong), -1);
		if (!str_glob(cases[i].says, wrong.text))
			fail_msg("case %zu: %s", i, wrong.text);
	}
}
