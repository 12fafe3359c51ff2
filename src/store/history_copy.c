/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/history_copy.h"

#include "base/array.h"
#include "base/date.h"
#include "base/json_fields.h"
#include "base/str.h"
#include "model/run_json.h"
#include "store/notes.h"
#include "store/series.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#define FORMAT "benchgate-history"

/* --- the levels of runs that were given up -----------------------------------------------------
 */

struct kept_level {
	int64_t run;
	struct history_level level; /* its texts are those of the series */
};

/* By their runs. */
struct kept_levels {
	struct series_list series;
	struct kept_level *items;
	size_t nr, alloc;
};

static void kept_levels_release(struct kept_levels *levels)
{
	series_list_release(&levels->series);
	ARRAY_RELEASE(levels);
}

static int compare_kept(const void *a, const void *b)
{
	const struct kept_level *one = a, *other = b;
	int order;

	if (one->run != other->run)
		return one->run < other->run ? -1 : 1;
	order = strcmp(one->level.benchmark, other->level.benchmark);
	return order ? order : strcmp(one->level.metric, other->level.metric);
}

static void take_levels(
	struct kept_levels *levels, const struct series *series, const struct moments *moments)
{
	struct history_level level = { .benchmark = series->benchmark,
		.metric = series->metric,
		.unit = series->unit,
		.tier = series->tier,
		.more_is_better = series->more_is_better };

	if (series_is_shared(series))
		snprintf(level.any, sizeof level.any, "%s", series->machine);
	for (size_t i = 0; i < moments->nr; i++) {
		level.value = moments->items[i].value;
		level.spread = moments->items[i].spread;
		if (!moments->items[i].run->is_whole)
			*ARRAY_ADD(levels) =
				(struct kept_level){ moments->items[i].run->number, level };
	}
}

static bool are_all_whole(const struct history_runs *runs)
{
	for (size_t i = 0; i < runs->nr; i++)
		if (!runs->items[i].is_whole)
			return false;
	return true;
}

static int read_levels(struct history *history, const struct history_runs *runs,
	struct kept_levels *levels, struct error *err)
{
	struct series_reader reader = SERIES_READER_INIT;
	struct moments moments = { 0 };
	int rc;

	if (are_all_whole(runs))
		return 0;
	rc = series_find(history_db(history), NULL, &levels->series, err);
	if (!rc)
		rc = series_reader_open(&reader, history_db(history), runs, true, err);
	for (size_t i = 0; i < levels->series.nr && !rc; i++) {
		moments.nr = 0;
		rc = series_read(&reader, levels->series.items[i].number, &moments, err);
		take_levels(levels, &levels->series.items[i], &moments);
	}
	if (levels->nr)
		qsort(levels->items, levels->nr, sizeof *levels->items, compare_kept);
	series_reader_release(&reader);
	ARRAY_RELEASE(&moments);
	return rc;
}

/* Those of one run; borrowed texts, the array is the caller's. */
static struct history_levels levels_of(const struct kept_levels *levels, int64_t run)
{
	struct history_levels found = { 0 };
	size_t low = 0, high = levels->nr;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (levels->items[middle].run < run)
			low = middle + 1;
		else
			high = middle;
	}
	for (; low < levels->nr && levels->items[low].run == run; low++)
		*ARRAY_ADD(&found) = levels->items[low].level;
	return found;
}

/* --- into another history ----------------------------------------------------------------------
 */

static int copy_whole(struct history *from, struct history *into, const struct history_run *row,
	bool *is_new, struct error *err)
{
	const struct history_origin origin = { row->branch, row->tag, row->height };
	struct run run = RUN_INIT;
	int rc = history_read(from, row->number, &run, err);

	if (!rc)
		rc = history_add(into, &run, &origin, is_new, err);
	run_release(&run);
	return rc;
}

static int copy_levels(struct history *into, const struct history_run *row,
	const struct kept_levels *kept, bool *is_new, struct error *err)
{
	struct history_levels levels = levels_of(kept, row->number);
	int rc = history_add_levels(into, row, &levels, is_new, err);

	ARRAY_RELEASE(&levels);
	return rc;
}

static int copy_notes(struct history *from, struct history *into, struct history_copied *copied,
	struct error *err)
{
	struct notes notes = { 0 };
	int rc = notes_list(history_db(from), NR_NOTE_KINDS, &notes, err);

