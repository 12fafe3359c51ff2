/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "harness/duet.h"

#include "stats/summary.h"
#include "sys/cpu.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#define MS_NS UINT64_C(1000000)
/* Of each side. Shorter than alone: what a process has not yet touched costs both sides alike, and
 * the swapped order of the next duet takes the rest. */
#define WARM_WINDOW_NS (5 * MS_NS)
#define WARM_MIN_NS (10 * MS_NS)
#define WARM_MAX_NS (20 * MS_NS)
#define MIN_QUADS 8
/* Batches of a body that takes longer than a slice of the processor are always switched away from.
 */
#define SLICE_NS (4 * MS_NS)
#define TRIM 0.2
/*
 * Batches in a turn. In the first the caches and the predictor still have the other side in them,
 * which costs both sides alike and hides half of a change in branchy code. Of the others the
 * quickest counts: what else a processor is made to do comes in spikes of a batch, and never makes
 * one quicker. A body of over a millisecond a batch has all that in it; there every batch counts.
 */
#define TURN 4
#define TURN_COUNTS 3
#define LONG_TURN 2
#define LONG_BATCH_NS MS_NS

struct duet_pace {
	uint64_t turn; /* batches in it */
	uint64_t nr_quads;
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

static int begin(const struct duet_task *task, struct duet_side *side, struct fault *fault)
{
	const struct bench *bench = side->sitting.bench;

	if (sitting_begin(&side->sitting, bench, task->plan, fault))
		return side_fault(task, side, fault);
	side->sitting.fitting = *task->iterations;
	return 0;
}

static bool is_warm(const struct sitting *sitting)
{
	return sitting->warmup_ns >= WARM_MAX_NS ||
		(sitting->settled && sitting->warmup_ns >= WARM_MIN_NS);
}

static int warm_up(
	const struct duet_task *task, struct duet_side *const sides[2], struct fault *fault)
{
	while (!is_warm(&sides[0]->sitting) || !is_warm(&sides[1]->sitting))
		for (int i = 0; i < 2; i++)
			if (sitting_warm(&sides[i]->sitting, WARM_WINDOW_NS, fault))
				return side_fault(task, sides[i], fault);
	return 0;
}

/* Of the two, what fits the slower one. Each duet finds out anew: one whose warm-up was disturbed
 * would have batches so short that the change of side hides what differs, in all the others too. */
static void settle_iterations(const struct duet_task *task, struct duet_side *const sides[2])
{
	uint64_t one = sides[0]->sitting.fitting, other = sides[1]->sitting.fitting;

	*task->iterations = one < other ? one : other;
	if (!*task->iterations)
		*task->iterations = 1;
}

/* How long a batch takes, on the mean of both sides. */
static double batch_ns(const struct duet_task *task, struct duet_side *const sides[2])
{
	double rates_ns = sides[0]->sitting.quickest_ns + sides[1]->sitting.quickest_ns;

	return (double)*task->iterations * fmax(rates_ns, 1e-3) / 2;
}

static struct duet_pace fitting_pace(const struct duet_task *task, double one_batch_ns)
{
	uint64_t turn = one_batch_ns > (double)LONG_BATCH_NS ? LONG_TURN : TURN;
	double quad_ns = 2 * (double)turn * one_batch_ns;
	uint64_t nr = (uint64_t)fmin((double)task->plan->duet_ns / quad_ns, 1e5);
	uint64_t least = one_batch_ns > (double)SLICE_NS ? DUET_MIN_QUADS : MIN_QUADS;

	return (struct duet_pace){ turn, nr > least ? nr : least };
}

static int take_turn(
	const struct duet_task *task, uint64_t turn, struct duet_side *side, struct fault *fault)
{
	struct pace pace = { *task->iterations, turn };
	size_t before = side->batches.nr;

	if (sitting_time(&side->sitting, pace, &side->batches, fault))
		return side_fault(task, side, fault);
	if (side->batches.nr - before == turn)
		return 0;
	fault_set(fault, RESULT_NOT_LOADED, "the worker timed other batches than it was asked for");
	return side_fault(task, side, fault);
}

static int time_quads(const struct duet_task *task, struct duet_side *const sides[2],
	struct duet_pace pace, struct fault *fault)
{
	if (take_turn(task, pace.turn, sides[0], fault))
		return -1;
	for (uint64_t i = 0; i < pace.nr_quads; i++)
		if (take_turn(task, pace.turn, sides[1], fault) ||
			take_turn(task, pace.turn, sides[0], fault))
			return -1;
	return 0;
}

static int finish(
	const struct duet_task *task, struct duet_side *const sides[2], struct fault *fault)
{
	for (int i = 0; i < 2; i++)
		if (sitting_finish(&sides[i]->sitting, fault))
			return side_fault(task, sides[i], fault);
	return 0;
}

static uint64_t nr_disturbed(const struct batch *one, const struct batch *other)
{
	return (uint64_t)(one->nr_switches != 0) + (other->nr_switches != 0);
}

/* The quickest of those that end at `end` and were not disturbed; all, where none is dropped. */
static double quickest_ns(const struct batch *end, bool drop_disturbed)
{
	uint64_t least_ns = UINT64_MAX;

	for (const struct batch *at = end - TURN_COUNTS; at < end; at++)
		if (at->wall_ns && at->wall_ns < least_ns && !(drop_disturbed && at->nr_switches))
			least_ns = at->wall_ns;
	return (double)least_ns;
}

/* Log ratio of the inner turn to the two outer ones around it; the turns by where they end. */
static double quad_ratio(const struct batch *before, const struct batch *inner,
	const struct batch *after, bool drop_disturbed)
{
	return log(quickest_ns(inner, drop_disturbed)) -
		(log(quickest_ns(before, drop_disturbed)) +
			log(quickest_ns(after, drop_disturbed))) /
		2;
}

double duet_value(const struct batches *first, const struct batches *second, bool drop_disturbed,
	struct duet *duet)
{
	size_t turn = first->nr - second->nr, nr = second->nr / turn;
	struct doubles ratios = { 0 };
	double value;

