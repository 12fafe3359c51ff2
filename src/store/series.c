/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/series.h"

#include "base/array.h"
#include "base/str.h"
#include "model/counted.h"
#include "stats/summary.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* Where chunks of a series begin. */
#define CHUNK_BITS 20
#define FIRST_CHUNK(series) ((int64_t)((uint64_t)(series) << CHUNK_BITS))

/* Numbers that count up get no larger: a larger one is damage, and room for as many is not asked
 * for. */
#define MAX_RUN ((int64_t)1 << 27)
#define MAX_SERIES ((int64_t)1 << 40)

/* When the tail is packed: at so many rows, or bytes of some rows. Until then reading a series has
 * to look through them. */
#define TAIL_ROWS 256
#define TAIL_BYTES (1 << 20)
#define TAIL_MIN_ROWS 32

#define CHUNKS_SQL "SELECT points FROM chunks WHERE id BETWEEN ? AND ? ORDER BY id"

enum { SERIES_IN_TURN = 1, SERIES_MORE_IS_BETTER = 2 };

void series_list_release(struct series_list *list)
{
	for (size_t i = 0; i < list->nr; i++) {
		free(list->items[i].benchmark);
		free(list->items[i].metric);
		free(list->items[i].unit);
		free(list->items[i].tier);
		free(list->items[i].machine);
		free(list->items[i].branch);
	}
	ARRAY_RELEASE(list);
}

static int damaged(const struct db *db, struct error *err)
{
	return error_set(err, ERR_IO, "%s: points are damaged", db_path(db));
}

/* --- adding ------------------------------------------------------------------------------------
 */

/* Numbers of the names of a run's levels. */
struct adding {
	struct db *db;
	struct db_query *find_name, *add_name, *find, *add;
	int64_t machine, branch;
	bool in_turn;
	struct points points;
};

static int adding_open(struct adding *adding, struct db *db, struct error *err)
{
	adding->db = db;
	adding->find_name = db_query(db, "SELECT id FROM names WHERE name = ?", err);
	adding->add_name = db_query(db, "INSERT INTO names (name) VALUES (?)", err);
	adding->find = db_query(db,
		"SELECT id FROM series WHERE benchmark = ? AND metric = ? AND machine = ?"
		" AND branch = ? AND flags = ? AND unit = ?",
		err);
	adding->add = db_query(db,
		"INSERT INTO series (benchmark, metric, machine, branch, flags, unit, tier)"
		" VALUES (?, ?, ?, ?, ?, ?, ?)",
		err);
	return adding->find_name && adding->add_name && adding->find && adding->add ? 0 : -1;
}

static void adding_close(struct adding *adding)
{
	db_query_free(adding->find_name);
	db_query_free(adding->add_name);
	db_query_free(adding->find);
	db_query_free(adding->add);
	ARRAY_RELEASE(&adding->points);
}

static int number_of_name(
	struct adding *adding, const char *name, int64_t *number, struct error *err)
{
	int rc;

	db_bind(adding->find_name, "t", name);
	rc = db_step(adding->find_name, err);
	if (rc > 0)
		*number = db_int(adding->find_name, 0);
	if (rc)
		return rc < 0 ? -1 : 0;
	db_bind(adding->add_name, "t", name);
	if (db_step(adding->add_name, err))
		return -1;
	*number = db_new_id(adding->db);
	return 0;
}

/* The tier is that of the first run; it is for people. */
static int find_series(struct adding *adding, const struct history_level *level, int64_t *number,
	struct error *err)
{
	int64_t benchmark, metric, unit, tier;
	int64_t flags = (adding->in_turn && !*level->any ? SERIES_IN_TURN : 0) |
		(level->more_is_better ? SERIES_MORE_IS_BETTER : 0);
	int64_t machine = adding->machine;
	int rc;

