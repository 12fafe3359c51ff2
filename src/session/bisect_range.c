/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "session/bisect_range.h"

#include "base/array.h"
#include "base/str.h"
#include "model/result.h"
#include "model/units.h"
#include "session/pasts.h"

#include <stdio.h>
#include <string.h>

static bool is_step_asked_for(
	const struct series *series, const struct words *patterns, const char *metric)
{
	bool matches = !patterns->nr;

	for (size_t i = 0; i < patterns->nr && !matches; i++)
		matches = str_matches(patterns->items[i], series->benchmark);
	return matches && !series->in_turn &&
		strcmp(series->metric, metric ? metric : metric_time.name) == 0;
}

/* What was measured is exactly a commit. */
static bool is_commit(const struct moment *moment)
{
	return moment->run->commit && !moment->run->dirty;
}

static void take_range(struct bisect_range *range, const struct series *series,
	const struct changepoint *change, const struct moment *good, const struct moment *bad)
{
	struct buf note = BUF_INIT;

	bisect_range_release(range);
	range->good = str_dup(good->run->commit);
	range->bad = str_dup(bad->run->commit);
	snprintf(range->time, sizeof range->time, "%s", bad->run->time);
	buf_addf(&note, "the history has a step of %s between these two: ", series->benchmark);
	units_add_change(&note, change->after / change->before - 1);
	range->note = buf_detach(&note);
}

/* From the last commit that is surely before the newest step to the first that is surely behind it.
 */
static void look_for_step(
	const struct series *series, const struct moments *moments, struct bisect_range *range)
{
	const struct past_settings usual = { .window_runs = 0 };
	struct past past = { .nr_marks = 0 };

	pasts_look(moments, series, &usual, &past);
	for (size_t i = past.changes.nr; i-- > 0;) {
		const struct changepoint *change = &past.changes.items[i];
		size_t good = change->low, bad = change->high;

		while (good > 0 && !is_commit(&moments->items[good - 1]))
			good--;
		while (bad < moments->nr && !is_commit(&moments->items[bad]))
			bad++;
		if (change->kind != CHANGE_STEP || !good || bad == moments->nr)
			continue;
		if (!range->good || strcmp(moments->items[bad].run->time, range->time) > 0)
			take_range(range, series, change, &moments->items[good - 1],
				&moments->items[bad]);
		break;
	}
	past_release(&past);
}

struct bisect_asked {
	const struct words *patterns;
	const char *metric;
	struct bisect_range *range;
};

static int read_steps_of(struct history *history, const struct history_runs *runs,
	const struct series_list *list, const struct bisect_asked *asked, struct error *err)
{
	struct series_reader reader = SERIES_READER_INIT;
	int rc = series_reader_open(&reader, history_db(history), runs, true, err);

	for (size_t i = 0; i < list->nr && !rc; i++) {
		struct moments moments = { 0 };

		if (!is_step_asked_for(&list->items[i], asked->patterns, asked->metric))
			continue;
		rc = series_read(&reader, list->items[i].number, &moments, err);
		if (!rc && moments.nr)
			look_for_step(&list->items[i], &moments, asked->range);
		ARRAY_RELEASE(&moments);
	}
	series_reader_release(&reader);
	return rc;
}

int bisect_range_find(const char *path, const struct words *patterns, const char *metric,
	struct bisect_range *range, struct error *err)
{
	const struct history_filter all = { .said = NULL };
	const struct bisect_asked asked = { patterns, metric, range };
	struct history_runs runs = { 0 };
	struct series_list list = { 0 };
	struct history *history = history_open(path, DB_READ, err);
	int rc = history ? history_list(history, &all, &runs, err) : -1;

	*range = (struct bisect_range){ .good = NULL };
	if (!rc)
		rc = series_find(history_db(history), NULL, &list, err);
	if (!rc)
		rc = read_steps_of(history, &runs, &list, &asked, err);
	series_list_release(&list);
	history_runs_release(&runs);
	history_close(history);
	return rc;
}

void bisect_range_release(struct bisect_range *range)
{
	free(range->good);
	free(range->bad);
	free(range->note);
	*range = (struct bisect_range){ .good = NULL };
}
