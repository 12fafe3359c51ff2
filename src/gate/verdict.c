/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "gate/verdict.h"

#include "gate/looks.h"
#include "stats/adjust.h"
#include "stats/power.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define DETECT_POWER 0.9

const char *const evidence_words[] = {
	[EVIDENCE_NONE] = "none",
	[EVIDENCE_FIRST_LOOK] = "first-look",
	[EVIDENCE_SECOND_LOOK] = "second-look",
	[EVIDENCE_IN_TURN] = "in-turn",
	[EVIDENCE_IDENTICAL] = "identical",
	[EVIDENCE_EXACT] = "exact",
	[EVIDENCE_COUNTED] = "counted",
	NULL,
};

const char *const drift_words[] = {
	[DRIFT_NONE] = "none",
	[DRIFT_OWN] = "own",
	[DRIFT_POOLED] = "pooled",
	[DRIFT_CALIBRATED] = "calibrated",
	[DRIFT_HISTORY] = "history",
	[DRIFT_ASSUMED] = "assumed",
	NULL,
};

const char *const verdict_words[] = {
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
	[VERDICT_LAYOUT] = "LAYOUT",
	[VERDICT_WARNING] = "WARNING",
	[VERDICT_UNGATED] = "not gated",
	NULL,
};

struct comparison *verdict_add(struct verdict *verdict, size_t part, const struct result *head,
	const struct metric *metric, enum verdict_word word)
{
	struct comparison *comparison = ARRAY_ADD(verdict);

	*comparison = (struct comparison){ .word = word,
		.part = part,
		.head = head,
		.metric = metric,
		.estimate = estimate_none(),
		.base_estimate = estimate_none(),
		.change_ratio = NAN,
		.change_low = NAN,
		.change_high = NAN,
		.p = NAN,
		.p_adjusted = NAN,
		.p_pass = NAN,
		.p_better = NAN,
		.p_changed = NAN,
		.bound_ratio = NAN,
		.tau_ratio = NAN,
		.basis = metric ? metric->basis : BASIS_PROCESSES,
		.nr_head = head && metric ? metric->digest.nr + metric->values.nr : 0,
		.contrast = contrast_without(ANSWER_TOO_FEW, NAN),
		.planned = contrast_without(ANSWER_TOO_FEW, NAN) };
	return comparison;
}

