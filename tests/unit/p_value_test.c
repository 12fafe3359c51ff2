/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The p-value of "it did not change": of which value it is, and what it answers for. */
#include "support/test.h"

#include "gate/condition.h"
#include "support/draw.h"
#include "support/in_turn_cases.h"

#define TELL "change_percent > 2 AND p_value < 0.05"
#define BLOCK "status = 'REGRESSION'"

static void set_threshold(struct hearing *hearing, double threshold_ratio)
{
	for (size_t i = 0; i < hearing->policy.tiers.nr; i++) {
		hearing->policy.tiers.items[i].threshold_ratio = threshold_ratio;
		hearing->policy.tiers.items[i].target_ratio = 2 * threshold_ratio;
	}
}

static bool holds(const struct hearing *hearing, const char *text)
{
	struct subject subject = { &hearing->verdict, hearing->verdict.items, "", "" };
	struct error err = ERROR_INIT;
	struct condition *condition = condition_parse(text, &err);
	bool it_does;

	if (!condition)
		fail_msg("%s: %s", text, err.text);
	it_does = condition_holds(condition, &subject);
	condition_free(condition);
	return it_does;
}

static double p_value(const struct hearing *hearing)
{
	return verdict_p_value(&hearing->verdict, hearing->verdict.items);
}

static double p_above(const struct hearing *hearing)
{
	return verdict_p_above_threshold(hearing->verdict.items);
}

/* Between what is told and what fails the run. */
TEST(a_sure_change_below_the_threshold_is_told)
{
	static const struct {
		double ratio;
		bool told, blocks;
	} cases[] = {
		{ 1.035, true, false },
		{ 1.07, true, true },
		{ 1.01, false, false },
		{ 0.96, false, false },
	};

	for (size_t i = 0; i < 2 * sizeof cases / sizeof *cases; i++) {
		double ratio = cases[i / 2].ratio;
		struct hearing hearing;

		if (i % 2) {
			open_in_turn(&hearing, 20);
			add_in_turn(&hearing, "x",
				(struct summary){ .nr = 10, .mean = ratio, .sd = 0.001 });
		} else {
			open_hearing(&hearing);
			add_changed(&hearing, "x", ratio);
		}
		set_threshold(&hearing, 0.05);
		hear(&hearing);
		assert_int_equal(holds(&hearing, TELL), cases[i / 2].told);
		assert_int_equal(holds(&hearing, BLOCK), cases[i / 2].blocks);
		assert_int_equal(
			holds(&hearing, "change_percent < -3 AND p_value < 0.05"), ratio < 0.97);
		close_hearing(&hearing);
	}
}

/* Of one look at processes, the p-value and the interval are of one test. */
TEST(it_is_small_where_the_interval_does_not_include_0)
{
	size_t nr[2] = { 0, 0 };

	for (double ratio = 0.95; ratio < 1.05; ratio += 0.003) {
		struct hearing hearing;
		const struct comparison *got;
		bool excludes;

		open_hearing(&hearing);
		hearing.head.plan.nr_processes = 10;
		case_base(&hearing.base, "x", 5, 0.01, 0.01);
		case_head(&hearing.head, "x", 10, ratio, 0.01);
		got = hear(&hearing);
		excludes = got->change_low > 0 || got->change_high < 0;
		assert_int_equal(p_value(&hearing) < 0.05, excludes);
		nr[excludes]++;
		close_hearing(&hearing);
	}
	assert_true(nr[0] > 5 && nr[1] > 5);
}

/* What was looked at three times pays for three looks: by the cheapest of them. */
TEST(in_turn_it_answers_for_all_looks)
{
	static const struct {
		size_t nr;
		double weight;
	} looks[] = { { 4, .3 }, { 6, .15 }, { 8, .15 } };
	struct hearing hearing;
	const struct result *head;
	double p = 1;

	open_in_turn(&hearing, 20);
	head = add_in_turn(&hearing, "x", (struct summary){ .nr = 8, .mean = 1.01, .sd = 0.005 });
	hear(&hearing);
	for (size_t i = 0; i < 3; i++) {
		double above = plain_p_above(head, looks[i].nr, 0);

		p = fmin(p, 2 * fmin(above, 1 - above) / looks[i].weight);
	}
	assert_close(p_value(&hearing), p);
	assert_true(p < 0.05 && p > 1e-6);
	close_hearing(&hearing);
}

/* The worst that can be: whoever looks stops as soon as the p-value is small. */
TEST(code_that_did_not_change_has_a_small_one_as_seldom_as_it_says)
{
	enum { NR = 2000 };
	int nr_small = 0;

	seeded = random_seed(15);
	for (int i = 0; i < NR; i++) {
		static const size_t looks[] = { 4, 6, 8, 10, 14, 20 };
		double ratios[20];
		bool small = false;

		for (size_t k = 0; k < 20; k++)
			ratios[k] = 0.01 * normal();
		for (size_t k = 0; k < 6 && !small; k++) {
			struct hearing hearing;
			struct result *head;

			open_in_turn(&hearing, 20);
			head = add_in_turn(&hearing, "x", (struct summary){ .nr = 1, .mean = 1 });
			metrics_find(&head->metrics, "time")->ratios.nr = 0;
			for (size_t unit = 0; unit < looks[k]; unit++)
				add_unit_ratio(head, &case_time, ratios[unit]);
			hear(&hearing);
			small = p_value(&hearing) < 0.05;
			close_hearing(&hearing);
		}
		nr_small += small;
	}
	/* Conservative, and not by far */
	assert_rate(nr_small, NR, 0.02, 0.05);
}

