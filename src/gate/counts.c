/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "gate/counts.h"

#include "gate/aspects.h"
#include "gate/estimate.h"
#include "model/counted.h"
#include "stats/adjust.h"
#include "stats/summary.h"

#include <math.h>
#include <string.h>

/* What arithmetic may add to a change that is exactly the threshold. */
#define ROUNDING 1e-12

/* One metric of one benchmark. */
struct tally_of_counts {
	const struct metric *base, *head;
	bool may_be_exact;
	double slack; /* that chance may add to a value */
	struct tolerance tolerance;
	double alpha;
	size_t family;
};

static bool is_even(const struct doubles *values)
{
	if (values->nr < 2)
		return false;
	for (size_t i = 1; i < values->nr; i++)
		if (values->items[i] != values->items[0])
			return false;
	return true;
}

static bool are_positive(const struct doubles *values)
{
	for (size_t i = 0; i < values->nr; i++)
		if (!(values->items[i] > 0))
			return false;
	return values->nr;
}

double counts_values_apart(const struct doubles *values)
{
	struct summary all = summary_of(values->items, values->nr);

	return all.min > 0 ? all.max / all.min - 1 : all.max > all.min ? (double)INFINITY : 0;
}

double counts_apart_ratio(const struct comparison *comparison)
{
	double head = comparison->metric ? counts_values_apart(&comparison->metric->values) : 0;
	double base =
		comparison->base_metric ? counts_values_apart(&comparison->base_metric->values) : 0;

	return fmax(base, head);
}

static double count_mean(const struct metric *metric)
{
	return summary_of(metric->values.items, metric->values.nr).mean;
}

static double log_threshold(const struct tally_of_counts *count, double ratio)
{
	return log1p(fmax(ratio, count->slack / count_mean(count->base)));
}

/* Work that is less is not quicker. */
static bool may_improve(const struct metric *metric)
{
	return !counted_is(metric->name, COUNTED_INSTRUCTIONS);
}

/* What is surely over the threshold fails, or only warns. */
static void regress(struct comparison *comparison, bool fails)
{
	comparison->word = fails ? VERDICT_REGRESSION : VERDICT_WARNING;
	comparison->why = WHY_BEYOND_THRESHOLD;
}

static void counts_compare_exactly(
	const struct tally_of_counts *count, struct comparison *comparison)
{
	double base = count->base->values.items[0], head = count->head->values.items[0];
	double ratio = base == head ? 0 : base == 0 ? (double)INFINITY : head / base - 1;
	double change = log1p(ratio), threshold;

	comparison->evidence = EVIDENCE_EXACT;
	comparison->estimate.value = head;
	comparison->base_estimate.value = base;
	comparison->change_ratio = isfinite(ratio) ? ratio : NAN;
	comparison->bound_ratio = comparison->change_ratio;
	comparison->contrast = contrast_without(ANSWER_NO_SPREAD, change);
	threshold = base > 0 ? log_threshold(count, count->tolerance.threshold_ratio) : 0;
	if (change > threshold + ROUNDING) {
		regress(comparison,
			change > log1p(count->tolerance.fail_ratio) + ROUNDING || isinf(change));
	} else if (change < -threshold - ROUNDING && may_improve(count->head)) {
		comparison->word = VERDICT_IMPROVEMENT;
		comparison->why = WHY_FASTER;
	} else {
		comparison->word = VERDICT_PASS;
		comparison->why = WHY_BELOW_TARGET;
	}
}

/* Two counts are few: what both sides' values are apart is taken together. */
static struct contrast pooled_contrast(const struct tally_of_counts *count)
{
	struct summary base = summary_of_logs(count->base->values.items, count->base->values.nr);
	struct summary head = summary_of_logs(count->head->values.items, count->head->values.nr);
	double df_base = (double)base.nr - 1, df_head = (double)head.nr - 1;
	double df = df_base + df_head;
	double variance = (df_base * base.sd * base.sd + df_head * head.sd * head.sd) / df;
	double se2 = variance * (1 / (double)base.nr + 1 / (double)head.nr);

	return contrast_of(head.mean - base.mean, fabs(base.mean) + fabs(head.mean),
		&(struct component){ se2, se2 * se2 / df }, 1);
}

static void fill_by_spread(const struct tally_of_counts *count, struct contrast contrast,
	struct comparison *comparison)
{
	struct interval interval = contrast_interval(contrast, 0.95);

