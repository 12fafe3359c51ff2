/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "harness/turns.h"

#include "base/buf.h"
#include "harness/commands.h"

#include <math.h>
#include <string.h>

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

/* What a duet says of one side. */
struct side_said {
	struct builtin_values values;
	double bytes, items;
	uint64_t clock_ns;
	struct metrics own; /* one value each */
};

/* All that is kept of a duet. */
struct duet_said {
	struct duet duet;
	struct builtin_values log_ratios; /* head / base */
	double ageing;
	struct fault company;
	struct side_said base, head;
};

/* A unit on its way. */
struct unit {
	struct result *base; /* or NULL */
	struct result *head;
	struct duet_take takes[DUETS_A_UNIT];
	struct duet_said said[DUETS_A_UNIT];
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

/* NaN where one of them is not positive: no ratio. */
static double log_ratio(double base, double head)
{
	return base > 0 && head > 0 ? sitting_nine_figures(log(head / base)) : (double)NAN;
}

static void take_side(struct side_said *said, struct duet_side *side, bool parallel)
{
	*said = (struct side_said){
		.values = sitting_values(&side->sitting,
			(struct sitting_times){ &side->batches, side->singles, parallel }),
		.bytes = side->sitting.bytes,
		.items = side->sitting.items,
		.clock_ns = side->sitting.clock_ns,
		.own = side->sitting.own,
	};
	side->sitting.own = (struct metrics){ 0 };
}

static void take_said(struct duet_said *said, struct duet_take *take)
{
	double *ratios = said->log_ratios.items;

	*said = (struct duet_said){
		.duet = take->duet, .ageing = take->ageing, .company = take->company
	};
	take_side(&said->base, &take->base, take->duet.parallel);
	take_side(&said->head, &take->head, take->duet.parallel);
	said->log_ratios.has_singles =
		said->base.values.has_singles && said->head.values.has_singles;
	for (size_t i = 0; i < NR_BUILTINS; i++)
		ratios[i] = log_ratio(said->base.values.items[i], said->head.values.items[i]);
	ratios[BUILTIN_TIME] = sitting_nine_figures(take->mean_log_ratio);
	ratios[BUILTIN_TYPICAL] = sitting_nine_figures(take->log_ratio);
}

static void turns_add_values(struct result *result, const struct side_said *side)
{
	sitting_add_metrics(result, &side->values, &side->own);
	result->bytes = side->bytes;
	result->items = side->items;
	result->clock_ns = side->clock_ns;
}

static void add_ratios(struct result *head, const struct duet_said *said)
{
	const struct metrics *own = &said->head.own;

	builtin_add_ratios(&head->metrics, &said->log_ratios);
	for (size_t i = 0; i < own->nr; i++) {
		const struct metric *metric = &own->items[i];
		const struct metric *before = metrics_find(&said->base.own, metric->name);

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
		"whole processes take turns, because one failed while the other side ran beside it: %s",
		company->reason);
	head->note = buf_detach(&note);
}

/* Does one duet say so, and the other not the opposite? To be wrong costs time alone, to miss it a
 * false pass. */
static bool unit_ages(const struct unit *unit)
{
	double one = unit->said[0].ageing, other = unit->said[1].ageing;

	return (one != 0 || other != 0) && one * other >= 0;
}

static void keep_unit(struct unit *unit)
{
	for (size_t i = 0; i < DUETS_A_UNIT; i++) {
		const struct duet_said *said = &unit->said[i];

		if (unit->base)
			turns_add_values(unit->base, &said->base);
		/* What ran alone has levels already, and better ones. */
		if (!unit->head->processes.nr)
			turns_add_values(unit->head, &said->head);
		add_ratios(unit->head, said);
		*ARRAY_ADD(&unit->head->duets) = said->duet;
		note_company(unit->head, &said->company);
	}
	unit->head->ages |= unit_ages(unit);
}

static void release_unit(struct unit *unit)
{
	for (size_t i = 0; i < DUETS_A_UNIT; i++) {
		duet_take_release(&unit->takes[i]);
		metrics_release(&unit->said[i].base.own);
		metrics_release(&unit->said[i].head.own);
	}
}

static struct result *turns_base_of(const struct turns *turns, const struct bench *bench)
{
	return turns->base_run ? run_find(turns->base_run, bench->name) : NULL;
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
static void turns_choose_layout(
	const struct turns *turns, const struct result *result, struct duet_task *task)
{
	size_t layout = result->duets.nr / DUETS_A_UNIT % (turns->nr_more + 1);
	const char *name = task->head->name;

	if (layout) {
		task->base = benches_find(turns->more_base[layout - 1], name);
		task->head = benches_find(turns->more_head[layout - 1], name);
	}
}

static int take_unit(const struct turns *turns, const struct bench *bench, const struct plan *plan,
	struct unit *unit, struct fault *fault)
{
	const struct result *result = unit->head;
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
	int (*take)(const struct duet_task *, struct duet_take *, struct fault *) = turns->take;
	int rc = 0;

