/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "gate/past.h"

#include "base/array.h"
#include "base/date.h"
#include "base/str.h"
#include "stats/anomaly.h"
#include "stats/forecast.h"
#include "stats/summary.h"

#include <math.h>
#include <string.h>

#define DAY_S 86400
#define WEEK_S (7.0 * DAY_S)
#define S_NS 1000000000u

#define WINDOW_DAYS 7
#define WINDOW_RUNS 30
#define CREEP_RATIO .01
/* All pairs of so many points are looked at in a millisecond. */
#define MAX_TREND 120
/* A slope of one afternoon says nothing of weeks. */
#define MIN_TREND_S DAY_S
#define MIN_CREEP_S (3 * DAY_S)
#define MIN_CREEP 10
#define MIN_USUAL 10
#define MAX_USUAL 400
#define MAX_FORECAST 200
#define MAX_AHEAD 400
#define MAX_AHEAD_DAYS 182

static double *values_from(const struct past *past, size_t from, size_t nr)
{
	double *values = mem_alloc(nr, sizeof *values);

	for (size_t i = 0; i < nr; i++)
		values[i] = past->points.items[from + i].value;
	return values;
}

static int64_t seconds_between(const struct past *past, size_t from, size_t to)
{
	return date_seconds_between(past->points.items[from].time, past->points.items[to].time);
}

static void find_marks(struct past *past)
{
	const char *before = NULL;

	past->marks = mem_alloc(past->points.nr, sizeof *past->marks);
	for (size_t i = 0; i < past->points.nr; i++) {
		const char *compiler = past->points.items[i].compiler;

		if (compiler && before && strcmp(compiler, before) != 0)
			past->marks[past->nr_marks++] = i;
		before = compiler ? compiler : before;
	}
}

/* The first point that is at most so much older than the newest. */
static size_t find_since(const struct past *past, uint64_t within_ns)
{
	size_t newest = past->points.nr - 1, at = newest;

	while (at > 0 && seconds_between(past, at - 1, newest) <= (int64_t)(within_ns / S_NS))
		at--;
	return at;
}

static void find_window(struct past *past, const struct past_settings *settings)
{
	uint64_t ns =
		settings->window_ns ? settings->window_ns : (uint64_t)WINDOW_DAYS * DAY_S * S_NS;
	uint64_t runs = settings->window_runs ? settings->window_runs : WINDOW_RUNS;
	size_t by_runs = past->points.nr > runs ? past->points.nr - (size_t)runs : 0;
	size_t by_time = find_since(past, ns);

	past->window = by_runs < by_time ? by_runs : by_time;
}

/* A slope that goes on is part of it; what may be a step is not settled. */
static void find_steady(struct past *past)
{
	past->steady = past->nr_marks ? past->marks[past->nr_marks - 1] : 0;
	for (size_t i = 0; i < past->changes.nr; i++) {
		const struct changepoint *change = &past->changes.items[i];
		size_t start = change->at;

		if (change->maybe)
			continue;
		if (change->kind == CHANGE_SLOPE && change->end < past->points.nr)
			start = change->end;
		if (start > past->steady)
			past->steady = start;
	}
}

static void find_trend(struct past *past)
{
	size_t from = past->window > past->steady ? past->window : past->steady, nr;
	double *weeks, *logs, likeness;

	if (past->points.nr - from > MAX_TREND)
		from = past->points.nr - MAX_TREND;
	nr = past->points.nr - from;
	if (!past->changes.logs || seconds_between(past, from, past->points.nr - 1) < MIN_TREND_S)
		return;
	weeks = mem_alloc(nr, sizeof *weeks);
	logs = mem_alloc(nr, sizeof *logs);
	for (size_t i = 0; i < nr; i++) {
		weeks[i] = (double)seconds_between(past, from, from + i) / WEEK_S;
		logs[i] = log(past->points.items[from + i].value);
	}
	likeness = trend_likeness(weeks, logs, nr, trend_of(weeks, logs, nr, .95, 0).slope);
	past->trend = trend_of(weeks, logs, nr, .95, likeness);
	if (nr >= MIN_CREEP && seconds_between(past, from, past->points.nr - 1) >= MIN_CREEP_S)
		past->sure = trend_of(weeks, logs, nr, .99, likeness).interval;
	free(weeks);
	free(logs);
}

static bool is_creep(const struct past *past, double creep_ratio)
{
	double limit = log1p(creep_ratio > 0 ? creep_ratio : CREEP_RATIO);

	return past->more_is_better ? past->sure.high < -limit : past->sure.low > limit;
}

size_t past_unsettled(const struct past *past)
{
	const struct changepoints *changes = &past->changes;
	size_t from = past->points.nr, nr = changes->nr_spikes;

	while (from > 0 && nr > 0 && changes->spikes[nr - 1] == from - 1) {
		from--;
		nr--;
	}
	return from;
}

/* Runs before the newest that are as far away as it are no measure of what is usual. */
static void find_anomaly(struct past *past)
{
	size_t last = past->points.nr - 1, from = past->steady, unsettled = past_unsettled(past);
	size_t to = unsettled < last ? unsettled : last;
	double *values;

	if (to > MAX_USUAL && from < to - MAX_USUAL)
		from = to - MAX_USUAL;
	if (to < from + MIN_USUAL)
		return;
	values = values_from(past, from, to - from);
	past->anomaly_p = anomaly_chance(values, to - from, past->points.items[last].value);
	past->usual = median_of(values, to - from);
	free(values);
}

static bool is_without_errors(const struct past *past)
{
	for (size_t i = 0; i < past->points.nr; i++)
		if (past->points.items[i].error > 0)
			return false;
	return true;
}

