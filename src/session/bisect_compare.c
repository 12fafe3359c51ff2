/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "session/bisect_compare.h"

#include "base/array.h"
#include "base/str.h"
#include "explain/look.h"
#include "gate/question.h"
#include "session/in_turn.h"
#include "sys/clock.h"
#include "sys/process.h"

#include <math.h>
#include <string.h>

/* What does not vary says so with two units; times always vary. */
#define EXACT_UNITS 2
/* Without a budget. */
#define LONG_NS (UINT64_C(86400) * CLOCK_NS_PER_S)

bool bisect_is_same(const struct bisect_task *task, const struct side *base,
	const struct side *head, const char *name)
{
	const struct bench *one = benches_find(&base->catalog.benches, name);
	const struct bench *other = benches_find(&head->catalog.benches, name);
	struct benches list = { 0 };
	struct run run = RUN_INIT;
	bool same = false;

	if (!one || !other || task->measure_identical)
		return false;
	run.plan = plan_settled(task->measure->plan);
	run.plan.sandbox = head->catalog.sandbox;
	run_add(&run, other);
	*ARRAY_ADD(&list) = *other;
	in_turn_mark_unchanged(
		&base->catalog.benches, &list, side_has_same_suites(base, head), &run);
	same = run.items[0].identical;
	ARRAY_RELEASE(&list);
	run_release(&run);
	return same;
}

static struct summary units_of(const struct result *result, const struct metric *metric, size_t nr)
{
	struct question question = { .head = metric,
		.sign = metric->more_is_better ? -1 : 1,
		.duets = &result->duets,
		.until = result->duets.nr };

	return question_units(&question, nr);
}

/* What is counted is the same whether or not others took the processor meanwhile: a unit that says
 * nothing of time counts. */
static struct summary counted_units_of(const struct metric *metric, size_t nr)
{
	const struct doubles *ratios = &metric->ratios;
	struct doubles units = { 0 };
	struct summary summary;

	for (size_t i = 0; i + DUETS_A_UNIT <= ratios->nr && i < nr * DUETS_A_UNIT;
		i += DUETS_A_UNIT) {
		double unit = (ratios->items[i] + ratios->items[i + 1]) / DUETS_A_UNIT;

		if (isfinite(unit))
			*ARRAY_ADD(&units) = metric->more_is_better ? -unit : unit;
	}
	summary = summary_of(units.items, units.nr);
	ARRAY_RELEASE(&units);
	return summary;
}

static struct look_data data_of(
	const struct result *result, const struct metric *metric, const struct look_plan *plan)
{
	struct look_data data = { .is_exact = !metric_is_time(metric) };
	size_t taken = result->duets.nr / DUETS_A_UNIT;

	if (data.is_exact && taken >= EXACT_UNITS) {
		data.at[0] = counted_units_of(metric, taken);
		if (data.at[0].nr >= EXACT_UNITS && data.at[0].sd == 0) {
			data.nr = 1;
			return data;
		}
	}
	while (data.nr < plan->nr && plan->nr_units[data.nr] <= taken) {
		data.at[data.nr] = units_of(result, metric, plan->nr_units[data.nr]);
		data.nr++;
	}
	return data;
}

/* What one metric says so far; of one that there is not, nothing. */
static struct bisect_told told_by(const struct bisect_task *task, const struct bisect_item *item,
	const struct result *result, const char *name, size_t nr_metrics)
{
	struct look_plan plan = look_plan(task->measure->plan.nr_units);
	const struct metric *metric = metrics_find(&result->metrics, name);
	struct bisect_told none = { BISECT_UNDECIDED, NAN, NAN, NAN };
	struct look_data data;

	/* More units will not bring it. */
	if (!metric || !metric->ratios.nr)
		none.answer = result->duets.nr ? BISECT_UNMEASURED : BISECT_UNDECIDED;
	if (!metric || !metric->ratios.nr)
		return none;
	data = data_of(result, metric, &plan);
	return look_answer(&item->question, &plan, &data, nr_metrics);
}

/* How many times its own uncertainty a change is. */
static double clarity(struct bisect_told told)
{
	double width = told.high - told.low;

	return isfinite(width) ? fabs(told.change) / fmax(width, 1e-12) : 0;
}

/* The mean or the typical time: whichever shows the change best; both have to say that there is
 * none. */
static struct bisect_told told_by_times(const struct bisect_task *task,
	const struct bisect_item *item, const struct result *result, const char **metric)
{
	bool has_typical = metrics_find(&result->metrics, metric_typical.name) != NULL;
	struct bisect_told mean =
		told_by(task, item, result, metric_time.name, has_typical ? 2 : 1);
	struct bisect_told typical = told_by(task, item, result, metric_typical.name, 2);
	bool mean_moved = mean.answer == BISECT_ABOVE || mean.answer == BISECT_BELOW;
	bool typical_moved = typical.answer == BISECT_ABOVE || typical.answer == BISECT_BELOW;
	bool takes_typical =
		typical_moved != mean_moved ? typical_moved : clarity(typical) >= clarity(mean);

	*metric = takes_typical ? metric_typical.name : metric_time.name;
	if (has_typical && !mean_moved && !typical_moved && mean.answer != typical.answer)
		return mean.answer == BISECT_UNDECIDED ? mean : typical;
	return takes_typical ? typical : mean;
}