	if (*level->any && number_of_name(adding, level->any, &machine, err))
		return -1;
	if (number_of_name(adding, level->benchmark, &benchmark, err) ||
		number_of_name(adding, level->metric, &metric, err) ||
		number_of_name(adding, level->unit, &unit, err) ||
		number_of_name(adding, level->tier ? level->tier : "", &tier, err))
		return -1;
	db_bind(adding->find, "iiiiii", benchmark, metric, machine, adding->branch, flags, unit);
	rc = db_step(adding->find, err);
	if (rc > 0)
		*number = db_int(adding->find, 0);
	if (rc)
		return rc < 0 ? -1 : 0;
	db_bind(adding->add, "iiiiiii", benchmark, metric, machine, adding->branch, flags, unit,
		tier);
	if (db_step(adding->add, err))
		return -1;
	*number = db_new_id(adding->db);
	return 0;
}

/* The geometric mean over processes; the plain one of what has no logarithm. false: no level. */
static bool find_level(const struct metric *metric, struct history_level *level)
{
	struct doubles finite = { 0 };
	struct summary logs, plain;

	for (size_t i = 0; i < metric->values.nr; i++)
		if (isfinite(metric->values.items[i]))
			*ARRAY_ADD(&finite) = metric->values.items[i];
	logs = summary_of_logs(finite.items, finite.nr);
	plain = summary_of(finite.items, finite.nr);
	level->value = exp(logs.mean);
	level->spread = logs.sd / sqrt((double)finite.nr);
	if (!(level->value > 0)) {
		level->value = plain.mean;
		level->spread = plain.sd / sqrt((double)finite.nr) / fabs(plain.mean);
	}
	/* Nothing, each time. */
	if (finite.nr > 1 && plain.min == plain.max)
		level->spread = 0;
	ARRAY_RELEASE(&finite);
	return isfinite(level->value);
}

static void series_add_level(
	const struct result *result, const struct metric *metric, struct history_levels *levels)
{
	struct history_level level = { .benchmark = result->name,
		.metric = metric->name,
		.unit = metric->unit,
		.tier = result->tier,
		.more_is_better = metric->more_is_better };

	if (find_level(metric, &level))
		*ARRAY_ADD(levels) = level;
}

void series_share(const struct run *run, const char *count, char any[HISTORY_ANY_MAX])
{
	const struct counted_metric *row = counted_find(count);
	const char *arch = run->env.values[ENV_ARCH];
	bool is_work = counted_is(count, COUNTED_INSTRUCTIONS);

	*any = '\0';
	if (!row || !row->is_exact || !arch)
		return;
	if (!is_work)
		snprintf(any, HISTORY_ANY_MAX, HISTORY_ANY "%.16s", arch);
	else if (run->counting.dispatch && run->counting.way)
		snprintf(any, HISTORY_ANY_MAX, HISTORY_ANY "%.16s, %.16s", arch, run->counting.way);
}

bool series_is_shared(const struct series *series)
{
	return str_starts(series->machine, HISTORY_ANY);
}

/* What a benchmark measures itself goes before a count of the same name. */
static void add_count_levels(
	const struct run *run, const struct result *result, struct history_levels *levels)
{
	for (size_t i = 0; i < result->counts.nr; i++) {
		const struct metric *count = &result->counts.items[i];
		size_t nr = levels->nr;

		if (metrics_find(&result->metrics, count->name))
			continue;
		series_add_level(result, count, levels);
		if (levels->nr > nr)
			series_share(run, count->name, levels->items[nr].any);
	}
}

void series_levels(const struct run *run, struct history_levels *levels)
{
	for (size_t i = 0; i < run->nr; i++) {
		const struct result *result = &run->items[i];

		for (size_t j = 0; j < result->metrics.nr; j++)
			series_add_level(result, &result->metrics.items[j], levels);
		add_count_levels(run, result, levels);
	}
}

void series_count_levels(const struct run *run, struct history_levels *levels)
{
	for (size_t i = 0; i < run->nr; i++)
		add_count_levels(run, &run->items[i], levels);
}

