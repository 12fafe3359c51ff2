/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the weighted sum of a trade-off promises in the long run, by simulation with fixed seeds: a
 * sum that is better by exactly what the rule asks is called better at most as often as alpha says,
 * measured in turn until each benchmark is decided, and beside a stored base whose sessions drift.
 */
#include "support/test.h"

#include "gate/trading.h"

#include "support/draw.h"
#include "support/in_turn_cases.h"

#define RUNS 2000
#define ASKED 0.05

/* The first is the regression; the others pay. Their base's levels are all the same. */
static const double factors[] = { 1, 2, 3 };
#define NR_TERMS (sizeof factors / sizeof *factors)

static void add_rule(struct policy *policy)
{
	struct tradeoff *rule = ARRAY_ADD(&policy->tradeoffs);

	*rule = (struct tradeoff){ .name = str_dup("sum"),
		.metric = str_dup("time"),
		.worse_by_ratio = 1,
		.payment = { .metric = str_dup("time"), .better_by_ratio = ASKED },
		.reason = str_dup("because") };
	texts_add(&rule->benchmarks, "a");
	for (size_t i = 0; i < NR_TERMS; i++)
		*ARRAY_ADD(&rule->payment.weights) =
			(struct weight){ str_dup((char[]){ (char)('a' + i), '\0' }), factors[i] };
}

/* The logarithm of a term's ratio, where the first got 10 % slower, and the others alike so much
 * quicker that the whole sum is better by that. */
static double truth_of(size_t i, double better)
{
	double others = (6 * (1 - better) - 1.1) / 5;

	return log(i ? others : 1.1);
}

static void measure_in_turn(struct hearing *hearing, double sd, double better)
{
	struct judge judge = judge_new(&hearing->base, &hearing->policy, hearing->head.plan);

	judge.in_turn = true;
	judge.nr_in_turn = NR_TERMS;
	for (size_t i = 0; i < NR_TERMS; i++) {
		char name[] = { (char)('a' + i), '\0' };
		struct result *head;

		case_value(case_result(&hearing->base, name), &case_time, CASE_LEVEL_NS);
		head = case_result(&hearing->head, name);
		do
			add_unit_ratio(head, &case_time, truth_of(i, better) + sd * normal());
		while (!judge_enough_in_turn(&judge, head));
	}
}

static void measure_alone(struct hearing *hearing, double sd, double better)
{
	enum { SESSIONS = 5, PROCESSES = 10 };
	double drift = 0;

	hearing->head.plan.looks = false;
	for (size_t i = 0; i < NR_TERMS; i++) {
		char name[] = { (char)('a' + i), '\0' };

		case_result(&hearing->base, name);
		case_result(&hearing->head, name);
	}
	for (int s = 0; s <= SESSIONS; s++) {
		struct run *run = s < SESSIONS ? &hearing->base : &hearing->head;

		drift = 0.005 * normal();
		for (size_t i = 0; i < NR_TERMS; i++) {
			double level = drift + (s < SESSIONS ? 0 : truth_of(i, better));

			for (int k = 0; k < PROCESSES; k++)
				case_value(&run->items[i], &case_time,
					CASE_LEVEL_NS * exp(level + sd * normal()));
			if (s < SESSIONS)
				*ARRAY_ADD(&run->items[i].metrics.items[0].sessions) =
					(struct session){ .nr_values = PROCESSES };
		}
	}
}

/* How often the sum was called better by what is asked. */
static int count_held(void (*measure)(struct hearing *, double, double), double sd, double better)
{
	int held = 0;

	seeded = random_seed(11);
	for (int i = 0; i < RUNS; i++) {
		struct hearing hearing;
		const struct comparison *first;

		open_in_turn(&hearing, 20);
		hearing.trial.in_turn = measure == measure_in_turn;
		add_rule(&hearing.policy);
		measure(&hearing, sd, better);
		first = hear(&hearing);
		held += first->word == VERDICT_ACCEPTED;
		close_hearing(&hearing);
	}
	return held;
}

TEST(a_sum_that_is_no_better_than_asked_is_not_called_better)
{
	assert_rate(count_held(measure_in_turn, 0.01, ASKED), RUNS, 0, 0.01);
	assert_rate(count_held(measure_in_turn, 0.04, ASKED), RUNS, 0, 0.01);
	assert_rate(count_held(measure_alone, 0.01, ASKED), RUNS, 0, 0.01);
}

TEST(a_sum_that_is_clearly_better_is_found)
{
	assert_rate(count_held(measure_in_turn, 0.01, 0.1), RUNS, 0.9, 1);
	assert_rate(count_held(measure_alone, 0.01, 0.3), RUNS, 0.9, 1);
}
