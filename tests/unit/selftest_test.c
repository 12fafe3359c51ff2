/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "support/test.h"

#include "report/selftest_text.h"

#include <math.h>
#include <string.h>

/* One benchmark in both halves, as two verdicts would have it. */
struct halves {
	struct run base, head;
	struct comparison slowed[2], unchanged[2]; /* of the time, and of a metric of its own */
	struct verdict verdicts[2];
	struct selftest selftest;
};

static struct halves halves;

static struct comparison comparison_of(
	const struct result *base, const struct result *head, size_t metric)
{
	return (struct comparison){ .word = VERDICT_PASS,
		.head = head,
		.base = base,
		.metric = &head->metrics.items[metric],
		.base_metric = &base->metrics.items[metric],
		.base_estimate = { .value = 100 },
		.tolerance = { .threshold_ratio = 0.02, .target_ratio = 0.04, .gated = true },
		.why = WHY_NOT_ENOUGH,
		.evidence = EVIDENCE_IN_TURN,
		.nr_units = 10,
		.change_ratio = 0.05,
		.bound_ratio = 0.01 };
}

static struct result *add_result(struct run *run)
{
	struct result *result = run_add(
		run, &(struct bench){ .name = (char[]){ "sort" }, .tier = (char[]){ "x" } });

	metrics_add(&result->metrics, &metric_time, 110);
	metrics_add(&result->metrics, &(struct metric_kind){ "widgets", "", false }, 7);
	metrics_add(&result->metrics, &metric_typical, 130);
	metrics_add(&result->metrics, &metric_typical, 100);
	*ARRAY_ADD(&result->duets) = (struct duet){ .iterations = 1000 };
	return result;
}

static int open_halves(void **state)
{
	const struct result *base, *head;

	(void)state;
	halves = (struct halves){ .base = RUN_INIT, .head = RUN_INIT };
	base = add_result(&halves.base);
	head = add_result(&halves.head);
	for (size_t i = 0; i < 2; i++) {
		halves.slowed[i] = comparison_of(base, head, i);
		halves.unchanged[i] = comparison_of(base, head, i);
	}
	halves.slowed[0].word = VERDICT_REGRESSION;
	halves.verdicts[0] = (struct verdict){ .items = halves.slowed, .nr = 2 };
	halves.verdicts[1] = (struct verdict){ .items = halves.unchanged, .nr = 2 };
	return 0;
}

static int close_halves(void **state)
{
	(void)state;
	selftest_release(&halves.selftest);
	run_release(&halves.base);
	run_release(&halves.head);
	return 0;
}

static const struct selftest_bench *judged(void)
{
	halves.selftest.nr = 0;
	selftest_add(&halves.selftest, "sort", 0.05, &halves.verdicts[0], &halves.verdicts[1]);
	return &halves.selftest.items[0];
}

static void check_text(const char *expected)
{
	struct buf out = BUF_INIT;

	selftest_text(&halves.selftest, 200, &out);
	if (!strstr(out.data, expected))
		fail_msg("no '%s' in\n%s", expected, out.data);
	buf_release(&out);
}

TEST_WITH(red_and_green_is_what_is_to_be_shown, open_halves, close_halves)
{
	assert_int_equal(judged()->shown_slowed, SHOWN_YES);
	assert_int_equal(judged()->shown_unchanged, SHOWN_YES);
	check_text(
		"the gate works here: 1 of 1 slowed benchmark is red, 1 of 1 unchanged is green; 0.0 s\n");
}

TEST_WITH(each_word_shows_what_it_says, open_halves, close_halves)
{
	static const struct {
		enum verdict_word word;
		enum shown slowed, unchanged;
	} words[] = {
		{ VERDICT_PASS, SHOWN_WRONG, SHOWN_YES },
		{ VERDICT_REGRESSION, SHOWN_YES, SHOWN_WRONG },
		{ VERDICT_IMPROVEMENT, SHOWN_WRONG, SHOWN_WRONG },
		{ VERDICT_INCONCLUSIVE, SHOWN_UNSURE, SHOWN_UNSURE },
		{ VERDICT_FAILED, SHOWN_FAILED, SHOWN_FAILED },
		{ VERDICT_NOT_MEASURED, SHOWN_NOT_MEASURED, SHOWN_NOT_MEASURED },
	};

	for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
		halves.slowed[0].word = halves.unchanged[0].word = words[i].word;
		assert_int_equal(judged()->shown_slowed, words[i].slowed);
		assert_int_equal(judged()->shown_unchanged, words[i].unchanged);
	}
}

