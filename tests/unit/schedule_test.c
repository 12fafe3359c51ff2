/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "support/test.h"

#include "support/fake_day.h"

#include <stdlib.h>
#include <string.h>

TEST(each_benchmark_gets_its_planned_processes)
{
	begin_day("abcd", "standard", 10);
	work();
	for (size_t i = 0; i < 4; i++) {
		check_result(i, RESULT_OK, 10, NULL);
		assert_int_equal(day.run.items[i].nr_planned, 10);
	}
	assert_int_equal(day.run.status, RUN_COMPLETE);
	assert_true(day.run.duration_ns == 40 * S);
	end_day();
}

static bool is_permutation(const char *round, const char *names)
{
	for (size_t i = 0; names[i]; i++)
		if (!memchr(round, names[i], strlen(names)))
			return false;
	return true;
}

TEST(each_round_is_a_new_order_of_all)
{
	size_t nr_changes = 0;

	begin_day("abcde", "standard", 20);
	work();
	assert_int_equal(day.story.len, 100);
	for (size_t at = 0; at < day.story.len; at += 5) {
		assert_true(is_permutation(day.story.data + at, "abcde"));
		nr_changes += at && memcmp(day.story.data + at, day.story.data + at - 5, 5) != 0;
	}
	/* Two rounds in a row are alike once in 120 times. */
	assert_in_range(nr_changes, 15, 19);
	end_day();
}

TEST(everyone_comes_first_about_as_often)
{
	size_t nr_first[5] = { 0 };

	begin_day("abcde", "standard", 90);
	work();
	for (size_t at = 0; at < day.story.len; at += 5)
		nr_first[day.story.data[at] - 'a']++;
	for (size_t i = 0; i < 5; i++)
		assert_in_range(nr_first[i], 6, 36);
	end_day();
}

static char *story_of_seed(uint64_t seed)
{
	char *story;

	begin_day("abcde", "standard", 20);
	day.run.plan.seed = seed;
	work();
	story = mem_copy(day.story.data, day.story.len);
	end_day();
	return story;
}

TEST(the_same_seed_gives_the_same_order)
{
	char *first = story_of_seed(7), *again = story_of_seed(7), *other = story_of_seed(8);

	assert_string_equal(first, again);
	assert_string_not_equal(first, other);
	free(first);
	free(again);
	free(other);
}

/* Enough is 2 processes of b and 5 of all others. */
static bool enough_of_b(void *context, const struct result *result)
{
	assert_ptr_equal(context, &day.run);
	return result->processes.nr == (result->name[0] == 'b' ? 2 : 5);
}

TEST(the_decider_says_when_it_is_enough)
{
	begin_day("abc", "standard", 10);
	day.schedule.decider = (struct decider){ enough_of_b, &day.run };
	work();
	check_result(0, RESULT_OK, 5, NULL);
	check_result(1, RESULT_OK, 2, NULL);
	check_result(2, RESULT_OK, 5, NULL);
	assert_int_equal(day.run.status, RUN_COMPLETE);
	end_day();
}

TEST(the_fixed_decider_wants_what_was_planned)
{
	struct decider decider = decider_fixed();
	struct result result = { .nr_planned = 3 };

	for (result.processes.nr = 0; result.processes.nr < 6; result.processes.nr++)
		assert_int_equal(
			decider.enough(decider.context, &result), result.processes.nr >= 3);
}

TEST(the_budget_of_the_run_ends_it_in_time)
{
	size_t nr_processes = 0;

	begin_day("ab", "standard", 10);
	day.run.plan.budget_ns = 7 * S + S / 2;
	work();
	assert_true(day.run.duration_ns <= day.run.plan.budget_ns);
	assert_int_equal(day.run.status, RUN_SHORT_OF_TIME);
	for (size_t i = 0; i < 2; i++) {
		nr_processes += day.run.items[i].processes.nr;
		if (day.run.items[i].processes.nr == 3)
			check_result(i, RESULT_OK, 3, "3 of 10 processes: no time was left");
		else
			check_result(i, RESULT_OK, 4, "4 of 10 processes: no time was left");
	}
	assert_int_equal(nr_processes, 7);
	end_day();
}

