/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "harness/duet.h"

#include "harness/cost.h"
#include "harness/extra.h"
#include "harness/quads.h"
#include "sys/clock.h"
#include "sys/cpu.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MS_NS UINT64_C(1000000)
/* Of each side. Shorter than alone: what a process has not yet touched costs both sides alike, and
 * the swapped order of the next duet takes the rest. */
#define WARM_USUAL_NS (10 * MS_NS)
#define MIN_QUADS 8
/* A wake-up of threads costs tens of microseconds: their batches are longer. */
#define PARALLEL_BATCHES 4
/* How long a batch is decides how many make a turn, and how few quads a duet may have. */
static const struct duet_pace {
	uint64_t from_ns; /* of a batch */
	uint64_t turn;    /* batches in it */
	uint64_t nr_quads;
} paces[] = {
	{ 200 * MS_NS, 1, 0 }, /* one batch a side: the next duet has the other order */
	{ 20 * MS_NS, 1, 2 }, { 4 * MS_NS, 2, DUET_MIN_QUADS }, { MS_NS, 2, MIN_QUADS },
	{ 0, QUADS_TURN, MIN_QUADS }, /* all others */
};
/* A batch that is longer than a slice of the processor is always switched away from. */
#define SLICE_NS (4 * MS_NS)

/* A duet's two sides in the order in which they are started. */
struct duet_sides {
	struct duet_side *items[2];
};

static int side_fault(
	const struct duet_task *task, const struct duet_side *side, struct fault *fault)
{
	char reason[sizeof fault->reason];

	if (side->sitting.bench != task->base || fault->word == RESULT_NOT_MEASURED)
		return -1;
	snprintf(reason, sizeof reason, "%s", fault->reason);
	return fault_set(fault, fault->word, "the base: %s", reason);
}

static int side_begin(const struct duet_task *task, struct duet_side *side, struct fault *fault)
{
	const struct bench *bench = side->sitting.bench;
	const char *name = bench == task->base ? "base" : "head";

	if (sitting_begin(&side->sitting, bench, task->plan, name, fault))
		return side_fault(task, side, fault);
	side->sitting.fitting = *task->iterations;
	side->random = random_seed(clock_entropy());
	/* At random, so that processes of a few iterations have their part on average, too. */
	side->owed_extra = random_below(&side->random, EXTRA_MILLION);
	if (!bench->extra_work || side->sitting.remote.protocol >= PROTOCOL_EXTRA)
		return 0;
	fault_set(fault, RESULT_NOT_LOADED,
		"cannot be slowed: its worker speaks version %u of the worker protocol, and must speak %d",
		(unsigned)side->sitting.remote.protocol, PROTOCOL_EXTRA);
	return side_fault(task, side, fault);
}

static bool side_is_warm(const struct duet_side *side)
{
	return sitting_is_warm(&side->sitting, WARM_USUAL_NS);
}

static int side_warm(const struct duet_task *task, struct duet_side *side, struct fault *fault)
{
	return sitting_warm(&side->sitting, WARM_USUAL_NS, fault) ? side_fault(task, side, fault)
								  : 0;
}

static int duet_warm_up(
	const struct duet_task *task, const struct duet_sides *sides, struct fault *fault)
{
	while (!side_is_warm(sides->items[0]) || !side_is_warm(sides->items[1]))
		for (int i = 0; i < 2; i++)
			if (side_warm(task, sides->items[i], fault))
				return -1;
	for (int i = 0; i < 2; i++)
		sitting_add_extra(&sides->items[i]->sitting);
	return 0;
}

static bool is_parallel(const struct duet_task *task, const struct duet_take *take)
{
	return task->head->nr_threads > 1 || take->base.sitting.has_others ||
		take->head.sitting.has_others;
}

/* Of the two, what fits the slower one. Each duet finds out anew: one whose warm-up was disturbed
 * would have batches so short that the change of side hides what differs, in all the others too. */