static struct bisect_told answer_so_far(const struct bisect_task *task,
	const struct bisect_item *item, const struct result *result, const char **metric)
{
	*metric = item->subject->metric ? item->subject->metric : task->metric;
	if (!*metric)
		return told_by_times(task, item, result, metric);
	return told_by(task, item, result, *metric, 1);
}

struct bisect_deciding {
	const struct bisect_task *task;
	const struct bisect_items *items;
};

static const struct bisect_item *item_named(const struct bisect_items *items, const char *name)
{
	for (size_t i = 0; i < items->nr; i++)
		if (strcmp(items->items[i].subject->name, name) == 0)
			return &items->items[i];
	return NULL;
}

static bool has_answer(void *context, const struct result *result)
{
	const struct bisect_deciding *deciding = context;
	const struct bisect_item *item = item_named(deciding->items, result->name);
	const char *metric;

	if (!item || result->duets.nr / DUETS_A_UNIT >= deciding->task->measure->plan.nr_units)
		return true;
	return look_is_enough(
		&item->question, answer_so_far(deciding->task, item, result, &metric));
}

static void fail_item(struct bisect_item *item, const char *why)
{
	item->step.told = (struct bisect_told){ BISECT_UNMEASURED, NAN, NAN, NAN };
	str_set(&item->step.trouble, why);
	item->done = true;
}

static void lack_metric(struct bisect_item *item, const char *metric, const struct metrics *metrics)
{
	struct buf why = BUF_INIT;
	const char *before = "; it has ";

	buf_addf(&why, "it has no metric %s that can be compared", metric);
	for (size_t i = 0; i < metrics->nr; i++) {
		if (!metrics->items[i].ratios.nr)
			continue;
		buf_addf(&why, "%s%s", before, metrics->items[i].name);
		before = ", ";
	}
	fail_item(item, why.data);
	buf_release(&why);
}

static void take_result(
	const struct bisect_task *task, const struct result *result, struct bisect_item *item)
{
	const char *metric;
	const struct metric *found;

	item->step.nr_units = result->duets.nr / DUETS_A_UNIT;
	item->step.seconds = (double)result->spent_ns / CLOCK_NS_PER_S;
	if (result->word == RESULT_NOT_MEASURED)
		return;
	if (result->word != RESULT_OK) {
		fail_item(item, result->reason);
		return;
	}
	item->step.told = answer_so_far(task, item, result, &metric);
	found = metrics_find(&result->metrics, metric);
	if (!found || !found->ratios.nr) {
		lack_metric(item, metric, &result->metrics);
		return;
	}
	str_set(&item->step.metric, metric);
	item->subject->is_time = metric_is_time(found);
	item->done = true;
}

/* Those that are to be measured; what a side does not have cannot be. */
static struct benches choose_benches(struct bisect_sides sides, struct bisect_items *items)
{
	struct benches benches = { 0 };

	for (size_t i = 0; i < items->nr; i++) {
		struct bisect_item *item = &items->items[i];
		const char *name = item->subject->name;
		const struct bench *bench = benches_find(&sides.head->catalog.benches, name);

		if (item->done)
			continue;
		if (bench && benches_find(&sides.base->catalog.benches, name))
			*ARRAY_ADD(&benches) = *bench;
		else
			fail_item(item, "there is no such benchmark");
	}
	return benches;
}

static void take_answers(
	const struct bisect_task *task, const struct run *run, struct bisect_items *items)
{
	/* What was cut short by a signal or the budget is no answer, not even "undecided". */
	bool whole = run->status == RUN_COMPLETE;

	for (size_t i = 0; i < items->nr; i++) {
		struct bisect_item *item = &items->items[i];
		const struct result *result = run_find(run, item->subject->name);

		if (item->done || !result)
			continue;
		take_result(task, result, item);
		if (!whole && item->done && item->step.told.answer != BISECT_UNMEASURED)
			item->done = look_is_enough(&item->question, item->step.told);
	}
}

int bisect_measure(const struct bisect_task *task, struct bisect_sides sides,
	struct bisect_items *items, uint64_t budget_ns, struct error *err)
{
	struct measure_options options = *task->measure;
	struct benches benches = choose_benches(sides, items);
	struct bisect_deciding deciding = { task, items };
	struct decider decider = { has_answer, &deciding };
	struct run run = RUN_INIT;
	struct measure_pair pair = { .settings = task->settings,
		.base = &sides.base->catalog.benches,
		.head = &benches,
		.decider = &decider };
	int rc = 0;

	options.plan.budget_ns = budget_ns ? budget_ns : LONG_NS;
	if (benches.nr) {
		rc = measure_prepare(&options, &sides.head->catalog, &run, err);
		if (!rc)
			in_turn_measure(&options, &pair, &run);
		if (!rc)
			take_answers(task, &run, items);
	}
	ARRAY_RELEASE(&benches);
	run_release(&run);
	return rc;
}
