/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "gate/question.h"

#include <math.h>
#include <string.h>

/* What two sessions differ by, where nothing is known. */
#define ASSUMED_DRIFT_RATIO 0.02
/* With fewer, the benchmark's own estimate is too uncertain to be used alone; in a pool, the same
 * degrees of freedom. */
#define MIN_OWN_SESSIONS 5
#define MIN_POOL_DF (MIN_OWN_SESSIONS - 1)

static bool is_time(const struct metric *metric)
{
	return strcmp(metric->unit, "ns") == 0;
}

static bool is_constant(const struct doubles *values)
{
	for (size_t i = 1; i < values->nr; i++)
		if (values->items[i] != values->items[0])
			return false;
	return values->nr > 0;
}

static double worse_by(double sign, double base, double head)
{
	if (base == head)
		return 0;
	return sign > 0 ? head / base - 1 : base / head - 1;
}

/* The normal distribution of logarithms with that mean and variance of the values themselves. */
static struct summary logs_of_digest(const struct digest *digest)
{
	double variation = digest->sd / digest->mean;
	double variance = log1p(variation * variation);

	return (struct summary){
		.nr = digest->nr, .mean = log(digest->mean) - variance / 2, .sd = sqrt(variance)
	};
}

/* Summaries of the newest sessions; a metric without sessions is one. */
static size_t summarise(const struct metric *metric, struct summary sessions[QUESTION_MAX_SESSIONS])
{
	size_t nr = metric->sessions.nr,
	       first = nr > QUESTION_MAX_SESSIONS ? nr - QUESTION_MAX_SESSIONS : 0;
	size_t at = 0, nr_kept = 0;

	if (metric->digest.nr) {
		sessions[0] = logs_of_digest(&metric->digest);
		return 1;
	}
	if (!nr) {
		sessions[0] = summary_of_logs(metric->values.items, metric->values.nr);
		return 1;
	}
	for (size_t i = 0; i < nr; i++) {
		size_t nr_values = metric->sessions.items[i].nr_values;

		if (i >= first)
			sessions[nr_kept++] = summary_of_logs(metric->values.items + at, nr_values);
		at += nr_values;
	}
	return nr_kept;
}

struct drift question_pool(const struct run *base)
{
	struct drift *drifts = mem_alloc(base->nr, sizeof *drifts), pool;
	struct summary sessions[QUESTION_MAX_SESSIONS];
	size_t nr = 0;

	for (size_t i = 0; i < base->nr; i++) {
		const struct metric *time = metrics_find(&base->items[i].metrics, "time");

		if (time && time->sessions.nr > 1)
			drifts[nr++] = drift_of(sessions, summarise(time, sessions));
	}
	pool = drift_pool(drifts, nr);
	free(drifts);
	return pool;
}

static void choose_drift(struct question *question, struct drift pool)
{
	struct drift own = drift_of(question->sessions, question->nr_sessions);

	if (question->nr_sessions >= MIN_OWN_SESSIONS && own.answer == ANSWER_OK) {
		question->drift = own;
		question->drift_source = DRIFT_OWN;
	} else if (question->nr_sessions > 1 && pool.answer == ANSWER_OK &&
		pool.df >= MIN_POOL_DF) {
		question->drift = pool;
		question->drift_source = DRIFT_POOLED;
	} else {
		question->drift = drift_assumed(log1p(ASSUMED_DRIFT_RATIO));
		question->drift_source = DRIFT_ASSUMED;
	}
}

static bool all_positive(const struct doubles *values)
{
	for (size_t i = 0; i < values->nr; i++)
		if (!(values->items[i] > 0))
			return false;
	return true;
}

void question_of_base(struct question *question, const struct metric *base,
	const struct metric *head, const struct tolerance *tolerance, struct drift pool)
{
	*question = (struct question){ .head = head,
		.sign = head->more_is_better ? -1 : 1,
		.threshold = log1p(tolerance->threshold_ratio),
		.target = log1p(tolerance->target_ratio) };
	question->nr_base = base->digest.nr ? base->digest.nr : base->values.nr;
	question->nr_sessions = base->sessions.nr ? base->sessions.nr : 1;
	if (!is_time(head) && is_constant(&base->values) && is_constant(&head->values)) {
		question->exact = true;
		question->exact_ratio =
			worse_by(question->sign, base->values.items[0], head->values.items[0]);
		return;
	}
	if (!all_positive(&base->values) || !all_positive(&head->values)) {
		question->trouble = WHY_NO_RATIO;
		return;
	}
	question->nr_sessions = summarise(base, question->sessions);
	choose_drift(question, pool);
}

void question_of_limit(
	struct question *question, const struct metric *head, const struct limit *limit)
{
	*question = (struct question){ .head = head,
		.sign = head->more_is_better ? -1 : 1,
		.is_limit = true,
		.log_limit = log(limit->value) };
	if (limit->unit && strcmp(limit->unit, head->unit) != 0) {
		question->trouble = WHY_LIMIT_UNIT;
	} else if (!is_time(head) && is_constant(&head->values)) {
		question->exact = true;
		question->exact_ratio =
			worse_by(question->sign, limit->value, head->values.items[0]);
	} else if (!all_positive(&head->values)) {
		question->trouble = WHY_NO_RATIO;
	}
}

static struct contrast ask(const struct question *question, struct summary head)
{
	struct contrast contrast;

	if (question->is_limit) {
		contrast = contrast_of_one(head);
		contrast.difference -= question->log_limit;
	} else {
		contrast = drift_welch_sessions(
			question->sessions, question->nr_sessions, head, question->drift);
	}
	contrast.difference *= question->sign;
	return contrast;
}

struct contrast question_ask(const struct question *question, size_t from, size_t nr)
{
	return ask(question, summary_of_logs(question->head->values.items + from, nr));
}

struct contrast question_planned(
	const struct question *question, size_t from, size_t nr, size_t nr_wanted)
{
	struct summary head = summary_of_logs(question->head->values.items + from, nr);

	/* The spread stays as it was seen: a plan knows it no better. */
	if (nr > 1)
		head.nr = nr_wanted;
	return ask(question, head);
}