	for (size_t i = 0; i < notes.nr && !rc; i++) {
		bool is_new = false;

		rc = notes_add(history_db(into), &notes.items[i], &is_new, err);
		copied->nr_notes += is_new;
	}
	notes_release(&notes);
	return rc;
}

void history_add_copied(const struct history_copied *copied, struct buf *text)
{
	buf_addf(text, "%zu run%s added, %zu there already", copied->nr_new,
		copied->nr_new == 1 ? "" : "s", copied->nr_known);
	if (copied->nr_notes)
		buf_addf(text, ", %zu note%s added", copied->nr_notes,
			copied->nr_notes == 1 ? "" : "s");
}

int history_merge(struct history *from, struct history *into, struct history_copied *copied,
	struct error *err)
{
	const struct history_filter all = { .said = NULL };
	struct history_runs runs = { 0 };
	struct kept_levels kept = { .nr = 0 };
	int rc = history_list(from, &all, &runs, err);

	if (!rc)
		rc = read_levels(from, &runs, &kept, err);
	for (size_t i = 0; i < runs.nr && !rc; i++) {
		const struct history_run *row = &runs.items[i];
		bool is_new = false;

		rc = row->is_whole ? copy_whole(from, into, row, &is_new, err)
				   : copy_levels(into, row, &kept, &is_new, err);
		if (!rc)
			++*(is_new ? &copied->nr_new : &copied->nr_known);
	}
	if (!rc)
		rc = copy_notes(from, into, copied, err);
	kept_levels_release(&kept);
	history_runs_release(&runs);
	return rc;
}

/* --- as text -----------------------------------------------------------------------------------
 */

/* What a line has of a run that is no more than its levels. */
static const struct json_field row_fields[] = {
	JSON_FIELD_TEXT("id", struct history_run, id),
	JSON_FIELD_TEXT("machine", struct history_run, machine),
	JSON_FIELD_MAYBE("commit", struct history_run, commit),
	JSON_FIELD_MAYBE("toolchain", struct history_run, toolchain),
	JSON_FIELD_BOOL("in_turn", struct history_run, in_turn),
	JSON_FIELD_BOOL("dirty", struct history_run, dirty),
	JSON_FIELD_END,
};

static const char *const better_words[] = { "less", "more", NULL };

struct level_line {
	char *benchmark, *metric, *unit, *tier;
	unsigned better;
	double value;
};

static const struct json_field level_fields[] = {
	JSON_FIELD_TEXT("benchmark", struct level_line, benchmark),
	JSON_FIELD_TEXT("metric", struct level_line, metric),
	JSON_FIELD_TEXT("unit", struct level_line, unit),
	JSON_FIELD_TEXT("tier", struct level_line, tier),
	JSON_FIELD_WORD("better", struct level_line, better, unsigned, better_words),
	JSON_FIELD_NUMBER("value", struct level_line, value),
	JSON_FIELD_END,
};

static void print_levels(
	struct json *line, const struct history_run *row, const struct kept_levels *kept)
{
	struct json *to = json_add_object(line, "given_up"), *list;
	struct history_levels levels = levels_of(kept, row->number);

	json_add_text(to, "time", row->time);
	json_fields_write(to, row_fields, row);
	list = json_add_array(to, "levels");
	for (size_t i = 0; i < levels.nr; i++) {
		const struct history_level *level = &levels.items[i];
		struct level_line fields = { (char *)level->benchmark, (char *)level->metric,
			(char *)level->unit, (char *)level->tier, level->more_is_better,
			level->value };
		struct json *item = json_add_object(list, NULL);

		json_fields_write(item, level_fields, &fields);
		json_add_number(item, "spread", level->spread);
		if (*level->any)
			json_add_text(item, "machine", level->any);
	}
	ARRAY_RELEASE(&levels);
}

static int print_whole_run(struct history *history, struct json *line,
	const struct history_run *row, struct error *err)
{
	struct buf text = BUF_INIT;
	int rc = history_text(history, row->number, &text, err);
	struct json *run = rc ? NULL : json_parse(text.data, text.len, err);

	if (run)
		json_add_copy(line, "run", run);
	json_free(run);
	buf_release(&text);
	return run ? 0 : -1;
}