static int add_points(struct adding *adding, const struct history_levels *levels, struct error *err)
{
	for (size_t i = 0; i < levels->nr; i++) {
		struct point point = { 0, levels->items[i].value, levels->items[i].spread };

		if (find_series(adding, &levels->items[i], &point.key, err))
			return -1;
		*ARRAY_ADD(&adding->points) = point;
	}
	return 0;
}

static int compare_points(const void *a, const void *b)
{
	const struct point *one = a, *other = b;

	return (one->key > other->key) - (one->key < other->key);
}

/* What the tail has of the run already. */
static int take_tail_row(struct adding *adding, int64_t run, struct error *err)
{
	struct db_query *query = db_query(adding->db, "SELECT points FROM tail WHERE run = ?", err);
	const void *bytes;
	size_t len;
	int rc;

	if (!query)
		return -1;
	db_bind(query, "i", run);
	rc = db_step(query, err);
	if (rc > 0) {
		bytes = db_bytes(query, 0, &len);
		rc = points_read(bytes, len, &adding->points) ? 0 : damaged(adding->db, err);
	}
	db_query_free(query);
	return rc;
}

static int add_tail(struct adding *adding, int64_t run, struct error *err)
{
	struct points *points = &adding->points;
	struct buf bytes = BUF_INIT;
	int rc = take_tail_row(adding, run, err);

	if (points->nr)
		qsort(points->items, points->nr, sizeof *points->items, compare_points);
	points_add(points->items, points->nr, 0, &bytes);
	if (!rc)
		rc = db_run(adding->db, err,
			"INSERT OR REPLACE INTO tail (run, points) VALUES (?, ?)", "ib", run,
			bytes.data, bytes.len);
	buf_release(&bytes);
	return rc;
}

int series_add(struct db *db, const struct history_run *row, const struct history_levels *levels,
	struct error *err)
{
	struct adding adding = { .in_turn = row->in_turn };
	int rc = adding_open(&adding, db, err);

	if (!rc)
		rc = number_of_name(&adding, row->machine, &adding.machine, err);
	if (!rc)
		rc = number_of_name(&adding, row->branch ? row->branch : "", &adding.branch, err);
	if (!rc)
		rc = add_points(&adding, levels, err);
	if (!rc && adding.points.nr)
		rc = add_tail(&adding, row->number, err);
	adding_close(&adding);
	return rc;
}

/* --- the tail ----------------------------------------------------------------------------------
 */

static int compare_tail(const void *a, const void *b)
{
	const struct tail_point *one = a, *other = b;

	if (one->series != other->series)
		return one->series < other->series ? -1 : 1;
	return compare_points(&one->point, &other->point);
}

static bool is_run_number(int64_t number)
{
	return number > 0 && number <= MAX_RUN;
}

static bool is_series_number(int64_t number)
{
	return number > 0 && number <= MAX_SERIES;
}

static int read_tail(struct db *db, struct tail_points *tail, struct error *err)
{
	struct db_query *query = db_query(db, "SELECT run, points FROM tail ORDER BY run", err);
	struct points points = { 0 };
	int rc = query ? 0 : -1;

	while (!rc && (rc = db_step(query, err)) > 0) {
		size_t len;
		const void *bytes = db_bytes(query, 1, &len);

		points.nr = 0;
		rc = is_run_number(db_int(query, 0)) && points_read(bytes, len, &points) &&
				(!points.nr || is_series_number(points.items[points.nr - 1].key))
			? 0
			: damaged(db, err);
		for (size_t i = 0; i < points.nr && !rc; i++) {
			struct tail_point *to = ARRAY_ADD(tail);

			to->series = points.items[i].key;
			to->point = points.items[i];
			to->point.key = db_int(query, 0);
		}
	}
	if (tail->nr)
		qsort(tail->items, tail->nr, sizeof *tail->items, compare_tail);
	ARRAY_RELEASE(&points);
	db_query_free(query);
	return rc;
}

