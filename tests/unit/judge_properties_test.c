/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What a run against a stored base promises in the long run, by simulation with fixed seeds: whole
 * runs, process by process until the judge has enough, the suspects a second time, then the
 * verdict. Times are log-normal: every session has a level of its own, every process one about
 * that.
 */
#include "support/test.h"

#include "gate/trial.h"
#include "gate/verdict.h"

#include "support/draw.h"
#include "support/judge_cases.h"

#define NR_BENCHES 10
#define SESSION_PROCESSES 10
#ifndef RUNS
#define RUNS 500
#endif
#define THRESHOLD 0.02
#define TARGET 0.04

struct world {
	size_t nr_sessions;
	double tau;         /* between sessions */
	double spread;      /* between processes */
	double change;      /* logarithm, of all benchmarks */
	bool drifts_as_one; /* all benchmarks of a session have one level */
	bool in_one_look;   /* a file, measured without looks */
};

struct tally {
	int runs, alarmed_runs;
	int words[VERDICT_NR_WORDS]; /* of benchmarks */
	int suspects;
	double processes;
};

/* What a session adds to each benchmark's level. */
struct session_levels {
	double of[NR_BENCHES];
};

static struct session_levels draw_levels(const struct world *world)
{
	struct session_levels levels;
	double common = normal();

	for (size_t i = 0; i < NR_BENCHES; i++)
		levels.of[i] = world->tau * (world->drifts_as_one ? common : normal());
	return levels;
}

static double draw_process(const struct world *world, double level)
{
	return CASE_LEVEL_NS * exp(level + world->spread * normal());
}

static const char *bench_name(size_t i)
{
	static const char *const names[NR_BENCHES] = { "a", "b", "c", "d", "e", "f", "g", "h", "i",
		"j" };

	return names[i];
}

static void draw_base(const struct world *world, struct run *base)
{
	for (size_t i = 0; i < NR_BENCHES; i++)
		case_result(base, bench_name(i));
	for (size_t s = 0; s < world->nr_sessions; s++) {
		struct session_levels levels = draw_levels(world);

		for (size_t i = 0; i < NR_BENCHES; i++) {
			struct result *result = &base->items[i];

			for (size_t k = 0; k < SESSION_PROCESSES; k++)
				case_value(result, &case_time, draw_process(world, levels.of[i]));
			*ARRAY_ADD(&result->metrics.items[0].sessions) =
				(struct session){ .nr_values = SESSION_PROCESSES };
		}
	}
}

static void measure(
	const struct world *world, const struct judge *judge, struct result *head, double level)
{
	do
		case_value(head, &case_time, draw_process(world, level + world->change));
	while (world->in_one_look ? head->processes.nr < judge->plan.nr_processes
				  : !judge_enough(judge, head));
}

static void draw_head(
	const struct world *world, const struct judge *judge, struct run *head, struct tally *tally)
{
	struct session_levels levels = draw_levels(world);

	for (size_t i = 0; i < NR_BENCHES; i++)
		measure(world, judge, case_result(head, bench_name(i)), levels.of[i]);
	for (size_t i = 0; i < NR_BENCHES; i++) {
		struct result *result = &head->items[i];

		if (judge_suspects(judge, result)) {
			tally->suspects++;
			result->nr_screened = result->processes.nr;
			measure(world, judge, result, levels.of[i]);
		}
		tally->processes += (double)result->processes.nr;
	}
}

static void try_run(const struct world *world, const struct policy *policy, struct tally *tally)
{
	struct run base = RUN_INIT, head = { .plan = PLAN_DEFAULT };
	struct judge judge;
	struct verdict verdict;

	head.plan.looks = !world->in_one_look;
	draw_base(world, &base);
	judge = judge_new(&base, policy, head.plan);
	draw_head(world, &judge, &head, tally);
	verdict = trial_judge(&(struct trial){ .head = &head, .base = &base, .policy = policy });
	assert_int_equal(verdict.nr, NR_BENCHES);
	for (size_t i = 0; i < verdict.nr; i++)
		tally->words[verdict.items[i].word]++;
	tally->runs++;
	tally->alarmed_runs += verdict.word == VERDICT_REGRESSION;
	verdict_release(&verdict);
	run_release(&head);
	run_release(&base);
}

static struct tally simulate(const char *what, const struct world *world)
{
	struct tally tally = { 0 };
	struct policy policy;
	double nr;

