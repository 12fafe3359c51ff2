/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "session/pasts.h"

#include "base/array.h"
#include "base/date.h"
#include "gate/counts.h"
#include "model/builtin.h"
#include "model/counted.h"
#include "session/ci.h"
#include "session/lineage.h"
#include "session/recorder.h"
#include "sys/folder.h"

#include <math.h>
#include <string.h>

void pasts_release(struct pasts *pasts)
{
	for (size_t i = 0; i < pasts->nr; i++)
		past_release(&pasts->items[i]);
	free(pasts->items);
	pasts->items = NULL;
	pasts->nr = 0;
	series_list_release(&pasts->series);
	history_runs_release(&pasts->runs);
}

const char *pasts_db(const char *said, const struct settings *settings)
{
	const char *path = recorder_path(said, settings);

	return path && (said || !folder_lacks(path)) ? path : NULL;
}

static bool is_judged(const char *metric)
{
	const struct counted_metric *count = counted_find(metric);

	if (count)
		return count->gating == GATING_JUDGED || count->gating == GATING_WARNS;
	return builtin_gating(metric) == GATING_JUDGED && strcmp(metric, metric_typical.name) != 0;
}

bool pasts_judge(const struct series *series)
{
	return is_judged(series->metric);
}

static void take_points(
	const struct moments *moments, const struct series *series, struct past *past)
{
	const struct counted_metric *count = counted_find(series->metric);

	past->more_is_better = series->more_is_better;
	past->is_exact = count && count->is_exact;
	for (size_t i = 0; i < moments->nr; i++) {
		const struct moment *moment = &moments->items[i];

		*ARRAY_ADD(&past->points) =
			(struct past_point){ moment->value, moment->spread, moment->run->time,
				moment->run->commit, moment->run->toolchain, moment->run->id };
	}
}

static int read_points(struct series_reader *reader, const struct series *series, struct past *past,
	struct error *err)
{
	struct moments moments = { 0 };
	int rc = series_read(reader, series->number, &moments, err);

	if (!rc)
		take_points(&moments, series, past);
	ARRAY_RELEASE(&moments);
	return rc;
}

int pasts_read(struct series_reader *reader, const struct series *series,
	const struct past_settings *settings, struct past *past, struct error *err)
{
	if (read_points(reader, series, past, err))
		return -1;
	past_look(past, settings);
	return 0;
}

void pasts_look(const struct moments *moments, const struct series *series,
	const struct past_settings *settings, struct past *past)
{
	take_points(moments, series, past);
	past_look(past, settings);
}

struct limit pasts_budget(const struct settings *settings, const struct series *series)
{
	const struct result result = { .name = series->benchmark, .tier = series->tier };
	struct tolerance tolerance = policy_tolerance(&settings->policy, &result, series->metric);

	if (!tolerance.limit ||
		(tolerance.limit->unit && strcmp(tolerance.limit->unit, series->unit) != 0))
		return (struct limit){ .text = NULL };
	return *tolerance.limit;
}

/* What is looked for of a part of the verdict. */
struct seeking {
	struct pasts *pasts;
	struct series_reader *reader;
	const struct settings *settings;
	const struct run *head;
	char machine[ENV_MACHINE_MAX];
	const char *branches[5]; /* the first that has enough; NULL: none */
	struct past *found;      /* of the metric before */
	const struct metric *metric;
};

#define NR_BRANCHES (sizeof((struct seeking *)0)->branches / sizeof(char *))

static void find_branches(struct seeking *seeking)
{
	const char *own = seeking->head->env.values[ENV_BRANCH];

	if (!own && !run_is_in_turn(seeking->head))
		own = ci_branch();
	seeking->branches[0] = own ? own : "";
	seeking->branches[1] = ci_target_branch();
	seeking->branches[2] = seeking->settings->base;
	seeking->branches[3] = "main";
	seeking->branches[4] = "master";
}

/* Of what is counted beside the time, no metric of the suite's own. */
static bool is_of_counts(const struct comparison *comparison)
{
	return metrics_find(&comparison->head->counts, comparison->metric->name) ==
		comparison->metric;
}

