/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "explain/explanation.h"

#include "base/array.h"

#include <math.h>
#include <string.h>

/* Smaller parts of the whole are no change. */
#define LEAST_PART 0.001
/* The same of time, in which one process differs from another. */
#define LEAST_PART_OF_TIME 0.02
#define LEAST_SAMPLES 200
/* Standard errors: of an interval that holds 19 times in 20; of a change that is one, where many
 * functions are looked at. */
#define ERRORS_95 1.96
#define ERRORS_SURE 3
/* What no sample fell on may be as large as so many, 19 times in 20 (rule of three). */
#define UNSEEN_95 3

/* Callers that are gone through, one above the other. */
#define MAX_CHAIN 30

double explanation_total_change(const struct explanation *explanation, enum cost_event event)
{
	return explanation->total[SIDE_HEAD].of[event] - explanation->total[SIDE_BASE].of[event];
}

static double change_in(
	const struct explanation *explanation, enum cost_event event, size_t function)
{
	double sum[NR_SIDES] = { 0 };

	for (size_t i = 0; i < explanation->functions.nr; i++) {
		const struct explained_function *other = &explanation->functions.items[i];

		if (i == function || other->other == function)
			for (int side = 0; side < NR_SIDES; side++)
				sum[side] += other->side[side].charge.of[event];
	}
	return sum[SIDE_HEAD] - sum[SIDE_BASE];
}

double explanation_change(const struct explanation *explanation, size_t function)
{
	return change_in(explanation, explanation->event, function);
}

double explanation_most_of(
	const struct explanation *explanation, enum cost_event event, size_t *function)
{
	double whole = explanation_total_change(explanation, event), most = 0;

	*function = COSTS_NONE;
	if (fabs(whole) <= LEAST_PART * explanation->total[SIDE_BASE].of[event] ||
		(event == COST_TIME && !explanation_has_change(explanation)))
		return 0;
	for (size_t i = 0; i < explanation->functions.nr; i++) {
		const struct explained_function *it = &explanation->functions.items[i];
		double part = change_in(explanation, event, i) / whole;

		if (!it->is_shared && it->other == COSTS_NONE && part > most) {
			most = part;
			*function = i;
		}
	}
	return most;
}

double explanation_part(const struct explanation *explanation, size_t function)
{
	double whole = explanation_total_change(explanation, explanation->event);

	return explanation_has_change(explanation)
		? explanation_change(explanation, function) / whole
		: NAN;
}

/* Of samples that fall here or there, as many vary as much as there are. */
static double variance_of(const struct explanation *explanation, double base, double head)
{
	return explanation->event == COST_TIME ? base * explanation->sample_ns[SIDE_BASE] +
			head * explanation->sample_ns[SIDE_HEAD]
					       : 0;
}

static double variance_of_whole(const struct explanation *explanation)
{
	enum cost_event event = explanation->event;

	return variance_of(explanation, explanation->total[SIDE_BASE].of[event],
		explanation->total[SIDE_HEAD].of[event]);
}

static double variance_of_change(const struct explanation *explanation, size_t function)
{
	double sum = 0;

	for (size_t i = 0; i < explanation->functions.nr; i++) {
		const struct explained_function *other = &explanation->functions.items[i];

		if (i == function || other->other == function)
			sum += variance_of(explanation,
				other->side[SIDE_BASE].charge.of[explanation->event],
				other->side[SIDE_HEAD].charge.of[explanation->event]);
	}
	return sum;
}

double explanation_error(const struct explanation *explanation, double base, double head)
{
	return ERRORS_95 * sqrt(variance_of(explanation, base, head));
}

double explanation_whole_error(const struct explanation *explanation)
{
	return ERRORS_95 * sqrt(variance_of_whole(explanation));
}

/* What is in the function and what is not vary each for itself. */
double explanation_part_error(const struct explanation *explanation, size_t function)
{
	double whole = explanation_total_change(explanation, explanation->event);
	double part = explanation_part(explanation, function);
	double own = variance_of_change(explanation, function);
	double others = fmax(0, variance_of_whole(explanation) - own);
	double chance = ERRORS_95 * sqrt((1 - part) * (1 - part) * own + part * part * others);
	double unseen = explanation->event == COST_TIME ? UNSEEN_95 *
			fmax(explanation->sample_ns[SIDE_BASE], explanation->sample_ns[SIDE_HEAD])
							: 0;

	return fmax(chance, unseen) / fabs(whole);
}

