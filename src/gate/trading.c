/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "gate/trading.h"

#include "base/array.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Measuring ends when each benchmark is decided, not at a fixed number of values: a test of what is
 * there then is one of several looks. */
#define LOOK_WEIGHT 0.2
/* What arithmetic may add to an exact change. */
#define ROUNDING 1e-12

/* One term of a sum. */
struct term {
	const struct comparison *comparison;
	double amount; /* weight times base: of several, only the proportions matter */
};

struct terms {
	struct term *items;
	size_t nr, alloc;
};

static bool is_comparison_of(
	const struct comparison *comparison, const char *benchmark, const char *metric)
{
	return comparison->head && comparison->base && comparison->metric &&
		!comparison->is_limit && strcmp(comparison->head->name, benchmark) == 0 &&
		strcmp(comparison->metric->name, metric) == 0;
}

/* NULL: it was not compared, or without a number that can be told. */
static const struct comparison *paying_comparison(
	const struct verdict *verdict, const char *benchmark, const char *metric)
{
	for (size_t i = 0; i < verdict->nr; i++) {
		const struct comparison *comparison = &verdict->items[i];

		if (is_comparison_of(comparison, benchmark, metric))
			return comparison->contrast.answer == ANSWER_OK ||
					comparison->evidence == EVIDENCE_EXACT
				? comparison
				: NULL;
	}
	return NULL;
}

/* False: one is missing, or has no level. */
static bool find_terms(const struct verdict *verdict, const struct payment *payment,
	const char *benchmark, struct terms *terms)
{
	const struct weight own = { (char *)benchmark, 1 };
	size_t nr = payment->weights.nr;

	for (size_t i = 0; i < (nr ? nr : 1); i++) {
		const struct weight *weight = nr ? &payment->weights.items[i] : &own;
		const struct comparison *found =
			paying_comparison(verdict, weight->benchmark, payment->metric);

		if (!found || (nr > 1 && !(found->base_estimate.value > 0)))
			return false;
		*ARRAY_ADD(terms) = (struct term){ found,
			nr > 1 ? weight->factor * found->base_estimate.value : 1 };
	}
	return true;
}

/* The ratio of the value itself, whichever way is better. */
static double ratio_of(const struct term *term, double sign)
{
	return exp(sign * term->comparison->contrast.difference);
}

static bool shares_a_base(const struct term *term)
{
	return term->comparison->evidence == EVIDENCE_FIRST_LOOK ||
		term->comparison->evidence == EVIDENCE_SECOND_LOOK;
}

/*
 * The delta method: the logarithm of a ratio of sums has the terms' shares as its derivatives,
 * those of the base's sum in the base's values and those of the head's sum in the head's; the
 * larger of the two is on the safe side. Units in turn are independent from benchmark to benchmark;
 * beside a stored base, all drift together, and errors add up.
 */
static struct contrast sum_of(const struct terms *terms, double sign)
{
	struct component *components = mem_alloc(terms->nr, sizeof *components);
	double base = 0, head = 0, together = 0, least_df = INFINITY;
	struct contrast sum;

	for (size_t i = 0; i < terms->nr; i++) {
		base += terms->items[i].amount;
		head += terms->items[i].amount * ratio_of(&terms->items[i], sign);
	}
	for (size_t i = 0; i < terms->nr; i++) {
		const struct term *term = &terms->items[i];
		struct contrast one = term->comparison->contrast;
		bool is_exact = one.answer != ANSWER_OK;
		double share =
			fmax(term->amount / base, term->amount * ratio_of(term, sign) / head);
		double se = is_exact ? 0 : share * one.se;

		together += shares_a_base(term) ? se : 0;
		components[i] = (struct component){ 0, 0 };
		if (!is_exact && !shares_a_base(term))
			components[i] = (struct component){ se * se, se * se * se * se / one.df };
		if (!is_exact && one.df < least_df)
			least_df = one.df;
	}
	/* Several sums of squares with one that has few degrees of freedom of its own. */
	sum = contrast_of(sign * log(head / base), 0, components, terms->nr);
	if (together > 0) {
		sum.se = sum.answer == ANSWER_OK ? hypot(sum.se, together) : together;
		sum.df = least_df;
		sum.answer = ANSWER_OK;
	}
	free(components);
	return sum;
}

