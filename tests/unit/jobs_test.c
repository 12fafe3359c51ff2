/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The schedule when several are measured at once: real copies of this process, a method of our own.
 */
#include "support/test.h"

#include "harness/schedule.h"

#include "base/str.h"
#include "sys/clock.h"
#include "sys/process.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define MS UINT64_C(1000000)
#define NR_WANTED 6

/* When one was taken, by whom. */
struct turn {
	uint64_t start_ns, end_ns;
	long pid;
	char name;
};

static struct {
	struct turn turns[256];
	size_t nr;
	const char *loners; /* names of those that may not be shared from the start */
	const char *odd;    /* those that say so when they are taken */
	const char *dying;
	size_t nr_done_by_itself; /* taken in this process */
	size_t most_beside;       /* as the schedule told */
	bool (*enough)(void *context, const struct result *result);
} day;

static bool is_among(const char *names, const char *name)
{
	return names && strchr(names, *name);
}

static struct turn work_for(const struct bench *bench)
{
	struct turn turn = { clock_now_ns(), 0, process_id(), *bench->name };

	clock_sleep_ns(3 * MS);
	turn.end_ns = clock_now_ns();
	return turn;
}

static void keep_turn(struct turn turn, struct result *result)
{
	assert_in_range(day.nr, 0, 255);
	day.turns[day.nr++] = turn;
	metrics_add(&result->metrics, &metric_time, 1);
	*ARRAY_ADD(&result->processes) = (struct process_row){ 0 };
}

static int take_here(void *context, const struct bench *bench, const struct plan *plan,
	struct result *result, struct fault *fault)
{
	(void)context;
	(void)plan;
	(void)fault;
	day.nr_done_by_itself++;
	keep_turn(work_for(bench), result);
	return 0;
}

static size_t count_turns(const struct result *result)
{
	return result->processes.nr;
}

static uint64_t wanted_turns(const struct plan *plan)
{
	(void)plan;
	return NR_WANTED;
}

static bool may_be_shared(const struct bench *bench, const struct result *result)
{
	(void)result;
	return !is_among(day.loners, bench->name);
}

static void take_elsewhere(void *context, const struct bench *bench, const struct plan *plan,
	struct result *result, struct buf *out)
{
	struct turn turn = work_for(bench);

	(void)context;
	(void)plan;
	(void)result;
	if (is_among(day.dying, bench->name))
		raise(SIGKILL);
	if (!is_among(day.odd, bench->name))
		buf_add(out, &turn, sizeof turn);
}

static void bring_here(
	void *context, const struct bench *bench, const struct buf *taken, struct result *result)
{
	struct turn turn;

	(void)context;
	(void)bench;
	assert_int_equal(taken->len, sizeof turn);
	memcpy(&turn, taken->data, sizeof turn);
	keep_turn(turn, result);
}

static void note_progress(void *context, const struct progress *progress)
{
	(void)context;
	if (progress->nr_beside > day.most_beside)
		day.most_beside = progress->nr_beside;
}

static int not_interrupted(void)
{
	return 0;
}

static bool has_enough(void *context, const struct result *result)
{
	(void)context;
	return result->processes.nr >= NR_WANTED;
}

/* Measures benchmarks of these names, so many at once. */
static struct run measure(
	const char *names, size_t nr_cpus, uint64_t budget_ns, int (*interrupted)(void))
{
	static const int cpus[3];
	struct tiers tiers;
	struct schedule schedule;
	struct benches benches = { 0 };
	struct run run = RUN_INIT;
	static char texts[32][2];

	tiers_init(&tiers);
	schedule = schedule_default(&tiers);
	schedule.decider = (struct decider){ day.enough ? day.enough : has_enough, NULL };
	schedule.interrupted = interrupted;
	schedule.tell = note_progress;
	schedule.cpus = cpus;
	schedule.nr_cpus = nr_cpus;
	schedule.method = (struct method){ "turns", take_here, count_turns, wanted_turns, NULL,
		may_be_shared, take_elsewhere, bring_here };
	for (size_t i = 0; names[i]; i++) {
		texts[i][0] = names[i];
		*ARRAY_ADD(&benches) = (struct bench){ .name = texts[i],
			.tier = (char[]){ "standard" },
			.file = (char[]){ "f.c" },
			.source = (char[]){ "" },
			.nr_threads = 1 };
		run_add(&run, &benches.items[i]);
	}
	run.plan = (struct plan)PLAN_DEFAULT;
	run.plan.seed = 7;
	run.plan.budget_ns = budget_ns;
	schedule_run(&schedule, &benches, &run);
	ARRAY_RELEASE(&benches);
	tiers_release(&tiers);
	return run;
}

static int begin(void **state)
{
	(void)state;
	memset(&day, 0, sizeof day);
	return 0;
}

static bool overlap(const struct turn *one, const struct turn *other)
{
	return one->start_ns < other->end_ns && other->start_ns < one->end_ns;
}