/* --- packing -----------------------------------------------------------------------------------
 */

struct packing {
	struct db *db;
	struct db_query *last, *all, *put;
	struct points points; /* of one series, not packed yet */
	/* The chunk that is being filled */
	struct buf chunk;
	int64_t id;
	int64_t after; /* its last key, 0: it is empty */
	size_t nr;
};

static void begin_chunk(struct packing *packing, int64_t id)
{
	packing->id = id;
	packing->nr = 0;
	packing->after = 0;
	buf_clear(&packing->chunk);
}

/* The last chunk of the series, if there is room in it; else an empty one. */
static int take_last(struct packing *packing, int64_t series, struct error *err)
{
	struct points points = { 0 };
	const void *bytes;
	size_t len;
	int rc;

	begin_chunk(packing, FIRST_CHUNK(series));
	db_bind(packing->last, "ii", FIRST_CHUNK(series), FIRST_CHUNK(series + 1) - 1);
	rc = db_step(packing->last, err);
	if (rc <= 0)
		return rc;
	bytes = db_bytes(packing->last, 1, &len);
	rc = points_read(bytes, len, &points) ? 0 : damaged(packing->db, err);
	packing->id = db_int(packing->last, 0);
	if (!rc && points.nr >= POINTS_MAX_CHUNK) {
		packing->id++;
	} else if (!rc && points.nr) {
		buf_add(&packing->chunk, bytes, len);
		packing->nr = points.nr;
		packing->after = points.items[points.nr - 1].key;
	}
	ARRAY_RELEASE(&points);
	return rc;
}

static int put_chunk(struct packing *packing, struct error *err)
{
	db_bind(packing->put, "iib", packing->id, (int64_t)packing->nr, packing->chunk.data,
		packing->chunk.len);
	return db_step(packing->put, err);
}

static int append_chunks(struct db *db, struct db_query *query, int64_t series,
	struct points *points, struct error *err)
{
	int rc;

	db_bind(query, "ii", FIRST_CHUNK(series), FIRST_CHUNK(series + 1) - 1);
	while ((rc = db_step(query, err)) > 0) {
		size_t len;
		const void *bytes = db_bytes(query, 0, &len);

		if (!points_read(bytes, len, points))
			return damaged(db, err);
	}
	return rc;
}

/* Runs of before got points late: all chunks of the series are written anew. */
static int take_whole_series(struct packing *packing, int64_t series, struct error *err)
{
	struct points *points = &packing->points;

	if (append_chunks(packing->db, packing->all, series, points, err))
		return -1;
	qsort(points->items, points->nr, sizeof *points->items, compare_points);
	for (size_t i = 1; i < points->nr; i++)
		if (points->items[i].key == points->items[i - 1].key)
			return damaged(packing->db, err);
	begin_chunk(packing, FIRST_CHUNK(series));
	return 0;
}

static int pack_series(struct packing *packing, int64_t series, struct error *err)
{
	struct points *points = &packing->points;
	size_t done = 0;

	if (take_last(packing, series, err) ||
		(points->items[0].key <= packing->after && take_whole_series(packing, series, err)))
		return -1;
	while (done < points->nr) {
		size_t room = POINTS_MAX_CHUNK - packing->nr, left = points->nr - done;
		size_t more = left < room ? left : room;

		points_add(points->items + done, more, packing->after, &packing->chunk);
		packing->nr += more;
		done += more;
		if (put_chunk(packing, err))
			return -1;
		begin_chunk(packing, packing->id + 1);
	}
	points->nr = 0;
	return 0;
}

static int pack_all(struct packing *packing, const struct tail_points *tail, struct error *err)
{
	for (size_t i = 0; i < tail->nr; i++) {
		const struct tail_point *at = &tail->items[i];

		*ARRAY_ADD(&packing->points) = at->point;
		if ((i + 1 == tail->nr || at[1].series != at->series) &&
			pack_series(packing, at->series, err))
			return -1;
	}
	return db_run(packing->db, err, "DELETE FROM tail", "");
}

