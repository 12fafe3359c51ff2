/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "pages/documents.h"

#include "base/array.h"
#include "base/str.h"
#include "pages/parts.h"
#include "pages/spark.h"

#include <string.h>

int documents_open(struct documents *documents, struct history *history,
	const struct settings *settings, struct error *err)
{
	const struct history_filter all = { .said = NULL };

	documents->history = history;
	documents->settings = settings;
	documents->nr_levels = DOCUMENTS_RUNS;
	documents->nr_values = DOCUMENTS_VALUES;
	if (history_list(history, &all, &documents->runs, err) ||
		series_find(history_db(history), NULL, &documents->series, err) ||
		series_reader_open(
			&documents->reader, history_db(history), &documents->runs, true, err))
		return -1;
	for (size_t i = 0; i < documents->series.nr; i++)
		documents->nr_judged += line_is_judged(&documents->series.items[i]);
	if (settings->baselines)
		bases_read(&documents->bases, settings->baselines);
	return 0;
}

void documents_release(struct documents *documents)
{
	bases_release(&documents->bases);
	series_reader_release(&documents->reader);
	series_list_release(&documents->series);
	history_runs_release(&documents->runs);
}

/* --- one by its name ---------------------------------------------------------------------------
 */

static int no_such(const char *name, struct error *err)
{
	return error_set(err, ERR_NO_BASE, "the history has no '%s'", name);
}

static const struct series *series_numbered(const struct documents *documents, const char *number)
{
	char text[24];

	for (size_t i = 0; i < documents->series.nr; i++) {
		snprintf(text, sizeof text, "%lld", (long long)documents->series.items[i].number);
		if (strcmp(text, number) == 0)
			return &documents->series.items[i];
	}
	return NULL;
}

/* "12" or "12/4096" */
static int series_by_number(
	struct documents *documents, const char *name, struct buf *out, struct error *err)
{
	size_t len = strcspn(name, "/");
	char *number = mem_copy(name, len);
	const struct series *series = series_numbered(documents, number);
	struct line line = { .series = series };
	uint64_t most = 0;
	int rc = 0;

	if (!series || (name[len] && (!str_to_u64(name + len + 1, &most) || !most)))
		rc = no_such(name, err);
	if (!rc)
		rc = line_read(documents, series, &line, err);
	if (!rc && !line.moments.nr)
		rc = no_such(name, err);
	else if (!rc)
		series_document(documents, &line, (size_t)most, out);
	line_close(&line);
	free(number);
	return rc;
}

/* "12-3" */
static int points_by_number(
	struct documents *documents, const char *name, struct buf *out, struct error *err)
{
	size_t len = strcspn(name, "-");
	char *number = mem_copy(name, len);
	const struct series *series = series_numbered(documents, number);
	struct moments moments = { 0 };
	uint64_t chunk = 0;
	bool is_named = series && name[len] && str_to_u64(name + len + 1, &chunk);
	int rc = is_named ? series_read(&documents->reader, series->number, &moments, err)
			  : no_such(name, err);

	if (!rc && chunk >= (moments.nr + DOCUMENTS_POINTS - 1) / DOCUMENTS_POINTS)
		rc = no_such(name, err);
	else if (!rc)
		points_document(&moments, series, (size_t)chunk, out);
	ARRAY_RELEASE(&moments);
	free(number);
	return rc;
}

/* "12" */
static int rows_by_number(
	struct documents *documents, const char *number, struct buf *out, struct error *err)
{
	const struct series *series = series_numbered(documents, number);
	struct moments moments = { 0 };
	int rc = series ? series_read(&documents->reader, series->number, &moments, err)
			: no_such(number, err);

	if (!rc)
		rows_document(&moments, out);
	ARRAY_RELEASE(&moments);
	return rc;
}

static void draw_spark(const struct moments *moments, const struct series *series, struct buf *out)
{
	struct buf title = BUF_INIT;

	buf_addf(&title, "%s, %s", series->benchmark, series->metric);
	spark_svg(moments, title.data, out);
	buf_release(&title);
}

