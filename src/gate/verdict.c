/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "gate/verdict.h"

#include "gate/judge.h"
#include "stats/adjust.h"
#include "stats/power.h"

#include <math.h>
#include <string.h>

#define DETECT_POWER 0.9

struct values {
	const double *items;
	size_t nr;
};

/* Without an interval, which costs as much as all the rest. */
static struct estimate estimate_of(const struct summary *logs)
{
	return (struct estimate){ exp(logs->mean), NAN, NAN, 100 * expm1(logs->sd) };
}

static struct estimate estimate_logs(struct values values)
{
	struct summary logs = summary_of_logs(values.items, values.nr);
	struct interval interval = interval_of_mean(&logs, 0.95);
	struct estimate estimate = estimate_of(&logs);

	estimate.low = exp(interval.low);
	estimate.high = exp(interval.high);
	return estimate;
}

/* Metrics may be zero or negative, which have no logarithm. */
static struct estimate estimate_plain(struct values values)
{
	struct summary summary = summary_of(values.items, values.nr);
	struct interval interval = interval_of_mean(&summary, 0.95);

	return (struct estimate){
		.value = summary.mean,
		.low = interval.low,
		.high = interval.high,
		.spread_pct = summary.mean == 0 ? NAN : 100 * summary.sd / fabs(summary.mean),
	};
}

static struct estimate estimate(struct values values)
{
	struct estimate logs = estimate_logs(values);

	return isfinite(logs.value) && logs.value > 0 ? logs : estimate_plain(values);
}

static struct values values_of(const struct metric *metric)
{
	return (struct values){ metric->values.items, metric->values.nr };
}

/* Everything that judging one benchmark needs. */
struct court {
	const struct trial *trial;
	struct judge judge;
	struct verdict *verdict;
};

static struct comparison *add(struct court *court, const struct result *head,
	const struct metric *metric, enum verdict_word word)
{
	struct comparison *comparison = ARRAY_ADD(court->verdict);
	struct estimate none = { NAN, NAN, NAN, NAN };

	*comparison = (struct comparison){ .word = word,
		.head = head,
		.metric = metric,
		.estimate = none,
		.base_estimate = none,
		.change_ratio = NAN,
		.change_low = NAN,
		.change_high = NAN,
		.p = NAN,
		.p_adjusted = NAN,
		.bound_ratio = NAN,
		.tau_ratio = NAN,
		.nr_head = head && metric ? metric->values.nr : 0,
		.planned = contrast_without(ANSWER_TOO_FEW, NAN) };
	return comparison;
}

/* The base's level: the mean over its sessions of their means. */
static double base_level(const struct question *question, const struct metric *base)
{
	double sum = 0;

	if (question->exact)
		return question->exact_base;
	if (question->trouble)
		return estimate(values_of(base)).value;
	for (size_t i = 0; i < question->nr_sessions; i++)
		sum += question->sessions[i].mean;
	return exp(sum / (double)question->nr_sessions);
}

/* A change as people see it: of the value itself, whichever way is better. */
static double natural(const struct question *question, double log_worse)
{
	return expm1(question->sign * log_worse);
}

static void fill_change(
	struct comparison *comparison, const struct question *question, const struct ruling *ruling)
{
	struct interval interval = contrast_interval(ruling->contrast, 0.95);
	bool turned = question->sign < 0;

	comparison->change_ratio = natural(question, ruling->contrast.difference);
	comparison->change_low = natural(question, turned ? interval.high : interval.low);
	comparison->change_high = natural(question, turned ? interval.low : interval.high);
	comparison->bound_ratio = natural(question, ruling->bound);
}

static void fill_ruling(struct court *court, struct comparison *comparison,
	const struct question *question, const struct ruling *ruling)
{
	struct summary planned = ruling->head;

	if (court->judge.plan.nr_processes)
		planned.nr = court->judge.plan.nr_processes;
	comparison->word = ruling->word;
	comparison->why = ruling->why;
	comparison->evidence = ruling->evidence;
	comparison->p = ruling->p;
	comparison->p_adjusted = ruling->p_adjusted;
	comparison->estimate = estimate(values_of(question->head));
	if (ruling->evidence == EVIDENCE_NONE || !ruling->nr)
		return;
	fill_change(comparison, question, ruling);
	comparison->nr_head = ruling->nr;
	if (question->exact)
		return;
	if (!question->is_limit)
		comparison->estimate = estimate_of(&ruling->head);
	comparison->planned = question_ask(question, planned);
	if (question->is_limit)
		return;
	comparison->drift_source = question->drift_source;
	comparison->tau_ratio = expm1(drift_tau(question->drift));
}