static void find_changes(struct past *past, const double *values)
{
	size_t nr = past->points.nr;

	past->is_exact = past->is_exact && is_without_errors(past) &&
		changepoints_find_exact(&past->changes, values, nr);
	if (!past->is_exact)
		changepoints_find(&past->changes, values, nr, PAST_CHANCE);
}

void past_look(struct past *past, const struct past_settings *settings)
{
	double *values = values_from(past, 0, past->points.nr);

	past->trend = (struct trend){ NAN, { NAN, NAN } };
	past->sure = (struct interval){ NAN, NAN };
	past->usual = past->anomaly_p = NAN;
	if (past->points.nr) {
		find_changes(past, values);
		find_marks(past);
		find_window(past, settings);
		find_steady(past);
		find_trend(past);
		find_anomaly(past);
	}
	past->creeps = is_creep(past, settings->creep_ratio);
	free(values);
}

void past_release(struct past *past)
{
	changepoints_release(&past->changes);
	free(past->marks);
	past->marks = NULL;
	past->nr_marks = 0;
	ARRAY_RELEASE(&past->points);
}

/* One value is hit by whatever happened at that moment; the middle of three is not. */
static double middle_of_three(const struct past *past, size_t from)
{
	size_t nr = past->points.nr - from;
	double *values = values_from(past, from, nr < 3 ? nr : 3);
	double middle = median_of(values, nr < 3 ? nr : 3);

	free(values);
	return middle;
}

struct past_move past_move(const struct past *past, uint64_t within_ns)
{
	size_t nr = past->points.nr, from = nr ? find_since(past, within_ns) : 0;

	if (nr - from < 2)
		return (struct past_move){ NAN, NAN };
	if (past->is_exact)
		return (struct past_move){ past->points.items[from].value,
			past->points.items[nr - 1].value };
	return (struct past_move){ middle_of_three(past, from),
		middle_of_three(past, nr - from < 3 ? from : nr - 3) };
}

#define NEAR 3

double past_level_near(const struct past *past, size_t at)
{
	size_t from = at > NEAR ? at - NEAR : 0;
	size_t to = at + NEAR < past->points.nr ? at + NEAR + 1 : past->points.nr;
	double *values = values_from(past, from, to - from);
	double level = median_of(values, to - from);

	free(values);
	return level;
}

bool past_surprises(const struct past *past, double p)
{
	return past->family > 1 ? p * (double)past->family <= PAST_CHANCE : p <= PAST_CHANCE;
}

bool past_is_unusual(const struct past *past)
{
	const struct changepoints *changes = &past->changes;

	return !isnan(past->anomaly_p) && past_surprises(past, past->anomaly_p) &&
		!(changes->nr && changes->items[changes->nr - 1].maybe);
}

const struct changepoint *past_newest_step(const struct past *past)
{
	for (size_t i = past->changes.nr; i-- > 0;)
		if (past->changes.items[i].kind == CHANGE_STEP &&
			past->changes.items[i].at >= past->window &&
			past_surprises(past, past->changes.items[i].p))
			return &past->changes.items[i];
	return NULL;
}

const char *const past_states[] = { "over budget", "worse", "maybe worse", "creeping", "better",
	"steady", NULL };

/* The newest step says more than the distance of two values. */
enum past_state past_state_of(const struct past *past, double now, double limit)
{
	const struct changepoint *step = past_newest_step(past);
	bool worse = step && (step->after > step->before) != past->more_is_better;

	if (past->more_is_better ? now < limit : now > limit)
		return PAST_IS_OVER_BUDGET;
	if (worse)
		return step->maybe ? PAST_IS_MAYBE_WORSE : PAST_IS_WORSE;
	if (past->creeps)
		return PAST_IS_CREEPING;
	return step && !step->maybe ? PAST_IS_BETTER : PAST_IS_STEADY;
}

size_t past_mark_of(const struct past *past, const struct changepoint *change)
{
	for (size_t i = 0; i < past->nr_marks; i++)
		if (past->marks[i] >= change->low && past->marks[i] <= change->high)
			return i;
	return past->nr_marks;
}

static bool is_surely_worse(const struct past *past)
{
	return past->more_is_better ? past->sure.high < 0 : past->sure.low > 0;
}

static double in_days(size_t steps, double step_days)
{
	return steps ? (double)steps * step_days : (double)NAN;
}

struct past_crossing past_crossing(const struct past *past, double limit)
{
	const struct past_crossing none = { NAN, NAN, NAN };
	size_t from = past->steady, nr = past->points.nr - from, most;
	struct forecast forecast;
	struct crossing crossing;
	double *values, step_days;
	bool holds;

	if (nr < FORECAST_MIN_VALUES || !is_surely_worse(past))
		return none;
	from = nr > MAX_FORECAST ? past->points.nr - MAX_FORECAST : from;
	nr = past->points.nr - from;
	values = values_from(past, from, nr);
	forecast = forecast_of(values, nr);
	free(values);
	step_days =
		(double)seconds_between(past, from, past->points.nr - 1) / DAY_S / (double)(nr - 1);
	holds = past->more_is_better ? forecast.level > limit : forecast.level < limit;
	if (isnan(forecast.noise) || !(step_days > 0) || !holds)
		return none;
	most = (size_t)fmin(MAX_AHEAD, ceil(MAX_AHEAD_DAYS / step_days));
	crossing = forecast_crossing(&forecast, limit, .95, most);
	return (struct past_crossing){ in_days(crossing.expected, step_days),
		in_days(crossing.soonest, step_days), in_days(crossing.latest, step_days) };
}