static void add_time(struct hearing *hearing, struct summary mean, struct summary typical)
{
	struct result *head = add_in_turn(hearing, "x", mean);
	struct result *base = run_find(&hearing->base, "x");

	for (size_t i = 0; i < typical.nr; i++) {
		metrics_add(&base->metrics, &metric_typical, CASE_LEVEL_NS);
		metrics_add(&head->metrics, &metric_typical, CASE_LEVEL_NS * typical.mean);
		add_unit_ratio(
			head, &metric_typical, log(typical.mean) + typical.sd * case_spread(i));
	}
}

/* A rule must not take how large from the one and how sure from the other. */
TEST(of_a_time_it_is_of_the_mean_as_the_change_is)
{
	struct hearing hearing;

	open_in_turn(&hearing, 20);
	add_time(&hearing, (struct summary){ .nr = 10, .mean = 1.12, .sd = 0.3 },
		(struct summary){ .nr = 10, .mean = 1.003, .sd = 0.0005 });
	hear(&hearing);
	assert_true(hearing.verdict.items->aspects[ASPECT_TYPICAL].p_changed < 1e-4);
	assert_true(p_value(&hearing) > 0.05);
	assert_false(holds(&hearing, "change_percent > 10 AND p_value < 0.05"));
	close_hearing(&hearing);
}

TEST(what_the_typical_value_decides_has_its_p_value)
{
	struct hearing hearing;

	for (double ratio = 0.9; ratio < 1.2; ratio += 0.2) {
		open_in_turn(&hearing, 20);
		add_time(&hearing, (struct summary){ .nr = 10, .mean = ratio, .sd = 0.12 },
			(struct summary){ .nr = 10, .mean = ratio, .sd = 0.001 });
		hear(&hearing);
		assert_int_equal(hearing.verdict.items->word,
			ratio > 1 ? VERDICT_REGRESSION : VERDICT_IMPROVEMENT);
		assert_true(p_value(&hearing) ==
			hearing.verdict.items->aspects[ASPECT_TYPICAL].p_changed);
		assert_true(p_value(&hearing) < hearing.verdict.items->p_changed);
		close_hearing(&hearing);
	}
}

TEST(what_is_exact_changed_or_did_not)
{
	static const struct {
		double value, p_value, p_above;
	} cases[] = { { 100, 1, 1 }, { 101, 0, 1 }, { 110, 0, 0 }, { 99, 0, 1 }, { 50, 0, 0 } };

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct hearing hearing;

		open_hearing(&hearing);
		case_values(case_result(&hearing.base, "x"), &case_allocs,
			(struct summary){ .nr = 5, .mean = 100 });
		case_values(case_result(&hearing.head, "x"), &case_allocs,
			(struct summary){ .nr = 5, .mean = cases[i].value });
		hear(&hearing);
		assert_true(p_value(&hearing) == cases[i].p_value);
		assert_true(p_above(&hearing) == cases[i].p_above);
		close_hearing(&hearing);
	}
}

/* Half the rate is worse, and as sure as twice the time. */
TEST(more_may_be_better)
{
	static const struct metric_kind rate = { "rate", "op/s", true };
	struct hearing hearing;

	for (double ratio = 0.9; ratio < 1.2; ratio += 0.2) {
		open_hearing(&hearing);
		case_values(case_result(&hearing.base, "x"), &rate,
			(struct summary){ .nr = 10, .mean = 100, .sd = 0.001 });
		case_values(case_result(&hearing.head, "x"), &rate,
			(struct summary){ .nr = 10, .mean = 100 * ratio, .sd = 0.001 });
		hear(&hearing);
		assert_true(p_value(&hearing) < 0.05);
		assert_true(p_above(&hearing) < 0.05);
		assert_int_equal(
			holds(&hearing, "change_percent > 2 AND p_value < 0.05"), ratio < 1);
		close_hearing(&hearing);
	}
}

/* To be far under a budget is no improvement. */
TEST(of_a_budget_it_is_of_being_over_it)
{
	struct hearing hearing;

	for (double limit_ns = 50; limit_ns < 300; limit_ns += 150) {
		bool over = limit_ns < CASE_LEVEL_NS;

		open_hearing(&hearing);
		hearing.trial.base = NULL;
		add_limit(&hearing, "time", limit_ns, "ns");
		case_head(&hearing.head, "x", 10, 1, 0.01);
		hear(&hearing);
		hearing.verdict.items[0] = hearing.verdict.items[1];
		assert_true(hearing.verdict.items->is_limit);
		assert_int_equal(p_value(&hearing) < 0.05, over);
		assert_true(p_value(&hearing) == p_above(&hearing));
		close_hearing(&hearing);
	}
}

/* Rules that speak of all metrics must not speak of what the policy only shows. */
TEST(what_is_not_judged_has_none)
{
	static const struct metric_kind p99 = { "p99", "ns", false };
	struct hearing hearing;

	open_hearing(&hearing);
	case_values(case_result(&hearing.base, "x"), &p99,
		(struct summary){ .nr = 10, .mean = 100, .sd = 0.001 });
	case_values(case_result(&hearing.head, "x"), &p99,
		(struct summary){ .nr = 10, .mean = 200, .sd = 0.001 });
	hear(&hearing);
	assert_int_equal(hearing.verdict.items->word, VERDICT_UNGATED);
	assert_true(isnan(p_value(&hearing)));
	assert_false(holds(&hearing, TELL));
	close_hearing(&hearing);
	open_hearing(&hearing);
	case_head(&hearing.head, "new", 10, 1, 0.01);
	hear(&hearing);
	assert_true(isnan(p_value(&hearing)));
	close_hearing(&hearing);
}