bool explanation_has_samples(const struct explanation *explanation)
{
	return explanation->nr_samples[SIDE_BASE] >= LEAST_SAMPLES &&
		explanation->nr_samples[SIDE_HEAD] >= LEAST_SAMPLES;
}

bool explanation_pairs_agree(const struct explanation *explanation)
{
	double low = INFINITY, high = -INFINITY;

	for (size_t i = 0; i < COST_PAIRS; i++) {
		low = fmin(low, explanation->pair_change[i]);
		high = fmax(high, explanation->pair_change[i]);
	}
	return high - low <= fabs(low + high) / 2;
}

bool explanation_has_change(const struct explanation *explanation)
{
	enum cost_event event = explanation->event;
	double change = fabs(explanation_total_change(explanation, event));
	double least = event == COST_TIME ? LEAST_PART_OF_TIME : LEAST_PART;

	return change > least * explanation->total[SIDE_BASE].of[event] &&
		change > ERRORS_SURE * sqrt(variance_of_whole(explanation)) &&
		(event != COST_TIME ||
			(explanation_has_samples(explanation) &&
				explanation_pairs_agree(explanation)));
}

static bool is_change_sure(const struct explanation *explanation, size_t function)
{
	return fabs(explanation_change(explanation, function)) >
		ERRORS_SURE * sqrt(variance_of_change(explanation, function));
}

size_t explanation_culprit(const struct explanation *explanation)
{
	size_t best = COSTS_NONE;
	double most = 0;

	for (size_t i = 0; i < explanation->functions.nr; i++) {
		const struct explained_function *function = &explanation->functions.items[i];
		double part = explanation_part(explanation, i);

		if (!function->is_shared && function->other == COSTS_NONE && part > most &&
			is_change_sure(explanation, i)) {
			most = part;
			best = i;
		}
	}
	return best;
}

const struct explained_call *explanation_busiest_call(
	const struct explanation *explanation, size_t function)
{
	for (size_t i = 0; i < explanation->calls.nr; i++) {
		const struct explained_call *call = &explanation->calls.items[i];

		if (call->to == function && call->from != function)
			return call;
	}
	return NULL;
}

const struct explained_call *explanation_first_call(
	const struct explanation *explanation, size_t function)
{
	for (int i = 0; i < MAX_CHAIN; i++) {
		const struct explained_call *call = explanation_busiest_call(explanation, function);
		const struct explained_function *from;

		if (!call)
			return NULL;
		from = &explanation->functions.items[call->from];
		if (from->side[SIDE_HEAD].calls == from->side[SIDE_BASE].calls)
			return call;
		function = call->from;
	}
	return NULL;
}

bool explanation_is_called_more(const struct explanation *explanation, size_t function)
{
	const struct explained_function *said = &explanation->functions.items[function];
	const struct explained *base = &said->side[SIDE_BASE], *head = &said->side[SIDE_HEAD];
	double before = base->charge.of[explanation->event];
	double change = head->charge.of[explanation->event] - before;

	if (!(base->calls > 0) || !(head->calls > 0))
		return false;
	return fabs(before * (head->calls / base->calls - 1)) > fabs(change) / 2 &&
		(head->calls > base->calls) == (change > 0);
}

void explanation_release(struct explanation *explanation)
{
	for (size_t i = 0; i < explanation->functions.nr; i++) {
		free(explanation->functions.items[i].name);
		free(explanation->functions.items[i].file);
		free(explanation->functions.items[i].was);
	}
	for (size_t i = 0; i < explanation->lines.nr; i++) {
		free(explanation->lines.items[i].file);
		free(explanation->lines.items[i].path);
		free(explanation->lines.items[i].text);
	}
	free(explanation->inlined);
	free(explanation->inlined_file);
	free(explanation->was_in);
	ARRAY_RELEASE(&explanation->functions);
	ARRAY_RELEASE(&explanation->calls);
	ARRAY_RELEASE(&explanation->lines);
	for (int i = 0; i < NR_SIDES; i++)
		free(explanation->of[i]);
}