	seeded = random_seed(7);
	policy_init(&policy);
	for (int i = 0; i < RUNS; i++)
		try_run(world, &policy, &tally);
	policy_release(&policy);
	nr = (double)tally.runs * NR_BENCHES;
	print_message(
		"# %-44s alarmed runs %.2f %%; of benchmarks: PASS %.2f %%, REGRESSION %.2f %%, "
		"IMPROVEMENT %.2f %%, suspects %.1f %%, %.1f processes\n",
		what, 100.0 * tally.alarmed_runs / tally.runs, 100 * tally.words[VERDICT_PASS] / nr,
		100 * tally.words[VERDICT_REGRESSION] / nr,
		100 * tally.words[VERDICT_IMPROVEMENT] / nr, 100 * tally.suspects / nr,
		tally.processes / nr);
	return tally;
}

/* A world, and what may come of it. */
struct scene {
	const char *what;
	struct world world;
	double most;  /* rate of alarmed runs, and of passes on the target */
	double found; /* of changes by 30 %, at least */
};

static const struct scene scenes[] = {
	{ "1 session, drift 2 % as assumed", { .nr_sessions = 1, .tau = 0.02, .spread = 0.01 },
		0.01, 0.99 },
	{ "3 sessions, drift 2 %", { .nr_sessions = 3, .tau = 0.02, .spread = 0.01 }, 0.01, 0.99 },
	{ "3 sessions, no drift", { .nr_sessions = 3, .spread = 0.01 }, 0.01, 0.99 },
	{ "5 sessions, drift 2 %", { .nr_sessions = 5, .tau = 0.02, .spread = 0.01 }, 0.01, 0.9 },
	{ "5 sessions, drift 0.5 %, spread 2 %", { .nr_sessions = 5, .tau = 0.005, .spread = 0.02 },
		0.01, 0.9 },
	{ "5 sessions, no drift", { .nr_sessions = 5, .spread = 0.01 }, 0.01, 0.9 },
	{ "5 sessions, drift 1 %, in one look",
		{ .nr_sessions = 5, .tau = 0.01, .spread = 0.01, .in_one_look = true }, 0.01,
		0.99 },
	{ "5 sessions, drift 2 % of all as one",
		{ .nr_sessions = 5, .tau = 0.02, .spread = 0.01, .drifts_as_one = true }, 0.01,
		0.9 },
	/* A pool takes its benchmarks as independent: here it knows much less than it thinks. */
	{ "3 sessions, drift 2 % of all as one",
		{ .nr_sessions = 3, .tau = 0.02, .spread = 0.01, .drifts_as_one = true }, 0.01,
		0.99 },
};

static struct tally simulate_change(const struct scene *scene, double change_ratio)
{
	struct world world = scene->world;

	world.change = log1p(change_ratio);
	return simulate(scene->what, &world);
}

TEST(identical_code_does_not_alarm_a_run)
{
	for (size_t i = 0; i < NR_OF(scenes); i++) {
		struct tally tally = simulate_change(&scenes[i], 0);

		assert_rate(tally.alarmed_runs, tally.runs, 0, scenes[i].most);
	}
}

TEST(changes_at_the_threshold_alarm_a_run_at_most_at_alpha)
{
	for (size_t i = 0; i < NR_OF(scenes); i++) {
		struct tally tally = simulate_change(&scenes[i], THRESHOLD);

		assert_rate(tally.alarmed_runs, tally.runs, 0, scenes[i].most);
	}
}

TEST(a_change_at_the_target_passes_at_most_at_alpha)
{
	for (size_t i = 0; i < NR_OF(scenes); i++) {
		struct tally tally = simulate_change(&scenes[i], TARGET);

		assert_rate(tally.words[VERDICT_PASS] + tally.words[VERDICT_IMPROVEMENT],
			tally.runs * NR_BENCHES, 0, scenes[i].most);
	}
}

TEST(a_large_change_is_found)
{
	for (size_t i = 0; i < NR_OF(scenes); i++) {
		struct tally tally = simulate_change(&scenes[i], 0.30);

		assert_rate(tally.words[VERDICT_REGRESSION], tally.runs * NR_BENCHES,
			scenes[i].found, 1);
	}
}

/* Five sessions that agree show a calm; three may agree by chance, and 2 % of drift stay assumed.
 */
TEST(identical_code_passes_where_nothing_drifts)
{
	struct world world = { .nr_sessions = 5, .spread = 0.01 };
	struct tally tally = simulate("no drift", &world);

	assert_rate(tally.words[VERDICT_PASS], tally.runs * NR_BENCHES, 0.95, 1);
}