	comparison->evidence = EVIDENCE_COUNTED;
	comparison->contrast = contrast;
	comparison->planned = contrast;
	comparison->change_ratio = expm1(contrast.difference);
	comparison->change_low = expm1(interval.low);
	comparison->change_high = expm1(interval.high);
	comparison->p =
		contrast_p_above(contrast, log_threshold(count, count->tolerance.threshold_ratio));
	comparison->p_adjusted = adjust_bonferroni(comparison->p, count->family);
	comparison->p_better =
		contrast_p_below(contrast, -log_threshold(count, count->tolerance.threshold_ratio));
	comparison->p_changed = contrast_p_differs(contrast, 0);
	comparison->bound_ratio = expm1(contrast_upper(contrast, count->alpha));
}

static void compare_by_spread(const struct tally_of_counts *count, struct comparison *comparison)
{
	struct contrast contrast = pooled_contrast(count);
	const struct tolerance *tolerance = &count->tolerance;
	double p_fails, p_pass;

	if (contrast.answer != ANSWER_OK)
		return;
	fill_by_spread(count, contrast, comparison);
	p_fails = contrast_p_above(contrast, log_threshold(count, tolerance->fail_ratio));
	p_pass = contrast_p_below(contrast, log_threshold(count, tolerance->target_ratio));
	if (comparison->p_adjusted < count->alpha) {
		regress(comparison, adjust_bonferroni(p_fails, count->family) < count->alpha);
	} else if (adjust_bonferroni(comparison->p_better, count->family) < count->alpha &&
		may_improve(count->head)) {
		comparison->word = VERDICT_IMPROVEMENT;
		comparison->why = WHY_FASTER;
	} else if (p_pass < count->alpha) {
		comparison->word = VERDICT_PASS;
		comparison->why = WHY_BELOW_TARGET;
	} else {
		comparison->word = VERDICT_UNGATED;
		comparison->why = WHY_UNEVEN;
	}
}

static void weigh_count(const struct tally_of_counts *count, struct comparison *comparison)
{
	comparison->nr_head = count->head->values.nr;
	comparison->nr_base = count->base->values.nr;
	comparison->nr_sessions = 1;
	comparison->base_metric = count->base;
	comparison->word = VERDICT_UNGATED;
	if (strcmp(count->base->unit, count->head->unit) != 0)
		comparison->why = WHY_OTHER_UNIT;
	else if (count->may_be_exact && is_even(&count->base->values) &&
		is_even(&count->head->values))
		counts_compare_exactly(count, comparison);
	else if (are_positive(&count->base->values) && are_positive(&count->head->values) &&
		count->base->values.nr > 1 && count->head->values.nr > 1)
		compare_by_spread(count, comparison);
	if (!count->tolerance.gated) {
		comparison->word = VERDICT_UNGATED;
		comparison->why = WHY_NOTHING;
	}
	comparison->aspects[ASPECT_MAIN] = aspect_of(comparison, count->head);
}

static struct comparison *counts_add_comparison(struct verdict *verdict, size_t part,
	const struct result *head, const struct metric *count, enum verdict_word word)
{
	struct comparison *comparison = verdict_add(verdict, part, head, count, word);

	comparison->is_count = true;
	return comparison;
}

static bool is_judged_as_time_is(const struct result *head, const struct metric *count)
{
	return metrics_find(&head->metrics, count->name);
}

/* A budget holds for each count; what lies on both sides of it is undecided. */
static void compare_with_limit(struct verdict *verdict, size_t part, const struct result *head,
	const struct metric *metric, const struct tolerance *tolerance)
{
	const struct limit *limit = tolerance->limit;
	struct summary values = summary_of(metric->values.items, metric->values.nr);
	struct comparison *comparison = verdict_add(verdict, part, head, metric, VERDICT_FAILED);

	comparison->tolerance = *tolerance;
	comparison->is_limit = true;
	comparison->estimate.value = values.mean;
	comparison->base_estimate.value = limit->value;
	comparison->why = WHY_LIMIT_UNIT;
	if (limit->unit && strcmp(limit->unit, metric->unit) != 0)
		return;
	comparison->evidence = values.min == values.max ? EVIDENCE_EXACT : EVIDENCE_COUNTED;
	comparison->change_ratio = values.mean / limit->value - 1;
	comparison->bound_ratio = values.max / limit->value - 1;
	comparison->word = values.min > limit->value ? VERDICT_REGRESSION
		: values.max <= limit->value         ? VERDICT_PASS
						     : VERDICT_INCONCLUSIVE;
	comparison->why = values.min > limit->value ? WHY_OVER_LIMIT
		: values.max <= limit->value        ? WHY_UNDER_LIMIT
						    : WHY_AT_LIMIT;
	comparison->aspects[ASPECT_MAIN] = aspect_of(comparison, metric);
}

