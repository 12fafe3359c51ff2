/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "support/test.h"

#include "base/random.h"
#include "gate/in_turn.h"
#include "gate/judge.h"
#include "gate/looks.h"
#include "support/fake_turns.h"

#define SEEDS 300

static const struct metric *metric_of(const struct run *run, size_t at, const char *name)
{
	return metrics_find(&run_find(run, day.items[at].name)->metrics, name);
}

/* Every list has an item a duet, whatever came in between. */
static void check_whole(size_t at)
{
	const struct result *head = &day.run.items[at];
	const struct metric *time = metrics_find(&head->metrics, "time");

	assert_int_equal(head->duets.nr % DUETS_A_UNIT, 0);
	if (!head->duets.nr) {
		assert_null(time);
		assert_null(metric_of(&players.base_run, at, "time"));
		return;
	}
	assert_int_equal(time->ratios.nr, head->duets.nr);
	assert_int_equal(time->values.nr, head->duets.nr);
	assert_int_equal(metric_of(&players.base_run, at, "time")->values.nr, head->duets.nr);
}

/* One duet of each order a unit, and the order of a unit is not the last one's. */
static void check_orders(size_t at)
{
	const struct duets *duets = &day.run.items[at].duets;

	for (size_t i = 0; i < duets->nr; i += DUETS_A_UNIT) {
		assert_true(duets->items[i].base_first != duets->items[i + 1].base_first);
		if (i)
			assert_true(duets->items[i].base_first !=
				duets->items[i - DUETS_A_UNIT].base_first);
	}
}

TEST(a_unit_is_two_duets_with_swapped_order)
{
	begin_turns("abc", "standard", 10);
	work_units();
	for (size_t i = 0; i < 3; i++) {
		const struct result *head = &day.run.items[i];
		const struct metric *time = metrics_find(&head->metrics, "time");
		const struct metric *typical = metrics_find(&head->metrics, "typical");

		assert_int_equal(head->duets.nr, 20);
		assert_int_equal(head->nr_planned, 10);
		assert_int_equal(head->processes.nr, 0);
		assert_null(head->note);
		check_whole(i);
		check_orders(i);
		for (size_t k = 0; k < 20; k++)
			assert_true(typical->ratios.items[k] == (double)(k + 1) / 1000 &&
				time->ratios.items[k] == (double)(k + 1) / 500);
	}
	assert_int_equal(day.run.status, RUN_COMPLETE);
	assert_true(day.run.duration_ns == 60 * S);
	end_turns();
}

/* In each round every benchmark gets one unit, whatever budget is left. */
TEST(a_short_budget_is_shared_by_all)
{
	for (uint64_t budget_s = 10; budget_s <= 60; budget_s++) {
		size_t fewest = SIZE_MAX, most = 0;

		begin_turns("abcde", "standard", 20);
		day.run.plan.seed = budget_s;
		day.run.plan.budget_ns = budget_s * S + S / 2;
		work_units();
		for (size_t i = 0; i < 5; i++) {
			size_t nr = units_of(&day.run.items[i]);

			fewest = nr < fewest ? nr : fewest;
			most = nr > most ? nr : most;
		}
		assert_true(most - fewest <= 1);
		assert_int_equal(fewest, budget_s / 10);
		assert_int_equal(day.run.status, RUN_SHORT_OF_TIME);
		end_turns();
	}
}

TEST(the_first_duet_finds_out_the_iterations_for_all)
{
	begin_turns("ab", "standard", 5);
	work_units();
	for (size_t i = 0; i < players.nr_asked; i++) {
		const struct asked *asked = &players.asked[i];

		if (i < 4 && asked->iterations == 0)
			continue;
		assert_int_equal(asked->iterations, 100 + asked->bench);
	}
	for (size_t i = 0; i < 2; i++)
		for (size_t k = 0; k < 10; k++)
			assert_int_equal(day.run.items[i].duets.items[k].iterations, 100 + i);
	end_turns();
}

TEST(both_sides_get_their_values)
{
	const struct result *head;
	const struct metric *own, *before;

	begin_turns("a", "standard", 3);
	players.own = "parts";
	players.own_until = SIZE_MAX;
	players.own_base = 8;
	players.own_head = 4;
	work_units();
	head = &day.run.items[0];
	own = metrics_find(&head->metrics, "parts");
	before = metric_of(&players.base_run, 0, "parts");
	assert_true(metric_of(&players.base_run, 0, "time")->values.items[5] == 500);
	assert_true(metric_of(&players.base_run, 0, "typical")->values.items[5] == 1000);
	assert_true(metric_of(&day.run, 0, "time")->values.items[5] == 1000);
	assert_true(metric_of(&day.run, 0, "typical")->values.items[5] == 2000);
	assert_int_equal(before->values.nr, 6);
	assert_int_equal(own->ratios.nr, 6);
	assert_true(own->more_is_better && before->more_is_better);
	assert_true(before->values.items[0] == 8 && own->values.items[0] == 4);
	assert_true(fabs(own->ratios.items[3] - log(0.5)) < 1e-8);
	assert_int_equal(before->ratios.nr, 0);
	assert_true(head->bytes == 64 && head->items == 8 && head->clock_ns == 21);
	end_turns();
}