static int print_line(struct history *history, const struct history_run *row,
	const struct kept_levels *kept, struct buf *text, struct error *err)
{
	struct json *line = json_new_object();
	int rc = 0;

	json_add_text(line, "branch", row->branch);
	json_add_text(line, "tag", row->tag);
	json_add_number(line, "height", (double)row->height);
	if (row->is_whole)
		rc = print_whole_run(history, line, row, err);
	else
		print_levels(line, row, kept);
	if (!rc)
		json_print_line(line, text);
	json_free(line);
	if (text->len && text->data[text->len - 1] != '\n')
		buf_addc(text, '\n');
	return rc;
}

static void print_notes(const struct notes *notes, struct buf *text)
{
	for (size_t i = 0; i < notes->nr; i++) {
		struct json *line = json_new_object();

		note_print(&notes->items[i], json_add_object(line, "note"));
		json_print_line(line, text);
		json_free(line);
		if (text->data[text->len - 1] != '\n')
			buf_addc(text, '\n');
	}
}

int history_print(struct history *history, const struct history_runs *runs, struct buf *text,
	struct error *err)
{
	struct kept_levels kept = { .nr = 0 };
	struct notes notes = { 0 };
	int rc = read_levels(history, runs, &kept, err);

	if (!rc)
		rc = notes_list(history_db(history), NR_NOTE_KINDS, &notes, err);
	buf_addf(text, "{\"format\":\"" FORMAT "\",\"version\":%d}\n",
		notes.nr ? HISTORY_TEXT_VERSION : HISTORY_TEXT_OLDEST);
	for (size_t i = 0; i < runs->nr && !rc; i++)
		rc = print_line(history, &runs->items[i], &kept, text, err);
	print_notes(&notes, text);
	notes_release(&notes);
	kept_levels_release(&kept);
	return rc;
}

/* --- from text ---------------------------------------------------------------------------------
 */

bool history_is_text(const char *text)
{
	return str_starts(text, "{\"format\":\"" FORMAT "\"");
}

/* What a line says of the origin; the texts are borrowed from it. */
static int read_origin(const struct json *line, struct history_origin *origin, struct error *err)
{
	const struct json *branch = json_get(line, "branch"), *tag = json_get(line, "tag");
	const struct json *height = json_member(line, "height", JSON_NUMBER, JSON_ROOT, err);

	if (!height)
		return -1;
	if (!(json_number(height) >= 0 && json_number(height) <= INT32_MAX))
		return error_set(err, ERR_USAGE, "height is %.9g; it must be a whole number",
			json_number(height));
	origin->height = (int64_t)json_number(height);
	origin->branch = branch && json_type(branch) == JSON_TEXT ? json_text(branch) : NULL;
	origin->tag = tag && json_type(tag) == JSON_TEXT ? json_text(tag) : NULL;
	return 0;
}

/* Whose level it is, where that is not the run's machine. */
static int read_any(
	const struct json *from, struct history_level *level, const char *where, struct error *err)
{
	const struct json *machine = json_get(from, "machine");
	const char *text = machine && json_type(machine) == JSON_TEXT ? json_text(machine) : "";

	if (machine && (!str_starts(text, HISTORY_ANY) || strlen(text) >= sizeof level->any))
		return error_set(err, ERR_USAGE,
			"%s.machine is \"%.40s\"; it must be \"" HISTORY_ANY
			"\" and an architecture, such as \"" HISTORY_ANY "x86_64\"",
			where, text);
	snprintf(level->any, sizeof level->any, "%s", text);
	return 0;
}

static int read_level(const struct json *from, struct history_levels *levels, const char *where,
	struct error *err)
{
	struct level_line line = { .value = NAN };
	const struct json *spread = json_get(from, "spread");
	int rc = json_fields_read(from, level_fields, &line, where, err);

	/* Even what is wrong is released by the caller. */
	*ARRAY_ADD(levels) = (struct history_level){ .benchmark = line.benchmark,
		.metric = line.metric,
		.unit = line.unit,
		.tier = line.tier,
		.more_is_better = line.better,
		.value = line.value,
		.spread = spread && json_type(spread) == JSON_NUMBER ? json_number(spread)
								     : (double)NAN };
	return rc ? rc : read_any(from, &levels->items[levels->nr - 1], where, err);
}

static void levels_release(struct history_levels *levels)
{
	for (size_t i = 0; i < levels->nr; i++) {
		free((char *)levels->items[i].benchmark);
		free((char *)levels->items[i].metric);
		free((char *)levels->items[i].unit);
		free((char *)levels->items[i].tier);
	}
	ARRAY_RELEASE(levels);
}