static int pack_tail(struct db *db, struct error *err)
{
	struct packing packing = { .db = db, .chunk = BUF_INIT };
	struct tail_points tail = { 0 };
	int rc = -1;

	packing.last = db_query(db,
		"SELECT id, points FROM chunks WHERE id BETWEEN ? AND ? ORDER BY id DESC LIMIT 1",
		err);
	packing.all = db_query(db, CHUNKS_SQL, err);
	packing.put = db_query(
		db, "INSERT OR REPLACE INTO chunks (id, nr, points) VALUES (?, ?, ?)", err);
	if (packing.last && packing.all && packing.put)
		rc = read_tail(db, &tail, err);
	if (!rc)
		rc = pack_all(&packing, &tail, err);
	db_query_free(packing.last);
	db_query_free(packing.all);
	db_query_free(packing.put);
	ARRAY_RELEASE(&packing.points);
	ARRAY_RELEASE(&tail);
	buf_release(&packing.chunk);
	return rc;
}

static bool is_long(int64_t nr_rows, int64_t nr_bytes)
{
	return nr_rows >= TAIL_ROWS || (nr_rows >= TAIL_MIN_ROWS && nr_bytes >= TAIL_BYTES);
}

int series_pack(struct db *db, bool all, struct error *err)
{
	int64_t nr_rows, nr_bytes;
	int rc = db_begin(db, err);

	if (rc)
		return -1;
	if (db_number(db, &nr_rows, err, "SELECT count(*) FROM tail", "") ||
		db_number(db, &nr_bytes, err, "SELECT sum(length(points)) FROM tail", ""))
		rc = -1;
	else if (nr_rows && (all || is_long(nr_rows, nr_bytes)))
		rc = pack_tail(db, err);
	return db_end(db, rc, err);
}

/* --- reading -----------------------------------------------------------------------------------
 */

#define FIND_SQL \
	"SELECT series.id, ifnull(benchmarks.name, ''), ifnull(metrics.name, '')," \
	"	ifnull(units.name, ''), ifnull(tiers.name, ''), ifnull(machines.name, '')," \
	"	ifnull(branches.name, ''), flags FROM series" \
	" JOIN names AS benchmarks ON benchmarks.id = benchmark" \
	" JOIN names AS metrics ON metrics.id = metric" \
	" JOIN names AS units ON units.id = unit" \
	" JOIN names AS tiers ON tiers.id = tier" \
	" JOIN names AS machines ON machines.id = machine" \
	" JOIN names AS branches ON branches.id = branch" \
	" ORDER BY 2, 3, series.id"

int series_find(struct db *db, const char *pattern, struct series_list *list, struct error *err)
{
	struct db_query *query = db_query(db, FIND_SQL, err);
	int rc = query ? 0 : -1;

	while (!rc && (rc = db_step(query, err)) > 0) {
		int64_t flags = db_int(query, 7);

		rc = is_series_number(db_int(query, 0)) ? 0 : damaged(db, err);
		if (rc || (pattern && !str_matches(pattern, db_text(query, 1))))
			continue;
		*ARRAY_ADD(list) = (struct series){ .number = db_int(query, 0),
			.benchmark = str_dup(db_text(query, 1)),
			.metric = str_dup(db_text(query, 2)),
			.unit = str_dup(db_text(query, 3)),
			.tier = str_dup(db_text(query, 4)),
			.machine = str_dup(db_text(query, 5)),
			.branch = str_dup(db_text(query, 6)),
			.in_turn = flags & SERIES_IN_TURN,
			.more_is_better = flags & SERIES_MORE_IS_BETTER };
	}
	db_query_free(query);
	return rc;
}

static int index_runs(
	struct series_reader *reader, const struct history_runs *runs, struct error *err)
{
	int64_t most = 0;