TEST(what_has_no_ratio_has_none)
{
	static const double values[][2] = { { 0, 4 }, { 4, 0 }, { -1, 4 }, { 4, -1 }, { 0, 0 } };

	for (size_t i = 0; i < sizeof values / sizeof *values; i++) {
		const struct metric *own;

		begin_turns("a", "standard", 1);
		players.own = "parts";
		players.own_until = SIZE_MAX;
		players.own_base = values[i][0];
		players.own_head = values[i][1];
		work_units();
		own = metric_of(&day.run, 0, "parts");
		assert_int_equal(own->ratios.nr, 2);
		assert_true(isnan(own->ratios.items[0]) && isnan(own->ratios.items[1]));
		assert_true(own->values.items[0] == values[i][1]);
		end_turns();
	}
}

/* Where base's values were taken alone, and head's were not. */
TEST(without_a_base_run_only_head_has_levels)
{
	const struct metric *time;

	begin_turns("a", "standard", 3);
	players.turns.base_run = NULL;
	work_units();
	time = metric_of(&day.run, 0, "time");
	assert_int_equal(time->ratios.nr, 6);
	assert_int_equal(time->values.nr, 6);
	assert_null(metric_of(&players.base_run, 0, "time"));
	end_turns();
}

/* The metric of the first duets is gone in a later one, of the same unit or another. */
TEST(duets_that_differ_in_their_metrics_are_wrong)
{
	for (size_t until = 1; until < 6; until++) {
		const struct result *head;

		begin_turns("a", "standard", 3);
		players.own = "parts";
		players.own_until = until;
		players.own_base = players.own_head = 4;
		work_units();
		head = &day.run.items[0];
		assert_int_equal(head->word, RESULT_WRONG);
		assert_string_equal(head->reason, "not all processes have the metric 'parts'");
		assert_int_equal(units_of(head), until / 2);
		check_whole(0);
		end_turns();
	}
}

TEST(a_fault_ends_its_benchmark_alone)
{
	for (size_t duet = 1; duet <= 8; duet++) {
		char reason[40];

		begin_turns("abc", "standard", 4);
		players.faulty_duet[1] = duet;
		work_units();
		snprintf(reason, sizeof reason, "by the script, duet %zu", duet);
		for (size_t i = 0; i < 3; i++) {
			const struct result *head = &day.run.items[i];

			assert_int_equal(head->word, i == 1 ? RESULT_CRASHED : RESULT_OK);
			assert_int_equal(units_of(head), i == 1 ? (duet - 1) / 2 : 4);
			check_whole(i);
		}
		assert_string_equal(day.run.items[1].reason, reason);
		assert_int_equal(players.nr_of[1], duet);
		assert_int_equal(day.run.status, RUN_COMPLETE);
		end_turns();
	}
}

/* A signal in the middle of a unit: what was whole stays, and the result is no failure. */
TEST(an_interrupted_unit_is_not_counted)
{
	for (size_t duet = 1; duet <= 5; duet++) {
		const struct result *head;

		begin_turns("a", "standard", 4);
		players.faulty_duet[0] = duet;
		players.word = RESULT_NOT_MEASURED;
		day.interrupted_after = duet;
		work_units();
		head = &day.run.items[0];
		assert_int_equal(day.run.status, RUN_INTERRUPTED);
		assert_int_equal(units_of(head), (duet - 1) / 2);
		assert_int_equal(head->word, duet < 3 ? RESULT_NOT_MEASURED : RESULT_OK);
		if (duet >= 3)
			assert_non_null(strstr(head->note, "of 4 units: "));
		check_whole(0);
		end_turns();
	}
}

TEST(what_time_was_left_for_is_kept)
{
	begin_turns("a", "standard", 10);
	day.run.plan.budget_ns = 7 * S;
	work_units();
	assert_int_equal(units_of(&day.run.items[0]), 3);
	assert_string_equal(day.run.items[0].note, "3 of 10 units: no time was left");
	assert_int_equal(day.run.items[0].word, RESULT_OK);
	assert_int_equal(day.run.status, RUN_SHORT_OF_TIME);
	assert_true(day.run.duration_ns == 6 * S);
	check_whole(0);
	end_turns();
}