static int read_levels_list(
	const struct json *given_up, struct history_levels *levels, struct error *err)
{
	const struct json *list = json_member(given_up, "levels", JSON_ARRAY, "given_up", err);
	char where[64];
	int rc = list ? 0 : -1;

	for (const struct json *at = list ? json_first(list) : NULL; at && !rc;
		at = json_next(at)) {
		snprintf(where, sizeof where, "given_up.levels[%zu]", levels->nr);
		rc = read_level(at, levels, where, err);
	}
	return rc;
}

static int read_row(const struct json *given_up, const struct history_origin *origin,
	struct history_run *row, struct error *err)
{
	const struct json *time = json_member(given_up, "time", JSON_TEXT, "given_up", err);

	if (!time || json_fields_read(given_up, row_fields, row, "given_up", err))
		return -1;
	if (!date_is_time(json_text(time)))
		return error_set(err, ERR_USAGE,
			"given_up.time is \"%.40s\"; it must be a time such as 2026-11-21T04:05:06Z",
			json_text(time));
	snprintf(row->time, sizeof row->time, "%s", json_text(time));
	row->branch = str_dup(origin->branch);
	row->tag = str_dup(origin->tag);
	row->height = origin->height;
	return 0;
}

static int add_given_up(struct history *history, const struct json *given_up,
	const struct history_origin *origin, bool *is_new, struct error *err)
{
	struct history_levels levels = { 0 };
	struct history_run row = { .id = NULL };
	int rc = read_row(given_up, origin, &row, err);

	if (!rc)
		rc = read_levels_list(given_up, &levels, err);
	if (!rc)
		rc = history_add_levels(history, &row, &levels, is_new, err);
	levels_release(&levels);
	history_run_release(&row);
	return rc;
}

static int add_whole_run(struct history *history, const struct json *tree,
	const struct history_origin *origin, bool *is_new, struct error *err)
{
	struct run run = RUN_INIT;
	int rc = run_json_read_tree(tree, &run, err);

	if (!rc)
		rc = history_add(history, &run, origin, is_new, err);
	run_release(&run);
	return rc;
}

static int history_copy_add_line(
	struct history *history, const struct json *line, bool *is_new, struct error *err)
{
	const struct json *run, *given_up;
	struct history_origin origin = { .branch = NULL };

	if (json_type(line) != JSON_OBJECT)
		return error_set(err, ERR_USAGE, "it must be an object");
	run = json_get(line, "run");
	given_up = json_get(line, "given_up");
	if (!run == !given_up)
		return error_set(err, ERR_USAGE, "it must have one of run and given_up");
	if (read_origin(line, &origin, err))
		return -1;
	if (!json_member(line, run ? "run" : "given_up", JSON_OBJECT, JSON_ROOT, err))
		return -1;
	return run ? add_whole_run(history, run, &origin, is_new, err)
		   : add_given_up(history, given_up, &origin, is_new, err);
}

static int check_first_line(const struct json *line, struct error *err)
{
	const struct json *version =
		json_type(line) == JSON_OBJECT ? json_get(line, "version") : NULL;

	if (version && json_type(version) == JSON_NUMBER &&
		json_number(version) >= HISTORY_TEXT_OLDEST &&
		json_number(version) <= HISTORY_TEXT_VERSION)
		return 0;
	return error_set(err, ERR_USAGE,
		"it must say version %d or %d: this benchgate reads no other", HISTORY_TEXT_OLDEST,
		HISTORY_TEXT_VERSION);
}

static int history_copy_add_note(struct history *history, const struct json *from,
	struct history_copied *copied, struct error *err)
{
	struct note note = { .id = NULL };
	bool is_new = false;
	int rc;

	if (json_type(from) != JSON_OBJECT)
		return error_set(err, ERR_USAGE, "note must be an object");
	rc = note_read(from, &note, err);
	if (!rc)
		rc = notes_add(history_db(history), &note, &is_new, err);
	copied->nr_notes += is_new;
	note_release(&note);
	return rc;
}

static int add_parsed(struct history *history, const struct json *line,
	struct history_copied *copied, struct error *err)
{
	const struct json *note = json_type(line) == JSON_OBJECT ? json_get(line, "note") : NULL;
	bool is_new = false;
	int rc;

