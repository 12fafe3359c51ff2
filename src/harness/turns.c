/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "harness/turns.h"

#include "harness/solo.h"

#include <math.h>

static const struct metric_kind time_kind = { "time", "ns", false };

/* A unit on its way. */
struct unit {
	struct result *base; /* or NULL */
	struct result *head;
	struct duet_take takes[DUETS_A_UNIT];
};

/* Has the duet the metrics of those before it, in its unit and in the result? */
static int check_metrics(const struct unit *unit, size_t duet, struct fault *fault)
{
	const struct duet_take *first = &unit->takes[0], *take = &unit->takes[duet];
	const struct metrics *head = &unit->head->metrics;

	if (sitting_check_metrics(&take->head.sitting, &first->head.sitting.own, duet, fault) ||
		sitting_check_metrics(&take->base.sitting, &first->base.sitting.own, duet, fault))
		return -1;
	if (sitting_check_metrics(&take->head.sitting, head, unit->head->duets.nr, fault))
		return -1;
	if (unit->base &&
		sitting_check_metrics(
			&take->base.sitting, &unit->base->metrics, unit->head->duets.nr, fault))
		return -1;
	return 0;
}

static void add_values(struct result *result, const struct duet_side *side)
{
	const struct metrics *own = &side->sitting.own;
	uint64_t nr_disturbed;

	metrics_add(&result->metrics, &time_kind,
		solo_nine_figures(
			solo_value(&side->batches, result->nr_threads == 1, &nr_disturbed)));
	for (size_t i = 0; i < own->nr; i++) {
		const struct metric *metric = &own->items[i];

		metrics_add(&result->metrics,
			&(struct metric_kind){ metric->name, metric->unit, metric->more_is_better },
			metric->values.items[0]);
	}
	result->bytes = side->sitting.bytes;
	result->items = side->sitting.items;
	result->clock_ns = side->sitting.clock_ns;
}

/* NaN where one of them is not positive: no ratio. */
static double log_ratio(double base, double head)
{
	return base > 0 && head > 0 ? solo_nine_figures(log(head / base)) : (double)NAN;
}

static void add_ratios(struct result *head, const struct duet_take *take)
{
	const struct metrics *own = &take->head.sitting.own;

	metrics_add_ratio(&head->metrics, &time_kind, solo_nine_figures(take->log_ratio));
	for (size_t i = 0; i < own->nr; i++) {
		const struct metric *metric = &own->items[i];
		const struct metric *before = metrics_find(&take->base.sitting.own, metric->name);

		if (before)
			metrics_add_ratio(&head->metrics,
				&(struct metric_kind){
					metric->name, metric->unit, metric->more_is_better },
				log_ratio(before->values.items[0], metric->values.items[0]));
	}
}

static void keep(struct unit *unit)
{
	for (size_t i = 0; i < DUETS_A_UNIT; i++) {
		struct duet_take *take = &unit->takes[i];

		if (unit->base)
			add_values(unit->base, &take->base);
		/* What ran alone has levels already, and better ones. */
		if (!unit->head->processes.nr)
			add_values(unit->head, &take->head);
		add_ratios(unit->head, take);
		*ARRAY_ADD(&unit->head->duets) = take->duet;
	}
}

/* Which side begins swaps from duet to duet, and from unit to unit. */
static bool begins_with_base(const struct result *head, size_t duet)
{
	return (head->duets.nr / DUETS_A_UNIT + duet) % 2 == 0;
}

static int take(void *context, const struct bench *bench, const struct plan *plan,
	struct result *result, struct fault *fault)
{
	const struct turns *turns = context;
	struct unit unit = { .base = turns->base_run ? run_find(turns->base_run, bench->name)
						     : NULL,
		.head = result };
	/* Not those of a head that ran alone: beside a base it may have become another. */
	uint64_t iterations = result->duets.nr ? result->duets.items[0].iterations : 0;
	struct duet_task task = { .base = benches_find(turns->base, bench->name),
		.head = bench,
		.plan = plan,
		.iterations = &iterations };
	int rc = 0;

	for (size_t i = 0; i < DUETS_A_UNIT && !rc; i++) {
		task.base_first = begins_with_base(result, i);
		rc = (turns->take ? turns->take : duet_take)(&task, &unit.takes[i], fault);
		if (!rc)
			rc = check_metrics(&unit, i, fault);
	}
	if (!rc)
		keep(&unit);
	for (size_t i = 0; i < DUETS_A_UNIT; i++)
		duet_take_release(&unit.takes[i]);
	return rc;
}

static size_t count(const struct result *result)
{
	return result->duets.nr / DUETS_A_UNIT;
}

static uint64_t wanted(const struct plan *plan)
{
	return plan->nr_units;
}

struct method turns_method(struct turns *turns)
{
	return (struct method){ "units", take, count, wanted, turns };
}
