/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "session/known_drifts.h"

#include "base/array.h"
#include "base/date.h"
#include "base/str.h"
#include "stats/drift.h"
#include "store/baseline.h"
#include "store/history.h"
#include "store/series.h"
#include "sys/folder.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* More would tell of what the machine was long ago. */
#define NEWEST_LEVELS 32
#define GAP_S ((int64_t)(BASELINE_SESSION_GAP_NS / 1000000000u))

/* One day tells of that day. */
#define MIN_DAYS 3
#define DAY_LEN 10

/* From the newest back; those that are too near to the one behind them are no sessions of their
 * own. */
static size_t take_newest_levels(
	const struct moments *moments, double levels[NEWEST_LEVELS], const char **since)
{
	size_t nr = 0, nr_days = 0;

	for (size_t i = moments->nr; i-- > 0 && nr < NEWEST_LEVELS;) {
		const struct moment *moment = &moments->items[i];

		if (moment->run->dirty || !(moment->value > 0) ||
			(nr && date_seconds_between(moment->run->time, *since) < GAP_S))
			continue;
		levels[nr++] = log(moment->value);
		nr_days += strncmp(moment->run->time, *since, DAY_LEN) != 0;
		*since = moment->run->time;
	}
	return nr_days < MIN_DAYS ? 0 : nr;
}

static void add_known_drift(
	const struct series *series, const struct moments *moments, struct calibration *calibration)
{
	double levels[NEWEST_LEVELS];
	const char *since = "";
	struct drift drift = drift_of_levels(levels, take_newest_levels(moments, levels, &since));
	struct known_drift *known;

	if (drift.answer != ANSWER_OK || !(drift.variance > 0))
		return;
	known = ARRAY_ADD(&calibration->drifts);
	*known = (struct known_drift){ .benchmark = str_dup(series->benchmark),
		.metric = str_dup(series->metric),
		.variance = drift.variance,
		.df = drift.df };
	snprintf(known->since, sizeof known->since, "%s", since);
}

static bool is_time_alone(const struct series *series, const char *machine, const char *branch)
{
	return !series->in_turn && strcmp(series->machine, machine) == 0 &&
		strcmp(series->branch, branch) == 0 &&
		(strcmp(series->metric, metric_time.name) == 0 ||
			strcmp(series->metric, metric_typical.name) == 0);
}

struct drifts_of {
	const char *machine;
	struct calibration *calibration;
};

static int read_drifts_of(struct series_reader *reader, const struct series_list *list,
	const struct drifts_of *of, const char *branch, struct error *err)
{
	struct moments moments = { 0 };
	int rc = 0;

	for (size_t i = 0; i < list->nr && !rc; i++) {
		if (!is_time_alone(&list->items[i], of->machine, branch))
			continue;
		moments.nr = 0;
		rc = series_read(reader, list->items[i].number, &moments, err);
		if (!rc)
			add_known_drift(&list->items[i], &moments, of->calibration);
	}
	ARRAY_RELEASE(&moments);
	return rc;
}

static int read_drifts(struct history *history, const struct settings *settings,
	const struct drifts_of *of, struct error *err)
{
	const char *const branches[] = { settings->updates.branch, settings->base, "main",
		"master" };
	struct series_reader reader = SERIES_READER_INIT;
	struct series_list list = { 0 };
	struct history_runs runs = { 0 };
	int rc = history_list(history, &(struct history_filter){ .said = NULL }, &runs, err);

	if (!rc)
		rc = series_find(history_db(history), NULL, &list, err);
	if (!rc)
		rc = series_reader_open(&reader, history_db(history), &runs, true, err);
	for (size_t i = 0; i < sizeof branches / sizeof *branches && !rc; i++)
		if (branches[i] && !of->calibration->drifts.nr)
			rc = read_drifts_of(&reader, &list, of, branches[i], err);
	series_reader_release(&reader);
	series_list_release(&list);
	history_runs_release(&runs);
	return rc;
}

int known_drifts_of(struct history *history, const struct settings *settings, const struct env *env,
	struct calibration *calibration, struct error *err)
{
	char machine[ENV_MACHINE_MAX];

	env_machine(env, machine);
	return read_drifts(history, settings, &(struct drifts_of){ machine, calibration }, err);
}

int known_drifts_read(const char *path, const struct settings *settings, const struct env *env,
	struct calibration *calibration, struct error *err)
{
	struct history *history;
	int rc;

	if (!path || folder_lacks(path))
		return 0;
	history = history_open(path, DB_READ, err);
	rc = history ? known_drifts_of(history, settings, env, calibration, err) : -1;
	history_close(history);
	return rc;
}
