/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "gate/in_turn.h"

#include "gate/looks.h"
#include "stats/adjust.h"

#include <math.h>

/* Drop rates that differ by more are no chance. */
#define MAX_RATE_DIFFERENCE 0.1
/* Before so many units their spread is too uncertain to give up on. */
#define HOPE_UNITS 10
/* Which standard errors of what is to come a hopeless case is given to get better. */
#define HOPE_SE 2

size_t in_turn_values(const struct plan *plan, size_t nr_units)
{
	return plan->nr_layouts && plan->nr_layouts < nr_units ? plan->nr_layouts : nr_units;
}

static size_t units_taken(const struct question *question)
{
	return (question->until - question->from) / DUETS_A_UNIT;
}

/* Those behind so many units. What ended between two looks has the later one early. */
static struct looks in_turn_looks_until(const struct plan *plan, size_t nr_units)
{
	struct looks looks = looks_planned(plan);
	size_t planned = looks.nr;

	looks.nr = 0;
	while (looks.nr < planned && looks.items[looks.nr].nr <= nr_units)
		looks.nr++;
	if (looks.nr < planned && (!looks.nr || looks.items[looks.nr - 1].nr < nr_units))
		looks.items[looks.nr++].nr = nr_units;
	return looks;
}

/* More than half was dropped, or one side was disturbed so much more often than the other that it
 * is no chance. */
static bool is_disturbed(const struct question *question)
{
	double nr_quads = 0, nr_dropped = 0, difference = 0;

	for (size_t i = question->from; i < question->until; i++) {
		const struct duet *duet = &question->duets->items[i];

		nr_quads += (double)duet->nr_quads;
		nr_dropped += (double)duet->nr_dropped;
		difference += (double)duet->nr_head_disturbed - (double)duet->nr_base_disturbed;
	}
	/* Where nothing is dropped, nothing can be dropped one-sidedly. Two batches a quad. */
	return nr_dropped > 0 &&
		(nr_dropped > nr_quads / 2 ||
			fabs(difference) / 2 > MAX_RATE_DIFFERENCE * nr_quads);
}

static void in_turn_take_look(const struct judge *judge, const struct question *question,
	struct look look, struct ruling *ruling)
{
	double bound;

	ruling->head = question_units(question, look.nr);
	ruling->nr = ruling->head.nr;
	ruling->contrast = contrast_of_one(ruling->head);
	if (ruling->nr < IN_TURN_MIN_UNITS)
		return;
	adjust_add_look(
		&ruling->p, contrast_p_above(ruling->contrast, question->threshold), look.weight);
	adjust_add_look(
		&ruling->p_pass, contrast_p_below(ruling->contrast, question->target), look.weight);
	adjust_add_look(&ruling->p_better, contrast_p_below(ruling->contrast, -question->threshold),
		look.weight);
	adjust_add_look(&ruling->p_changed, contrast_p_differs(ruling->contrast, 0), look.weight);
	bound = contrast_upper(ruling->contrast, judge->policy->alpha * look.weight);
	if (isnan(ruling->bound) || bound < ruling->bound)
		ruling->bound = bound;
}

struct ruling in_turn_rule(const struct judge *judge, const struct question *question)
{
	struct ruling ruling = { .word = VERDICT_INCONCLUSIVE,
		.why = WHY_TOO_FEW_UNITS,
		.evidence = EVIDENCE_IN_TURN,
		.contrast = contrast_without(ANSWER_TOO_FEW, NAN),
		.p = NAN,
		.p_pass = NAN,
		.p_better = NAN,
		.p_changed = NAN,
		.p_adjusted = NAN,
		.bound = NAN };
	struct looks looks = in_turn_looks_until(&judge->plan, units_taken(question));

	for (size_t i = 0; i < looks.nr; i++)
		in_turn_take_look(judge, question, looks.items[i], &ruling);
	ruling.disturbed = is_disturbed(question);
	return ruling;
}

enum verdict_word in_turn_word(const struct comparison *comparison, double alpha, size_t family)
{
	if (comparison->p_adjusted < alpha)
		return VERDICT_REGRESSION;
	if (!(comparison->p_pass < alpha) || comparison->disturbed)
		return VERDICT_INCONCLUSIVE;
	return adjust_bonferroni(comparison->p_better, family) < alpha ? VERDICT_IMPROVEMENT
								       : VERDICT_PASS;
}

enum why in_turn_why(const struct comparison *comparison)
{
	switch (comparison->word) {
	case VERDICT_REGRESSION:
		return WHY_BEYOND_THRESHOLD;
	case VERDICT_IMPROVEMENT:
		return WHY_FASTER;
	case VERDICT_PASS:
		return WHY_BELOW_TARGET;
	default:
		break;
	}
	/* Too few were taken; or so many were disturbed that too few are left. */
	if (comparison->head->duets.nr < DUETS_A_UNIT * IN_TURN_MIN_UNITS)
		return WHY_TOO_FEW_UNITS;
	if (comparison->disturbed)
		return WHY_DISTURBED;
	if (comparison->nr_units < IN_TURN_MIN_UNITS)
		return WHY_TOO_FEW_UNITS;
	return isnan(comparison->p) ? WHY_NO_SPREAD : WHY_NOT_ENOUGH;
}

/* The contrast that all the planned units would make. */
static struct contrast planned(const struct judge *judge, const struct ruling *ruling)
{
	size_t nr = in_turn_values(&judge->plan, judge->plan.nr_units);
	struct summary all = ruling->head;

	if (all.nr && nr > all.nr)
		all.nr = nr;
	return contrast_of_one(all);
}

/* While measuring: each benchmark's time is asked about twice, its mean and its typical value. */
static size_t family_so_far(const struct judge *judge)
{
	return 2 * (judge->nr_in_turn ? judge->nr_in_turn : 1);
}

/* Even with luck, neither a pass nor a regression. */
static bool is_hopeless(const struct judge *judge, const struct question *question,
	const struct ruling *ruling, double alpha)
{
	struct contrast full = planned(judge, ruling);
	double to_come, family = (double)family_so_far(judge);

	if (ruling->nr < HOPE_UNITS || ruling->contrast.answer != ANSWER_OK)
		return false;
	to_come = HOPE_SE *
		sqrt(fmax(ruling->contrast.se * ruling->contrast.se - full.se * full.se, 0));
	return contrast_upper(full, alpha) - to_come > question->target &&
		contrast_lower(full, alpha / family) + to_come < question->threshold;
}

bool in_turn_is_red(const struct judge *judge, const struct question *question)
{
	struct ruling ruling = in_turn_rule(judge, question);

	return adjust_bonferroni(ruling.p, family_so_far(judge)) < judge->policy->alpha;
}

bool in_turn_is_settled(const struct judge *judge, const struct question *question)
{
	struct ruling ruling = in_turn_rule(judge, question);
	double alpha = judge->policy->alpha;

	if (adjust_bonferroni(ruling.p, family_so_far(judge)) < alpha)
		return true;
	if (ruling.p_pass < alpha && !ruling.disturbed)
		return true;
	return is_hopeless(judge, question, &ruling, alpha * looks_last_weight(&judge->plan));
}