/* What the head could not count has its reason in the run. */
static const struct untaken *find_untaken(
	const struct counting *counting, const char *benchmark, const char *metric)
{
	for (size_t i = 0; i < counting->nr; i++) {
		const struct untaken *item = &counting->items[i];

		if ((!item->benchmark || strcmp(item->benchmark, benchmark) == 0) &&
			strstr(item->metric, metric))
			return item;
	}
	return NULL;
}

const struct untaken *counts_lacking(const struct policy *policy, const struct counting *counting,
	const struct result *head, enum counted id)
{
	const char *name = counted_metrics[id].kind.name;
	const struct untaken *untaken = find_untaken(counting, head->name, name);
	struct tolerance tolerance;
	bool gates_work;

	if (!untaken)
		return NULL;
	tolerance = policy_count_tolerance(policy, head, name);
	gates_work =
		id == COUNTED_INSTRUCTIONS && tolerance.gated && isfinite(tolerance.fail_ratio);
	if ((!tolerance.limit && !gates_work) || tolerance.severity == SEVERITY_WARN ||
		metrics_find(&head->counts, name) || metrics_find(&head->metrics, name))
		return NULL;
	return untaken;
}

/* A budget, and work that is gated, are not passed over because they could not be counted. */
static void add_lacking(
	struct verdict *verdict, const struct trial *trial, size_t part, const struct result *head)
{
	for (int id = 0; id < NR_COUNTED; id++)
		if (counts_lacking(trial->policy, &trial->head->counting, head, (enum counted)id)) {
			counts_add_comparison(verdict, part, head, NULL, VERDICT_NOT_MEASURED);
			return;
		}
}

static void add_gone(struct verdict *verdict, const struct trial *trial, size_t part,
	const struct result *head, const struct result *base)
{
	for (size_t i = 0; head->counts.nr && i < base->counts.nr; i++) {
		const struct metric *metric = &base->counts.items[i];
		struct tolerance tolerance =
			policy_count_tolerance(trial->policy, base, metric->name);
		struct comparison *comparison;

		if (!tolerance.gated || metrics_find(&head->counts, metric->name) ||
			is_judged_as_time_is(head, metric) ||
			find_untaken(&trial->head->counting, head->name, metric->name))
			continue;
		comparison = counts_add_comparison(verdict, part, NULL, metric, VERDICT_MISSING);
		comparison->why = WHY_METRIC_GONE;
		comparison->base = base;
		comparison->tolerance = tolerance;
	}
}

/* Instructions are those of one way of counting and, where the C library chose among its variants
 * by the processor, of one processor. */
static bool is_counted_alike(const struct run *base, const struct run *head)
{
	const char *one = base->env.values[ENV_CPU], *other = head->env.values[ENV_CPU];

	return counting_is_alike(&base->counting, &head->counting) &&
		(head->counting.dispatch || !one || !other || strcmp(one, other) == 0);
}

static void refuse_count(struct comparison *comparison, const struct result *base)
{
	comparison->word = VERDICT_REFUSED;
	comparison->why = WHY_OTHER_COUNTS;
	comparison->only_warns = true;
	comparison->base = base;
}

static void counts_add_count(struct verdict *verdict, const struct trial *trial, size_t part,
	const struct result *head, const struct metric *metric)
{
	const struct run *base_run = trial->counts_base ? trial->counts_base : trial->base;
	const struct result *base = base_run ? run_find(base_run, head->name) : NULL;
	const struct metric *before = base ? metrics_find(&base->counts, metric->name) : NULL;
	const struct counted_metric *row = counted_find(metric->name);
	struct tolerance tolerance = { .gated = false };
	struct comparison *comparison;

	if (trial->policy)
		tolerance = policy_count_tolerance(trial->policy, head, metric->name);
	if (tolerance.gated || !row || row->gating != GATING_HIDDEN) {
		/* A base of before counts were taken says nothing of what is new. */
		comparison = counts_add_comparison(verdict, part, head, metric,
			base_run && !base_run->counting.is_wanted ? VERDICT_UNGATED : VERDICT_NEW);
		comparison->tolerance = tolerance;
		comparison->estimate = estimate_of(metric);
		if (before && trial->policy && !trial->counts_mismatch && tolerance.gated &&
			counted_is(metric->name, COUNTED_INSTRUCTIONS) &&
			!is_counted_alike(base_run, trial->head)) {
			refuse_count(comparison, base);
		} else if (before && trial->policy && !trial->counts_mismatch) {
			comparison->base = base;
			comparison->base_estimate.value = count_mean(before);
			weigh_count(&(struct tally_of_counts){ .base = before,
					    .head = metric,
					    .may_be_exact = !row || row->is_exact,
					    .tolerance = tolerance,
					    .alpha = trial->policy->alpha,
					    .family = trial->head->nr },
				comparison);
		}
	}
	if (tolerance.limit)
		compare_with_limit(verdict, part, head, metric, &tolerance);
}