/* "12.svg" */
static int spark_by_number(
	struct documents *documents, const char *name, struct buf *out, struct error *err)
{
	size_t len = strlen(name);
	char *number = mem_copy(name, len > 4 ? len - 4 : 0);
	const struct series *series = len > 4 && strcmp(name + len - 4, ".svg") == 0
		? series_numbered(documents, number)
		: NULL;
	struct moments moments = { 0 };
	int rc = series ? series_read(&documents->reader, series->number, &moments, err)
			: no_such(name, err);

	if (!rc && !moments.nr)
		rc = no_such(name, err);
	else if (!rc)
		draw_spark(&moments, series, out);
	ARRAY_RELEASE(&moments);
	free(number);
	return rc;
}

static const struct history_run *run_numbered(const struct documents *documents, const char *number)
{
	char text[24];

	for (size_t i = 0; i < documents->runs.nr; i++) {
		snprintf(text, sizeof text, "%lld", (long long)documents->runs.items[i].number);
		if (strcmp(text, number) == 0)
			return &documents->runs.items[i];
	}
	return NULL;
}

static int run_by_number(
	struct documents *documents, const char *number, struct buf *out, struct error *err)
{
	const struct history_run *run = run_numbered(documents, number);

	return run ? run_document(documents, run, out, err) : no_such(number, err);
}

static int values_by_number(
	struct documents *documents, const char *number, struct buf *out, struct error *err)
{
	const struct history_run *run = run_numbered(documents, number);

	return run && run->is_whole ? values_document(documents, run, out, err)
				    : no_such(number, err);
}

static int explained_by_number(
	struct documents *documents, const char *number, struct buf *out, struct error *err)
{
	const struct history_run *run = run_numbered(documents, number);

	return run && run->is_explained ? explained_document(documents, run, out, err)
					: no_such(number, err);
}

/* "12.stacks.txt" */
static int profile_by_name(
	struct documents *documents, const char *name, struct buf *out, struct error *err)
{
	size_t len = strcspn(name, "."), kind = 0;
	char *number = mem_copy(name, len);
	const struct history_run *run = run_numbered(documents, number);
	int rc;

	while (profile_suffix(kind) && strcmp(profile_suffix(kind), name + len) != 0)
		kind++;
	rc = run && run->is_explained && profile_suffix(kind)
		? profile_document(documents, run, kind, out, err)
		: no_such(name, err);
	free(number);
	return rc;
}

static int list_by_name(
	struct documents *documents, const char *rest, struct buf *out, struct error *err)
{
	(void)rest, (void)err;
	list_document(documents, out);
	return 0;
}

static int runs_by_name(
	struct documents *documents, const char *rest, struct buf *out, struct error *err)
{
	(void)rest, (void)err;
	runs_document(documents, out);
	return 0;
}

static int commits_by_name(
	struct documents *documents, const char *rest, struct buf *out, struct error *err)
{
	(void)rest, (void)err;
	commits_document(documents, out);
	return 0;
}

static int gate_by_name(
	struct documents *documents, const char *rest, struct buf *out, struct error *err)
{
	(void)rest;
	return gate_document(documents, out, err);
}

static int notes_by_name(
	struct documents *documents, const char *rest, struct buf *out, struct error *err)
{
	(void)rest;
	return notes_document(documents, out, err);
}

/* --- what is made of all series ----------------------------------------------------------------
 */

/* The points of one that is thinned. */
static int take_chunks(
	const struct line *line, const struct documents_taker *taker, struct error *err)
{
	struct buf name = BUF_INIT, text = BUF_INIT;
	int rc = 0;

	for (size_t i = 0; i * DOCUMENTS_POINTS < line->moments.nr && !rc; i++) {
		buf_clear(&name);
		buf_clear(&text);
		buf_addf(&name, "points/%lld-%zu", (long long)line->series->number, i);
		points_document(&line->moments, line->series, i, &text);
		rc = taker->take(name.data, &text, taker->context, err);
	}
	buf_release(&name);
	buf_release(&text);
	return rc;
}