	for (size_t i = 0; i < runs->nr; i++) {
		if (!is_run_number(runs->items[i].number))
			return damaged(reader->db, err);
		most = runs->items[i].number > most ? runs->items[i].number : most;
	}
	reader->nr_numbers = (size_t)most + 1;
	reader->by_number = mem_alloc(reader->nr_numbers, sizeof(void *));
	for (size_t i = 0; i < runs->nr; i++)
		reader->by_number[runs->items[i].number] = &runs->items[i];
	return 0;
}

int series_reader_open(struct series_reader *reader, struct db *db, const struct history_runs *runs,
	bool many, struct error *err)
{
	reader->db = db;
	if (index_runs(reader, runs, err))
		return -1;
	reader->chunks = db_query(db, CHUNKS_SQL, err);
	if (!reader->chunks)
		return -1;
	reader->has_tail = many;
	return many ? read_tail(db, &reader->tail, err) : 0;
}

void series_reader_release(struct series_reader *reader)
{
	free(reader->by_number);
	db_query_free(reader->chunks);
	ARRAY_RELEASE(&reader->tail);
	ARRAY_RELEASE(&reader->found);
}

/* Row by row: of each the one point. */
static int search_tail(struct series_reader *reader, int64_t number, struct error *err)
{
	struct db_query *query =
		db_query(reader->db, "SELECT run, points FROM tail ORDER BY run", err);
	int rc = query ? 0 : -1;

	while (!rc && (rc = db_step(query, err)) > 0) {
		struct point point = { number, 0, NAN };
		bool found;
		size_t len;
		const void *bytes = db_bytes(query, 1, &len);

		rc = points_find(bytes, len, &point, &found) ? 0 : damaged(reader->db, err);
		point.key = db_int(query, 0);
		if (!rc && found)
			*ARRAY_ADD(&reader->found) = point;
	}
	db_query_free(query);
	return rc;
}

static void take_tail(struct series_reader *reader, int64_t number)
{
	const struct tail_points *tail = &reader->tail;
	size_t low = 0, high = tail->nr;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (tail->items[middle].series < number)
			low = middle + 1;
		else
			high = middle;
	}
	for (; low < tail->nr && tail->items[low].series == number; low++)
		*ARRAY_ADD(&reader->found) = tail->items[low].point;
}

static int by_time(const void *a, const void *b)
{
	const struct history_run *one = ((const struct moment *)a)->run;
	const struct history_run *other = ((const struct moment *)b)->run;
	int order = strcmp(one->time, other->time);

	return order ? order : (one->number > other->number) - (one->number < other->number);
}

static int by_height(const void *a, const void *b)
{
	const struct moment *one = a, *other = b;

	if (one->height != other->height)
		return one->height < other->height ? -1 : 1;
	return by_time(a, b);
}

/* Heights and times mixed would be no order. */
static void put_in_order(struct moment *moments, size_t nr)
{
	int64_t height = 0;

	qsort(moments, nr, sizeof *moments, by_time);
	for (size_t i = 0; i < nr; i++) {
		height = moments[i].run->height ? moments[i].run->height : height;
		moments[i].height = height;
	}
	qsort(moments, nr, sizeof *moments, by_height);
}

int series_read(
	struct series_reader *reader, int64_t number, struct moments *moments, struct error *err)
{
	size_t from = moments->nr;

	reader->found.nr = 0;
	if (append_chunks(reader->db, reader->chunks, number, &reader->found, err))
		return -1;
	if (reader->has_tail)
		take_tail(reader, number);
	else if (search_tail(reader, number, err))
		return -1;
	for (size_t i = 0; i < reader->found.nr; i++) {
		const struct point *point = &reader->found.items[i];
		const struct history_run *run = (uint64_t)point->key < reader->nr_numbers
			? reader->by_number[point->key]
			: NULL;

		if (run)
			*ARRAY_ADD(moments) =
				(struct moment){ point->value, point->spread, 0, run };
	}
	if (moments->nr > from)
		put_in_order(moments->items + from, moments->nr - from);
	return 0;
}
