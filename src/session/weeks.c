/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "session/weeks.h"

#include "base/array.h"
#include "base/numbers.h"
#include "base/str.h"
#include "notify/state_file.h"
#include "session/flaky.h"
#include "session/lineage.h"
#include "session/recorder.h"
#include "session/tell.h"
#include "stats/summary.h"
#include "store/acceptances.h"
#include "store/shelf.h"
#include "suite/git.h"
#include "sys/clock.h"
#include "sys/folder.h"

#include <math.h>
#include <string.h>

#define GIT_TIMEOUT_NS 20000000000u
/* Each commit is a question to git. */
#define MAX_TIMED 200

static bool is_seen(const struct texts *seen, const char *text)
{
	return !text || texts_have(seen, text);
}

static void count_runs(struct weeks *weeks, const struct history_runs *runs)
{
	struct weekly_record *record = &weeks->weekly.record;
	struct texts commits = { 0 }, machines = { 0 };

	for (size_t i = 0; i < runs->nr; i++) {
		const struct history_run *run = &runs->items[i];

		if (strcmp(run->time, weeks->weekly.since) < 0)
			continue;
		record->nr_runs++;
		if (!is_seen(&commits, run->commit))
			texts_add(&commits, run->commit);
		if (!is_seen(&machines, run->machine))
			texts_add(&machines, run->machine);
	}
	record->nr_commits = commits.nr;
	record->nr_machines = machines.nr;
	texts_release(&commits);
	texts_release(&machines);
}

/* What nobody measured within the time is not spoken of. */
static int weeks_add(struct weeks *weeks, struct series_reader *reader, const struct series *series,
	const struct settings *settings, struct error *err)
{
	struct weekly_series one = { series->benchmark, series->metric, series->unit,
		series->machine, series->branch, pasts_budget(settings, series),
		{ .nr_marks = 0 } };
	int rc = pasts_read(reader, series, &settings->past, &one.past, err);
	const struct past_points *points = &one.past.points;

	if (!rc && points->nr &&
		strcmp(points->items[points->nr - 1].time, weeks->weekly.since) >= 0)
		*ARRAY_ADD(&weeks->weekly) = one;
	else
		past_release(&one.past);
	return rc;
}

static int read_all_series(struct weeks *weeks, struct history *history,
	const struct settings *settings, struct error *err)
{
	struct series_reader reader = SERIES_READER_INIT;
	int rc = series_reader_open(&reader, history_db(history), &weeks->pasts.runs, true, err);

	for (size_t i = 0; i < weeks->pasts.series.nr && !rc; i++)
		if (pasts_judge(&weeks->pasts.series.items[i]))
			rc = weeks_add(
				weeks, &reader, &weeks->pasts.series.items[i], settings, err);
	for (size_t i = 0; i < weeks->weekly.nr; i++)
		weeks->weekly.items[i].past.family = weeks->weekly.nr;
	series_reader_release(&reader);
	return rc;
}

static int read_db(
	struct weeks *weeks, const char *db, const struct settings *settings, struct error *err)
{
	const struct history_filter all = { .said = NULL };
	struct history *history = recorder_read(db, err);
	int rc = -1;

	if (history && !history_list(history, &all, &weeks->pasts.runs, err) &&
		!series_find(history_db(history), NULL, &weeks->pasts.series, err)) {
		lineage_keep(&weeks->pasts.runs);
		rc = read_all_series(weeks, history, settings, err);
	}
	if (!rc)
		rc = flaky_read(
			history, &weeks->pasts.runs, &settings->policy, &weeks->weekly, err);
	history_close(history);
	return rc;
}

/* --- the gate's own record ---------------------------------------------------------------------
 */

/* In seconds since 1970; NaN: git does not know the commit. */
static double time_of_commit(const char *commit)
{
	const struct git git = { .timeout_ns = GIT_TIMEOUT_NS };
	const char *const show[] = { "show", "-s", "--format=%ct", commit, NULL };
	struct error ignored = ERROR_INIT;
	char *line = git_line(&git, show, &ignored);
	uint64_t seconds = 0;
	bool known = line && str_to_u64(line, &seconds);

	free(line);
	return known ? (double)seconds : (double)NAN;
}

static double delay_of(const struct start *start)
{
	double made = start->commit ? time_of_commit(start->commit) : (double)NAN;

	return (double)date_seconds_between("1970-01-01T00:00:00Z", start->at) - made;
}