static int take_series(struct documents *documents, const struct line *line,
	const struct documents_taker *taker, struct error *err)
{
	struct buf name = BUF_INIT, text = BUF_INIT;
	int rc;

	buf_addf(&name, "series/%lld", (long long)line->series->number);
	series_document(documents, line, DOCUMENTS_POINTS, &text);
	rc = taker->take(name.data, &text, taker->context, err);
	if (!rc && line->moments.nr > DOCUMENTS_POINTS)
		rc = take_chunks(line, taker, err);
	if (!rc && line_is_judged(line->series)) {
		buf_clear(&name);
		buf_clear(&text);
		buf_addf(&name, "spark/%lld.svg", (long long)line->series->number);
		draw_spark(&line->moments, line->series, &text);
		rc = taker->take(name.data, &text, taker->context, err);
	}
	buf_release(&name);
	buf_release(&text);
	return rc;
}

static int gather_series(struct documents *documents, const struct series *series,
	const struct documents_taker *taker, struct gathering *gathering, struct error *err)
{
	struct line line = { .series = series };
	int rc = line_read(documents, series, &line, err);

	if (!rc && line.moments.nr) {
		if (line_is_judged(series)) {
			overview_gather(&line, gathering);
			changes_gather(&line, &gathering->changes);
			machines_gather(&line, gathering);
		}
		rc = taker ? take_series(documents, &line, taker, err) : 0;
	}
	line_close(&line);
	return rc;
}

/* Without a taker, only what a document of all needs is read. */
static int gather_all(struct documents *documents, const struct documents_taker *taker,
	struct gathering *gathering, struct error *err)
{
	int rc = 0;

	for (size_t i = 0; i < documents->series.nr && !rc; i++)
		if (taker || line_is_judged(&documents->series.items[i]))
			rc = gather_series(
				documents, &documents->series.items[i], taker, gathering, err);
	return rc;
}

static void gathering_release(struct gathering *gathering)
{
	buf_release(&gathering->overview);
	changes_release(&gathering->changes);
	ARRAY_RELEASE(&gathering->machines);
}

/* What all series together make. */
static const char *const gathered[] = { "overview", "changes", "changes.atom", "badge.svg",
	"machines" };

#define NR_GATHERED (sizeof gathered / sizeof *gathered)

/* changes before their feed, which takes them sorted */
static int add_gathered(const struct documents *documents, struct gathering *gathering,
	const char *name, struct buf *out, struct error *err)
{
	struct buf ignored = BUF_INIT;
	int rc = 0;

	if (strcmp(name, "overview") == 0) {
		overview_end(documents, gathering, out);
	} else if (strcmp(name, "changes") == 0) {
		changes_end(gathering, out);
	} else if (strcmp(name, "changes.atom") == 0) {
		changes_end(gathering, &ignored);
		changes_feed(gathering, out);
	} else if (strcmp(name, "badge.svg") == 0) {
		overview_badge(gathering, out);
	} else {
		rc = machines_end(documents, gathering, out, err);
	}
	buf_release(&ignored);
	return rc;
}

static int gather_one(
	struct documents *documents, const char *name, struct buf *out, struct error *err)
{
	struct gathering gathering = GATHERING_INIT;
	int rc = gather_all(documents, NULL, &gathering, err);

	if (!rc)
		rc = add_gathered(documents, &gathering, name, out, err);
	gathering_release(&gathering);
	return rc;
}

/* A name that ends in a slash is the beginning of one, and the function is given the rest. */
static const struct {
	const char *name;
	int (*add)(
		struct documents *documents, const char *rest, struct buf *out, struct error *err);
} kinds[] = {
	{ "overview", gather_one },
	{ "changes", gather_one },
	{ "changes.atom", gather_one },
	{ "badge.svg", gather_one },
	{ "machines", gather_one },
	{ "series", list_by_name },
	{ "runs", runs_by_name },
	{ "commits", commits_by_name },
	{ "gate", gate_by_name },
	{ "notes", notes_by_name },
	{ "series/", series_by_number },
	{ "points/", points_by_number },
	{ "rows/", rows_by_number },
	{ "spark/", spark_by_number },
	{ "run/", run_by_number },
	{ "values/", values_by_number },
	{ "explained/", explained_by_number },
	{ "profiles/", profile_by_name },
	{ "compare/", compare_document },
};