static size_t seek_benchmark(const struct series_list *list, const char *benchmark)
{
	size_t low = 0, high = list->nr;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (strcmp(list->items[middle].benchmark, benchmark) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static const struct series *seek_series(
	const struct seeking *seeking, const struct comparison *comparison, const char *branch)
{
	const struct series_list *list = &seeking->pasts->series;
	const struct metric *metric = comparison->metric;
	const char *benchmark = comparison->head->name;
	char any[HISTORY_ANY_MAX] = "";

	if (is_of_counts(comparison))
		series_share(seeking->head, metric->name, any);

	for (size_t i = seek_benchmark(list, benchmark);
		i < list->nr && strcmp(list->items[i].benchmark, benchmark) == 0; i++) {
		const struct series *series = &list->items[i];

		if (strcmp(series->metric, metric->name) == 0 &&
			strcmp(series->unit, metric->unit) == 0 &&
			strcmp(series->branch, branch) == 0 &&
			strcmp(series->machine, *any ? any : seeking->machine) == 0 &&
			series->in_turn == (!*any && run_is_in_turn(seeking->head)))
			return series;
	}
	return NULL;
}

/* As of the head: what was measured later is not looked at. */
static void end_with_head(
	struct past_points *points, const struct run *head, const struct comparison *comparison)
{
	double apart = is_of_counts(comparison) ? counts_values_apart(&comparison->metric->values)
						: (double)NAN;
	const char *compiler = head->env.values[ENV_SUITE_COMPILER];

	for (size_t i = 0; i < points->nr; i++)
		if (strcmp(points->items[i].run, head->id) == 0) {
			points->nr = i + 1;
			return;
		}
	*ARRAY_ADD(points) = (struct past_point){ comparison->estimate.value, apart,
		head->timestamp, head->env.values[ENV_COMMIT],
		compiler && *compiler ? compiler : NULL, head->id };
}

/* Whose machine measured the branch before, and no longer does; NULL: nobody's. */
static const char *find_machine_before(
	const struct history_runs *runs, const char *machine, const char *branch, const char *start)
{
	const char *before = NULL;

	for (size_t i = 0; i < runs->nr; i++) {
		const struct history_run *run = &runs->items[i];

		if (strcmp(run->branch ? run->branch : "", branch) != 0)
			continue;
		if (strcmp(run->time, start) < 0)
			before = strcmp(run->machine, machine) != 0 ? run->machine : before;
		else if (before && strcmp(run->machine, before) == 0)
			return NULL;
	}
	return before;
}

static int read_past_of(struct seeking *seeking, const struct comparison *comparison,
	const char *branch, struct past *past, struct error *err)
{
	const struct series *series = seek_series(seeking, comparison, branch);

	past->points.nr = 0;
	if (!series)
		return 0;
	if (read_points(seeking->reader, series, past, err))
		return -1;
	end_with_head(&past->points, seeking->head, comparison);
	if (!series_is_shared(series))
		past->machine_before = find_machine_before(&seeking->pasts->runs, seeking->machine,
			branch, past->points.items[0].time);
	return 0;
}

/* seeking->found is NULL where there is none. */
static int find_past(
	struct seeking *seeking, const struct comparison *comparison, struct error *err)
{
	struct past *past = &seeking->pasts->items[seeking->pasts->nr];
	int rc = 0;

	for (size_t i = 0; i < NR_BRANCHES && past->points.nr < CHANGEPOINTS_MIN_VALUES && !rc; i++)
		if (seeking->branches[i])
			rc = read_past_of(seeking, comparison, seeking->branches[i], past, err);
	if (rc || past->points.nr < 2) {
		past_release(past);
		return rc;
	}
	past_look(past, &seeking->settings->past);
	seeking->pasts->nr++;
	seeking->found = past;
	return 0;
}

static bool has_past(const struct comparison *comparison)
{
	const struct metric *metric = comparison->metric;

	return metric && comparison->head && isfinite(comparison->estimate.value) &&
		!metric_is(metric, &metric_typical) &&
		(comparison->is_limit || comparison->tolerance.gated || is_judged(metric->name));
}

/* A budget's comparison shares the past of the metric's own. */
static int give_past(struct seeking *seeking, struct comparison *comparison, struct error *err)
{
	if (!has_past(comparison))
		return 0;
	if (seeking->metric != comparison->metric) {
		seeking->found = NULL;
		seeking->metric = comparison->metric;
		if (find_past(seeking, comparison, err))
			return -1;
	}
	comparison->past = seeking->found;
	return 0;
}

static int give_part(
	struct seeking *seeking, struct verdict *verdict, size_t part, struct error *err)
{
	int rc = 0;

	seeking->head = verdict->parts[part].head;
	seeking->metric = NULL;
	if (!date_is_time(seeking->head->timestamp))
		return 0;
	env_machine(&seeking->head->env, seeking->machine);
	find_branches(seeking);
	for (size_t i = 0; i < verdict->nr && !rc; i++)
		if (verdict->items[i].part == part)
			rc = give_past(seeking, &verdict->items[i], err);
	return rc;
}

/* The history is the caller's to close, opened or not; `most` is how many there may be. */
static int begin_reading(struct pasts *pasts, struct history *history, size_t most,
	struct series_reader *reader, struct error *err)
{
	const struct history_filter all = { .said = NULL };

	pasts->items = mem_alloc(most, sizeof *pasts->items);
	if (!history || history_list(history, &all, &pasts->runs, err) ||
		series_find(history_db(history), NULL, &pasts->series, err))
		return -1;
	lineage_keep(&pasts->runs);
	return series_reader_open(reader, history_db(history), &pasts->runs, most > 8, err);
}

int pasts_give(struct pasts *pasts, const char *db, const struct settings *settings,
	struct verdict *verdict, struct error *err)
{
	struct series_reader reader = SERIES_READER_INIT;
	struct seeking seeking = { .pasts = pasts, .reader = &reader, .settings = settings };
	struct history *history = history_open(db, DB_READ, err);
	int rc = begin_reading(pasts, history, verdict->nr, &reader, err);

	for (size_t i = 0; i < verdict->nr_parts && !rc; i++)
		rc = give_part(&seeking, verdict, i, err);
	for (size_t i = 0; i < pasts->nr; i++)
		pasts->items[i].family = pasts->nr;
	series_reader_release(&reader);
	history_close(history);
	return rc;
}

static const struct series *seek_gap(
	const struct pasts *pasts, const struct gap *gap, const char *machine)
{
	struct buf branch = BUF_INIT, metric = BUF_INIT;
	const struct series *found = NULL;

	buf_addf(&branch, HISTORY_COMPETITOR "%s", gap->competitor->name);
	gap_add_metric(gap, &metric);
	for (size_t i = seek_benchmark(&pasts->series, gap->benchmark);
		i < pasts->series.nr && !found; i++) {
		const struct series *series = &pasts->series.items[i];

		if (strcmp(series->benchmark, gap->benchmark) != 0)
			break;
		if (strcmp(series->metric, metric.data) == 0 &&
			strcmp(series->branch, branch.data) == 0 &&
			strcmp(series->machine, machine) == 0 &&
			series->in_turn == (gap->source == GAP_IN_TURN))
			found = series;
	}
	buf_release(&branch);
	buf_release(&metric);
	return found;
}

int pasts_give_gaps(struct pasts *pasts, const char *db, const struct settings *settings,
	struct gaps *gaps, struct error *err)
{
	struct series_reader reader = SERIES_READER_INIT;
	struct history *history = history_open(db, DB_READ, err);
	int rc = begin_reading(pasts, history, gaps->nr, &reader, err);
	char machine[ENV_MACHINE_MAX];

	env_machine(&gaps->ours->env, machine);
	for (size_t i = 0; i < gaps->nr && !rc; i++) {
		const struct series *series = seek_gap(pasts, &gaps->items[i], machine);
		struct past *past = &pasts->items[pasts->nr];

		if (!series)
			continue;
		rc = pasts_read(&reader, series, &settings->past, past, err);
		if (!rc)
			gaps->items[i].past = past;
		pasts->nr += !rc;
	}
	series_reader_release(&reader);
	history_close(history);
	return rc;
}