/* The gate as decider, and when it had enough of whom. */
struct watch {
	struct judge judge;
	struct policy policy;
	size_t decided_at[MAX_BENCHES]; /* units; 0: never */
	size_t nr_questions;
};

static bool ask_the_gate(void *context, const struct result *result)
{
	struct watch *watch = context;
	size_t at = (size_t)(result - day.run.items);
	bool enough = judge_enough_in_turn(&watch->judge, result);

	watch->nr_questions++;
	assert_int_equal(watch->decided_at[at], 0);
	assert_true(!enough || looks_include(&day.run.plan, units_of(result)));
	if (enough)
		watch->decided_at[at] = units_of(result);
	return enough;
}

/* What a day is like, at random. */
static void draw_day(struct random *random, struct watch *watch)
{
	static const uint64_t nr_units[] = { 1, 2, 3, 4, 5, 7, 13, 20, 80, 81, 100 };
	static const double spreads[] = { 1e-4, 0.003, 0.01, 0.03, 1 };
	size_t nr = 1 + random_below(random, MAX_BENCHES);

	begin_turns(&"abcde"[MAX_BENCHES - nr], "standard",
		nr_units[random_below(random, sizeof nr_units / sizeof *nr_units)]);
	players.spread = spreads[random_below(random, sizeof spreads / sizeof *spreads)];
	day.run.plan.seed = random_next(random);
	if (random_below(random, 3) == 0)
		day.run.plan.budget_ns = (1 + random_below(random, 400)) * S / 4;
	for (size_t i = 0; i < nr; i++) {
		day.scripts[i].cost_ns = (1 + random_below(random, 40)) * S / 20;
		if (random_below(random, 3) == 0)
			move_to_tier(i, "critical");
		if (random_below(random, 4) == 0)
			players.faulty_duet[i] = 1 + random_below(random, 30);
	}
	if (random_below(random, 5) == 0)
		day.interrupted_after = 1 + random_below(random, 60);
	*watch = (struct watch){ .nr_questions = 0 };
	policy_init(&watch->policy);
	/* So short that it ends some of them. */
	for (size_t i = 0; i < day.tiers.nr; i++)
		day.tiers.items[i].budget_ns = (20 + random_below(random, 300)) * S;
	watch->judge = judge_new(&players.base_run, &watch->policy, day.run.plan);
	watch->judge.in_turn = true;
	watch->judge.nr_in_turn = nr;
	day.schedule.decider = (struct decider){ ask_the_gate, watch };
}

/* Of what budget a benchmark lives, and who lives of the same. */
static bool shares_budget(size_t one, size_t other)
{
	return day.run.plan.budget_ns || strcmp(day.items[one].tier, day.items[other].tier) == 0;
}

static uint64_t budget_of(size_t at)
{
	return day.run.plan.budget_ns ? day.run.plan.budget_ns
				      : tiers_named(&day.tiers, day.items[at].tier)->budget_ns;
}

static uint64_t left_before(size_t nr_asked, size_t at)
{
	uint64_t spent_ns = 0, budget_ns = budget_of(at);

	for (size_t i = 0; i < nr_asked; i++)
		if (shares_budget(players.asked[i].bench, at))
			spent_ns += players.asked[i].end_ns - players.asked[i].start_ns;
	return budget_ns > spent_ns ? budget_ns - spent_ns : 0;
}

/* Each unit began with more left than its benchmark's last one took, and no process was given
 * more than was left then. */
static void check_budgets(void)
{
	uint64_t unit_ns[MAX_BENCHES] = { 0 }, left_ns[MAX_BENCHES];
	size_t nr[MAX_BENCHES] = { 0 };

	for (size_t i = 0; i < players.nr_asked; i++) {
		const struct asked *asked = &players.asked[i];
		size_t at = asked->bench;

		if (nr[at]++ % DUETS_A_UNIT == 0) {
			left_ns[at] = left_before(i, at);
			assert_true(left_ns[at] > unit_ns[at]);
			unit_ns[at] = 0;
		}
		assert_true(asked->timeout_ns <= left_ns[at]);
		unit_ns[at] += asked->end_ns - asked->start_ns;
	}
}