	duet->nr_quads = nr;
	duet->nr_dropped = 0;
	for (size_t i = 0; i < nr; i++) {
		/* The last of the outer side's turn, the last two of the inner side's, the last but
		 * one of the outer side's next: place in the turn falls on both alike. */
		const struct batch *before = &first->items[turn * (i + 1) - 1];
		const struct batch *after = &first->items[turn * (i + 2) - 2];
		const struct batch *inner = &second->items[turn * (i + 1) - 2];
		uint64_t outer_ns = before->wall_ns + after->wall_ns;
		uint64_t inner_ns = inner[0].wall_ns + inner[1].wall_ns;
		uint64_t outer_disturbed = nr_disturbed(before, after);
		uint64_t inner_disturbed = nr_disturbed(&inner[0], &inner[1]);

		*(duet->base_first ? &duet->nr_base_disturbed : &duet->nr_head_disturbed) +=
			outer_disturbed;
		*(duet->base_first ? &duet->nr_head_disturbed : &duet->nr_base_disturbed) +=
			inner_disturbed;
		if (!outer_ns || !inner_ns ||
			(drop_disturbed && (outer_disturbed || inner_disturbed)))
			duet->nr_dropped++;
		else
			*ARRAY_ADD(&ratios) = turn < TURN
				? log((double)inner_ns / (double)outer_ns)
				: quad_ratio(before + 1, inner + 2, after + 2, drop_disturbed);
	}
	value = duet_counts(duet) ? trimmed_mean_of(ratios.items, ratios.nr, TRIM) : (double)NAN;
	ARRAY_RELEASE(&ratios);
	return value;
}

static void evaluate(const struct duet_task *task, struct duet_take *take, double one_batch_ns)
{
	const struct duet_side *base = &take->base, *head = &take->head;
	/* Threads are always switched. */
	bool drop = task->head->nr_threads == 1 && one_batch_ns < (double)SLICE_NS;
	double second_to_first;

	take->duet.base_first = task->base_first;
	take->duet.iterations = *task->iterations;
	take->duet.warmup_ns = base->sitting.warmup_ns + head->sitting.warmup_ns;
	take->duet.settled = base->sitting.settled && head->sitting.settled;
	if (task->base_first)
		second_to_first = duet_value(&base->batches, &head->batches, drop, &take->duet);
	else
		second_to_first = duet_value(&head->batches, &base->batches, drop, &take->duet);
	take->log_ratio = task->base_first ? second_to_first : -second_to_first;
}

static long pid_of(const struct duet_side *side)
{
	return (long)side->sitting.remote.process.pid;
}

/*
 * Both on the processor that the scheduler found for the first: what its neighbours do then falls
 * on both alike. Where one of them would be slowed by that, on none.
 */
static void pin(const struct duet_task *task, struct duet_side *const sides[2])
{
	int cpu = cpu_of(pid_of(sides[0]));

	if (task->head->nr_threads > 1 || cpu < 0)
		return;
	for (int i = 0; i < 2; i++)
		if (cpu_threads(pid_of(sides[i])) != 1)
			return;
	for (int i = 0; i < 2; i++)
		cpu_pin(pid_of(sides[i]), cpu);
}

static int converse(
	const struct duet_task *task, struct duet_side *const sides[2], struct fault *fault)
{
	if (begin(task, sides[0], fault) || begin(task, sides[1], fault))
		return -1;
	pin(task, sides);
	if (warm_up(task, sides, fault))
		return -1;
	settle_iterations(task, sides);
	if (time_quads(task, sides, fitting_pace(task, batch_ns(task, sides)), fault))
		return -1;
	return finish(task, sides, fault);
}

int duet_take(const struct duet_task *task, struct duet_take *take, struct fault *fault)
{
	struct duet_side *const sides[2] = { task->base_first ? &take->base : &take->head,
		task->base_first ? &take->head : &take->base };
	int rc;

	*take = (struct duet_take){ .log_ratio = NAN };
	take->base.sitting.bench = task->base;
	take->head.sitting.bench = task->head;
	rc = converse(task, sides, fault);
	for (int i = 0; i < 2; i++)
		sitting_end(&sides[i]->sitting);
	process_sweep();
	if (!rc)
		evaluate(task, take, batch_ns(task, sides));
	return rc;
}

void duet_take_release(struct duet_take *take)
{
	sitting_release(&take->base.sitting);
	sitting_release(&take->head.sitting);
	ARRAY_RELEASE(&take->base.batches);
	ARRAY_RELEASE(&take->head.batches);
}