static void settle_iterations(const struct duet_task *task, const struct duet_take *take)
{
	uint64_t base = take->base.sitting.fitting, head = take->head.sitting.fitting;
	uint64_t fitting = base < head ? base : head;

	if (!fitting)
		fitting = 1;
	/* One that takes long enough as it is stays alone in its batch. */
	if (fitting > 1 && is_parallel(task, take))
		fitting *= PARALLEL_BATCHES;
	*task->iterations = fitting;
}

/* How long a batch takes, on the mean of both sides. */
static double batch_ns(const struct duet_task *task, const struct duet_take *take)
{
	double rates_ns = take->base.sitting.quickest_ns + take->head.sitting.quickest_ns;

	return (double)*task->iterations * fmax(rates_ns, 1e-3) / 2;
}

static struct duet_pace fitting_pace(const struct duet_task *task, double one_batch_ns)
{
	const struct duet_pace *fitting = paces;
	struct duet_pace pace;
	uint64_t nr;

	while (one_batch_ns < (double)fitting->from_ns)
		fitting++;
	pace = *fitting;
	nr = (uint64_t)fmin(
		(double)task->plan->duet_ns / (2 * (double)pace.turn * one_batch_ns), 1e5);
	if (nr > pace.nr_quads)
		pace.nr_quads = nr;
	return pace;
}

/*
 * Iterations of a turn's first batch, where that does not count: another number each time, so that
 * bursts whose period is a turn do not always fall into it, or never.
 */
static uint64_t uncounted_iterations(
	const struct duet_task *task, uint64_t turn, struct duet_side *side)
{
	uint64_t n = *task->iterations;

	if (turn != QUADS_TURN)
		return 0;
	return n > 1 ? n / 2 + random_below(&side->random, n + 1)
		     : 1 + random_below(&side->random, 2);
}

static int take_turn(
	const struct duet_task *task, uint64_t turn, struct duet_side *side, struct fault *fault)
{
	uint64_t nr_counted = turn == QUADS_TURN ? QUADS_TURN_COUNTS : turn;
	struct sitting_order order = { .pace = { *task->iterations, turn },
		.first = uncounted_iterations(task, turn, side),
		.extra = extra_iterations(*task->iterations * nr_counted,
			side->sitting.bench->extra_work, &side->owed_extra) };
	size_t before = side->batches.nr;

	if (sitting_time(&side->sitting, order, &side->batches, fault))
		return side_fault(task, side, fault);
	if (side->batches.nr - before == turn)
		return 0;
	fault_set(fault, RESULT_NOT_LOADED, "the worker timed other batches than it was asked for");
	return side_fault(task, side, fault);
}

static int time_quads(const struct duet_task *task, const struct duet_sides *sides,
	struct duet_pace pace, struct fault *fault)
{
	if (take_turn(task, pace.turn, sides->items[0], fault))
		return -1;
	if (!pace.nr_quads)
		return take_turn(task, pace.turn, sides->items[1], fault);
	for (uint64_t i = 0; i < pace.nr_quads; i++)
		if (take_turn(task, pace.turn, sides->items[1], fault) ||
			take_turn(task, pace.turn, sides->items[0], fault))
			return -1;
	return 0;
}

/* Single iterations, for percentiles: half as long as the batches, in windows taken in turn. */
#define SINGLE_WINDOWS 2
#define SINGLE_PART 2

static int side_time_singles(const struct duet_task *task, struct duet_side *side,
	uint64_t window_ns, struct fault *fault)
{
	if (!side->sitting.bench->latency)
		return 0;
	if (!side->singles) {
		side->singles = mem_alloc(1, sizeof *side->singles);
		histogram_init(side->singles);
	}
	return sitting_singles(&side->sitting, window_ns, side->singles, fault)
		? side_fault(task, side, fault)
		: 0;
}