void verdict_release(struct verdict *verdict)
{
	free(verdict->parts);
	verdict->parts = NULL;
	verdict->nr_parts = 0;
	ARRAY_RELEASE(verdict);
	max_times_release(&verdict->max_times);
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
enum verdict_word verdict_overall(const struct verdict *verdict)
{
	static const enum verdict_word serious_first[] = { VERDICT_REGRESSION, VERDICT_MISSING,
		VERDICT_FAILED, VERDICT_NOT_MEASURED, VERDICT_REFUSED, VERDICT_WARNING,
		VERDICT_INCONCLUSIVE, VERDICT_LAYOUT, VERDICT_NEW };

	for (enum action action = ACTION_FAIL; action > ACTION_PASS; action--)
		for (size_t i = 0; i < sizeof serious_first / sizeof *serious_first; i++)
			if (any_does(verdict, serious_first[i], action))
				return serious_first[i];
	return verdict_compared(verdict) ? VERDICT_PASS : VERDICT_NEW;
}

const char *verdict_mismatch(const struct verdict *verdict, const struct comparison *comparison)
{
	return comparison->part < verdict->nr_parts ? verdict->parts[comparison->part].mismatch
						    : verdict->mismatch;
}

uint64_t verdict_duration_ns(const struct verdict *verdict)
{
	uint64_t sum_ns = 0;

	for (size_t i = 0; i < verdict->nr_parts; i++)
		sum_ns += verdict->parts[i].head->duration_ns;
	return sum_ns;
}

enum run_status verdict_status(const struct verdict *verdict)
{
	enum run_status worst = RUN_COMPLETE;

	for (size_t i = 0; i < verdict->nr_parts; i++)
		if (verdict->parts[i].head->status > worst)
			worst = verdict->parts[i].head->status;
	return worst;
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
	return verdict_words[word];
}

void verdict_add_name(const struct comparison *comparison, struct buf *out)
{
	const struct result *result = comparison->head ? comparison->head : comparison->base;

	buf_add_printable(out, result->name);
	if (!comparison->metric || metric_is(comparison->metric, &metric_time))
		return;
	buf_addc(out, ' ');
	buf_add_printable(out, comparison->metric->name);
}

double verdict_worsening_of(double change_ratio, bool more_is_better)
{
	return more_is_better ? 1 / (1 + change_ratio) - 1 : change_ratio;
}

double verdict_worsening(const struct comparison *comparison)
{
	return verdict_worsening_of(
		comparison->change_ratio, comparison->metric && comparison->metric->more_is_better);
}

static bool is_max_time(const struct comparison *comparison)
{
	return comparison->why == WHY_OVER_MAX_TIME || comparison->why == WHY_WITHIN_MAX_TIME;
}

/* A max_time that was kept says nothing of the code. */
static bool is_compared(const struct comparison *comparison)
{
	if (comparison->evidence == EVIDENCE_NONE || comparison->word == VERDICT_UNGATED)
		return false;
	return !is_max_time(comparison) || comparison->word == VERDICT_REGRESSION;
}

bool verdict_compared(const struct verdict *verdict)
{
	for (size_t i = 0; i < verdict->nr; i++)
		if (is_compared(&verdict->items[i]))
			return true;
	return false;
}

enum action verdict_action(const struct verdict *verdict, const struct comparison *comparison)
{
	const struct policy *policy = verdict->policy;

	switch (comparison->word) {
	case VERDICT_REGRESSION:
		return comparison->tolerance.severity == SEVERITY_WARN ? ACTION_WARN : ACTION_FAIL;
	case VERDICT_WARNING:
		return ACTION_WARN;
	case VERDICT_MISSING:
		return policy ? policy->on_missing : ACTION_FAIL;
	case VERDICT_FAILED:
		return policy ? policy->on_failed : ACTION_FAIL;
	case VERDICT_NOT_MEASURED:
		return ACTION_FAIL;
	case VERDICT_REFUSED:
		return comparison->only_warns ? ACTION_WARN : ACTION_FAIL;
	case VERDICT_INCONCLUSIVE:
		return policy ? policy->on_inconclusive : ACTION_WARN;
	case VERDICT_LAYOUT:
		return policy ? policy->on_layout : ACTION_WARN;
	case VERDICT_NEW:
		return policy ? policy->on_new : ACTION_PASS;
	default:
		return ACTION_PASS;
	}
}

static const struct run *head_of(const struct verdict *verdict, const struct comparison *comparison)
{
	return comparison->part < verdict->nr_parts ? verdict->parts[comparison->part].head
						    : verdict->head;
}

enum aspect_of verdict_deciding(const struct verdict *verdict, const struct comparison *comparison)
{
	const struct aspect *main = &comparison->aspects[ASPECT_MAIN];
	const struct aspect *typical = &comparison->aspects[ASPECT_TYPICAL];
	bool improved = comparison->word == VERDICT_IMPROVEMENT;
	double of_main = improved ? main->p_better : main->p_adjusted;
	double of_typical = improved ? typical->p_better : typical->p_adjusted;

	if (!typical->metric || !verdict->policy || of_main < verdict->policy->alpha)
		return ASPECT_MAIN;
	return of_typical < of_main || isnan(of_main) ? ASPECT_TYPICAL : ASPECT_MAIN;
}

static bool verdict_is_exact(const struct comparison *comparison)
{
	return comparison->evidence == EVIDENCE_EXACT;
}

/* Surely worse or better than is tolerated. */
static bool is_decided(const struct comparison *comparison)
{
	return comparison->word == VERDICT_REGRESSION || comparison->word == VERDICT_ACCEPTED ||
		comparison->word == VERDICT_LAYOUT || comparison->word == VERDICT_WARNING ||
		comparison->word == VERDICT_IMPROVEMENT;
}

double verdict_p_value(const struct verdict *verdict, const struct comparison *comparison)
{
	if (comparison->word == VERDICT_UNGATED)
		return NAN;
	if (comparison->is_limit)
		return verdict_p_above_threshold(comparison);
	if (verdict_is_exact(comparison))
		return comparison->change_ratio == 0;
	return is_decided(comparison)
		? comparison->aspects[verdict_deciding(verdict, comparison)].p_changed
		: comparison->p_changed;
}

/* Being under a budget is no news. */
static bool is_for_the_better(const struct comparison *comparison, double change_ratio)
{
	return !comparison->is_limit &&
		verdict_worsening_of(
			change_ratio, comparison->metric && comparison->metric->more_is_better) < 0;
}

double verdict_p_above_threshold(const struct comparison *comparison)
{
	/* What is exact leaves no doubt: it is beyond the threshold or it is not. */
	if (verdict_is_exact(comparison))
		return !is_decided(comparison);
	return is_for_the_better(comparison, comparison->change_ratio) ? comparison->p_better
								       : comparison->p;
}

static double adjust_better(
	const struct verdict *verdict, const struct comparison *comparison, double p_better)
{
	bool in_turn = comparison->evidence == EVIDENCE_IN_TURN;

	return adjust_bonferroni(p_better, in_turn ? verdict->family_in_turn : verdict->family);
}

double verdict_p_above_threshold_adjusted(
	const struct verdict *verdict, const struct comparison *comparison)
{
	if (comparison->word == VERDICT_UNGATED)
		return NAN;
	if (verdict_is_exact(comparison))
		return verdict_p_above_threshold(comparison);
	return is_for_the_better(comparison, comparison->change_ratio)
		? adjust_better(verdict, comparison, comparison->p_better)
		: comparison->p_adjusted;
}

double verdict_p_of_typical(const struct verdict *verdict, const struct comparison *comparison)
{
	const struct aspect *typical = &comparison->aspects[ASPECT_TYPICAL];

	return is_for_the_better(comparison, typical->change_ratio)
		? adjust_better(verdict, comparison, typical->p_better)
		: typical->p_adjusted;
}

double verdict_detectable(const struct verdict *verdict, const struct comparison *comparison)
{
	struct tolerance tolerance = comparison->tolerance;
	bool in_turn = comparison->evidence == EVIDENCE_IN_TURN;
	size_t family = in_turn ? verdict->family_in_turn : verdict->family;
	double excess, alpha;

	if (!verdict->policy || !family)
		return NAN;
	alpha = verdict->policy->alpha / (double)family;
	if (in_turn)
		alpha *= looks_last_weight(&head_of(verdict, comparison)->plan);
	excess = power_detectable(comparison->planned, alpha, DETECT_POWER);
	return expm1((comparison->is_limit ? 0 : log1p(tolerance.threshold_ratio)) + excess);
}
