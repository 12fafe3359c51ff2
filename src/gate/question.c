/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "gate/question.h"

#include "model/builtin.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* What two sessions differ by, where nothing is known. */
#define ASSUMED_DRIFT_RATIO 0.02
/* What two processes of the same code differ by, the same: one process alone does not show it. */
#define ASSUMED_PROCESS_RATIO 0.02

static bool question_is_time(const struct metric *metric)
{
	return strcmp(metric->unit, "ns") == 0;
}

/* Counts do not drift: of several sessions, the newest says all. */
static struct doubles newest(const struct metric *metric)
{
	size_t nr = metric->sessions.nr ? metric->sessions.items[metric->sessions.nr - 1].nr_values
					: metric->values.nr;

	if (nr == metric->values.nr)
		return (struct doubles){ metric->values.items, nr, 0 };
	return (struct doubles){ metric->values.items + (metric->values.nr - nr), nr, 0 };
}

/* A count that is the same in every process; one process alone proves nothing, unless whoever
 * measured it says that it is a count. */
static bool question_is_exact(const struct metric *metric)
{
	struct doubles values = newest(metric);
	bool is_proven = metric->is_count || (values.nr > 1 && metric->basis == BASIS_PROCESSES);

	if (question_is_time(metric) || !builtin_may_be_exact(metric) || !values.nr || !is_proven)
		return false;
	for (size_t i = 1; i < values.nr; i++)
		if (values.items[i] != values.items[0])
			return false;
	return true;
}

static double worse_by(double sign, double base, double head)
{
	double better = sign > 0 ? base : head, worse = sign > 0 ? head : base;

	if (base == head)
		return 0;
	/* A zero may have a sign. */
	return better == 0 ? INFINITY : worse / better - 1;
}

/* Below zero there is no ratio, unless nothing changed. */
static void question_compare_exactly(struct question *question, double base, double head)
{
	if (base != head && (base < 0 || head < 0)) {
		question->trouble = WHY_NO_RATIO;
		return;
	}
	question->exact = true;
	question->exact_base = base;
	question->exact_head = head;
	question->exact_ratio = worse_by(question->sign, base, head);
}

/* So far values are normal in their logarithms. */
#define NORMAL_VARIATION .1

/*
 * Of logarithms with that mean and deviation of the values themselves. What varies more has rare
 * bursts, and no logarithms that follow from its deviation: one burst would move them by half of
 * the level. There the logarithm of the mean is judged, which has the relative error of the mean.
 */
static struct summary logs_of_digest(const struct digest *digest)
{
	double variation = digest->sd / digest->mean;
	double normal = fmin(variation, NORMAL_VARIATION);

	return (struct summary){ .nr = digest->nr,
		.mean = log(digest->mean) - log1p(normal * normal) / 2,
		.sd = variation > NORMAL_VARIATION ? variation : sqrt(log1p(normal * normal)) };
}

/* Summaries of the newest sessions; a metric without sessions is one. */
static size_t summarise(const struct metric *metric, struct summary sessions[QUESTION_MAX_SESSIONS])
{
	size_t nr = metric->sessions.nr,
	       first = nr > QUESTION_MAX_SESSIONS ? nr - QUESTION_MAX_SESSIONS : 0;
	size_t at = 0, nr_kept = 0;

	if (metric_is_digest(metric)) {
		sessions[0] = logs_of_digest(&metric->digest);
		return 1;
	}
	if (!nr) {
		sessions[0] = summary_of_logs(metric->values.items, metric->values.nr);
		return 1;
	}
	for (size_t i = 0; i < nr; i++) {
		const struct session *session = &metric->sessions.items[i];
		size_t nr_values = session->nr_values;

		if (i >= first)
			sessions[nr_kept++] = session->digest.nr
				? logs_of_digest(&session->digest)
				: summary_of_logs(metric->values.items + at, nr_values);
		at += nr_values;
	}
	return nr_kept;
}