static void accept(const struct trial *trial, struct comparison *comparison)
{
	const struct acceptance *acceptance;

	if (comparison->word != VERDICT_REGRESSION || comparison->is_limit || !trial->accepted)
		return;
	acceptance = acceptances_find(trial->accepted, comparison->head->name);
	if (!acceptance)
		return;
	comparison->acceptance = acceptance;
	comparison->acceptance_expired =
		acceptance->until && trial->today && strcmp(trial->today, acceptance->until) > 0;
	if (!comparison->acceptance_expired &&
		!(fabs(comparison->change_ratio) > acceptance->max_ratio))
		comparison->word = VERDICT_ACCEPTED;
}

static void put(struct court *court, struct comparison *comparison, const struct question *question)
{
	struct ruling ruling =
		judge_rule(&court->judge, question, comparison->head, court->verdict->family);

	fill_ruling(court, comparison, question, &ruling);
	accept(court->trial, comparison);
}

static void add_against_base(struct court *court, const struct result *head,
	const struct metric *metric, const struct tolerance *tolerance)
{
	const struct result *base =
		court->trial->base ? run_find(court->trial->base, head->name) : NULL;
	const struct metric *before = base ? metrics_find(&base->metrics, metric->name) : NULL;
	struct comparison *comparison = add(court, head, metric, VERDICT_NEW);
	struct question question;

	comparison->tolerance = *tolerance;
	if (!before || !court->trial->policy) {
		if (court->trial->base && !tolerance->gated)
			comparison->word = VERDICT_UNGATED;
		comparison->estimate = estimate(values_of(metric));
		return;
	}
	question_of_base(&question, before, metric, tolerance);
	question_weigh(&question, court->judge.pool);
	comparison->base = base;
	comparison->base_metric = before;
	comparison->nr_base = question.nr_base;
	comparison->nr_sessions = question.nr_sessions;
	comparison->base_estimate.value = base_level(&question, before);
	put(court, comparison, &question);
	if (!tolerance->gated) {
		comparison->word = VERDICT_UNGATED;
		comparison->why = WHY_NOTHING;
		comparison->acceptance = NULL;
	}
}

static void add_against_limit(struct court *court, const struct result *head,
	const struct metric *metric, const struct tolerance *tolerance)
{
	struct comparison *comparison = add(court, head, metric, VERDICT_NEW);
	struct question question;

	comparison->tolerance = *tolerance;
	comparison->is_limit = true;
	comparison->base_estimate.value = tolerance->limit->value;
	question_of_limit(&question, metric, tolerance->limit);
	put(court, comparison, &question);
	if (comparison->why == WHY_LIMIT_UNIT)
		comparison->word = VERDICT_FAILED;
}

static struct tolerance tolerance_of(
	const struct court *court, const struct result *result, const char *metric)
{
	if (court->trial->policy)
		return policy_tolerance(court->trial->policy, result, metric);
	return (struct tolerance){ .gated = false };
}

static void add_result(struct court *court, const struct result *head)
{
	if (head->word != RESULT_OK) {
		add(court, head, NULL,
			head->word == RESULT_NOT_MEASURED ? VERDICT_NOT_MEASURED : VERDICT_FAILED)
			->base =
			court->trial->base ? run_find(court->trial->base, head->name) : NULL;
		return;
	}
	for (size_t i = 0; i < head->metrics.nr; i++) {
		const struct metric *metric = &head->metrics.items[i];
		struct tolerance tolerance = tolerance_of(court, head, metric->name);

		add_against_base(court, head, metric, &tolerance);
		if (tolerance.limit)
			add_against_limit(court, head, metric, &tolerance);
	}
}

static void add_missing_metrics(
	struct court *court, const struct result *base, const struct result *head)
{
	for (size_t i = 0; i < base->metrics.nr; i++) {
		const struct metric *metric = &base->metrics.items[i];
		struct tolerance tolerance = tolerance_of(court, base, metric->name);
		struct comparison *comparison;

		if ((!tolerance.gated && !tolerance.limit) ||
			metrics_find(&head->metrics, metric->name))
			continue;
		comparison = add(court, NULL, metric, VERDICT_MISSING);
		comparison->why = WHY_METRIC_GONE;
		comparison->base = base;
		comparison->tolerance = tolerance;
	}
}

static void add_missing(struct court *court)
{
	const struct run *base = court->trial->base;

	for (size_t i = 0; base && i < base->nr; i++) {
		const struct result *head = run_find(court->trial->head, base->items[i].name);

		if (!head && !base->items[i].aside)
			add(court, NULL, NULL, VERDICT_MISSING)->base = &base->items[i];
		else if (head && head->word == RESULT_OK)
			add_missing_metrics(court, &base->items[i], head);
	}
}

/* Questions of the whole run that are answered by a test. */
static size_t count_family(struct court *court)
{
	const struct run *head = court->trial->head;
	size_t nr = 0;

	for (size_t i = 0; i < head->nr; i++)
		if (head->items[i].word == RESULT_OK)
			nr += judge_count(&court->judge, &head->items[i]);
	return nr;
}