TEST(what_had_no_time_at_all_was_not_measured)
{
	size_t unlucky;

	begin_day("ab", "standard", 10);
	day.run.plan.budget_ns = S;
	work();
	assert_int_equal(day.story.len, 1);
	unlucky = day.story.data[0] == 'a';
	check_result(unlucky, RESULT_NOT_MEASURED, 0, "no time was left before its first process");
	check_result(!unlucky, RESULT_OK, 1, "1 of 10 processes: no time was left");
	assert_int_equal(day.run.status, RUN_SHORT_OF_TIME);
	end_day();
}

TEST(the_budget_of_a_tier_ends_that_tier_only)
{
	begin_day("ab", "standard", 5);
	move_to_tier(0, "critical");
	day.scripts[0].cost_ns = 50 * S;
	day.scripts[1].cost_ns = 50 * S;
	work();
	assert_true(tiers_named(&day.tiers, "critical")->budget_ns == 180 * S);
	check_result(0, RESULT_OK, 3, "3 of 5 processes: no time was left");
	check_result(1, RESULT_OK, 5, NULL);
	assert_int_equal(day.run.status, RUN_SHORT_OF_TIME);
	end_day();
}

TEST(a_tier_shares_its_budget_among_its_benchmarks)
{
	size_t nr_processes = 0;

	begin_day("abc", "critical", 5);
	for (size_t i = 0; i < 3; i++)
		day.scripts[i].cost_ns = 40 * S;
	work();
	for (size_t i = 0; i < 3; i++)
		nr_processes += day.run.items[i].processes.nr;
	assert_int_equal(nr_processes, 4);
	assert_true(day.run.duration_ns <= 180 * S);
	end_day();
}

TEST(tiers_of_the_user_have_budgets_of_their_own)
{
	begin_day("abc", "standard", 12);
	move_to_tier(1, "mine");
	move_to_tier(2, "yours");
	for (size_t i = 0; i < 3; i++)
		day.scripts[i].cost_ns = 39 * S;
	work();
	for (size_t i = 0; i < 3; i++)
		check_result(i, RESULT_OK, 12, NULL);
	assert_int_equal(day.run.status, RUN_COMPLETE);
	end_day();
}

TEST(a_budget_of_the_run_replaces_that_of_the_tier)
{
	begin_day("a", "critical", 10);
	day.scripts[0].cost_ns = 50 * S;
	day.run.plan.budget_ns = 3600 * S;
	work();
	check_result(0, RESULT_OK, 10, NULL);
	end_day();
	begin_day("a", "critical", 10);
	day.scripts[0].cost_ns = 50 * S;
	day.run.plan.budget_ns = 110 * S;
	work();
	check_result(0, RESULT_OK, 2, "2 of 10 processes: no time was left");
	end_day();
}

TEST(a_process_may_take_what_is_left_but_not_more_than_its_timeout)
{
	begin_day("a", "standard", 1);
	work();
	assert_true(day.last_timeout_ns == 60 * S);
	end_day();
	begin_day("a", "standard", 2);
	day.run.plan.budget_ns = 40 * S;
	work();
	assert_true(day.last_timeout_ns == 39 * S);
	end_day();
}

TEST(a_benchmark_too_slow_for_its_own_timeout_timed_out)
{
	begin_day("ab", "standard", 3);
	day.scripts[1].cost_ns = 61 * S;
	work();
	check_result(0, RESULT_OK, 3, NULL);
	check_result(1, RESULT_TIMED_OUT, 0, "too slow");
	assert_int_equal(day.run.status, RUN_COMPLETE);
	end_day();
}

TEST(a_timeout_that_the_budget_caused_is_nobodys_fault)
{
	begin_day("a", "standard", 3);
	day.scripts[0].cost_ns = 20 * S;
	day.run.plan.budget_ns = 10 * S;
	work();
	check_result(0, RESULT_NOT_MEASURED, 0, "no time was left before its first process");
	assert_int_equal(day.run.status, RUN_SHORT_OF_TIME);
	end_day();
}

