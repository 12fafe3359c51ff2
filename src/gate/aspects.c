/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "gate/aspects.h"

#include "gate/in_turn.h"
#include "stats/adjust.h"

#include <math.h>
#include <stdlib.h>

struct aspect aspect_of(const struct comparison *comparison, const struct metric *metric)
{
	return (struct aspect){ .metric = metric,
		.change_ratio = comparison->change_ratio,
		.change_low = comparison->change_low,
		.change_high = comparison->change_high,
		.p = comparison->p,
		.p_adjusted = comparison->p_adjusted,
		.p_pass = comparison->p_pass,
		.p_better = comparison->p_better,
		.p_changed = comparison->p_changed,
		.bound_ratio = comparison->bound_ratio,
		.nr_units = comparison->nr_units,
		.planned = comparison->planned };
}

/* The larger one; NaN if either is. */
static double larger(double a, double b)
{
	return a > b || isnan(a) ? a : b;
}

/* Of two words for one thing, the one that says more against it. */
static bool word_is_worse(enum verdict_word one, enum verdict_word other)
{
	static const enum verdict_word worst_first[] = { VERDICT_REGRESSION, VERDICT_INCONCLUSIVE,
		VERDICT_IMPROVEMENT, VERDICT_PASS };

	for (size_t i = 0; i < sizeof worst_first / sizeof *worst_first; i++)
		if (one == worst_first[i] || other == worst_first[i])
			return one != other && one == worst_first[i];
	return false;
}

void aspect_merge(struct comparison *comparison, const struct comparison *typical)
{
	if (word_is_worse(typical->word, comparison->word)) {
		comparison->word = typical->word;
		comparison->why = typical->why;
		comparison->evidence = typical->evidence;
		comparison->drift_source = typical->drift_source;
		comparison->tau_ratio = typical->tau_ratio;
	}
	comparison->p = fmin(comparison->p, typical->p);
	comparison->p_adjusted = fmin(comparison->p_adjusted, typical->p_adjusted);
	comparison->p_better = fmin(comparison->p_better, typical->p_better);
	comparison->p_pass = larger(comparison->p_pass, typical->p_pass);
	comparison->bound_ratio = larger(comparison->bound_ratio, typical->bound_ratio);
	comparison->disturbed |= typical->disturbed;
	if (typical->nr_units < comparison->nr_units)
		comparison->nr_units = typical->nr_units;
	if (larger(typical->planned.se, comparison->planned.se) == typical->planned.se)
		comparison->planned = typical->planned;
}

/* Neither worse nor better code: all that it reaches is the same on both sides. */
static void blame_layout(struct comparison *comparison)
{
	if ((comparison->word == VERDICT_REGRESSION || comparison->word == VERDICT_IMPROVEMENT) &&
		comparison->head->code == CODE_SAME)
		comparison->word = VERDICT_LAYOUT;
}

static bool is_in_turn(const struct comparison *comparison)
{
	return comparison->evidence == EVIDENCE_IN_TURN && comparison->word != VERDICT_UNGATED;
}

/* How many p-values a comparison in turn has: one for each aspect. */
static size_t nr_aspects(const struct comparison *comparison)
{
	return comparison->aspects[ASPECT_TYPICAL].metric ? 2 : 1;
}

/* Takes the adjusted p-values of one comparison. */
static void aspects_settle_one(
	struct verdict *verdict, struct comparison *comparison, const double *p, size_t family)
{
	comparison->p_adjusted = NAN;
	for (size_t k = 0; k < nr_aspects(comparison); k++) {
		comparison->aspects[k].p_adjusted = p[k];
		comparison->p_adjusted = fmin(comparison->p_adjusted, p[k]);
	}
	comparison->word = in_turn_word(comparison, verdict->policy->alpha, family);
	comparison->why = in_turn_why(comparison);
	blame_layout(comparison);
}

void aspects_settle(struct verdict *verdict, size_t nr_elsewhere)
{
	size_t most = NR_ASPECTS * (verdict->nr + nr_elsewhere), nr = 0, at = 0;
	double *p = mem_alloc(most, sizeof *p);
	struct ranked *scratch = mem_alloc(most, sizeof *scratch);

	for (size_t i = 0; i < verdict->nr; i++)
		for (size_t k = 0;
			is_in_turn(&verdict->items[i]) && k < nr_aspects(&verdict->items[i]); k++)
			p[nr++] = verdict->items[i].aspects[k].p;
	for (size_t i = 0; nr && i < NR_ASPECTS * nr_elsewhere; i++)
		p[nr++] = NAN;
	adjust_holm(p, p, scratch, nr);
	for (size_t i = 0; i < verdict->nr; i++) {
		struct comparison *comparison = &verdict->items[i];

		if (!is_in_turn(comparison))
			continue;
		aspects_settle_one(verdict, comparison, p + at, nr);
		at += nr_aspects(comparison);
	}
	verdict->family_in_turn = nr;
	free(scratch);
	free(p);
}
