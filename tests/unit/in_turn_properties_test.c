/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What a comparison in turn promises in the long run, by simulation with fixed seeds: whole
 * compares, unit by unit until the judge has enough of each benchmark, then the verdict. Every
 * benchmark has a spread of its own between units, and a bias by start order, which a unit cancels.
 */
#include "support/test.h"

#include "gate/in_turn.h"

#include "support/draw.h"
#include "support/in_turn_cases.h"

#define NR_BENCHES 10
#ifndef RUNS
#define RUNS 400
#endif
/* Of tier critical, and of the policy. */
#define THRESHOLD 0.02
#define TARGET 0.04
#define ALPHA 0.01

/* Three degrees of freedom: one unit in a hundred is 3.4 deviations off, and the fourth moment is
 * infinite. Deviation 1. */
static double heavy(void)
{
	double x = normal(), y = normal(), z = normal();

	return normal() / sqrt(x * x + y * y + z * z);
}

struct world {
	const char *what;
	double (*noise)(void);
	double least_sd, most_sd; /* of a unit */
	uint64_t nr_units;
	double found; /* of changes by twice the target, at least */
};

static const struct world worlds[] = {
	{ "normal, spread 0.3 %", normal, 0.003, 0.003, 20, 0.99 },
	{ "normal, spread 0.3 to 2 %", normal, 0.003, 0.02, 20, 0.99 },
	{ "normal, spread 2 %", normal, 0.02, 0.02, 20, 0.99 },
	{ "normal, spread 2 %, 4 units", normal, 0.02, 0.02, 4, 0.2 },
	{ "normal, spread 1 %, 100 units", normal, 0.01, 0.01, 100, 0.99 },
	{ "heavy tails, spread 0.3 to 2 %", heavy, 0.003, 0.02, 20, 0.99 },
};

/* What is true, and of whom something is to be known. */
struct truth {
	double change, other_change; /* of even benchmarks, and of odd ones */
	double marked;  /* chance of each to be measured in turn at all; all of a run as one where
			   it is negative */
	bool in_bursts; /* the change is the mean's alone: a typical iteration costs as before */
};

/* Of the benchmarks that changed as the even ones did. */
struct tally {
	int runs, alarmed_runs; /* those with a REGRESSION among them */
	int asked;              /* measured in turn */
	int words[VERDICT_NR_WORDS];
	double units;
};

static double change_of(const struct truth *truth, size_t i)
{
	return i % 2 ? truth->other_change : truth->change;
}

static double spread_of(const struct world *world, size_t i)
{
	return world->least_sd + (world->most_sd - world->least_sd) * (double)i / (NR_BENCHES - 1);
}

/* Both values of the time: the typical one is the more precise, and shares half of its noise with
 * the mean. */
static void measure_unit(
	const struct world *world, size_t i, const struct truth *truth, struct result *head)
{
	double sd = M_SQRT2 * spread_of(world, i), change = log1p(change_of(truth, i));

	for (int k = 0; k < DUETS_A_UNIT; k++) {
		double bias = k ? 0.05 : -0.05, shared = sd / 2 * world->noise();

		metrics_add_ratio(&head->metrics, &metric_time,
			change + bias + shared + sd * sqrt(0.75) * world->noise());
		metrics_add_ratio(&head->metrics, &metric_typical,
			(truth->in_bursts ? 0 : change) + bias + shared);
		add_duet(head);
	}
}

static size_t mark(const struct truth *truth, bool marks[NR_BENCHES])
{
	bool all = uniform() < -truth->marked;
	size_t nr = 0;

	for (size_t i = 0; i < NR_BENCHES; i++)
		nr += marks[i] = truth->marked < 0 ? all : uniform() < truth->marked;
	return nr;
}

static void measure(const struct world *world, const struct truth *truth, struct hearing *hearing)
{
	struct judge judge = judge_new(&hearing->base, &hearing->policy, hearing->head.plan);
	bool marks[NR_BENCHES];

	judge.in_turn = true;
	judge.nr_in_turn = mark(truth, marks);
	for (size_t i = 0; i < NR_BENCHES; i++) {
		char name[] = { (char)('a' + i), '\0' };
		struct result *head, *base;

		if (!marks[i])
			continue;
		base = case_result(&hearing->base, name);
		case_value(base, &metric_time, CASE_LEVEL_NS);
		case_value(base, &metric_typical, CASE_LEVEL_NS);
		head = case_result(&hearing->head, name);
		do
			measure_unit(world, i, truth, head);
		while (!judge_enough_in_turn(&judge, head));
	}
}