/* How much the benchmarks' sessions go up and down together. */
struct likeness {
	struct common {
		char timestamp[32];
		double sum; /* of deviations, each benchmark's of length 1 */
	} * items;
	size_t nr, alloc;
	size_t nr_benchmarks;
};

static double *common_of(struct likeness *likeness, const char *timestamp)
{
	struct common *common;

	for (size_t i = 0; i < likeness->nr; i++)
		if (strcmp(likeness->items[i].timestamp, timestamp) == 0)
			return &likeness->items[i].sum;
	common = ARRAY_ADD(likeness);
	*common = (struct common){ .sum = 0 };
	snprintf(common->timestamp, sizeof common->timestamp, "%s", timestamp);
	return &common->sum;
}

static void add_likeness(struct likeness *likeness, const struct metric *metric,
	const struct summary *sessions, size_t nr)
{
	const struct session *named = metric->sessions.items + (metric->sessions.nr - nr);
	double mean = 0, squares = 0;

	for (size_t i = 0; i < nr; i++)
		mean += sessions[i].mean / (double)nr;
	for (size_t i = 0; i < nr; i++)
		squares += (sessions[i].mean - mean) * (sessions[i].mean - mean);
	if (!(squares > 0) || isinf(squares))
		return;
	likeness->nr_benchmarks++;
	for (size_t i = 0; i < nr; i++)
		*common_of(likeness, named[i].timestamp) +=
			(sessions[i].mean - mean) / sqrt(squares);
}

/* The mean correlation over all pairs, from the length of the sum of all deviations. */
static double correlation_of(const struct likeness *likeness)
{
	double nr = (double)likeness->nr_benchmarks, squares = 0;

	for (size_t i = 0; i < likeness->nr; i++)
		squares += likeness->items[i].sum * likeness->items[i].sum;
	return nr > 1 ? fmin(fmax((squares - nr) / (nr * (nr - 1)), 0), 1) : 0;
}

static struct drift pool_of(const struct run *base, const struct metric_kind *kind)
{
	struct drift *drifts = mem_alloc(base->nr, sizeof *drifts), pool;
	struct summary sessions[QUESTION_MAX_SESSIONS];
	struct likeness likeness = { .nr = 0 };
	size_t nr = 0, nr_sessions;

	for (size_t i = 0; i < base->nr; i++) {
		const struct metric *time = metrics_find(&base->items[i].metrics, kind->name);

		if (!time || time->sessions.nr < 2)
			continue;
		nr_sessions = summarise(time, sessions);
		drifts[nr++] = drift_of(sessions, nr_sessions);
		add_likeness(&likeness, time, sessions, nr_sessions);
	}
	pool = drift_pool(drifts, nr, correlation_of(&likeness));
	ARRAY_RELEASE(&likeness);
	free(drifts);
	return pool;
}

struct pools question_pools(const struct run *base)
{
	return (struct pools){ pool_of(base, &metric_time), pool_of(base, &metric_typical) };
}

struct drift question_calibrated(const struct calibration *calibration)
{
	struct drift drift = { ANSWER_TOO_FEW, NAN, NAN, 0 };
	double tau;

	if (!calibration || !(calibration->tau_ratio >= 0) || !(calibration->tau_df > 0))
		return drift;
	tau = log1p(calibration->tau_ratio);
	drift.answer = ANSWER_OK;
	drift.variance = tau * tau;
	drift.df = calibration->tau_df;
	drift.wobble = drift.variance * drift.variance / drift.df;
	return drift;
}

/* Sessions of one day share what that day brings. */
static size_t count_session_days(const struct sessions *sessions)
{
	size_t nr = 0;

	for (size_t i = 0; i < sessions->nr; i++)
		nr += !i ||
			strncmp(sessions->items[i].timestamp, sessions->items[i - 1].timestamp,
				10) != 0;
	return nr ? nr : 1;
}