static size_t count_overlaps(const char *names)
{
	size_t nr = 0;

	for (size_t i = 0; i < day.nr; i++)
		for (size_t j = 0; j < i; j++)
			if (overlap(&day.turns[i], &day.turns[j]) &&
				strchr(names, day.turns[i].name) &&
				strchr(names, day.turns[j].name))
				nr++;
	return nr;
}

TEST_WITH(several_are_taken_at_once_and_never_two_of_one, begin, NULL)
{
	static const char *const each[] = { "a", "b", "c", "d" };
	struct run run = measure("abcd", 2, 0, not_interrupted);

	for (size_t i = 0; i < 4; i++) {
		assert_int_equal(run.items[i].processes.nr, NR_WANTED);
		assert_int_equal(count_overlaps(each[i]), 0);
	}
	assert_int_equal(run.status, RUN_COMPLETE);
	assert_int_equal(day.nr_done_by_itself, 0);
	assert_int_equal(day.most_beside, 1);
	assert_int_not_equal(count_overlaps("abcd"), 0);
	run_release(&run);
}

TEST_WITH(one_processor_is_one_after_the_other_in_this_process, begin, NULL)
{
	struct run run = measure("abcd", 1, 0, not_interrupted);

	assert_int_equal(count_overlaps("abcd"), 0);
	assert_int_equal(day.nr_done_by_itself, 4 * NR_WANTED);
	assert_int_equal(day.most_beside, 0);
	run_release(&run);
}

/* Some are known before, some when they are taken, and some end the copy that takes them. */
TEST_WITH(what_must_be_alone_is_alone, begin, NULL)
{
	struct run run;

	day.loners = "b";
	day.odd = "c";
	day.dying = "d";
	run = measure("abcde", 3, 0, not_interrupted);
	for (size_t i = 0; i < 5; i++) {
		assert_int_equal(run.items[i].processes.nr, NR_WANTED);
		assert_int_equal(run.items[i].word, RESULT_OK);
	}
	assert_int_equal(day.nr_done_by_itself, 3 * NR_WANTED);
	assert_int_equal(count_overlaps("bcd"), 0);
	for (size_t i = 0; i < day.nr; i++)
		for (size_t j = 0; j < day.nr; j++)
			if (strchr("bcd", day.turns[i].name) && i != j)
				assert_false(overlap(&day.turns[i], &day.turns[j]));
	run_release(&run);
}

TEST_WITH(a_budget_ends_it_and_each_has_its_share, begin, NULL)
{
	struct run run = measure("abcd", 2, 20 * MS, not_interrupted);
	uint64_t sum_ns = 0;

	assert_int_equal(run.status, RUN_SHORT_OF_TIME);
	assert_in_range(day.nr, 1, 4 * NR_WANTED - 1);
	for (size_t i = 0; i < 4; i++) {
		sum_ns += run.items[i].spent_ns;
		assert_true(run.items[i].note || run.items[i].word == RESULT_NOT_MEASURED);
	}
	assert_true(sum_ns <= run.duration_ns);
	run_release(&run);
}

static size_t interrupted_after;

static int is_interrupted(void)
{
	return day.nr >= interrupted_after ? SIGINT : 0;
}

/* Whenever it ends, no other is more than a round ahead of it. */
TEST_WITH(what_must_be_alone_has_its_turn_in_each_round, begin, NULL)
{
	for (interrupted_after = 4; interrupted_after < 20; interrupted_after++) {
		struct run run;
		size_t most = 0;

		begin(NULL);
		day.loners = "b";
		day.odd = "d";
		run = measure("abcde", 2, 0, is_interrupted);
		for (size_t i = 0; i < 5; i++)
			if (run.items[i].processes.nr > most)
				most = run.items[i].processes.nr;
		assert_true(run.items[1].processes.nr + 1 >= most);
		assert_true(run.items[3].processes.nr + 1 >= most);
		run_release(&run);
	}
}

static bool one_is_enough_but_for_b(void *context, const struct result *result)
{
	(void)context;
	return *result->name != 'b' || result->processes.nr >= NR_WANTED;
}

/* What ends up alone has all of the time, not the share of one among several. */
TEST_WITH(the_shares_are_all_of_the_time, begin, NULL)
{
	struct run run;
	uint64_t sum_ns = 0;

	day.enough = one_is_enough_but_for_b;
	run = measure("abc", 3, 0, not_interrupted);
	for (size_t i = 0; i < 3; i++)
		sum_ns += run.items[i].spent_ns;
	assert_true(sum_ns <= run.duration_ns);
	assert_true(sum_ns > run.duration_ns / 4 * 3);
	run_release(&run);
}

TEST_WITH(an_interruption_leaves_what_was_brought_back_and_no_process, begin, NULL)
{
	struct run run;

	interrupted_after = 5;
	run = measure("abcd", 2, 0, is_interrupted);
	assert_int_equal(run.status, RUN_INTERRUPTED);
	assert_int_equal(day.nr, 5);
	assert_int_equal(kill(-getpgrp(), 0), 0);
	for (size_t i = 0; i < day.nr; i++)
		assert_int_equal(kill((pid_t)day.turns[i].pid, 0), -1);
	run_release(&run);
}

TEST_START
{
	process_setup();
}
