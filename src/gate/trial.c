/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "gate/trial.h"

#include "gate/aspects.h"
#include "gate/control.h"
#include "gate/counts.h"
#include "gate/estimate.h"
#include "gate/in_turn.h"
#include "gate/trading.h"
#include "model/builtin.h"
#include "stats/adjust.h"

#include <math.h>
#include <stdlib.h>

/* Everything that judging one benchmark needs. */
struct court {
	const struct trial *trial;
	size_t part; /* of the verdict */
	struct judge judge;
	struct verdict *verdict;
};

static struct comparison *trial_add(struct court *court, const struct result *head,
	const struct metric *metric, enum verdict_word word)
{
	return verdict_add(court->verdict, court->part, head, metric, word);
}

/* The base's level: the mean over its sessions of their means. */
static double base_level(const struct question *question, const struct metric *base)
{
	double sum = 0;

	if (question->exact)
		return question->exact_base;
	if (question->trouble || question->duets)
		return estimate_of(base).value;
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
	double difference = ruling->contrast.difference;
	struct interval interval =
		estimate_useful(contrast_interval(ruling->contrast, 0.95), ruling->nr);
	struct interval up_to_bound =
		estimate_useful((struct interval){ difference, ruling->bound }, ruling->nr);
	bool turned = question->sign < 0;

	comparison->change_ratio = natural(question, difference);
	comparison->change_low = natural(question, turned ? interval.high : interval.low);
	comparison->change_high = natural(question, turned ? interval.low : interval.high);
	comparison->bound_ratio =
		natural(question, question->exact ? ruling->bound : up_to_bound.high);
}

/* Levels in turn come and go; what is known is the ratio. */
static void trial_fill_in_turn(struct comparison *comparison, const struct ruling *ruling,
	const struct question *question, uint64_t nr_planned)
{
	struct summary planned = ruling->head;

	comparison->p_pass = ruling->p_pass;
	comparison->disturbed = ruling->disturbed;
	comparison->nr_units = ruling->nr;
	comparison->nr_layouts = question->nr_layouts ? ruling->nr : 0;
	comparison->estimate = estimate_none();
	comparison->estimate.value =
		comparison->base_estimate.value * exp(question->sign * ruling->contrast.difference);
	if (planned.nr > 1 && nr_planned > planned.nr)
		planned.nr = nr_planned;
	comparison->planned = contrast_of_one(planned);
	if (ruling->nr)
		fill_change(comparison, question, ruling);
}

static struct estimate head_estimate(const struct question *question, const struct ruling *ruling)
{
	bool compared = ruling->evidence != EVIDENCE_NONE && ruling->nr;
	struct estimate estimate;

	if (compared && !question->exact && !question->is_limit)
		return estimate_of_logs(&ruling->head);
	estimate = estimate_of(question->head);
	if (compared && question->exact)
		estimate.value = question->exact_head;
	return estimate;
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
	comparison->basis = question->basis;
	comparison->p = ruling->p;
	comparison->p_adjusted = ruling->p_adjusted;
	comparison->p_better = ruling->p_better;
	comparison->p_changed = ruling->p_changed;
	comparison->contrast = ruling->contrast;
	if (question->duets && ruling->evidence == EVIDENCE_IN_TURN) {
		trial_fill_in_turn(comparison, ruling, question,
			in_turn_values(&court->judge.plan, court->judge.plan.nr_units));
		return;
	}
	comparison->estimate = head_estimate(question, ruling);
	if (ruling->why == WHY_SINGLE_VALUE && comparison->base_estimate.value > 0)
		comparison->change_ratio =
			comparison->estimate.value / comparison->base_estimate.value - 1;
	if (ruling->evidence == EVIDENCE_NONE || !ruling->nr)
		return;
	fill_change(comparison, question, ruling);
	comparison->nr_head = ruling->nr;
	if (question->exact)
		return;
	comparison->planned = question_ask(question, planned);
	if (question->is_limit)
		return;
	comparison->drift_source = question->drift_source;
	comparison->tau_ratio = expm1(drift_tau(question->drift));
}