/* One for all its counts. It only warns: so do instructions, and time is judged all the same. */
static void add_refused(
	struct verdict *verdict, const struct trial *trial, size_t part, const struct result *head)
{
	const struct run *base = trial->counts_base ? trial->counts_base : trial->base;

	refuse_count(
		counts_add_comparison(verdict, part, head, &head->counts.items[0], VERDICT_REFUSED),
		run_find(base, head->name));
}

/* The largest resident set is taken of timed processes; it is judged where counts are. */
static void add_resident_set(
	struct verdict *verdict, const struct trial *trial, size_t part, const struct result *head)
{
	const char *name = builtin_metrics[BUILTIN_PEAK_MEMORY].kind->name;
	const struct result *base = trial->base ? run_find(trial->base, head->name) : NULL;
	const struct metric *before = base ? metrics_find(&base->metrics, name) : NULL;
	const struct metric *now = metrics_find(&head->metrics, name);
	struct comparison *comparison;
	struct tolerance tolerance;

	if (!before || !now || !trial->policy || !trial->head->counting.is_wanted ||
		trial->counts_mismatch || before->digest.nr ||
		policy_tolerance(trial->policy, head, name).gated)
		return;
	tolerance = policy_count_tolerance(trial->policy, head, name);
	comparison = counts_add_comparison(verdict, part, head, now, VERDICT_NEW);
	comparison->tolerance = tolerance;
	comparison->base = base;
	comparison->estimate = estimate_of(now);
	comparison->base_estimate.value = count_mean(before);
	weigh_count(&(struct tally_of_counts){ .base = before,
			    .head = now,
			    .slack = COUNTS_RSS_SLACK,
			    .tolerance = tolerance,
			    .alpha = trial->policy->alpha,
			    .family = trial->head->nr },
		comparison);
}

void counts_compare(
	struct verdict *verdict, const struct trial *trial, size_t part, const struct result *head)
{
	const struct run *base_run = trial->counts_base ? trial->counts_base : trial->base;
	const struct result *base = base_run ? run_find(base_run, head->name) : NULL;

	for (size_t i = 0; i < head->counts.nr; i++)
		if (!is_judged_as_time_is(head, &head->counts.items[i]))
			counts_add_count(verdict, trial, part, head, &head->counts.items[i]);
	if (trial->policy && head->word == RESULT_OK)
		add_lacking(verdict, trial, part, head);
	if (!base || !trial->policy)
		return;
	if (trial->counts_mismatch && head->counts.nr && base->counts.nr)
		add_refused(verdict, trial, part, head);
	else if (!trial->counts_mismatch)
		add_gone(verdict, trial, part, head, base);
	add_resident_set(verdict, trial, part, head);
}

static bool is_beside(const struct comparison *one, const struct comparison *other)
{
	return one->head && one->head == other->head && one->part == other->part &&
		!one->is_limit && one->metric && one->base;
}

const struct comparison *counts_work_beside(
	const struct verdict *verdict, const struct comparison *time)
{
	if (!time->head || !time->metric || time->is_limit || !metric_is_time(time->metric) ||
		!time->head->counts.nr)
		return NULL;
	for (size_t i = 0; i < verdict->nr; i++) {
		const struct comparison *work = &verdict->items[i];

		if (is_beside(work, time) && isfinite(work->change_ratio) &&
			counted_is(work->metric->name, COUNTED_INSTRUCTIONS))
			return work;
	}
	return NULL;
}

/* Of instructions that warn, what their time has to say of it. */
static void settle_work(struct comparison *work, const struct comparison *time)
{
	bool passed = time->word == VERDICT_PASS || time->word == VERDICT_IMPROVEMENT;

	if (time->word == VERDICT_REGRESSION) {
		work->word = VERDICT_UNGATED;
		work->why = WHY_BESIDE_TIME;
	} else if (passed && time->evidence == EVIDENCE_IN_TURN) {
		work->word = VERDICT_PASS;
		work->why = WHY_NOT_SLOWER;
	}
}

void counts_settle(struct verdict *verdict)
{
	for (size_t i = 0; i < verdict->nr; i++) {
		const struct comparison *time = &verdict->items[i];
		const struct comparison *work = counts_work_beside(verdict, time);

		if (work && work->word == VERDICT_WARNING)
			settle_work(&verdict->items[work - verdict->items], time);
	}
}