	if (!take)
		take = bench->command ? commands_duet : duet_take;
	choose_length(result, &task, &fitted);
	turns_choose_layout(turns, result, &task);
	for (size_t i = 0; i < DUETS_A_UNIT && !rc; i++) {
		task.base_first = begins_with_base(result, i);
		rc = take(&task, &unit->takes[i], fault);
		if (!rc)
			rc = check_metrics(unit, i, fault);
		task.place = (enum duet_place)unit->takes[i].duet.place;
		task.is_first = false;
	}
	for (size_t i = 0; i < DUETS_A_UNIT && !rc; i++)
		take_said(&unit->said[i], &unit->takes[i]);
	return rc;
}

static int take(void *context, const struct bench *bench, const struct plan *plan,
	struct result *result, struct fault *fault)
{
	const struct turns *turns = context;
	struct unit unit = { .base = turns_base_of(turns, bench), .head = result };
	int rc = take_unit(turns, bench, plan, &unit, fault);

	if (!rc)
		keep_unit(&unit);
	release_unit(&unit);
	return rc;
}

/* Both sides keep one processor busy, until a duet says otherwise. */
static bool may_share(const struct bench *bench, const struct result *result)
{
	for (size_t i = 0; i < result->duets.nr; i++)
		if (result->duets.items[i].place != DUET_PINNED)
			return false;
	return !bench->exclusive && bench->nr_threads <= 1;
}

/* The same process writes and reads it, so its own spelling of a struct will do. */
static void put_metrics(const struct metrics *own, struct buf *out)
{
	for (size_t i = 0; i < own->nr; i++) {
		const struct metric *metric = &own->items[i];

		buf_add(out, metric->name, strlen(metric->name) + 1);
		buf_add(out, metric->unit, strlen(metric->unit) + 1);
		buf_add(out, &metric->more_is_better, sizeof metric->more_is_better);
		buf_add(out, &metric->values.items[0], sizeof(double));
	}
}

static const char *get_metrics(const char *at, struct metrics *own)
{
	size_t nr = own->nr;

	*own = (struct metrics){ 0 };
	for (size_t i = 0; i < nr; i++) {
		struct metric_kind kind = { .name = at };
		double value;

		at += strlen(at) + 1;
		kind.unit = at;
		at += strlen(at) + 1;
		memcpy(&kind.more_is_better, at, sizeof kind.more_is_better);
		at += sizeof kind.more_is_better;
		memcpy(&value, at, sizeof value);
		at += sizeof value;
		metrics_add(own, &kind, value);
	}
	return at;
}

static void turns_take_away(void *context, const struct bench *bench, const struct plan *plan,
	struct result *result, struct buf *out)
{
	const struct turns *turns = context;
	struct unit unit = { .base = turns_base_of(turns, bench), .head = result };
	struct fault fault = FAULT_INIT;
	bool taken = !take_unit(turns, bench, plan, &unit, &fault);

	/* What fails, or wants more than its processor, may do so because of the others. */
	for (size_t i = 0; i < DUETS_A_UNIT; i++)
		taken = taken && unit.said[i].duet.place == DUET_PINNED;
	for (size_t i = 0; i < DUETS_A_UNIT && taken; i++) {
		buf_add(out, &unit.said[i], sizeof unit.said[i]);
		put_metrics(&unit.said[i].base.own, out);
		put_metrics(&unit.said[i].head.own, out);
	}
	release_unit(&unit);
}

static void bring_back(
	void *context, const struct bench *bench, const struct buf *taken, struct result *result)
{
	struct unit unit = { .base = turns_base_of(context, bench), .head = result };
	const char *at = taken->data;

	for (size_t i = 0; i < DUETS_A_UNIT; i++) {
		memcpy(&unit.said[i], at, sizeof unit.said[i]);
		at += sizeof unit.said[i];
		at = get_metrics(at, &unit.said[i].base.own);
		at = get_metrics(at, &unit.said[i].head.own);
	}
	keep_unit(&unit);
	release_unit(&unit);
}

static size_t turns_count(const struct result *result)
{
	return result->duets.nr / DUETS_A_UNIT;
}

static uint64_t turns_wanted(const struct plan *plan)
{
	return plan->nr_units;
}

struct method turns_method(struct turns *turns)
{
	return (struct method){ .noun = "units",
		.take = take,
		.count = turns_count,
		.wanted = turns_wanted,
		.context = turns,
		.may_share = may_share,
		.take_away = turns_take_away,
		.bring_back = bring_back };
}