static void refuse(struct court *court)
{
	const struct run *head = court->trial->head;

	for (size_t i = 0; i < head->nr; i++) {
		struct comparison *comparison = add(court, &head->items[i], NULL, VERDICT_REFUSED);

		comparison->why = WHY_OTHER_MACHINE;
		if (court->trial->base)
			comparison->base = run_find(court->trial->base, head->items[i].name);
	}
}

static bool any_does(const struct verdict *verdict, enum verdict_word word, enum action action)
{
	for (size_t i = 0; i < verdict->nr; i++)
		if (verdict->items[i].word == word &&
			verdict_action(verdict, &verdict->items[i]) == action)
			return true;
	return false;
}

/* What fails before what warns, and of these the most serious first; the others say nothing of the
 * whole run. */
static enum verdict_word overall(const struct verdict *verdict)
{
	static const enum verdict_word serious_first[] = { VERDICT_REGRESSION, VERDICT_MISSING,
		VERDICT_FAILED, VERDICT_NOT_MEASURED, VERDICT_REFUSED, VERDICT_INCONCLUSIVE,
		VERDICT_NEW };

	for (enum action action = ACTION_FAIL; action > ACTION_PASS; action--)
		for (size_t i = 0; i < sizeof serious_first / sizeof *serious_first; i++)
			if (any_does(verdict, serious_first[i], action))
				return serious_first[i];
	return verdict_compared(verdict) ? VERDICT_PASS : VERDICT_NEW;
}

struct verdict verdict_reach(const struct trial *trial)
{
	struct verdict verdict = { .head = trial->head,
		.base = trial->base,
		.policy = trial->policy,
		.mismatch = trial->mismatch };
	struct court court = { trial, judge_new(trial->base, trial->policy, trial->head->plan),
		&verdict };

	if (trial->mismatch && !trial->allow_mismatch) {
		refuse(&court);
	} else {
		if (trial->policy)
			verdict.family = count_family(&court);
		for (size_t i = 0; i < trial->head->nr; i++)
			add_result(&court, &trial->head->items[i]);
		add_missing(&court);
	}
	verdict.word = overall(&verdict);
	return verdict;
}

struct verdict verdict_of(const struct run *head)
{
	return verdict_reach(&(struct trial){ .head = head });
}

void verdict_release(struct verdict *verdict)
{
	ARRAY_RELEASE(verdict);
}

size_t verdict_count(const struct verdict *verdict, enum verdict_word word)
{
	size_t nr = 0;

	for (size_t i = 0; i < verdict->nr; i++)
		nr += verdict->items[i].word == word;
	return nr;
}

const char *verdict_word_name(enum verdict_word word)
{
	static const char *const names[] = {
		[VERDICT_PASS] = "PASS",
		[VERDICT_REGRESSION] = "REGRESSION",
		[VERDICT_IMPROVEMENT] = "IMPROVEMENT",
		[VERDICT_INCONCLUSIVE] = "INCONCLUSIVE",
		[VERDICT_NEW] = "NEW",
		[VERDICT_MISSING] = "MISSING",
		[VERDICT_FAILED] = "FAILED",
		[VERDICT_NOT_MEASURED] = "NOT MEASURED",
		[VERDICT_REFUSED] = "REFUSED",
		[VERDICT_ACCEPTED] = "ACCEPTED",
		[VERDICT_UNGATED] = "not gated",
	};

	return names[word];
}

bool verdict_compared(const struct verdict *verdict)
{
	for (size_t i = 0; i < verdict->nr; i++)
		if (verdict->items[i].evidence != EVIDENCE_NONE &&
			verdict->items[i].word != VERDICT_UNGATED)
			return true;
	return false;
}

enum action verdict_action(const struct verdict *verdict, const struct comparison *comparison)
{
	const struct policy *policy = verdict->policy;

	switch (comparison->word) {
	case VERDICT_REGRESSION:
		return comparison->tolerance.severity == SEVERITY_WARN ? ACTION_WARN : ACTION_FAIL;
	case VERDICT_MISSING:
		return policy ? policy->on_missing : ACTION_FAIL;
	case VERDICT_FAILED:
		return policy ? policy->on_failed : ACTION_FAIL;
	case VERDICT_NOT_MEASURED:
	case VERDICT_REFUSED:
		return ACTION_FAIL;
	case VERDICT_INCONCLUSIVE:
		return policy ? policy->on_inconclusive : ACTION_WARN;
	case VERDICT_NEW:
		return policy ? policy->on_new : ACTION_PASS;
	default:
		return ACTION_PASS;
	}
}

double verdict_detectable(const struct verdict *verdict, const struct comparison *comparison)
{
	struct tolerance tolerance = comparison->tolerance;
	double excess;

	if (!verdict->policy || !verdict->family)
		return NAN;
	excess = power_detectable(comparison->planned,
		verdict->policy->alpha / (double)verdict->family, DETECT_POWER);
	return expm1((comparison->is_limit ? 0 : log1p(tolerance.threshold_ratio)) + excess);
}
