/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What benchmarks that cannot have changed say of a run, and what that does to its regressions. */
#include "support/test.h"

#include "gate/control.h"

#include "support/draw.h"
#include "support/in_turn_cases.h"

#define ALPHA 0.01
#define NR_UNITS 20

/* So many more units of a benchmark that is there. */
static void add_units(struct result *head, size_t nr, double ratio, double sd)
{
	for (size_t i = 0; i < nr; i++)
		add_unit_ratio(head, &case_time, log(ratio) + sd * case_spread(i));
}

/* A benchmark that is slower by 8 %, where 2 % is tolerated, and a control that moved by so much.
 */
static struct result *open_suspect(struct hearing *hearing, double control_ratio)
{
	struct result *suspect;

	open_in_turn(hearing, NR_UNITS);
	suspect = add_in_turn(
		hearing, "suspect", (struct summary){ .nr = 4, .mean = 1.08, .sd = 0.001 });
	suspect->code = CODE_CHANGED;
	add_in_turn(
		hearing, "control", (struct summary){ .nr = 4, .mean = control_ratio, .sd = 0.001 })
		->code = CODE_SAME;
	return &hearing->head.items[0];
}

TEST(where_no_control_moved_a_regression_stands)
{
	struct hearing hearing;
	const struct comparison *comparison;

	open_suspect(&hearing, 1);
	comparison = hear(&hearing);
	assert_int_equal(comparison->word, VERDICT_REGRESSION);
	assert_int_equal(comparison->again.nr_units, 0);
	assert_string_equal(hearing.verdict.parts->control.result->name, "control");
	assert_false(hearing.verdict.parts->control.moved);
	close_hearing(&hearing);
}

TEST(where_one_moved_it_needs_fresh_units)
{
	struct hearing hearing;
	const struct comparison *comparison;

	open_suspect(&hearing, 1.015);
	comparison = hear(&hearing);
	assert_int_equal(comparison->word, VERDICT_INCONCLUSIVE);
	assert_int_equal(comparison->why, WHY_NOT_REPEATED);
	assert_true(hearing.verdict.parts->control.moved);
	assert_true(fabs(hearing.verdict.parts->control.change_ratio - 0.015) < 1e-9);
	/* Faster is moved, too. */
	close_hearing(&hearing);
	open_suspect(&hearing, 0.985);
	assert_int_equal(hear(&hearing)->word, VERDICT_INCONCLUSIVE);
	close_hearing(&hearing);
}

TEST(fresh_units_alone_confirm_it_or_do_not)
{
	static const struct {
		double ratio;
		size_t nr;
		enum verdict_word word;
	} rows[] = { { 1.08, 4, VERDICT_REGRESSION }, { 1.04, 4, VERDICT_REGRESSION },
		{ 1, 4, VERDICT_INCONCLUSIVE }, { 1.02, 20, VERDICT_INCONCLUSIVE },
		{ 0.9, 4, VERDICT_INCONCLUSIVE }, { 1.08, 2, VERDICT_INCONCLUSIVE } };

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct hearing hearing;
		struct result *suspect = open_suspect(&hearing, 1.015);
		const struct comparison *comparison;

		suspect->nr_duets_before = suspect->duets.nr;
		add_units(suspect, rows[i].nr, rows[i].ratio, 0.001);
		comparison = hear(&hearing);
		assert_int_equal(comparison->word, rows[i].word);
		/* Not pooled: what came before is what it was. */
		assert_true(fabs(comparison->change_ratio - 0.08) < 1e-9);
		assert_int_equal(comparison->nr_units, 4);
		assert_int_equal(comparison->again.nr_units, rows[i].nr);
		close_hearing(&hearing);
	}
}

TEST(what_was_measured_again_must_hold_whatever_the_control_says)
{
	struct hearing hearing;
	struct result *suspect = open_suspect(&hearing, 1);

	suspect->nr_duets_before = suspect->duets.nr;
	add_units(suspect, 4, 1, 0.001);
	assert_int_equal(hear(&hearing)->word, VERDICT_INCONCLUSIVE);
	close_hearing(&hearing);
}

