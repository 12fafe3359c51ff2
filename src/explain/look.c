/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "explain/look.h"

#include "stats/adjust.h"
#include "stats/contrast.h"

#include <math.h>

/* As many values that do not vary are enough to believe that they never do. */
#define EXACT_UNITS 2

static const struct {
	size_t nr_units;
	double weight;
} usual_looks[LOOK_MOST - 1] = { { 6, .2 }, { 8, .2 }, { 10, .15 }, { 14, .15 }, { 20, .1 },
	{ 28, .08 }, { 40, .06 }, { 60, .03 } };

struct look_plan look_plan(size_t nr_units)
{
	struct look_plan plan = { .nr = 0 };
	double left = 1;

	for (size_t i = 0; i < LOOK_MOST - 1 && usual_looks[i].nr_units < nr_units; i++) {
		plan.nr_units[plan.nr] = usual_looks[i].nr_units;
		plan.weights[plan.nr++] = usual_looks[i].weight;
		left -= usual_looks[i].weight;
	}
	plan.nr_units[plan.nr] = nr_units;
	plan.weights[plan.nr++] = left;
	return plan;
}

static enum bisect_answer answer_of_value(const struct bisect_question *question, double change)
{
	if (change > question->inner_low && change < question->inner_high)
		return BISECT_BETWEEN;
	return change > question->high ? BISECT_ABOVE : BISECT_BELOW;
}

/* Of two answers, one can be wrong; of three, two can, which share the error. */
static enum bisect_answer answer_of_looks(const struct bisect_question *question,
	const struct look_plan *plan, const struct look_data *data, size_t nr_metrics)
{
	bool has_between = question->inner_low < question->inner_high;
	double level = question->error / (double)nr_metrics / (has_between ? 2 : 1);
	double above = NAN, below = NAN, between = NAN;

	for (size_t i = 0; i < data->nr; i++) {
		struct contrast contrast = contrast_of_one(data->at[i]);
		double weight = plan->weights[i];

		adjust_add_look(&above, contrast_p_above(contrast, question->high), weight);
		adjust_add_look(&below, contrast_p_below(contrast, question->low), weight);
		if (has_between)
			adjust_add_look(&between,
				contrast_p_within(
					contrast, question->inner_low, question->inner_high),
				weight);
	}
	if (above < level)
		return BISECT_ABOVE;
	if (below < level)
		return BISECT_BELOW;
	return between < level ? BISECT_BETWEEN : BISECT_UNDECIDED;
}

struct bisect_told look_answer(const struct bisect_question *question, const struct look_plan *plan,
	const struct look_data *data, size_t nr_metrics)
{
	struct bisect_told told = { BISECT_UNDECIDED, NAN, NAN, NAN };
	struct contrast last;
	struct interval interval;

	if (!data->nr)
		return told;
	last = contrast_of_one(data->at[data->nr - 1]);
	interval = contrast_interval(last, 0.95);
	told.change = last.difference;
	told.low = interval.low;
	told.high = interval.high;
	if (last.answer == ANSWER_NO_SPREAD && data->is_exact &&
		data->at[data->nr - 1].nr >= EXACT_UNITS) {
		told.low = told.high = told.change;
		told.answer = answer_of_value(question, told.change);
	} else {
		told.answer = answer_of_looks(question, plan, data, nr_metrics);
	}
	return told;
}

bool look_is_enough(const struct bisect_question *question, struct bisect_told told)
{
	if (question->purpose == BISECT_STEP)
		return told.high - told.low <= 2 * question->width;
	return told.answer != BISECT_UNDECIDED;
}
