/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Metrics that never vary: what is compared exactly, and which word it gets. */
#include "support/test.h"

#include "gate/question.h"

#include "support/close.h"
#include "support/judge_cases.h"

static const struct tolerance tolerance = { .threshold_ratio = 0.02, .target_ratio = 0.04 };

/* Base and head of one benchmark, and the question between their only metrics. */
struct pair {
	struct run base, head;
	struct question question;
};

static void ask(struct pair *pair)
{
	question_of_base(&pair->question, &pair->base.items[0].metrics.items[0],
		&pair->head.items[0].metrics.items[0], &tolerance);
}

/* The same value in each process of a side */
static struct pair pair_of(double base, double head, bool more_is_better)
{
	const struct metric_kind kind = { "n", "usd", more_is_better };
	struct pair pair = { RUN_INIT, RUN_INIT, { .trouble = WHY_NOTHING } };

	case_values(case_result(&pair.base, "x"), &kind, (struct summary){ .nr = 6, .mean = base });
	case_values(case_result(&pair.head, "x"), &kind, (struct summary){ .nr = 5, .mean = head });
	ask(&pair);
	return pair;
}

static void release(struct pair *pair)
{
	run_release(&pair->base);
	run_release(&pair->head);
}

static enum verdict_word word_of(double base, double head, bool more_is_better)
{
	struct pair pair = pair_of(base, head, more_is_better);
	struct policy policy;
	struct judge judge;
	struct ruling ruling;

	policy_init(&policy);
	judge = judge_new(&pair.base, &policy, (struct plan)PLAN_DEFAULT);
	ruling = judge_rule(&judge, &pair.question, &pair.head.items[0], 1);
	policy_release(&policy);
	release(&pair);
	return ruling.word;
}

static const struct {
	double base, head;
	bool more_is_better;
	double expected;
} exacts[] = {
	{ 100, 100, false, 0 },
	{ 100, 110, false, 0.1 },
	{ 100, 50, false, -0.5 },
	{ 100, 50, true, 1 },
	{ 100, 125, true, -0.2 },
	{ 0, 0, false, 0 },
	{ 0, 0, true, 0 },
	{ 0, 3, false, INFINITY },
	{ 3, 0, true, INFINITY },
	{ 3, 0, false, -1 },
	{ 0, 3, true, -1 },
	{ -0.0, 3, false, INFINITY },
	{ 3, -0.0, true, INFINITY },
	{ 0.02, 0.03, false, 0.5 },
	{ 60.5, 40.25, true, 60.5 / 40.25 - 1 },
	{ -2.5, -2.5, false, 0 },
	{ -2.5, -2.5, true, 0 },
};

TEST(constants_are_compared_exactly)
{
	for (size_t i = 0; i < NR_OF(exacts); i++) {
		struct pair pair =
			pair_of(exacts[i].base, exacts[i].head, exacts[i].more_is_better);

		assert_true(pair.question.exact);
		if (!(fabs(pair.question.exact_ratio - exacts[i].expected) < 1e-12) &&
			pair.question.exact_ratio != exacts[i].expected)
			fail_msg("%g against %g: %g", exacts[i].head, exacts[i].base,
				pair.question.exact_ratio);
		release(&pair);
	}
}

TEST(a_constant_below_zero_has_no_ratio_once_it_changes)
{
	static const double changes[][2] = { { -2, -3 }, { -2, 2 }, { 2, -2 }, { -2, 0 } };

	for (size_t i = 0; i < NR_OF(changes); i++) {
		struct pair pair = pair_of(changes[i][0], changes[i][1], false);

		assert_false(pair.question.exact);
		assert_int_equal(pair.question.trouble, WHY_NO_RATIO);
		release(&pair);
	}
}

/* Of several sessions the newest says all, on either side. */
TEST(the_newest_constant_of_a_side_counts)
{
	struct pair pair = { RUN_INIT, RUN_INIT, { .trouble = WHY_NOTHING } };
	struct result *base = case_result(&pair.base, "x"), *head = case_result(&pair.head, "x");

	case_session(base, &case_allocs, (struct summary){ .nr = 3, .mean = 0.5 });
	case_session(base, &case_allocs, (struct summary){ .nr = 3, .mean = 0.25 });
	case_session(head, &case_allocs, (struct summary){ .nr = 3, .mean = 8 });
	case_session(head, &case_allocs, (struct summary){ .nr = 3, .mean = 0.75 });
	ask(&pair);
	assert_true(pair.question.exact);
	assert_true(pair.question.exact_base == 0.25 && pair.question.exact_head == 0.75);
	assert_true(pair.question.exact_ratio == 2);
	release(&pair);
}

static const struct {
	double value;
	bool more_is_better;
	double expected;
} below_zero[] = { { -3, false, -1 }, { -3, true, INFINITY }, { 0, true, INFINITY } };

TEST(below_zero_is_on_zeros_side_of_a_limit)
{
	const struct limit limit = { .value = 5 };

	for (size_t i = 0; i < NR_OF(below_zero); i++) {
		struct pair pair = pair_of(5, below_zero[i].value, below_zero[i].more_is_better);

		question_of_limit(&pair.question, &pair.head.items[0].metrics.items[0], &limit);
		assert_true(pair.question.exact);
		assert_true(pair.question.exact_head == below_zero[i].value);
		assert_true(pair.question.exact_ratio == below_zero[i].expected);
		release(&pair);
	}
}

/* A tolerance of 2 % tolerates two in a hundred. */
TEST(exactly_the_threshold_is_tolerated)
{
	for (double i = 1; i < 100; i++) {
		if (word_of(50 * i, 51 * i, false) != VERDICT_PASS)
			fail_msg("%g instead of %g is 2 %%", 51 * i, 50 * i);
		assert_int_equal(word_of(50 * i, 51 * i + 1, false), VERDICT_REGRESSION);
	}
}

static const struct {
	double base, head;
	bool more_is_better;
	enum verdict_word word;
} words[] = {
	{ 0.02, 0.03, false, VERDICT_REGRESSION },
	{ 0.02, 0.02, false, VERDICT_PASS },
	{ 0.03, 0.02, false, VERDICT_IMPROVEMENT },
	{ 60.5, 40.3, true, VERDICT_REGRESSION },
	{ 60.5, 59.5, true, VERDICT_PASS },
	{ 0, 0, false, VERDICT_PASS },
	{ 0, 5, false, VERDICT_REGRESSION },
	{ 0, 5, true, VERDICT_IMPROVEMENT },
	{ -1.5, -1.5, false, VERDICT_PASS },
	{ -1.5, -1.6, false, VERDICT_INCONCLUSIVE },
};

TEST(constants_of_any_value_have_a_certain_word)
{
	for (size_t i = 0; i < NR_OF(words); i++) {
		enum verdict_word word =
			word_of(words[i].base, words[i].head, words[i].more_is_better);

		if (word != words[i].word)
			fail_msg("%g -> %g is %s", words[i].base, words[i].head,
				verdict_words[word]);
	}
}