/* Its third process is slower than the others: it does not fit, which nobody could know. */
static bool slower_and_slower(void *context, const struct result *result)
{
	(void)context;
	day.scripts[0].cost_ns = 30 * S;
	return result->processes.nr == 10;
}

TEST(a_timeout_that_the_budget_caused_keeps_what_was_measured)
{
	begin_day("a", "standard", 10);
	day.schedule.decider.enough = slower_and_slower;
	day.run.plan.budget_ns = 62 * S;
	work();
	/* 1 s, 30 s, and then 30 s where 31 s are left; the fourth has 1 s. */
	check_result(0, RESULT_OK, 3, "3 of 10 processes: no time was left");
	assert_int_equal(day.run.status, RUN_SHORT_OF_TIME);
	end_day();
	begin_day("a", "standard", 10);
	day.schedule.decider.enough = slower_and_slower;
	day.run.plan.budget_ns = 20 * S;
	work();
	check_result(0, RESULT_OK, 1, "1 of 10 processes: no time was left");
	assert_int_equal(day.run.status, RUN_SHORT_OF_TIME);
	end_day();
}

static bool never_enough(void *context, const struct result *result)
{
	(void)context;
	(void)result;
	return false;
}

TEST(what_goes_beyond_the_plan_leaves_half_of_the_budget)
{
	begin_day("a", "standard", 10);
	day.schedule.decider.enough = never_enough;
	day.run.plan.budget_ns = 26 * S;
	work();
	/* The thirteenth would need more than what is left of 13 s. */
	check_result(0, RESULT_OK, 12, "not decided by 12 processes: no time was left");
	assert_int_equal(day.run.status, RUN_COMPLETE);
	end_day();
	begin_day("a", "mine", 10);
	day.schedule.decider.enough = never_enough;
	tiers_add(&day.tiers, "mine")->budget_ns = 15 * S;
	work();
	check_result(0, RESULT_OK, 10, "not decided by 10 processes: no time was left");
	assert_int_equal(day.run.status, RUN_COMPLETE);
	end_day();
}

TEST(a_benchmark_is_timed_as_long_as_its_result_says)
{
	begin_day("a", "standard", 1);
	work();
	assert_true(day.last_time_ns == S);
	end_day();
	begin_day("a", "standard", 1);
	run_add(&day.run, &day.items[0])->time_ns = S / 5;
	schedule_run(&day.schedule, &day.benches, &day.run);
	assert_true(day.last_time_ns == S / 5);
	assert_true(day.run.plan.time_ns == S);
	end_day();
}

TEST(a_fault_ends_only_the_benchmark_that_has_it)
{
	begin_day("abc", "standard", 6);
	day.scripts[0] = (struct script){ S, 1, RESULT_CRASHED, 0 };
	day.scripts[2] = (struct script){ S, 4, RESULT_WRONG, 0 };
	work();
	check_result(0, RESULT_CRASHED, 0, "by the script");
	check_result(1, RESULT_OK, 6, NULL);
	check_result(2, RESULT_WRONG, 3, "by the script");
	assert_int_equal(day.story.len, 1 + 6 + 4);
	assert_int_equal(day.run.status, RUN_COMPLETE);
	end_day();
}

TEST(what_fails_once_is_tried_again_where_that_is_wanted)
{
	begin_day("abc", "standard", 6);
	day.run.plan.nr_retries = 1;
	day.scripts[0] = (struct script){ S, 1, RESULT_CRASHED, 1 };
	day.scripts[1] = (struct script){ S, 4, RESULT_WRONG, 1 };
	day.scripts[2] = (struct script){ S, 2, RESULT_ABORTED, 0 };
	work();
	check_result(0, RESULT_OK, 6,
		"flaky: crashed: by the script; it worked when it was tried again");
	check_result(1, RESULT_OK, 6,
		"flaky: wrong-result: by the script; it worked when it was tried again");
	check_result(2, RESULT_ABORTED, 1, "by the script (tried again 1 time)");
	assert_int_equal(day.story.len, 7 + 7 + 3);
	assert_int_equal(day.run.status, RUN_COMPLETE);
	end_day();
}