static int duet_time_singles(
	const struct duet_task *task, const struct duet_sides *sides, struct fault *fault)
{
	for (int i = 0; i < 2 * SINGLE_WINDOWS; i++)
		if (side_time_singles(task, sides->items[i % 2],
			    task->plan->duet_ns / (2 * SINGLE_WINDOWS * SINGLE_PART), fault))
			return -1;
	return 0;
}

static int side_finish(const struct duet_task *task, struct duet_side *side, struct fault *fault)
{
	return sitting_finish(&side->sitting, fault) ? side_fault(task, side, fault) : 0;
}

/* The part that counts: of a late duet, the second half. */
static struct batches counted_part(
	const struct duet_task *task, const struct batches *batches, size_t nr_counted)
{
	bool part = task->is_late && nr_counted && batches->nr > nr_counted;
	size_t from = part ? batches->nr - nr_counted : 0;

	return (struct batches){ batches->items + from, batches->nr - from, 0 };
}

static double log_ratio_of(double first_ns, double second_ns)
{
	return first_ns > 0 && second_ns > 0 ? log(second_ns / first_ns) : (double)NAN;
}

static uint64_t life_of(const struct duet_side *side)
{
	uint64_t life_ns = side->sitting.warmup_ns;

	for (size_t i = 0; i < side->batches.nr; i++)
		life_ns += side->batches.items[i].wall_ns;
	return life_ns;
}

/* Batches that are longer than a slice of the processor are never undisturbed. What they cost
 * stands in for their wall time, so that other programs do not count. */
static void charge_by_cost(struct batches *batches)
{
	for (size_t i = 0; i < batches->nr; i++)
		batches->items[i].wall_ns = (uint64_t)cost_of_batch_ns(&batches->items[i], false);
}

/* Both ratios of second to first. */
static void evaluate_turns(const struct duet_task *task, const struct duet_sides *sides,
	double one_batch_ns, struct duet_take *take)
{
	const struct batches *all[2] = { &sides->items[0]->batches, &sides->items[1]->batches };
	size_t turn = quads_turn(all[0], all[1]), skip = turn == QUADS_TURN ? QUADS_TURN : 0;
	size_t nr_late = turn ? all[1]->nr / turn / 2 * turn : 0;
	struct batches first = counted_part(task, all[0], nr_late + turn);
	struct batches second = counted_part(task, all[1], nr_late);
	/* Threads are always switched. */
	bool parallel = take->duet.parallel;
	bool drop = !parallel && one_batch_ns < (double)SLICE_NS;

	if (!drop && !parallel) {
		charge_by_cost(&sides->items[0]->batches);
		charge_by_cost(&sides->items[1]->batches);
	}
	take->log_ratio = quads_value(&first, &second, drop, &take->duet);
	take->mean_log_ratio = duet_counts(&take->duet)
		? log_ratio_of(cost_mean_ns(&first, skip, parallel),
			  cost_mean_ns(&second, skip, parallel))
		: (double)NAN;
	take->ageing = task->is_long ? quads_ageing(&first, &second, drop) : 0;
	take->duet.nr_counted = skip ? second.nr / QUADS_TURN * QUADS_TURN_COUNTS : second.nr;
	*(task->base_first ? &take->duet.nr_base_bursts : &take->duet.nr_head_bursts) =
		cost_nr_bursts(&first, skip, parallel);
	*(task->base_first ? &take->duet.nr_head_bursts : &take->duet.nr_base_bursts) =
		cost_nr_bursts(&second, skip, parallel);
}

/* Whole processes one after the other: what is typical of each, and the mean of each. */
static void evaluate_apart(const struct duet_sides *sides, struct duet_take *take)
{
	const struct batches *first = &sides->items[0]->batches;
	const struct batches *second = &sides->items[1]->batches;
	bool parallel = take->duet.parallel;

	take->duet.nr_quads = 1;
	take->duet.nr_counted = second->nr;
	take->log_ratio =
		log_ratio_of(cost_typical_ns(first, !parallel), cost_typical_ns(second, !parallel));
	take->mean_log_ratio =
		log_ratio_of(cost_mean_ns(first, 0, parallel), cost_mean_ns(second, 0, parallel));
}