struct drift question_history(
	const struct calibration *calibration, const char *benchmark, const struct metric *base)
{
	const struct sessions *sessions = &base->sessions;
	const struct known_drift *known =
		calibration ? calibration_find_drift(calibration, benchmark, base->name) : NULL;
	struct drift drift = { ANSWER_TOO_FEW, NAN, NAN, 0 };
	double share;

	if (!known || !sessions->nr ||
		strcmp(sessions->items[sessions->nr - 1].timestamp, known->since) < 0)
		return drift;
	/* The test takes the base's sessions for so many looks; they are as many as it has days. */
	share = (1 + 1 / (double)count_session_days(sessions)) / (1 + 1 / (double)sessions->nr);
	drift.answer = ANSWER_OK;
	drift.variance = known->variance * share;
	drift.df = known->df;
	drift.wobble = drift.variance * drift.variance / drift.df;
	return drift;
}

/* With few sessions of its own, what all benchmarks say, then what the machine was seen to do, but
 * never less than is assumed: sessions that happen to agree would vouch for a calm that is not
 * there. */
static void choose_drift(struct question *question, struct drift pool)
{
	struct drift own = drift_of(question->sessions, question->nr_sessions);

	question->drift = drift_assumed(log1p(ASSUMED_DRIFT_RATIO));
	question->drift_source = DRIFT_ASSUMED;
	if (!question->is_digest && question->history.answer == ANSWER_OK &&
		question->history.df > 0) {
		question->drift = question->history;
		question->drift_source = DRIFT_HISTORY;
	} else if (question->nr_sessions >= QUESTION_OWN_SESSIONS && own.answer == ANSWER_OK) {
		question->drift = own;
		question->drift_source = DRIFT_OWN;
	} else if (!question->is_digest && pool.answer == ANSWER_OK &&
		pool.variance > question->drift.variance) {
		question->drift = pool;
		question->drift_source = DRIFT_POOLED;
	} else if (!question->is_digest && question->calibrated.answer == ANSWER_OK &&
		question->calibrated.variance > question->drift.variance) {
		question->drift = question->calibrated;
		question->drift_source = DRIFT_CALIBRATED;
	}
}

static bool all_positive(const struct doubles *values)
{
	for (size_t i = 0; i < values->nr; i++)
		if (!(values->items[i] > 0))
			return false;
	return true;
}

/* Zero and less have none. A digest's values are not there to be looked at, but their mean is. */
static bool has_logarithms(const struct metric *metric)
{
	for (size_t i = 0; i < metric->sessions.nr; i++)
		if (metric->sessions.items[i].digest.nr &&
			!(metric->sessions.items[i].digest.mean > 0))
			return false;
	return all_positive(&metric->values) && (!metric->digest.nr || metric->digest.mean > 0);
}

/* A value alone may be off by any amount. */
static enum why trouble_of_basis(enum basis basis)
{
	return basis == BASIS_SINGLE ? WHY_SINGLE_VALUE : WHY_NOTHING;
}

void question_of_base(struct question *question, const struct metric *base,
	const struct metric *head, const struct tolerance *tolerance)
{
	*question = (struct question){ .head = head,
		.base = base,
		.sign = head->more_is_better ? -1 : 1,
		.threshold = log1p(tolerance->threshold_ratio),
		.target = log1p(tolerance->target_ratio),
		.basis = base->basis > head->basis ? base->basis : head->basis,
		.is_digest = metric_is_digest(base) };
	if (strcmp(base->unit, head->unit) != 0 || base->more_is_better != head->more_is_better) {
		question->trouble = WHY_OTHER_UNIT;
		return;
	}
	question->nr_base = base->digest.nr ? base->digest.nr : base->values.nr;
	question->nr_sessions = base->sessions.nr ? base->sessions.nr : 1;
	if (question_is_exact(base) && question_is_exact(head)) {
		question_compare_exactly(question, newest(base).items[0], newest(head).items[0]);
		return;
	}
	if (!has_logarithms(base) || !has_logarithms(head))
		question->trouble = WHY_NO_RATIO;
	else
		question->trouble = trouble_of_basis(question->basis);
}