	if (note)
		return history_copy_add_note(history, note, copied, err);
	rc = history_copy_add_line(history, line, &is_new, err);

	if (!rc)
		++*(is_new ? &copied->nr_new : &copied->nr_known);
	return rc;
}

static bool is_conflict(const char *line)
{
	static const char *const marks[] = { "<<<<<<<", "|||||||", "=======", ">>>>>>>" };

	for (size_t i = 0; i < sizeof marks / sizeof *marks; i++)
		if (str_starts(line, marks[i]))
			return true;
	return false;
}

/* The text is one line. */
static struct json *parse_line(const char *text, size_t len, struct error *err)
{
	char *copy = mem_copy(text, len);
	struct json *line = json_parse(copy, len, err);
	struct error of_text = *err;

	if (!line && is_conflict(copy))
		error_set(err, ERR_USAGE,
			"git left a conflict here; keep the lines of both sides, in any order");
	else if (!line && str_starts(of_text.text, "line 1, "))
		error_set(err, of_text.kind, "%s", of_text.text + strlen("line 1, "));
	free(copy);
	return line;
}

int history_parse(
	struct history *history, const char *text, struct history_copied *copied, struct error *err)
{
	if (!history_is_text(text))
		return error_set(err, ERR_USAGE,
			"line 1: it must be as 'benchgate history export' writes it");
	for (size_t nr = 1; *text; nr++) {
		size_t len = strcspn(text, "\n");
		struct json *line = len ? parse_line(text, len, err) : NULL;
		int rc = len && !line ? -1 : 0;

		if (line)
			rc = nr == 1 ? check_first_line(line, err)
				     : add_parsed(history, line, copied, err);
		json_free(line);
		if (rc)
			return error_wrap(err, "line %zu", nr);
		text += len + (text[len] == '\n');
	}
	return 0;
}

/* --- checking ----------------------------------------------------------------------------------
 */

struct faults {
	struct buf *text;
	size_t *nr;
};

static void report_fault(struct faults *faults, const char *what)
{
	buf_add_printable(faults->text, what);
	buf_addc(faults->text, '\n');
	++*faults->nr;
}

static int check_pages(struct history *history, struct faults *faults, struct error *err)
{
	struct db_query *query = db_query(history_db(history), "PRAGMA integrity_check(20)", err);
	int rc = query ? 0 : -1;

	while (!rc && (rc = db_step(query, err)) > 0) {
		if (strcmp(db_text(query, 0), "ok") != 0)
			report_fault(faults, db_text(query, 0));
		rc = 0;
	}
	db_query_free(query);
	return rc;
}

static void check_runs(
	struct history *history, const struct history_runs *runs, struct faults *faults)
{
	for (size_t i = 0; i < runs->nr; i++) {
		struct run run = RUN_INIT;
		struct error wrong = ERROR_INIT;

		if (runs->items[i].is_whole &&
			history_read(history, runs->items[i].number, &run, &wrong))
			report_fault(faults, wrong.text);
		run_release(&run);
	}
}

static void check_series(
	struct history *history, const struct history_runs *runs, struct faults *faults)
{
	struct series_list list = { 0 };
	struct series_reader reader = SERIES_READER_INIT;
	struct moments moments = { 0 };
	struct error wrong = ERROR_INIT;

	if (series_find(history_db(history), NULL, &list, &wrong) ||
		series_reader_open(&reader, history_db(history), runs, true, &wrong))
		report_fault(faults, wrong.text);
	for (size_t i = 0; i < list.nr && reader.chunks; i++) {
		moments.nr = 0;
		if (series_read(&reader, list.items[i].number, &moments, &wrong))
			report_fault(faults, wrong.text);
	}
	ARRAY_RELEASE(&moments);
	series_reader_release(&reader);
	series_list_release(&list);
}

int history_check(struct history *history, struct buf *text, size_t *nr_faults, struct error *err)
{
	const struct history_filter all = { .said = NULL };
	struct faults faults = { text, nr_faults };
	struct history_runs runs = { 0 };
	int rc = check_pages(history, &faults, err);

	if (!rc)
		rc = history_list(history, &all, &runs, err);
	if (!rc) {
		check_runs(history, &runs, &faults);
		check_series(history, &runs, &faults);
	}
	history_runs_release(&runs);
	return rc;
}
