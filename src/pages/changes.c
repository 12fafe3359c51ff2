/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Every step and slope, to answer: what is worse, since when, and is it still? */
#include "pages/parts.h"

#include "base/array.h"
#include "base/str.h"
#include "model/units.h"
#include "report/escape.h"
#include "report/past_words.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

/* Less of a change left than that, and it was undone. */
#define STANDS_SHARE .5
#define MAX_ENTRIES 50

static bool stands_still(const struct line *line, const struct changepoint *change)
{
	const struct changepoints *changes = &line->past.changes;
	double level = changes->items[changes->nr - 1].after;
	double was = change->after - change->before;

	return was != 0 && (level - change->before) / was > STANDS_SHARE;
}

static void add_levels_and_range(
	struct json *row, const struct line *line, const struct changepoint *change)
{
	struct buf text = BUF_INIT;

	json_add_number(row, "before", line_figures(change->before, 5));
	json_add_number(row, "after", line_figures(change->after, 5));
	past_words_add_range(&line->past, change, &text);
	json_add_text(row, "range", text.len ? text.data : NULL);
	buf_release(&text);
}

/* The same for the same change, whatever is measured later. */
static void add_alert_id(struct json *row, const struct series *series, const struct past_point *at)
{
	const char *const names[] = { series->benchmark, series->metric, series->machine,
		series->branch, at->commit && *at->commit ? at->commit : at->time,
		series->in_turn ? "in turn" : "alone" };
	uint64_t hash = STR_HASH_START;
	char id[17];

	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		hash = str_hash(hash, names[i]);
	snprintf(id, sizeof id, "%016" PRIx64, hash);
	json_add_text(row, "alert", id);
}

static struct json *json_of(
	const struct line *line, const struct changepoint *change, bool is_worse)
{
	const struct past_point *at = &line->past.points.items[change->at];
	struct json *row = json_new_object();

	json_add_text(row, "time", at->time);
	parts_add_identity(row, line->series);
	json_add_text(row, "kind", change->kind == CHANGE_STEP ? "step" : "slope");
	json_add_bool(row, "maybe", change->maybe);
	json_add_bool(row, "worse", is_worse);
	json_add_bool(row, "stands", stands_still(line, change));
	if (is_worse && !change->maybe && stands_still(line, change))
		add_alert_id(row, line->series, at);
	json_add_number(row, "run", (double)line->moments.items[change->at].run->number);
	json_add_text(row, "commit", at->commit);
	json_add_number(
		row, "change_percent", line_figures(100 * (change->after / change->before - 1), 3));
	json_add_number(row, "low_percent", line_figures(100 * (change->ratio.low - 1), 3));
	json_add_number(row, "high_percent", line_figures(100 * (change->ratio.high - 1), 3));
	add_levels_and_range(row, line, change);
	return row;
}

/* The same change found again by the next run is the same entry: by its series and its run. */
static void add_feed_entry(
	const struct line *line, const struct changepoint *change, bool is_worse, struct buf *out)
{
	const struct past_point *at = &line->past.points.items[change->at];

	buf_adds(out, "<entry>\n<id>urn:benchgate:");
	escape_xml(out, at->run);
	buf_addf(out, ":%lld</id>\n<updated>%s</updated>\n<title>", (long long)line->series->number,
		at->time);
	escape_xml(out, line->series->benchmark);
	if (strcmp(line->series->metric, metric_time.name) != 0) {
		buf_addc(out, ' ');
		escape_xml(out, line->series->metric);
	}
	buf_addf(out, ": %s%s by ", change->maybe ? "maybe " : "", is_worse ? "worse" : "better");
	units_add_change(out, change->after / change->before - 1);
	buf_addf(out, "</title>\n<link href=\"index.html#/series?s=%lld\"/>\n<summary>",
		(long long)line->series->number);
	if (at->commit) {
		buf_adds(out, "since commit ");
		escape_xml(out, at->commit);
		buf_adds(out, ", ");
	}
	buf_adds(out, "machine ");
	escape_xml(out, line->series->machine);
	buf_adds(out, "</summary>\n</entry>\n");
}

static void gather_change(
	const struct line *line, const struct changepoint *change, struct change_rows *rows)
{
	bool is_worse = (change->after > change->before) != line->past.more_is_better;
	struct json *json = json_of(line, change, is_worse);
	struct change_row *row = ARRAY_ADD(rows);
	struct buf text = BUF_INIT, entry = BUF_INIT;

	json_print_line(json, &text);
	add_feed_entry(line, change, is_worse, &entry);
	snprintf(row->time, sizeof row->time, "%s", line->past.points.items[change->at].time);
	row->json = buf_detach(&text);
	row->entry = buf_detach(&entry);
	json_free(json);
}

void changes_gather(const struct line *line, struct change_rows *rows)
{
	for (size_t i = 0; i < line->past.changes.nr; i++)
		if (past_surprises(&line->past, line->past.changes.items[i].p))
			gather_change(line, &line->past.changes.items[i], rows);
}

void changes_release(struct change_rows *rows)
{
	for (size_t i = 0; i < rows->nr; i++) {
		free(rows->items[i].json);
		free(rows->items[i].entry);
	}
	ARRAY_RELEASE(rows);
}

static int by_time_newest_first(const void *a, const void *b)
{
	const struct change_row *one = a, *other = b;
	int order = strcmp(other->time, one->time);

	return order ? order : strcmp(one->json, other->json);
}

void changes_end(struct gathering *gathering, struct buf *out)
{
	struct change_rows *rows = &gathering->changes;

	if (rows->nr)
		qsort(rows->items, rows->nr, sizeof *rows->items, by_time_newest_first);
	buf_adds(out, "{\"format\":\"benchgate-changes\",\"version\":1,\"changes\":[");
	for (size_t i = 0; i < rows->nr; i++)
		buf_addf(out, "%s%s", i ? "," : "", rows->items[i].json);
	buf_adds(out, "]}");
}

void changes_feed(const struct gathering *gathering, struct buf *out)
{
	const struct change_rows *rows = &gathering->changes;

	buf_addf(out,
		"<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<feed xmlns=\"http://www.w3.org/2005/Atom\">\n"
		"<id>urn:benchgate:changes</id>\n<title>Performance changes</title>\n"
		"<author><name>benchgate</name></author>\n"
		"<link rel=\"self\" href=\"changes.atom\"/>\n<updated>%s</updated>\n",
		rows->nr ? rows->items[0].time : "1970-01-01T00:00:00Z");
	for (size_t i = 0; i < rows->nr && i < MAX_ENTRIES; i++)
		buf_adds(out, rows->items[i].entry);
	buf_adds(out, "</feed>\n");
}