static void evaluate(
	const struct duet_task *task, const struct duet_sides *sides, struct duet_take *take)
{
	const struct duet_side *base = &take->base, *head = &take->head;
	uint64_t base_life_ns = life_of(base), head_life_ns = life_of(head);

	take->duet.base_first = task->base_first;
	take->duet.iterations = *task->iterations;
	take->duet.warmup_ns = base->sitting.warmup_ns + head->sitting.warmup_ns;
	take->duet.settled = base->sitting.settled && head->sitting.settled;
	take->duet.parallel = is_parallel(task, take);
	take->duet.late = task->is_late;
	take->duet.base_empty = sitting_is_empty(&base->sitting);
	take->duet.head_empty = sitting_is_empty(&head->sitting);
	take->duet.life_ns = base_life_ns > head_life_ns ? base_life_ns : head_life_ns;
	if (take->duet.place == DUET_APART)
		evaluate_apart(sides, take);
	else
		evaluate_turns(task, sides, batch_ns(task, take), take);
	if (task->base_first)
		return;
	take->log_ratio = -take->log_ratio;
	take->mean_log_ratio = -take->mean_log_ratio;
	take->ageing = -take->ageing;
}

static long pid_of(const struct duet_side *side)
{
	return (long)side->sitting.remote.process.pid;
}

/*
 * Both on the processor that is ours, where we keep to one, or that the scheduler found for the
 * first: what its neighbours do then falls on both alike. Not before they are ready, for a body may
 * start a thread for each processor that it sees. Only while each has one thread: where one of them
 * would be slowed by that, on none.
 */
static void pin(const struct duet_task *task, const struct duet_sides *sides, struct duet *duet)
{
	int cpu = cpu_stays_on() >= 0 ? cpu_stays_on() : cpu_of(pid_of(sides->items[0]));

	if (duet->place != DUET_PINNED)
		return;
	duet->place = DUET_FREE;
	if (task->head->nr_threads > 1 || cpu < 0)
		return;
	for (int i = 0; i < 2; i++)
		if (cpu_threads(pid_of(sides->items[i])) != 1)
			return;
	for (int i = 0; i < 2; i++)
		cpu_pin(pid_of(sides->items[i]), cpu);
	duet->place = DUET_PINNED;
}

static bool has_company(const struct duet_side *side)
{
	return side->sitting.waits || side->sitting.has_others;
}

/* Two processes side by side. */
static int duet_converse(const struct duet_task *task, const struct duet_sides *sides,
	struct duet_take *take, struct fault *fault)
{
	if (side_begin(task, sides->items[0], fault) || side_begin(task, sides->items[1], fault))
		return -1;
	pin(task, sides, &take->duet);
	if (cpu_stays_on() >= 0 && take->duet.place != DUET_PINNED)
		return 0;
	if (duet_warm_up(task, sides, fault))
		return -1;
	/* Not alone on its processor: this duet ends here, and begins again on all of them. */
	if (take->duet.place == DUET_PINNED &&
		(has_company(&take->base) || has_company(&take->head)))
		return 0;
	settle_iterations(task, take);
	if (time_quads(task, sides, fitting_pace(task, batch_ns(task, take)), fault) ||
		duet_time_singles(task, sides, fault))
		return -1;
	return side_finish(task, sides->items[0], fault) ||
			side_finish(task, sides->items[1], fault)
		? -1
		: 0;
}