static void try_run(const struct world *world, const struct truth *truth, struct tally *tally)
{
	struct hearing hearing;
	bool alarmed = false;

	open_in_turn(&hearing, world->nr_units);
	measure(world, truth, &hearing);
	hear(&hearing);
	assert_int_equal(hearing.verdict.nr, hearing.head.nr);
	assert_int_equal(hearing.verdict.family_in_turn, NR_ASPECTS * hearing.head.nr);
	for (size_t i = 0; i < hearing.verdict.nr; i++) {
		const struct comparison *comparison = &hearing.verdict.items[i];

		if (change_of(truth, (size_t)(comparison->head->name[0] - 'a')) != truth->change)
			continue;
		tally->asked++;
		tally->words[comparison->word]++;
		tally->units += (double)comparison->nr_units;
		alarmed |= comparison->word == VERDICT_REGRESSION;
	}
	tally->runs++;
	tally->alarmed_runs += alarmed;
	close_hearing(&hearing);
}

static struct tally simulate(const struct world *world, const struct truth *truth)
{
	struct tally tally = { 0 };

	seeded = random_seed(7);
	for (int i = 0; i < RUNS; i++)
		try_run(world, truth, &tally);
	print_message("# %-32s alarmed runs %.2f %%; of benchmarks: PASS %.2f %%, "
		      "REGRESSION %.2f %%, IMPROVEMENT %.2f %%, %.1f units\n",
		world->what, 100.0 * tally.alarmed_runs / tally.runs,
		100.0 * tally.words[VERDICT_PASS] / tally.asked,
		100.0 * tally.words[VERDICT_REGRESSION] / tally.asked,
		100.0 * tally.words[VERDICT_IMPROVEMENT] / tally.asked, tally.units / tally.asked);
	return tally;
}

/* All worlds together, and each for itself: no more runs than alpha says are alarmed. */
static void check_alarms(const struct truth *truth)
{
	int runs = 0, alarmed = 0;

	for (size_t i = 0; i < NR_OF(worlds); i++) {
		struct tally tally = simulate(&worlds[i], truth);

		assert_rate(tally.alarmed_runs, tally.runs, 0, ALPHA);
		runs += tally.runs;
		alarmed += tally.alarmed_runs;
	}
	assert_rate(alarmed, runs, 0, ALPHA);
}

TEST(identical_code_does_not_alarm_a_run)
{
	check_alarms(&(struct truth){ .marked = 1 });
}

TEST(changes_at_the_threshold_alarm_a_run_at_most_at_alpha)
{
	check_alarms(&(struct truth){ THRESHOLD, THRESHOLD, 1, false });
}

TEST(bursts_at_the_threshold_alarm_a_run_at_most_at_alpha)
{
	check_alarms(&(struct truth){ THRESHOLD, THRESHOLD, 1, true });
}

/* Holm asks less of the others once some are found, and not too little. */
TEST(true_regressions_beside_them_change_nothing)
{
	check_alarms(&(struct truth){ THRESHOLD, 0.5, 1, false });
}

TEST(a_change_at_the_target_passes_at_most_at_alpha)
{
	for (size_t i = 0; i < NR_OF(worlds); i++) {
		struct tally tally =
			simulate(&worlds[i], &(struct truth){ TARGET, TARGET, 1, false });

		assert_rate(tally.words[VERDICT_PASS] + tally.words[VERDICT_IMPROVEMENT],
			tally.asked, 0, ALPHA);
	}
}

/* However calm a typical iteration is: what users pay is the mean. */
TEST(bursts_at_the_target_pass_at_most_at_alpha)
{
	for (size_t i = 0; i < NR_OF(worlds); i++) {
		struct tally tally =
			simulate(&worlds[i], &(struct truth){ TARGET, TARGET, 1, true });

		assert_rate(tally.words[VERDICT_PASS] + tally.words[VERDICT_IMPROVEMENT],
			tally.asked, 0, ALPHA);
	}
}

TEST(a_change_of_twice_the_target_is_found)
{
	for (size_t i = 0; i < NR_OF(worlds); i++) {
		struct tally tally =
			simulate(&worlds[i], &(struct truth){ 2 * TARGET, 2 * TARGET, 1, false });

		assert_rate(tally.words[VERDICT_REGRESSION], tally.asked, worlds[i].found, 1);
	}
}

/*
 * The second look of a run: what the first one suspects gets units of its own, which alone decide,
 * and only they are the family. Suspects may be one in twenty, as at a level of 5 %, or more, or
 * all at once when something shakes the machine.
 */
TEST(suspects_alone_are_family_enough)
{
	const double marked[] = { 0.05, 0.3, -0.3 };

	for (size_t i = 0; i < NR_OF(marked); i++)
		check_alarms(&(struct truth){ THRESHOLD, THRESHOLD, marked[i], false });
}