TEST(what_fails_more_often_than_it_may_has_failed)
{
	begin_day("ab", "standard", 6);
	day.run.plan.nr_retries = 2;
	day.scripts[0] = (struct script){ S, 3, RESULT_CRASHED, 2 };
	day.scripts[1] = (struct script){ S, 3, RESULT_CRASHED, 3 };
	work();
	assert_int_equal(day.run.items[0].word, RESULT_OK);
	check_result(1, RESULT_CRASHED, 2, "by the script (tried again 2 times)");
	end_day();
}

TEST(a_second_try_takes_from_the_budget)
{
	begin_day("a", "standard", 6);
	day.run.plan.nr_retries = 1;
	day.run.plan.budget_ns = 3 * S + S / 2;
	day.scripts[0] = (struct script){ S, 2, RESULT_CRASHED, 1 };
	work();
	check_result(0, RESULT_OK, 2,
		"flaky: crashed: by the script; it worked when it was tried again; 2 of 6 processes: no time was left");
	assert_int_equal(day.run.status, RUN_SHORT_OF_TIME);
	end_day();
}

TEST(an_interruption_ends_all_and_keeps_what_was_measured)
{
	size_t nr_unmeasured = 0;

	begin_day("abc", "standard", 10);
	day.interrupted_after = 5;
	work();
	assert_int_equal(day.story.len, 5);
	assert_int_equal(day.run.status, RUN_INTERRUPTED);
	for (size_t i = 0; i < 3; i++) {
		size_t nr = day.run.items[i].processes.nr;

		nr_unmeasured += !nr;
		check_result(i, RESULT_OK, nr,
			nr == 1 ? "1 of 10 processes: interrupted"
				: "2 of 10 processes: interrupted");
	}
	assert_int_equal(nr_unmeasured, 0);
	end_day();
}

TEST(an_interruption_says_what_was_never_measured)
{
	size_t lucky;

	begin_day("ab", "standard", 10);
	day.interrupted_after = 1;
	work();
	lucky = (size_t)(day.story.data[0] - 'a');
	check_result(lucky, RESULT_OK, 1, "1 of 10 processes: interrupted");
	check_result(!lucky, RESULT_NOT_MEASURED, 0, "interrupted before its first process");
	end_day();
}

TEST(a_process_that_was_interrupted_is_not_at_fault)
{
	begin_day("a", "standard", 10);
	day.scripts[0] = (struct script){ S, 3, RESULT_NOT_MEASURED, 0 };
	day.interrupted_after = 3;
	work();
	check_result(0, RESULT_OK, 2, "2 of 10 processes: by the script");
	assert_int_equal(day.run.status, RUN_INTERRUPTED);
	end_day();
}

TEST(progress_counts_up_to_all)
{
	begin_day("ab", "standard", 4);
	work();
	assert_int_equal(day.nr_told, 9);
	for (size_t i = 0; i < 9; i++) {
		const struct progress *told = &day.told[i];

		assert_int_equal(told->nr_done, i);
		assert_int_equal(told->nr_all, 8);
		assert_true(told->elapsed_ns == i * S);
		assert_true(told->left_ns == (i ? (8 - i) * S : 0));
		if (i < 8)
			assert_int_equal(told->name[0], day.story.data[i]);
		else
			assert_null(told->name);
	}
	end_day();
}

TEST(progress_does_not_wait_for_what_has_failed)
{
	const struct progress *last;

	begin_day("ab", "standard", 4);
	day.scripts[0] = (struct script){ S, 2, RESULT_ABORTED, 0 };
	work();
	assert_int_equal(day.told[0].nr_all, 8);
	last = &day.told[day.nr_told - 1];
	assert_null(last->name);
	assert_int_equal(last->nr_done, 6);
	assert_int_equal(last->nr_all, 6);
	end_day();
}

TEST(nobody_need_listen)
{
	begin_day("ab", "standard", 2);
	day.schedule.tell = NULL;
	work();
	assert_int_equal(day.story.len, 4);
	end_day();
}

TEST(nothing_to_measure_is_done_at_once)
{
	begin_day("", "standard", 2);
	work();
	assert_int_equal(day.run.status, RUN_COMPLETE);
	assert_int_equal(day.nr_told, 1);
	assert_null(day.told[0].name);
	end_day();
}