static bool is_base_branch(const struct settings *settings, const char *branch)
{
	const char *base = settings->base && strcmp(settings->base, "auto") != 0 &&
			strcmp(settings->base, "none") != 0
		? settings->base
		: NULL;

	return base ? strcmp(branch, base) == 0
		    : strcmp(branch, "main") == 0 || strcmp(branch, "master") == 0;
}

static void count_alert(struct weeks *weeks, const struct settings *settings,
	const struct tracked_alert *alert, struct doubles *delays)
{
	struct weekly_record *record = &weeks->weekly.record;
	bool began = false;

	for (size_t i = 0; i < alert->starts.nr; i++) {
		const struct start *start = &alert->starts.items[i];
		double delay;

		if (strcmp(start->at, weeks->weekly.since) < 0)
			continue;
		began = true;
		record->nr_alerts++;
		record->nr_before_merge +=
			*alert->notice.branch && !is_base_branch(settings, alert->notice.branch);
		/* All but the last are over. */
		record->nr_passed += alert->resolved || i + 1 < alert->starts.nr;
		delay = delays->nr < MAX_TIMED ? delay_of(start) : (double)NAN;
		if (delay >= 0)
			*ARRAY_ADD(delays) = delay;
	}
	record->nr_standing += began && !alert->resolved;
	record->nr_acked += began && alert->acked;
}

static int count_alerts(struct weeks *weeks, const struct settings *settings, struct error *err)
{
	struct weekly_record *record = &weeks->weekly.record;
	struct state_file file = STATE_FILE_INIT;
	struct doubles delays = { 0 };
	struct error ignored = ERROR_INIT;
	char *path = tell_state_path(settings, &ignored);
	int rc = 0;

	record->median_s = NAN;
	record->all_alerts =
		date_days_between(weeks->weekly.since, weeks->until) <= STATE_RECUR_DAYS;
	record->has_alerts = path && !folder_lacks(path);
	if (record->has_alerts)
		rc = state_file_look(&file, path, err);
	for (size_t i = 0; i < file.state.alerts.nr && !rc; i++)
		if (!file.state.alerts.items[i].notice.better)
			count_alert(weeks, settings, &file.state.alerts.items[i], &delays);
	if (delays.nr)
		record->median_s = median_of(delays.items, delays.nr);
	record->nr_timed = delays.nr;
	ARRAY_RELEASE(&delays);
	state_file_close(&file);
	free(path);
	return rc;
}

static int count_accepted(struct weeks *weeks, const struct settings *settings, struct error *err)
{
	struct acceptances accepted = { 0 };
	struct buf path = BUF_INIT;
	int rc;

	buf_addf(&path, "%s/" SHELF_ACCEPTED, settings->baselines);
	rc = acceptances_read(path.data, &accepted, err);
	for (size_t i = 0; i < accepted.nr && !rc; i++)
		weeks->weekly.record.nr_accepted += accepted.items[i].timestamp &&
			strcmp(accepted.items[i].timestamp, weeks->weekly.since) >= 0;
	acceptances_release(&accepted);
	buf_release(&path);
	return rc;
}

int weeks_count(struct weeks *weeks, const struct history_runs *runs,
	const struct settings *settings, struct error *err)
{
	count_runs(weeks, runs);
	if (count_alerts(weeks, settings, err))
		return -1;
	return count_accepted(weeks, settings, err);
}

int weeks_read(struct weeks *weeks, const char *db, const struct settings *settings,
	const char *since, struct error *err)
{
	clock_timestamp(weeks->until);
	weeks->weekly.since = since;
	weeks->weekly.until = weeks->until;
	if (read_db(weeks, db, settings, err))
		return -1;
	return weeks_count(weeks, &weeks->pasts.runs, settings, err);
}

void weeks_release(struct weeks *weeks)
{
	weekly_release(&weeks->weekly);
	pasts_release(&weeks->pasts);
}

int weeks_since(const char *said, char since[DATE_TIME_MAX], struct error *err)
{
	uint64_t ago_ns;

	if (date_is_time(said)) {
		snprintf(since, DATE_TIME_MAX, "%s", said);
	} else if (date_is_day(said)) {
		snprintf(since, DATE_TIME_MAX, "%sT00:00:00Z", said);
	} else if (str_to_duration(said, &ago_ns)) {
		clock_timestamp(since);
		date_add_seconds(since, -(int64_t)(ago_ns / CLOCK_NS_PER_S));
	} else {
		return error_set(err, ERR_USAGE,
			"--since takes a day, a time or a duration, such as 2026-11-21, 2026-11-21T04:05:06Z or 7d; '%s' is none",
			said);
	}
	return 0;
}
