/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A day on which base and head are measured in turn, without processes: players stand in for
 * duets, and everything that they were asked is kept. test.h goes before.
 */
#ifndef SUPPORT_FAKE_TURNS_H
#define SUPPORT_FAKE_TURNS_H

#include "harness/turns.h"
#include "support/fake_day.h"

#include <math.h>

#define MAX_DUETS 1200

/* A duet as it was asked for. */
struct asked {
	size_t bench; /* place in day.items */
	bool base_first;
	uint64_t start_ns, end_ns;
	uint64_t timeout_ns;
	uint64_t iterations; /* as it found them */
	uint64_t duet_ns;
	bool is_long, is_late;
};

/* How the players behave; day.scripts has what a duet of each benchmark costs. */
struct players {
	struct turns turns;
	struct run base_run;
	struct bench base_items[MAX_BENCHES]; /* the other way round than head's */
	struct benches base;
	size_t faulty_duet[MAX_BENCHES]; /* from 1; 0: none */
	enum result_word word;           /* of that fault */
	const char *own;                 /* name of a metric of the benchmarks' own, or NULL */
	size_t own_until;                /* duets that have it */
	double spread;             /* of the log ratios about 0; NaN: they tell the duet's number */
	double own_base, own_head; /* its values */
	double ageing[DUETS_A_UNIT]; /* what the duets of a long unit say of it */
	struct asked asked[MAX_DUETS];
	size_t nr_asked;
	size_t nr_of[MAX_BENCHES]; /* duets begun */
};

static struct players players;

static void play_side(struct duet_side *side, double batch_ns, double own)
{
	for (int i = 0; i < 4; i++)
		*ARRAY_ADD(&side->batches) = (struct batch){
			.n = 1, .wall_ns = (uint64_t)batch_ns, .cpu_ns = (uint64_t)batch_ns / 2
		};
	side->sitting.bytes = 64;
	side->sitting.items = 8;
	side->sitting.clock_ns = 21;
	if (players.own)
		metrics_add(&side->sitting.own,
			&(struct metric_kind){ players.own, "widgets", true }, own);
}

static void play_duet(const struct duet_task *task, struct duet_take *take, size_t nr)
{
	if (players.own && nr > players.own_until)
		players.own = NULL;
	play_side(&take->base, 1000, players.own_base);
	play_side(&take->head, 2000, players.own_head);
	take->log_ratio = isnan(players.spread) ? (double)nr / 1000
						: players.spread * ((double)(nr * nr % 7) - 2);
	take->mean_log_ratio = isnan(players.spread) ? 2 * take->log_ratio : take->log_ratio;
	take->ageing = task->is_long ? players.ageing[(nr - 1) % DUETS_A_UNIT] : 0;
	take->duet = (struct duet){ .base_first = task->base_first,
		.late = task->is_late,
		.nr_quads = 20,
		.iterations = *task->iterations,
		.warmup_ns = 50,
		.settled = true };
}

/* Costs what the script says, or the time that it is given, as its processes would. */
static int play(const struct duet_task *task, struct duet_take *take, struct fault *fault)
{
	size_t at = (size_t)(task->head - day.items), nr = ++players.nr_of[at];
	uint64_t cost_ns = day.scripts[at].cost_ns;
	struct asked *asked = &players.asked[players.nr_asked++];

	assert_true(players.nr_asked <= MAX_DUETS);
	assert_string_equal(task->base->name, task->head->name);
	assert_in_range((uintptr_t)task->base, (uintptr_t)players.base_items,
		(uintptr_t)(players.base_items + MAX_BENCHES));
	*asked = (struct asked){ at, task->base_first, day.now_ns, 0, task->plan->timeout_ns,
		*task->iterations, task->plan->duet_ns, task->is_long, task->is_late };
	*take = (struct duet_take){ .log_ratio = NAN };
	take->base.sitting.bench = task->base;
	take->head.sitting.bench = task->head;
	buf_adds(&day.story, task->head->name);
	asked->end_ns = day.now_ns +=
		cost_ns < task->plan->timeout_ns ? cost_ns : task->plan->timeout_ns;
	if (!*task->iterations)
		*task->iterations = 100 + at;
	if (cost_ns > task->plan->timeout_ns)
		return fault_set(fault, RESULT_TIMED_OUT, "too slow");
	if (nr == players.faulty_duet[at])
		return fault_set(fault, players.word, "by the script, duet %zu", nr);
	play_duet(task, take, nr);
	return 0;
}

/* As begin_day; a duet takes a second. */
static void begin_turns(const char *names, const char *tier, uint64_t nr_units)
{
	size_t nr = strlen(names);

	begin_day(names, tier, 1);
	day.run.plan.nr_units = nr_units;
	players = (struct players){ .base_run = RUN_INIT, .word = RESULT_CRASHED, .spread = NAN };
	players.base = (struct benches){ players.base_items, nr, MAX_BENCHES };
	for (size_t i = 0; i < nr; i++) {
		players.base_items[i] = day.items[nr - 1 - i];
		run_add(&players.base_run, &players.base_items[i]);
	}
	players.turns = (struct turns){
		.base = &players.base, .base_run = &players.base_run, .take = play
	};
	day.schedule.method = turns_method(&players.turns);
	day.schedule.decider = (struct decider){ NULL, NULL };
}

static void end_turns(void)
{
	run_release(&players.base_run);
	end_day();
}

static size_t units_of(const struct result *result)
{
	return result->duets.nr / DUETS_A_UNIT;
}

/* Enough at what was planned. */
static inline bool planned_units(void *context, const struct result *result)
{
	(void)context;
	return units_of(result) >= result->nr_planned;
}

static inline void work_units(void)
{
	if (!day.schedule.decider.enough)
		day.schedule.decider.enough = planned_units;
	work();
}

#endif
