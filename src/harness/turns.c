/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "harness/turns.h"

#include "base/buf.h"
#include "harness/cost.h"

#include <math.h>

/*
 * How long duets are, in parts of what the plan says: in every unit of four the second is several
 * times longer, and the four take as long as the plan says. So cost that comes late in the life of
 * a process is seen.
 */
#define LONG_EVERY 4
#define LONG_AT 1
#define LONG_PARTS 2.2
#define SHORT_PARTS 0.6
/* Where the ratio was seen to change with age. */
#define LATE_PARTS 4

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

static void add_values(struct result *result, const struct duet_side *side, bool parallel)
{
	const struct metrics *own = &side->sitting.own;
	uint64_t nr_disturbed;

	metrics_add(&result->metrics, &metric_time,
		sitting_nine_figures(cost_mean_ns(&side->batches, 0, parallel)));
	metrics_add(&result->metrics, &metric_typical,
		sitting_nine_figures(cost_typical_ns(&side->batches, !parallel, &nr_disturbed)));
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
	return base > 0 && head > 0 ? sitting_nine_figures(log(head / base)) : (double)NAN;
}

static void add_ratios(struct result *head, const struct duet_take *take)
{
	const struct metrics *own = &take->head.sitting.own;

	metrics_add_ratio(&head->metrics, &metric_time, sitting_nine_figures(take->mean_log_ratio));
	metrics_add_ratio(&head->metrics, &metric_typical, sitting_nine_figures(take->log_ratio));
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

static void note_company(struct result *head, const struct fault *company)
{
	struct buf note = BUF_INIT;

	if (!company->word || head->note)
		return;
	buf_addf(&note,
		"whole processes take turns, for beside the other side's one of them failed: %s",
		company->reason);
	head->note = buf_detach(&note);
}

/* Does one duet say so, and the other not the opposite? To be wrong costs time alone, to miss it a
 * false pass. */
static bool unit_ages(const struct unit *unit)
{
	double one = unit->takes[0].ageing, other = unit->takes[1].ageing;

	return (one != 0 || other != 0) && one * other >= 0;
}

static void keep(struct unit *unit)
{
	for (size_t i = 0; i < DUETS_A_UNIT; i++) {
		struct duet_take *take = &unit->takes[i];

		if (unit->base)
			add_values(unit->base, &take->base, take->duet.parallel);
		/* What ran alone has levels already, and better ones. */
		if (!unit->head->processes.nr)
			add_values(unit->head, &take->head, take->duet.parallel);
		add_ratios(unit->head, take);
		*ARRAY_ADD(&unit->head->duets) = take->duet;
		note_company(unit->head, &take->company);
	}
	unit->head->ages |= unit_ages(unit);
}

/* Which side begins swaps from duet to duet, and from unit to unit. */
static bool begins_with_base(const struct result *head, size_t duet)
{
	return (head->duets.nr / DUETS_A_UNIT + duet) % 2 == 0;
}

/* Sets how old the processes of the next unit get. */
static void choose_length(const struct result *head, struct duet_task *task, struct plan *plan)
{
	size_t nr_units = head->duets.nr / DUETS_A_UNIT;
	double parts = SHORT_PARTS;

	task->is_late = head->ages;
	task->is_long = !head->ages && nr_units % LONG_EVERY == LONG_AT;
	if (task->is_late)
		parts = LATE_PARTS;
	else if (task->is_long)
		parts = LONG_PARTS;
	plan->duet_ns = (uint64_t)((double)plan->duet_ns * parts);
}

/* The two builds that the next unit is of. */
static void choose_layout(
	const struct turns *turns, const struct result *result, struct duet_task *task)
{
	size_t layout = result->duets.nr / DUETS_A_UNIT % (turns->nr_more + 1);
	const char *name = task->head->name;

	if (layout) {
		task->base = benches_find(turns->more_base[layout - 1], name);
		task->head = benches_find(turns->more_head[layout - 1], name);
	}
}

static int take(void *context, const struct bench *bench, const struct plan *plan,
	struct result *result, struct fault *fault)
{
	const struct turns *turns = context;
	struct unit unit = { .base = turns->base_run ? run_find(turns->base_run, bench->name)
						     : NULL,
		.head = result };
	const struct duet *last =
		result->duets.nr ? &result->duets.items[result->duets.nr - 1] : NULL;
	/* Not those of a head that ran alone: beside a base it may have become another. */
	uint64_t iterations = last ? result->duets.items[0].iterations : 0;
	struct plan fitted = *plan;
	struct duet_task task = { .base = benches_find(turns->base, bench->name),
		.head = bench,
		.plan = &fitted,
		.iterations = &iterations,
		.is_first = !last,
		.place = last ? (enum duet_place)last->place : DUET_PINNED };
	int rc = 0;

	choose_length(result, &task, &fitted);
	choose_layout(turns, result, &task);
	for (size_t i = 0; i < DUETS_A_UNIT && !rc; i++) {
		task.base_first = begins_with_base(result, i);
		rc = (turns->take ? turns->take : duet_take)(&task, &unit.takes[i], fault);
		if (!rc)
			rc = check_metrics(&unit, i, fault);
		task.place = (enum duet_place)unit.takes[i].duet.place;
		task.is_first = false;
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
