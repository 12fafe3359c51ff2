/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "gate/judge.h"

#include "stats/adjust.h"
#include "stats/power.h"

#include <math.h>

#define OWN_SESSIONS 5
#define ASSUMED_DRIFT 0.02
#define POWER 0.9

/* Summaries of the logarithms, one a session; a metric without sessions is one. */
struct parts {
	struct summary *items;
	size_t nr, alloc;
};

static struct parts parts_of(const struct metric *metric)
{
	struct parts parts = { 0 };
	size_t at = 0;

	for (size_t i = 0; i < metric->sizes.nr; i++) {
		if (metric->sizes.items[i])
			*ARRAY_ADD(&parts) =
				summary_of_logs(metric->values.items + at, metric->sizes.items[i]);
		at += metric->sizes.items[i];
	}
	if (!metric->sizes.nr)
		*ARRAY_ADD(&parts) = summary_of_logs(metric->values.items, metric->values.nr);
	return parts;
}

struct drift judge_drift(const struct metric *base)
{
	struct parts parts = parts_of(base);
	struct drift drift = drift_of(parts.items, parts.nr);

	ARRAY_RELEASE(&parts);
	return drift;
}

static struct drift choose_drift(
	const struct parts *base, const struct family *family, enum drift_source *source)
{
	struct drift own = drift_of(base->items, base->nr);

	if (base->nr >= OWN_SESSIONS && own.answer == ANSWER_OK) {
		*source = DRIFT_OWN;
		return own;
	}
	if (family->pooled.answer == ANSWER_OK) {
		*source = DRIFT_POOLED;
		return family->pooled;
	}
	*source = DRIFT_ASSUMED;
	return drift_assumed(log1p(ASSUMED_DRIFT));
}

static enum judgement_word word_of(struct contrast change, const struct judgement *judgement,
	const struct tolerance *tolerance, const struct family *family)
{
	double limit = log1p(tolerance->threshold_ratio), target = log1p(tolerance->target_ratio);
	double p_better = adjust_bonferroni(contrast_p_below(change, -limit), family->nr);

	if (judgement->p_adjusted < family->alpha)
		return JUDGED_REGRESSION;
	if (p_better < family->alpha)
		return JUDGED_IMPROVEMENT;
	if (contrast_p_below(change, target) < family->alpha)
		return JUDGED_PASS;
	return JUDGED_INCONCLUSIVE;
}

/* Both sides the same number, process after process: no test is needed, nor possible. */
static void judge_exact(
	struct judgement *judgement, struct contrast change, const struct tolerance *tolerance)
{
	judgement->word = change.difference > log1p(tolerance->threshold_ratio) ? JUDGED_REGRESSION
		: change.difference < -log1p(tolerance->threshold_ratio)        ? JUDGED_IMPROVEMENT
										: JUDGED_PASS;
	judgement->low_ratio = judgement->high_ratio = judgement->bound_ratio =
		judgement->change_ratio;
	judgement->detectable_ratio = tolerance->threshold_ratio;
}

struct judgement judge_metric(const struct metric *base, const struct metric *head,
	const struct tolerance *tolerance, const struct family *family)
{
	struct judgement judgement = { .word = JUDGED_INCONCLUSIVE };
	struct parts parts = parts_of(base);
	struct summary values = summary_of_logs(head->values.items, head->values.nr);
	struct drift drift = choose_drift(&parts, family, &judgement.drift);
	struct contrast change = drift_welch_sessions(parts.items, parts.nr, values, drift);
	double limit = log1p(tolerance->threshold_ratio);
	struct interval interval;

	if (head->more_is_better)
		change.difference = -change.difference;
	interval = contrast_interval(change, 0.95);
	judgement.answer = change.answer;
	judgement.drift_ratio = expm1(drift_tau(drift));
	judgement.change_ratio = expm1(change.difference);
	judgement.low_ratio = expm1(interval.low);
	judgement.high_ratio = expm1(interval.high);
	judgement.p = contrast_p_above(change, limit);
	judgement.p_adjusted = adjust_bonferroni(judgement.p, family->nr);
	judgement.bound_ratio = expm1(contrast_upper(change, family->alpha));
	judgement.detectable_ratio =
		expm1(limit + power_detectable(change, family->alpha / (double)family->nr, POWER));
	if (change.answer == ANSWER_OK)
		judgement.word = word_of(change, &judgement, tolerance, family);
	else if (change.answer == ANSWER_NO_SPREAD)
		judge_exact(&judgement, change, tolerance);
	ARRAY_RELEASE(&parts);
	return judgement;
}