bool trading_contrast(const struct verdict *verdict, const struct payment *payment,
	const char *benchmark, struct contrast *contrast, bool *more_is_better)
{
	struct terms terms = { 0 };
	bool found = find_terms(verdict, payment, benchmark, &terms);

	if (found) {
		*more_is_better = terms.items[0].comparison->metric->more_is_better;
		*contrast = sum_of(&terms, *more_is_better ? -1 : 1);
	}
	ARRAY_RELEASE(&terms);
	return found;
}

/* The logarithm that "better by so much" is, of what is worse when it is more. */
static double log_of_better(double better_by_ratio, bool more_is_better)
{
	if (more_is_better)
		return -log1p(better_by_ratio);
	return better_by_ratio < 1 ? log1p(-better_by_ratio) : -INFINITY;
}

static bool is_surely_below(struct contrast contrast, double limit, double alpha)
{
	if (contrast.answer == ANSWER_OK)
		return contrast_p_below(contrast, limit) < alpha * LOOK_WEIGHT;
	return contrast.answer == ANSWER_NO_SPREAD && contrast.difference <= limit + ROUNDING;
}

/* Does the rule cover it, and if not, why not? */
static struct trade trade_of(const struct verdict *verdict, const struct comparison *comparison,
	const struct tradeoff *rule)
{
	double worse = comparison->aspects[verdict_deciding(verdict, comparison)].change_ratio;
	struct trade trade = { rule, TRADE_NOT_COMPARED, NAN };
	struct contrast contrast;
	bool more_is_better;

	if (!trading_contrast(
		    verdict, &rule->payment, comparison->head->name, &contrast, &more_is_better))
		return trade;
	trade.paid_ratio = expm1((more_is_better ? -1 : 1) * contrast.difference);
	if (fabs(worse) > rule->worse_by_ratio + ROUNDING)
		trade.word = TRADE_TOO_MUCH_WORSE;
	else if (is_surely_below(contrast,
			 log_of_better(rule->payment.better_by_ratio, more_is_better),
			 verdict->policy->alpha))
		trade.word = TRADE_HOLDS;
	else
		trade.word = TRADE_NOT_BETTER_ENOUGH;
	return trade;
}

/* Of several rules, the first that covers it; else the first that speaks of it. */
static struct trade best_trade(const struct verdict *verdict, const struct comparison *comparison)
{
	const struct tradeoffs *tradeoffs = &verdict->policy->tradeoffs;
	struct trade best = { NULL, TRADE_NOT_COMPARED, NAN };

	for (size_t i = 0; i < tradeoffs->nr && best.word != TRADE_HOLDS; i++) {
		struct trade trade;

		if (!tradeoff_is_of(
			    &tradeoffs->items[i], comparison->head->name, comparison->metric->name))
			continue;
		trade = trade_of(verdict, comparison, &tradeoffs->items[i]);
		if (!best.rule || trade.word == TRADE_HOLDS)
			best = trade;
	}
	return best;
}

void trading_settle(struct verdict *verdict)
{
	for (size_t i = 0; verdict->policy && i < verdict->nr; i++) {
		struct comparison *comparison = &verdict->items[i];

		if ((comparison->word != VERDICT_REGRESSION &&
			    comparison->word != VERDICT_WARNING) ||
			comparison->is_limit)
			continue;
		comparison->trade = best_trade(verdict, comparison);
		if (comparison->trade.rule && comparison->trade.word == TRADE_HOLDS)
			comparison->word = VERDICT_ACCEPTED;
	}
}