/* Nothing is begun for a benchmark after its decision, its fault, or the signal. */
static void check_ends(const struct watch *watch)
{
	for (size_t i = 0; i < day.benches.nr; i++) {
		const struct result *head = &day.run.items[i];
		size_t faulty = players.faulty_duet[i], nr = players.nr_of[i];
		size_t decided = watch->decided_at[i];

		check_whole(i);
		check_orders(i);
		assert_int_equal(units_of(head),
			head->word == RESULT_CRASHED ? (faulty - 1) / DUETS_A_UNIT
						     : nr / DUETS_A_UNIT);
		assert_int_equal(head->word == RESULT_CRASHED, faulty && faulty == nr);
		if (decided)
			assert_int_equal(nr, decided * DUETS_A_UNIT);
		else
			assert_true(head->reason || head->note);
		if (head->word == RESULT_NOT_MEASURED)
			assert_int_equal(units_of(head), 0);
	}
	if (day.interrupted_after && day.run.status == RUN_INTERRUPTED)
		assert_in_range(day.story.len, day.interrupted_after, day.interrupted_after + 1);
}

TEST(whole_days_keep_every_promise)
{
	size_t nr_decided = 0, nr_short = 0, nr_interrupted = 0, nr_faults = 0;
	struct random random = random_seed(11);

	for (int i = 0; i < SEEDS; i++) {
		struct watch watch;

		draw_day(&random, &watch);
		work();
		check_budgets();
		check_ends(&watch);
		for (size_t k = 0; k < day.benches.nr; k++) {
			nr_decided += watch.decided_at[k] != 0;
			nr_faults += day.run.items[k].word == RESULT_CRASHED;
		}
		nr_short += day.run.status == RUN_SHORT_OF_TIME;
		nr_interrupted += day.run.status == RUN_INTERRUPTED;
		policy_release(&watch.policy);
		end_turns();
	}
	print_message("# %d days: %zu decisions, %zu faults, %zu short of time, %zu interrupted\n",
		SEEDS, nr_decided, nr_faults, nr_short, nr_interrupted);
	assert_true(nr_decided > 100 && nr_faults > 20 && nr_short > 20 && nr_interrupted > 20);
}

/* When so many were planned, at how many units the gate is asked what it thinks. */
static const struct {
	uint64_t nr_units;
	size_t looks[12]; /* 0 at the end */
} plans[] = {
	{ 1, { 1 } },
	{ 2, { 2 } },
	{ 3, { 3 } },
	{ 4, { 4 } },
	{ 5, { 4, 5 } },
	{ 9, { 4, 6, 8, 9 } },
	{ 20, { 4, 6, 8, 10, 14, 20 } },
	{ 21, { 4, 6, 8, 10, 14, 20, 21 } },
	{ 80, { 4, 6, 8, 10, 14, 20, 28, 40, 56, 80 } },
	{ 81, { 4, 6, 8, 10, 14, 20, 28, 40, 56, 80, 81 } },
	{ 500, { 4, 6, 8, 10, 14, 20, 28, 40, 56, 80, 500 } },
};

TEST(looks_come_at_fixed_numbers_of_units)
{
	for (size_t i = 0; i < sizeof plans / sizeof *plans; i++) {
		struct plan plan = { .nr_units = plans[i].nr_units };
		const size_t *look = plans[i].looks;

		for (size_t nr = 1; nr <= plan.nr_units; nr++) {
			assert_int_equal(looks_include(&plan, nr), nr == *look);
			look += nr == *look;
		}
		assert_true(looks_include(&plan, plan.nr_units + 1));
	}
}

/* What is decided at once gets the first look and no unit more; what never is gets them all. */
TEST(the_gate_is_obeyed)
{
	for (size_t i = 0; i < sizeof plans / sizeof *plans; i++)
		for (int calm = 0; calm < 2; calm++) {
			struct watch watch = { .nr_questions = 0 };
			size_t first = plans[i].looks[0], all = (size_t)plans[i].nr_units;

			begin_turns("ab", "standard", plans[i].nr_units);
			day.scripts[0].cost_ns = day.scripts[1].cost_ns = 1000;
			players.spread = calm ? 1e-5 : 0.2;
			policy_init(&watch.policy);
			watch.judge = judge_new(&players.base_run, &watch.policy, day.run.plan);
			watch.judge.in_turn = true;
			watch.judge.nr_in_turn = 2;
			day.schedule.decider = (struct decider){ ask_the_gate, &watch };
			work();
			for (size_t k = 0; k < 2; k++)
				if (calm)
					assert_int_equal(units_of(&day.run.items[k]), first);
				else if (all <= 10)
					assert_int_equal(units_of(&day.run.items[k]), all);
			assert_int_equal(watch.nr_questions * DUETS_A_UNIT, players.nr_asked);
			policy_release(&watch.policy);
			end_turns();
		}
}