int documents_add(struct documents *documents, const char *name, struct buf *out, struct error *err)
{
	for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
		size_t len = strlen(kinds[i].name);

		if (kinds[i].name[len - 1] == '/' && str_starts(name, kinds[i].name))
			return kinds[i].add(documents, name + len, out, err);
		if (strcmp(name, kinds[i].name) == 0)
			return kinds[i].add(documents, name, out, err);
	}
	return no_such(name, err);
}

/* --- all of them -------------------------------------------------------------------------------
 */

static int take_gathered(struct documents *documents, struct gathering *gathering,
	const struct documents_taker *taker, struct error *err)
{
	struct buf text = BUF_INIT;
	int rc = 0;

	for (size_t i = 0; i < NR_GATHERED && !rc; i++) {
		buf_clear(&text);
		rc = add_gathered(documents, gathering, gathered[i], &text, err);
		if (!rc)
			rc = taker->take(gathered[i], &text, taker->context, err);
	}
	buf_release(&text);
	return rc;
}

static int take_named(struct documents *documents, const char *name,
	const struct documents_taker *taker, struct error *err)
{
	struct buf text = BUF_INIT;
	int rc = documents_add(documents, name, &text, err);

	if (!rc)
		rc = taker->take(name, &text, taker->context, err);
	buf_release(&text);
	return rc;
}

/* What there is of a run. */
struct of_run {
	const char *kind;
	const char *suffix; /* "", or of a file */
};

static int take_of_run(struct documents *documents, struct of_run of, const struct history_run *run,
	const struct documents_taker *taker, struct error *err)
{
	struct buf name = BUF_INIT;
	int rc = 0;

	buf_addf(&name, "%s/%lld%s", of.kind, (long long)run->number, of.suffix);
	if (taker->needs(name.data, run, taker->context))
		rc = take_named(documents, name.data, taker, err);
	buf_release(&name);
	return rc;
}

/* The document is the last: where it is there, the files are of the same run. */
static int take_explained(struct documents *documents, const struct history_run *run,
	const struct documents_taker *taker, struct error *err)
{
	int rc = 0;

	for (size_t i = 0; profile_suffix(i) && !rc; i++)
		rc = take_of_run(documents, (struct of_run){ "profiles", profile_suffix(i) }, run,
			taker, err);
	return rc ? -1
		  : take_of_run(documents, (struct of_run){ "explained", "" }, run, taker, err);
}

static int take_runs(
	struct documents *documents, const struct documents_taker *taker, struct error *err)
{
	uint64_t nr = 0;
	int rc = 0;

	for (size_t i = documents->runs.nr; i-- > 0 && !rc;) {
		const struct history_run *run = &documents->runs.items[i];

		if (!run->is_whole)
			continue;
		if (nr < documents->nr_levels)
			rc = take_of_run(documents, (struct of_run){ "run", "" }, run, taker, err);
		if (!rc && nr < documents->nr_levels && run->is_explained)
			rc = take_explained(documents, run, taker, err);
		if (!rc && nr < documents->nr_values)
			rc = take_of_run(
				documents, (struct of_run){ "values", "" }, run, taker, err);
		nr++;
	}
	return rc;
}

int documents_each(
	struct documents *documents, const struct documents_taker *taker, struct error *err)
{
	struct gathering gathering = GATHERING_INIT;
	int rc = gather_all(documents, taker, &gathering, err);

	if (!rc)
		rc = take_gathered(documents, &gathering, taker, err);
	gathering_release(&gathering);
	if (!rc)
		rc = take_runs(documents, taker, err);
	if (rc || take_named(documents, "series", taker, err) ||
		take_named(documents, "runs", taker, err) ||
		take_named(documents, "commits", taker, err) ||
		take_named(documents, "notes", taker, err))
		return -1;
	return take_named(documents, "gate", taker, err);
}
