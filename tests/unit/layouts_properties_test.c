/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What a comparison of several layouts promises in the long run, by simulation with fixed seeds:
 * every layout of base and head has a difference of its own, which all its units share.
 */
#include "support/test.h"

#include "gate/in_turn.h"

#include "support/draw.h"
#include "support/in_turn_cases.h"

#define RUNS 4000
#define ALPHA 0.01
#define THRESHOLD 0.02

struct world {
	uint64_t nr_layouts;
	double layout_sd, unit_sd, change; /* logarithms */
};

static void measure_unit(const struct world *world, double of_layout, struct result *head)
{
	for (int k = 0; k < DUETS_A_UNIT; k++) {
		metrics_add_ratio(&head->metrics, &case_time,
			world->change + of_layout + M_SQRT2 * world->unit_sd * normal());
		add_duet(head);
	}
}

/* One benchmark, until the judge has enough. told: how many layouts the judge knows of. */
static enum verdict_word compare(const struct world *world, uint64_t told)
{
	double of_layouts[16];
	struct hearing hearing;
	struct judge judge;
	struct result *head;
	enum verdict_word word;

	open_in_turn(&hearing, 20);
	hearing.head.plan.nr_layouts = told;
	for (size_t i = 0; i < world->nr_layouts; i++)
		of_layouts[i] = world->layout_sd * normal();
	judge = judge_new(&hearing.base, &hearing.policy, hearing.head.plan);
	judge.in_turn = true;
	judge.nr_in_turn = 1;
	case_value(case_result(&hearing.base, "x"), &case_time, CASE_LEVEL_NS);
	head = case_result(&hearing.head, "x");
	metrics_add(&head->metrics, &case_time, CASE_LEVEL_NS);
	for (size_t unit = 0; !unit || !judge_enough_in_turn(&judge, head); unit++)
		measure_unit(world, of_layouts[unit % world->nr_layouts], head);
	word = hear(&hearing)->word;
	close_hearing(&hearing);
	return word;
}

static double rate_of(const struct world *world, uint64_t told, enum verdict_word word)
{
	int nr = 0;

	seeded = random_seed(7 + told);
	for (int run = 0; run < RUNS; run++)
		nr += compare(world, told) == word;
	return (double)nr / RUNS;
}

/* Three standard deviations of a rate of ALPHA, for chance. */
#define AT_MOST (ALPHA + 3 * sqrt(ALPHA * (1 - ALPHA) / RUNS))

TEST(layouts_that_differ_do_not_alarm)
{
	static const uint64_t layouts[] = { 3, 5, 8, 12 };

	for (size_t i = 0; i < sizeof layouts / sizeof *layouts; i++) {
		const struct world calm = { layouts[i], .04, .01, 0 };
		/* The worst case: the change is what is just tolerated. */
		const struct world edge = { layouts[i], .04, .01, log1p(THRESHOLD) };

		assert_true(rate_of(&calm, layouts[i], VERDICT_REGRESSION) <= AT_MOST);
		assert_true(rate_of(&edge, layouts[i], VERDICT_REGRESSION) <= AT_MOST);
	}
}

/* So the test above can fail: units of one layout are no independent observations. */
TEST(taken_for_units_they_would)
{
	const struct world edge = { 3, .04, .01, log1p(THRESHOLD) };

	assert_true(rate_of(&edge, 0, VERDICT_REGRESSION) > 5 * ALPHA);
}

TEST(a_change_of_the_mean_over_layouts_is_found)
{
	const struct world slower = { 8, .02, .01, .1 };

	assert_true(rate_of(&slower, 8, VERDICT_REGRESSION) > .9);
}

TEST(a_change_of_the_target_does_not_pass)
{
	const struct world at_target = { 8, .04, .01, log1p(2 * THRESHOLD) };

	assert_true(rate_of(&at_target, 8, VERDICT_PASS) <= AT_MOST);
}

TEST(a_test_has_one_value_a_layout)
{
	struct plan plan = { .nr_units = 20, .nr_layouts = 8 };

	assert_int_equal(in_turn_values(&plan, 20), 8);
	assert_int_equal(in_turn_values(&plan, 4), 4);
	plan.nr_layouts = 0;
	assert_int_equal(in_turn_values(&plan, 20), 20);
}