TEST_WITH(what_no_verdict_speaks_of_was_not_measured, open_halves, close_halves)
{
	halves.verdicts[0].nr = halves.verdicts[1].nr = 0;
	assert_int_equal(judged()->shown_slowed, SHOWN_NOT_MEASURED);
	assert_int_equal(judged()->shown_unchanged, SHOWN_NOT_MEASURED);
	check_text("not proven: sort, slowed: it has no measured time\n");
}

TEST_WITH(a_metric_of_its_own_shows_nothing_of_the_slowdown, open_halves, close_halves)
{
	halves.slowed[0].word = VERDICT_PASS;
	halves.slowed[1].word = VERDICT_REGRESSION;
	assert_int_equal(judged()->shown_slowed, SHOWN_WRONG);
	assert_ptr_equal(judged()->slowed, &halves.slowed[0]);
}

TEST_WITH(a_metric_that_is_called_unchanged_is_a_false_alarm, open_halves, close_halves)
{
	halves.unchanged[1].word = VERDICT_INCONCLUSIVE;
	assert_int_equal(judged()->shown_unchanged, SHOWN_YES);
	halves.unchanged[1].word = VERDICT_REGRESSION;
	assert_int_equal(judged()->shown_unchanged, SHOWN_WRONG);
	check_text("not proven: sort, unchanged: widgets changed by +5.0 % though");
	check_text("the gate works here, but not for every benchmark: 1 of 1 slowed");
}

TEST_WITH(a_budget_is_not_the_time, open_halves, close_halves)
{
	halves.slowed[0].is_limit = halves.unchanged[0].is_limit = true;
	halves.unchanged[0].word = VERDICT_REGRESSION;
	assert_null(judged()->slowed);
	assert_null(judged()->unchanged);
}

TEST_WITH(a_body_like_an_empty_loop_has_no_work_whatever_its_word, open_halves, close_halves)
{
	struct duet *duet = &halves.head.items[0].duets.items[0];

	/* With more work, the head may have some. */
	duet->head_empty = true;
	assert_int_equal(judged()->shown_slowed, SHOWN_YES);
	duet->base_empty = true;
	assert_int_equal(judged()->shown_slowed, SHOWN_NO_WORK);
	check_text(
		"sort, slowed: it cannot be slowed: an iteration takes 100 ns, no more than one of an empty loop; the compiler");
	halves.slowed[0].word = VERDICT_INCONCLUSIVE;
	assert_int_equal(judged()->shown_slowed, SHOWN_NO_WORK);
	halves.slowed[0].word = VERDICT_FAILED;
	assert_int_equal(judged()->shown_slowed, SHOWN_FAILED);
}

TEST_WITH(few_iterations_a_batch_are_said_where_the_gate_cannot_tell, open_halves, close_halves)
{
	struct duet *duet = &halves.head.items[0].duets.items[0];

	halves.slowed[0].word = VERDICT_INCONCLUSIVE;
	judged();
	check_text(
		"sort, slowed: with 5 % more work, its time changed by +5.0 %, and the gate cannot tell whether that is more than 2 %; try more units");
	check_text(
		" (--units 20), or a quieter machine (benchgate doctor), or a larger change (--slow)\n");
	duet->iterations = 2;
	check_text("; an iteration is so long that only one batch in 10 has an iteration more,");
}

TEST_WITH(what_cannot_be_told_says_why_and_what_would_help, open_halves, close_halves)
{
	halves.slowed[0].word = halves.unchanged[0].word = VERDICT_INCONCLUSIVE;
	halves.slowed[0].why = halves.unchanged[0].why = WHY_DISTURBED;
	halves.slowed[0].change_ratio = NAN;
	judged();
	check_text(
		"sort, slowed: with 5 % more work, the gate cannot tell whether that is more than 2 %: too many batches were dropped: other programs used the processor; try a quieter machine (benchgate doctor), or more time (--budget), or a larger change (--slow)\n");
	check_text(
		"sort, unchanged: the gate cannot tell whether it changed by less than 4 %: too many batches were dropped: other programs used the processor; try a quieter machine");
}

TEST_WITH(what_is_not_gated_is_left_out_of_the_sum, open_halves, close_halves)
{
	judged();
	selftest_add_not_gated(&halves.selftest, "one");
	selftest_add_not_gated(&halves.selftest, "two");
	check_text(
		"2 benchmarks are left out: the policy does not judge the time\nthe gate works here: 1 of 1 ");
}

TEST_WITH(the_slowdown_is_the_target_and_five_percent_or_more, open_halves, close_halves)
{
	assert_true(selftest_ratio(&(struct tolerance){ .target_ratio = 0.04 }) == 0.05);
	assert_true(selftest_ratio(&(struct tolerance){ .target_ratio = 0.1 }) == 0.1);
}