void question_in_turn(
	struct question *question, const struct duets *duets, size_t from, size_t until)
{
	if (question->trouble || question->exact || !question->head->ratios.nr)
		return;
	question->duets = duets;
	question->from = from;
	question->until = until;
}

struct summary question_units(const struct question *question, size_t nr)
{
	const struct doubles *ratios = &question->head->ratios;
	const struct duet *duets = question->duets->items;
	/* Once the ratio was seen to change with age, only old processes count. */
	bool late = question->until && duets[question->until - 1].late;
	struct doubles units = { 0 };
	struct summary summary;

	for (size_t at = question->from;
		at + DUETS_A_UNIT <= question->until && at + DUETS_A_UNIT <= ratios->nr && nr;
		at += DUETS_A_UNIT, nr--) {
		double sum = 0;

		for (size_t i = at; i < at + DUETS_A_UNIT; i++)
			sum += duet_counts(&duets[i]) && duets[i].late == late ? ratios->items[i]
									       : (double)NAN;
		if (isfinite(sum) || question->nr_layouts)
			*ARRAY_ADD(&units) = question->sign * sum / DUETS_A_UNIT;
	}
	summary = question->nr_layouts
		? summary_of_group_means(units.items, units.nr, question->nr_layouts)
		: summary_of(units.items, units.nr);
	ARRAY_RELEASE(&units);
	return summary;
}

bool question_is_tested(const struct question *question)
{
	return !question->trouble && !question->exact;
}

void question_weigh(struct question *question, const struct pools *pools)
{
	bool typical = metric_is(question->head, &metric_typical);

	if (question->is_limit || question->duets || !question_is_tested(question))
		return;
	question->nr_sessions = summarise(question->base, question->sessions);
	choose_drift(question, typical ? pools->typical : pools->time);
	/* A benchmark's own sessions, of a process each, show what processes differ by. */
	if (question->basis != BASIS_PROCESSES && question->drift_source != DRIFT_OWN)
		question->drift.variance += pow(log1p(ASSUMED_PROCESS_RATIO), 2);
}

void question_of_limit(
	struct question *question, const struct metric *head, const struct limit *limit)
{
	*question = (struct question){ .head = head,
		.basis = head->basis,
		.sign = head->more_is_better ? -1 : 1,
		.is_limit = true,
		.log_limit = log(limit->value) };
	if (limit->unit && strcmp(limit->unit, head->unit) != 0) {
		question->trouble = WHY_LIMIT_UNIT;
	} else if (question_is_exact(head)) {
		question->exact = true;
		question->exact_head = newest(head).items[0];
		/* A limit is above zero, so below zero is as far from it as zero. */
		question->exact_ratio =
			worse_by(question->sign, limit->value, fmax(question->exact_head, 0));
	} else if (!has_logarithms(head)) {
		question->trouble = WHY_NO_RATIO;
	} else {
		question->trouble = trouble_of_basis(head->basis);
	}
}

struct contrast question_ask(const struct question *question, struct summary head)
{
	struct contrast contrast;

	if (question->is_limit) {
		contrast = contrast_of_one(head);
		contrast.difference -= question->log_limit;
		if (question->basis != BASIS_PROCESSES && contrast.answer == ANSWER_OK)
			contrast.se = hypot(contrast.se, log1p(ASSUMED_PROCESS_RATIO));
	} else if (question->drift_source == DRIFT_OWN) {
		contrast = drift_welch_own(question->sessions, question->nr_sessions, head);
	} else {
		contrast = drift_welch_sessions(
			question->sessions, question->nr_sessions, head, question->drift);
	}
	contrast.difference *= question->sign;
	return contrast;
}

size_t question_nr_head(const struct question *question)
{
	const struct metric *head = question->head;

	return head->digest.nr ? head->digest.nr : head->values.nr;
}

struct summary question_head(const struct question *question, size_t from, size_t nr)
{
	if (question->head->digest.nr)
		return logs_of_digest(&question->head->digest);
	return summary_of_logs(question->head->values.items + from, nr);
}