/* How far it went by the value that makes it a regression. */
static double regression_of(const struct verdict *verdict, const struct comparison *comparison)
{
	return comparison->aspects[verdict_deciding(verdict, comparison)].change_ratio;
}

static void accept(
	const struct verdict *verdict, const struct trial *trial, struct comparison *comparison)
{
	const struct acceptance *acceptance;

	if ((comparison->word != VERDICT_REGRESSION && comparison->word != VERDICT_WARNING) ||
		comparison->is_limit || !trial->accepted)
		return;
	acceptance =
		acceptances_find(trial->accepted, comparison->head->name, comparison->metric->name);
	if (!acceptance)
		return;
	comparison->acceptance = acceptance;
	comparison->acceptance_expired =
		acceptance->until && trial->today && strcmp(trial->today, acceptance->until) > 0;
	if (!comparison->acceptance_expired &&
		!(fabs(regression_of(verdict, comparison)) > acceptance->max_ratio))
		comparison->word = VERDICT_ACCEPTED;
}

/* More memory fails only where it is surely more than that. */
static bool warns_only(const struct judge *judge, const struct question *question,
	const struct ruling *ruling, const struct tolerance *tolerance)
{
	double fails = log1p(tolerance->fail_ratio);

	if (ruling->word != VERDICT_REGRESSION || question->is_limit || !(fails > 0))
		return false;
	if (question->exact)
		return log1p(question->exact_ratio) <= fails + 1e-9;
	return !(contrast_p_above(ruling->contrast, fails) < judge->policy->alpha);
}

static void trial_put(
	struct court *court, struct comparison *comparison, const struct question *question)
{
	struct ruling ruling =
		judge_rule(&court->judge, question, comparison->head, court->verdict->family);

	fill_ruling(court, comparison, question, &ruling);
	if (warns_only(&court->judge, question, &ruling, &comparison->tolerance))
		comparison->word = VERDICT_WARNING;
	comparison->aspects[ASPECT_MAIN] = aspect_of(comparison, question->head);
}

/* A time's second question. */
static void put_typical(
	struct court *court, struct comparison *comparison, const struct metric *const metrics[2])
{
	struct comparison typical = *comparison;
	struct question question;
	struct ruling ruling;

	if (!metrics[0] || !metrics[1])
		return;
	judge_ask(&court->judge, comparison->head, metrics, &question, &comparison->tolerance);
	question_weigh(&question, &court->judge.pools);
	ruling = judge_rule(&court->judge, &question, comparison->head, court->verdict->family);
	typical.base_estimate.value = base_level(&question, metrics[0]);
	fill_ruling(court, &typical, &question, &ruling);
	comparison->aspects[ASPECT_TYPICAL] = aspect_of(&typical, metrics[1]);
	aspect_merge(comparison, &typical);
}

/* A time is compared once, under the name of its mean; where one side has no mean, as files of
 * older versions do, under that of its typical value. */
static bool is_second_time(
	const struct result *base, const struct result *head, const struct metric *metric)
{
	bool has_both = metrics_find(&head->metrics, metric_time.name) &&
		metrics_find(&head->metrics, metric_typical.name);
	bool base_has_mean = !base || metrics_find(&base->metrics, metric_time.name) ||
		!metrics_find(&base->metrics, metric_typical.name);

	return has_both && metric_is(metric, base_has_mean ? &metric_typical : &metric_time);
}

static void add_against_base(struct court *court, const struct result *head,
	const struct metric *metric, const struct tolerance *tolerance)
{
	const struct result *base =
		court->trial->base ? run_find(court->trial->base, head->name) : NULL;
	const struct metric *before = base ? metrics_find(&base->metrics, metric->name) : NULL;
	struct comparison *comparison = trial_add(court, head, metric, VERDICT_NEW);
	struct question question;

	comparison->tolerance = *tolerance;
	if (!before || !court->trial->policy) {
		if (court->trial->base && !tolerance->gated)
			comparison->word = VERDICT_UNGATED;
		comparison->estimate = estimate_of(metric);
		return;
	}
	judge_ask(&court->judge, head, (const struct metric *[]){ before, metric }, &question,
		tolerance);
	question_weigh(&question, &court->judge.pools);
	comparison->base = base;
	comparison->base_metric = before;
	comparison->nr_base = question.nr_base;
	comparison->nr_sessions = question.nr_sessions;
	comparison->base_estimate.value = base_level(&question, before);
	trial_put(court, comparison, &question);
	if (metric_is(metric, &metric_time))
		put_typical(court, comparison,
			(const struct metric *const[]){
				metrics_find(&base->metrics, metric_typical.name),
				metrics_find(&head->metrics, metric_typical.name) });
	if (!tolerance->gated) {
		comparison->word = VERDICT_UNGATED;
		comparison->why = WHY_NOTHING;
	}
}

