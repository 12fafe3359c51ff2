/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A time's mean and its typical value: two questions, one comparison, one word. */
#include "support/test.h"

#include "gate/in_turn.h"

#include "report/describe.h"
#include "support/close.h"
#include "support/in_turn_cases.h"

#define NR_UNITS 10

/* What became of one of the two: its ratio to the base, and the deviation of a unit. */
struct became {
	double ratio, sd;
};

static void add_values(struct result *result, const struct metric_kind *kind, double ratio)
{
	for (size_t i = 0; i < NR_UNITS * DUETS_A_UNIT; i++)
		metrics_add(&result->metrics, kind, CASE_LEVEL_NS * ratio);
}

static struct result *add_time(
	struct hearing *hearing, const char *name, struct became mean, struct became typical)
{
	struct result *base = case_result(&hearing->base, name);
	struct result *head = case_result(&hearing->head, name);

	head->nr_threads = 1;
	add_values(base, &metric_time, 1);
	add_values(base, &metric_typical, 1);
	add_values(head, &metric_time, mean.ratio);
	add_values(head, &metric_typical, typical.ratio);
	for (size_t i = 0; i < NR_UNITS; i++) {
		add_unit_ratio(head, &metric_time, log(mean.ratio) + mean.sd * case_spread(i));
		add_unit_ratio(
			head, &metric_typical, log(typical.ratio) + typical.sd * case_spread(i));
	}
	return head;
}

/* At threshold 2 % and target 4 %. */
static const struct {
	const char *what;
	struct became mean, typical;
	enum verdict_word word;
	enum aspect_of deciding;
	const char *says;
} cases[] = {
	{ "neither changed", { 1, .005 }, { 1, .001 }, VERDICT_PASS, ASPECT_MAIN, "" },
	{ "bursts", { 1.2, .01 }, { 1, .001 }, VERDICT_REGRESSION, ASPECT_MAIN,
		"; a typical iteration changed by +0" },
	{ "both slower", { 1.2, .01 }, { 1.2, .001 }, VERDICT_REGRESSION, ASPECT_MAIN, "" },
	{ "slower, and the mean is too noisy to say so", { 1.05, .2 }, { 1.05, .001 },
		VERDICT_REGRESSION, ASPECT_TYPICAL,
		" on average, a typical iteration +5.0 % (95 %: +" },
	{ "a noisy mean is no pass", { 1, .2 }, { 1, .001 }, VERDICT_INCONCLUSIVE, ASPECT_MAIN,
		"; a typical iteration is below the target, the mean is not" },
	{ "nor is a noisy typical value", { 1, .001 }, { 1, .2 }, VERDICT_INCONCLUSIVE, ASPECT_MAIN,
		"; the mean is below the target, a typical iteration is not: " },
	{ "bursts that are gone", { .8, .01 }, { 1, .001 }, VERDICT_IMPROVEMENT, ASPECT_MAIN, "" },
	{ "quicker, and as many bursts", { 1, .005 }, { .9, .001 }, VERDICT_IMPROVEMENT,
		ASPECT_TYPICAL, " on average, a typical iteration -10.0 %" },
	{ "quicker, and more bursts", { 1.2, .01 }, { .9, .001 }, VERDICT_REGRESSION, ASPECT_MAIN,
		"the cost comes in bursts" },
};

TEST(the_word_is_that_of_both)
{
	for (size_t i = 0; i < NR_OF(cases); i++) {
		struct hearing hearing;
		const struct comparison *comparison;
		struct buf why = BUF_INIT;

		open_in_turn(&hearing, NR_UNITS);
		add_time(&hearing, "x", cases[i].mean, cases[i].typical);
		hear(&hearing);
		assert_int_equal(hearing.verdict.nr, 1);
		assert_int_equal(hearing.verdict.family_in_turn, NR_ASPECTS);
		comparison = &hearing.verdict.items[0];
		describe_reason(&hearing.verdict, comparison, &why);
		if (comparison->word != cases[i].word || !strstr(why.data, cases[i].says) ||
			verdict_deciding(&hearing.verdict, comparison) != cases[i].deciding)
			fail_msg("%s: %s, by %d: %s", cases[i].what,
				verdict_word_name(comparison->word),
				(int)verdict_deciding(&hearing.verdict, comparison), why.data);
		/* What is shown is the mean; what a pass is worth is the weaker of the two. */
		assert_string_equal(comparison->metric->name, "time");
		assert_close(comparison->change_ratio, cases[i].mean.ratio - 1);
		assert_close(comparison->aspects[ASPECT_TYPICAL].change_ratio,
			cases[i].typical.ratio - 1);
		assert_true(comparison->bound_ratio ==
			fmax(comparison->aspects[ASPECT_MAIN].bound_ratio,
				comparison->aspects[ASPECT_TYPICAL].bound_ratio));
		buf_release(&why);
		close_hearing(&hearing);
	}
}

/* Once the ratio was seen to change with age, units of younger processes count for nothing. */
TEST(only_late_units_count_where_there_are_any)
{
	struct hearing hearing;
	struct result *head;

	open_in_turn(&hearing, NR_UNITS);
	head = add_time(&hearing, "x", (struct became){ 1, .001 }, (struct became){ 1, .001 });
	for (size_t i = 4 * DUETS_A_UNIT; i < head->duets.nr; i++) {
		head->duets.items[i].late = true;
		metrics_find(&head->metrics, "time")->ratios.items[i] += log(1.3);
	}
	hear(&hearing);
	assert_int_equal(hearing.verdict.items[0].word, VERDICT_REGRESSION);
	assert_int_equal(hearing.verdict.items[0].nr_units, NR_UNITS - 4);
	assert_true(fabs(hearing.verdict.items[0].change_ratio - 0.3) < 0.001);
	close_hearing(&hearing);
}

/* A base of before the mean was kept is compared by what both have, under that name. */
TEST(without_a_mean_on_one_side_the_typical_value_is_compared)
{
	struct hearing hearing;
	struct result *base;

	open_in_turn(&hearing, NR_UNITS);
	add_time(&hearing, "x", (struct became){ 1.2, .001 }, (struct became){ 1, .001 });
	base = run_find(&hearing.base, "x");
	metrics_release(&base->metrics);
	add_values(base, &metric_typical, 1);
	hear(&hearing);
	assert_int_equal(hearing.verdict.nr, 1);
	assert_string_equal(hearing.verdict.items[0].metric->name, "typical");
	assert_int_equal(hearing.verdict.items[0].word, VERDICT_PASS);
	assert_null(hearing.verdict.items[0].aspects[ASPECT_TYPICAL].metric);
	close_hearing(&hearing);
}