TEST(the_judge_asks_for_fresh_units_by_those_alone)
{
	struct hearing hearing;
	struct result *suspect = open_suspect(&hearing, 1.015);
	struct judge judge = judge_new(&hearing.base, &hearing.policy, hearing.head.plan);

	judge.in_turn = true;
	assert_true(judge_enough_in_turn(&judge, suspect));
	suspect->nr_duets_before = suspect->duets.nr;
	assert_false(judge_enough_in_turn(&judge, suspect));
	add_units(suspect, 3, 1.08, 0.001);
	assert_false(judge_enough_in_turn(&judge, suspect));
	add_units(suspect, 1, 1.08, 0.001);
	assert_true(judge_enough_in_turn(&judge, suspect));
	close_hearing(&hearing);
}

TEST(controls_are_spread_over_the_suite)
{
	assert_int_equal(control_count(0), 0);
	assert_int_equal(control_count(2), 2);
	assert_int_equal(control_count(300), 3);
	assert_int_equal(control_place(300, 0), 50);
	assert_int_equal(control_place(300, 1), 150);
	assert_int_equal(control_place(300, 2), 250);
	for (size_t nr = 1; nr < 20; nr++)
		for (size_t part = 0; part < control_count(nr); part++) {
			assert_true(control_place(nr, part) < nr);
			assert_true(!part || control_place(nr, part) > control_place(nr, part - 1));
		}
}

TEST(what_changed_failed_or_ran_alone_is_no_control)
{
	struct hearing hearing;
	struct result *control;

	open_suspect(&hearing, 1.015);
	control = run_find(&hearing.head, "control");
	control->code = CODE_MOVED;
	assert_int_equal(hear(&hearing)->word, VERDICT_REGRESSION);
	assert_null(hearing.verdict.parts->control.result);
	/* The same bytes, the same files: whatever its code is known to be. */
	control->identical = true;
	assert_int_equal(hear(&hearing)->word, VERDICT_INCONCLUSIVE);
	hearing.trial.in_turn = false;
	hear(&hearing);
	assert_null(hearing.verdict.parts->control.result);
	close_hearing(&hearing);
}

/* Unit by unit until the judge has enough, so that it stops when it likes. */
static void measure_one(struct hearing *hearing, const char *name, double change, double sd)
{
	struct judge judge = judge_new(&hearing->base, &hearing->policy, hearing->head.plan);
	struct result *base = case_result(&hearing->base, name);
	struct result *head = case_result(&hearing->head, name);

	judge.in_turn = true;
	judge.nr_in_turn = 4;
	head->code = CODE_SAME;
	case_value(base, &metric_time, CASE_LEVEL_NS);
	case_value(base, &metric_typical, CASE_LEVEL_NS);
	do {
		for (int k = 0; k < DUETS_A_UNIT; k++) {
			metrics_add_ratio(&head->metrics, &metric_time, change + sd * normal());
			metrics_add_ratio(
				&head->metrics, &metric_typical, change + sd / 2 * normal());
			add_duet(head);
		}
	} while (!judge_enough_in_turn(&judge, head));
	for (size_t i = 0; i < head->duets.nr; i++) {
		case_value(head, &metric_time, CASE_LEVEL_NS);
		case_value(head, &metric_typical, CASE_LEVEL_NS);
	}
}

static int count_moved(double change, double sd, int runs)
{
	int nr = 0;

	for (int run = 0; run < runs; run++) {
		struct hearing hearing;

		open_in_turn(&hearing, NR_UNITS);
		measure_one(&hearing, "a", change, sd);
		measure_one(&hearing, "b", change, sd);
		measure_one(&hearing, "c", change, sd);
		hear(&hearing);
		nr += hearing.verdict.parts->control.moved;
		close_hearing(&hearing);
	}
	return nr;
}

TEST(controls_that_did_not_move_are_said_to_at_most_at_alpha)
{
	static const double sds[] = { 0.002, 0.01, 0.03 };

	seeded = random_seed(15);
	for (size_t i = 0; i < sizeof sds / sizeof *sds; i++)
		assert_rate(count_moved(0, sds[i], 2000), 2000, 0, ALPHA);
}

TEST(controls_that_moved_as_far_as_is_tolerated_are_found)
{
	seeded = random_seed(16);
	assert_rate(count_moved(0.02, 0.002, 300), 300, 0.95, 1);
	assert_rate(count_moved(-0.02, 0.002, 300), 300, 0.95, 1);
}