/* One process from its start to its end, while the other side has none. */
static int converse_alone(const struct duet_task *task, struct duet_side *side, struct fault *fault)
{
	uint64_t nr;
	double one_batch_ns;

	if (side_begin(task, side, fault))
		return -1;
	while (!side_is_warm(side))
		if (side_warm(task, side, fault))
			return -1;
	sitting_add_extra(&side->sitting);
	if (!*task->iterations)
		*task->iterations = side->sitting.fitting ? side->sitting.fitting : 1;
	one_batch_ns = (double)*task->iterations * fmax(side->sitting.quickest_ns, 1e-3);
	nr = (uint64_t)fmin((double)task->plan->duet_ns / 2 / one_batch_ns, 1e5);
	if (nr < DUET_MIN_QUADS)
		nr = one_batch_ns < 20 * (double)MS_NS ? DUET_MIN_QUADS : 1;
	if (take_turn(task, nr, side, fault) ||
		side_time_singles(task, side, task->plan->duet_ns / 2, fault))
		return -1;
	return side_finish(task, side, fault);
}

static int converse_apart(
	const struct duet_task *task, const struct duet_sides *sides, struct fault *fault)
{
	int rc = 0;

	for (int i = 0; i < 2 && !rc; i++) {
		rc = converse_alone(task, sides->items[i], fault);
		sitting_end(&sides->items[i]->sitting);
		process_sweep();
	}
	return rc;
}

static void start_again(struct duet_take *take, enum duet_place place)
{
	const struct bench *base = take->base.sitting.bench, *head = take->head.sitting.bench;

	duet_take_release(take);
	*take = (struct duet_take){
		.log_ratio = NAN, .mean_log_ratio = NAN, .duet = { .place = place }
	};
	take->base.sitting.bench = base;
	take->head.sitting.bench = head;
}

static int attempt(const struct duet_task *task, const struct duet_sides *sides,
	struct duet_take *take, struct fault *fault)
{
	int rc;

	if (take->duet.place == DUET_APART)
		return converse_apart(task, sides, fault);
	rc = duet_converse(task, sides, take, fault);
	for (int i = 0; i < 2; i++)
		sitting_end(&sides->items[i]->sitting);
	process_sweep();
	return rc;
}

/* A fault that the other side's presence may be the cause of. */
static bool may_be_company(const struct fault *fault)
{
	return fault->word == RESULT_WRONG || fault->word == RESULT_EXITED ||
		fault->word == RESULT_ABORTED || fault->word == RESULT_CRASHED;
}

int duet_take(const struct duet_task *task, struct duet_take *take, struct fault *fault)
{
	struct duet_sides sides = { { task->base_first ? &take->base : &take->head,
		task->base_first ? &take->head : &take->base } };
	int rc;

	*take = (struct duet_take){ .base.sitting.bench = task->base,
		.head.sitting.bench = task->head };
	start_again(take, task->head->exclusive ? DUET_APART : task->place);
	rc = attempt(task, &sides, take, fault);
	/* It would disturb those beside it: it is taken again where there are none. */
	if (cpu_stays_on() >= 0 && (rc || !sides.items[1]->batches.nr))
		return fault_set(fault, RESULT_NOT_MEASURED, "uses more than its one processor");
	if (!rc && !sides.items[1]->batches.nr) {
		start_again(take, DUET_FREE);
		rc = attempt(task, &sides, take, fault);
	}
	if (rc && task->is_first && take->duet.place != DUET_APART && may_be_company(fault)) {
		struct fault alone = FAULT_INIT;

		start_again(take, DUET_APART);
		rc = attempt(task, &sides, take, &alone);
		if (!rc) {
			take->company = *fault;
			*fault = (struct fault)FAULT_INIT;
		}
	}
	if (!rc)
		evaluate(task, &sides, take);
	return rc;
}

static void duet_side_release(struct duet_side *side)
{
	sitting_release(&side->sitting);
	ARRAY_RELEASE(&side->batches);
	free(side->singles);
	side->singles = NULL;
}

void duet_take_release(struct duet_take *take)
{
	duet_side_release(&take->base);
	duet_side_release(&take->head);
}