static void add_against_limit(struct court *court, const struct result *head,
	const struct metric *metric, const struct tolerance *tolerance)
{
	struct comparison *comparison;
	struct question question;

	question_of_limit(&question, metric, tolerance->limit);
	if (!judge_asks_limit(head, &question))
		return;
	comparison = trial_add(court, head, metric, VERDICT_NEW);
	comparison->tolerance = *tolerance;
	comparison->is_limit = true;
	comparison->base_estimate.value = tolerance->limit->value;
	trial_put(court, comparison, &question);
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

static void add_identical(struct court *court, const struct result *head)
{
	struct comparison *comparison = trial_add(court, head, NULL, VERDICT_PASS);

	comparison->why = WHY_IDENTICAL;
	comparison->evidence = EVIDENCE_IDENTICAL;
	comparison->change_ratio = 0;
	comparison->bound_ratio = 0;
	if (court->trial->base)
		comparison->base = run_find(court->trial->base, head->name);
}

static void add_missing_metrics(
	struct court *court, const struct result *base, const struct result *head)
{
	for (size_t i = 0; i < base->metrics.nr; i++) {
		const struct metric *metric = &base->metrics.items[i];
		struct tolerance tolerance = tolerance_of(court, base, metric->name);
		struct comparison *comparison;

		if ((!tolerance.gated && !tolerance.limit) ||
			metrics_find(&head->metrics, metric->name) ||
			(metric_is_time(metric) && metrics_time(&head->metrics)))
			continue;
		comparison = trial_add(court, NULL, metric, VERDICT_MISSING);
		comparison->why = WHY_METRIC_GONE;
		comparison->base = base;
		comparison->tolerance = tolerance;
	}
}

static bool is_hidden(const struct metric *metric)
{
	return builtin_gating(metric->name) == GATING_HIDDEN;
}

/* Answered without a test: the time that it took is known. */
static void fill_max_time(struct comparison *comparison, const struct max_time *rule)
{
	double spent_ns = rule->metric.values.items[0];
	bool is_over = spent_ns > rule->limit.value;

	comparison->word = is_over ? VERDICT_REGRESSION : VERDICT_PASS;
	comparison->why = is_over ? WHY_OVER_MAX_TIME : WHY_WITHIN_MAX_TIME;
	comparison->evidence = EVIDENCE_EXACT;
	comparison->is_limit = true;
	comparison->tolerance = (struct tolerance){ .threshold_ratio = NAN,
		.target_ratio = NAN,
		.severity = rule->severity,
		.limit = &rule->limit };
	comparison->estimate.value = spent_ns;
	comparison->base_estimate.value = rule->limit.value;
	comparison->change_ratio = spent_ns / rule->limit.value - 1;
	comparison->bound_ratio = comparison->change_ratio;
	comparison->aspects[ASPECT_MAIN] = aspect_of(comparison, &rule->metric);
}

static void compare_max_time(struct court *court, const struct max_time *rule)
{
	if (rule)
		fill_max_time(trial_add(court, rule->head, &rule->metric, VERDICT_PASS), rule);
}

static void add_max_time_of(struct court *court, const struct result *head)
{
	const struct policy *policy = court->trial->policy;

	if (policy)
		compare_max_time(
			court, max_times_add_benchmark(&court->verdict->max_times, policy, head));
}

/* What measuring the tier's benchmarks took, all parts together. */
static uint64_t tier_spent_ns(const struct court *courts, size_t nr, const struct tier *tier)
{
	const struct tiers *tiers = &courts->trial->policy->tiers;
	uint64_t sum_ns = 0;

	for (size_t i = 0; i < nr; i++) {
		const struct run *head = courts[i].trial->head;

		for (size_t j = 0; j < head->nr; j++)
			if (tiers_holding(tiers, head->items[j].name, head->items[j].tier) == tier)
				sum_ns += head->items[j].spent_ns;
	}
	return sum_ns;
}

static void add_max_times_of_tiers(struct court *courts, size_t nr)
{
	const struct policy *policy = courts->trial->policy;

	for (size_t i = 0; policy && i < policy->tiers.nr; i++) {
		const struct tier *tier = &policy->tiers.items[i];

		compare_max_time(courts,
			max_times_add_tier(&courts->verdict->max_times, tier,
				tier_spent_ns(courts, nr, tier)));
	}
}

static void trial_add_result(struct court *court, const struct result *head)
{
	const struct result *base =
		court->trial->base ? run_find(court->trial->base, head->name) : NULL;
	bool identical;

	if (head->word != RESULT_OK) {
		trial_add(court, head, NULL,
			head->word == RESULT_NOT_MEASURED ? VERDICT_NOT_MEASURED : VERDICT_FAILED)
			->base = base;
		return;
	}
	/* With this base, not with any. Its budgets are asked about all the same. */
	identical = head->identical && court->trial->in_turn && !(base && base->metrics.nr);
	if (identical)
		add_identical(court, head);
	else if (!head->metrics.nr)
		trial_add(court, head, NULL, VERDICT_NEW);
	for (size_t i = 0; i < head->metrics.nr; i++) {
		const struct metric *metric = &head->metrics.items[i];
		struct tolerance tolerance = tolerance_of(court, head, metric->name);

		if (is_second_time(base, head, metric))
			continue;
		if (!identical && (tolerance.gated || !is_hidden(metric)))
			add_against_base(court, head, metric, &tolerance);
		if (metric_is_time(metric))
			metric = metrics_time(&head->metrics);
		if (tolerance.limit)
			add_against_limit(court, head, metric, &tolerance);
	}
	if (base)
		add_missing_metrics(court, base, head);
	counts_compare(court->verdict, court->trial, court->part, head);
}

static void add_missing(struct court *court)
{
	const struct run *base = court->trial->base;

	for (size_t i = 0; base && i < base->nr; i++) {
		const struct result *head = run_find(court->trial->head, base->items[i].name);

		if (!head && !base->items[i].aside)
			trial_add(court, NULL, NULL, VERDICT_MISSING)->base = &base->items[i];
	}
}

static bool is_refused(const struct trial *trial)
{
	return trial->mismatch && !trial->allow_mismatch;
}

/* Questions of the whole run that are answered by a test. */
static size_t count_family(const struct court *court)
{
	const struct run *head = court->trial->head;
	size_t nr = 0;

	if (!court->trial->policy || is_refused(court->trial))
		return 0;
	for (size_t i = 0; i < head->nr; i++)
		if (head->items[i].word == RESULT_OK)
			nr += judge_count(&court->judge, &head->items[i]);
	return nr;
}

/* A benchmark that no run here has: what it would be asked, by the first base that knows it. */
static size_t count_unheard(const struct court *courts, size_t nr, const char *name)
{
	for (size_t i = 0; i < nr; i++) {
		const struct trial *trial = courts[i].trial;
		const struct result *known = trial->base ? run_find(trial->base, name) : NULL;

		if (known && trial->policy && !is_refused(trial))
			return judge_count(&courts[i].judge, known);
	}
	return 0;
}

/* What is asked elsewhere, or would have been. */
struct elsewhere {
	size_t nr_benchmarks, nr_questions;
};

static void count_elsewhere(
	const struct court *courts, size_t nr, const char *name, struct elsewhere *elsewhere)
{
	elsewhere->nr_benchmarks++;
	elsewhere->nr_questions += count_unheard(courts, nr, name);
}

/* A shard that is judged alone answers for the others; shards together, for those that are
 * missing. */
static struct elsewhere look_elsewhere(const struct court *courts, size_t nr)
{
	const struct run *head = courts->trial->head;
	const struct texts *selection = &head->shard.selection;
	struct elsewhere elsewhere = { 0, 0 };

	for (size_t i = 0; nr == 1 && i < selection->nr; i++)
		if (!run_find(head, selection->items[i]))
			count_elsewhere(courts, nr, selection->items[i], &elsewhere);
	for (size_t k = 0; k < nr; k++)
		for (size_t i = 0; courts[k].trial->absent && i < courts[k].trial->head->nr; i++)
			count_elsewhere(
				courts, nr, courts[k].trial->head->items[i].name, &elsewhere);
	return elsewhere;
}

static void trial_refuse(struct court *court)
{
	const struct run *head = court->trial->head;

	for (size_t i = 0; i < head->nr; i++) {
		struct comparison *comparison =
			trial_add(court, &head->items[i], NULL, VERDICT_REFUSED);

		comparison->why = court->trial->base ? WHY_OTHER_MACHINE : WHY_NO_BASE;
		if (court->trial->base)
			comparison->base = run_find(court->trial->base, head->items[i].name);
		counts_compare(court->verdict, court->trial, court->part, &head->items[i]);
	}
}

static struct court open_court(struct verdict *verdict, const struct trial *trial, size_t part)
{
	struct court court = { trial, part,
		judge_new(trial->base, trial->policy, trial->head->plan), verdict };

	court.judge.in_turn = trial->in_turn;
	court.judge.calibration = trial->calibration;
	court.judge.calibrated = question_calibrated(trial->calibration);
	verdict->parts[part] = (struct verdict_part){ .head = trial->head,
		.base = trial->base,
		.mismatch = trial->mismatch,
		.counts_base = trial->counts_base ? trial->counts_base : trial->base,
		.counts_mismatch = trial->counts_mismatch,
		.calibration = trial->calibration,
		.absent = trial->absent };
	if (!verdict->base)
		verdict->base = trial->base;
	return court;
}

static void hear(struct court *court)
{
	const struct run *head = court->trial->head;

	if (is_refused(court->trial)) {
		trial_refuse(court);
		return;
	}
	for (size_t i = 0; i < head->nr; i++) {
		trial_add_result(court, &head->items[i]);
		add_max_time_of(court, &head->items[i]);
	}
	add_missing(court);
}

/* The family is that of all trials: it is counted before any is heard. */
struct verdict trials_judge(const struct trial *trials, size_t nr)
{
	struct verdict verdict = { .head = trials->head,
		.policy = trials->policy,
		.mismatch = nr == 1 ? trials->mismatch : NULL,
		.parts = mem_alloc(nr, sizeof *verdict.parts),
		.nr_parts = nr };
	struct court *courts = mem_alloc(nr, sizeof *courts);
	const struct judge **judges = mem_alloc(nr, sizeof(void *));
	struct elsewhere elsewhere;

	for (size_t i = 0; i < nr; i++) {
		courts[i] = open_court(&verdict, &trials[i], i);
		verdict.family += count_family(&courts[i]);
		judges[i] = &courts[i].judge;
	}
	elsewhere = look_elsewhere(courts, nr);
	verdict.family += elsewhere.nr_questions;
	for (size_t i = 0; i < nr; i++)
		hear(&courts[i]);
	add_max_times_of_tiers(courts, nr);
	aspects_settle(&verdict, elsewhere.nr_benchmarks);
	control_settle(&verdict, judges);
	counts_settle(&verdict);
	for (size_t i = 0; i < verdict.nr; i++)
		accept(&verdict, &trials[verdict.items[i].part], &verdict.items[i]);
	trading_settle(&verdict);
	verdict.word = verdict_overall(&verdict);
	free(judges);
	free(courts);
	return verdict;
}

struct verdict trial_judge(const struct trial *trial)
{
	return trials_judge(trial, 1);
}

struct verdict trial_without_base(const struct run *head)
{
	return trial_judge(&(struct trial){ .head = head });
}
