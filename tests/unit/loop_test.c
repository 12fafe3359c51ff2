/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Ours come first: cmocka makes a macro of `fail`, which is a name in benchgate.h. */
#include "support/test.h"

#include "base/buf.h"
#include "harness/loop.h"

#include <pthread.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "support/fake_loop.h"

static void good_body(struct bg_run *run)
{
	struct seen *seen = &world.seen[run->thread];

	tell(run, "above");
	seen->thread = run->thread;
	seen->nr_threads = run->nr_threads;
	seen->arg = run->arg;
	seen->seed = run->seed;
	seen->data = run->data;
	BG_LOOP(run)
		seen->nr_iterations++;
	tell(run, "below");
}

TEST_WITH(a_case_runs_setup_body_and_teardown_in_this_order, new_world, end_world)
{
	struct loop_end end = run_case(good_body, 1, 0);

	assert_int_equal(end.fault.word, RESULT_OK);
	assert_string_equal(
		world.story.data, "setup above next prepare next prepare next below teardown ");
}

TEST_WITH(the_body_iterates_as_often_as_the_pacer_said, new_world, end_world)
{
	run_case(good_body, 1, 0);
	assert_true(world.first_without_batch);
	assert_int_equal(world.seen[0].nr_iterations, 3 + 5);
	assert_int_equal(world.nr_done, 2);
	assert_int_equal(world.done[0].n, 3);
	assert_int_equal(world.done[1].n, 5);
}

TEST_WITH(prepare_hears_of_each_batch_how_long_it_will_be, new_world, end_world)
{
	run_case(good_body, 1, 0);
	assert_int_equal(world.seen[0].nr_prepared, 2);
	assert_int_equal(world.seen[0].prepared[0], 3);
	assert_int_equal(world.seen[0].prepared[1], 5);
}

TEST_WITH(a_loop_that_is_to_do_nothing_times_nothing, new_world, end_world)
{
	struct loop_end end;

	world.planned[0] = 0;
	end = run_case(good_body, 1, 0);
	assert_int_equal(end.fault.word, RESULT_OK);
	assert_string_equal(world.story.data, "setup above next below teardown ");
	assert_int_equal(world.seen[0].nr_iterations, 0);
}

TEST_WITH(the_body_sees_its_argument_seed_and_thread, new_world, end_world)
{
	const struct seen *seen = &world.seen[0];

	run_case(good_body, 1, 0);
	assert_int_equal(seen->arg, -7);
	assert_true(seen->seed == UINT64_MAX);
	assert_int_equal(seen->thread, 0);
	assert_int_equal(seen->nr_threads, 1);
	assert_ptr_equal(seen->data, &world.story);
}

TEST_WITH(all_threads_run_the_same_number_of_iterations, new_world, end_world)
{
	struct loop_end end = run_case(good_body, 4, 0);

	assert_int_equal(end.fault.word, RESULT_OK);
	assert_int_equal(world.nr_done, 2);
	for (uint32_t i = 0; i < 4; i++) {
		const struct seen *seen = &world.seen[i];

		assert_int_equal(seen->nr_iterations, 3 + 5);
		assert_int_equal(seen->nr_prepared, 2);
		assert_int_equal(seen->prepared[1], 5);
		assert_int_equal(seen->thread, i);
		assert_int_equal(seen->nr_threads, 4);
		assert_int_equal(seen->arg, -7);
		assert_ptr_equal(seen->data, &world.story);
	}
}

TEST_WITH(setup_and_teardown_run_once_for_all_threads, new_world, end_world)
{
	run_case(good_body, 4, 0);
	assert_string_equal(
		world.story.data, "setup above next prepare next prepare next below teardown ");
}

/* Some work that takes a while on any clock. */
static void work_a_while(void)
{
	for (int i = 0; i < 20000; i++)
		BG_CLOBBER();
}

static void slow_body(struct bg_run *run)
{
	BG_LOOP(run)
		work_a_while();
}

TEST_WITH(a_batch_takes_time, new_world, end_world)
{
	run_case(slow_body, 2, 0);
	assert_true(world.done[1].wall_ns > 0);
	assert_true(world.done[1].cpu_ns > 0);
}

TEST_WITH(the_cost_of_the_clock_never_makes_time_negative, new_world, end_world)
{
	run_case(slow_body, 1, UINT64_MAX);
	assert_int_equal(world.nr_done, 2);
	assert_int_equal(world.done[0].wall_ns, 0);
	assert_int_equal(world.done[1].wall_ns, 0);
}

static void speaking_body(struct bg_run *run)
{
	run->bytes = 4096;
	run->items = 2.5;
	BG_LOOP(run)
		world.seen[run->thread].nr_iterations++;
	if (!run->thread)
		bg_metric(run, "hits", 0.25, "ratio", BG_MORE_IS_BETTER);
	if (!run->thread)
		bg_metric(run, "misses", 3, "", BG_LESS_IS_BETTER);
}

TEST_WITH(metrics_reach_the_pacer_and_amounts_the_end, new_world, end_world)
{
	struct loop_end end = run_case(speaking_body, 2, 0);

	assert_int_equal(end.fault.word, RESULT_OK);
	assert_string_equal(world.metrics.data, "hits=0.25 ratio more;misses=3  less;");
	assert_true(end.bytes == 4096);
	assert_true(end.items == 2.5);
}

/* Below here: everything that a body can do wrong. */

static bool is_odd(const struct bg_run *run)
{
	return run->thread == world.odd_thread &&
		world.seen[run->thread].nr_prepared >= world.batch_of_trouble;
}

static void breaking_body(struct bg_run *run)
{
	uint64_t i = 0;

	BG_LOOP(run) {
		if (is_odd(run) && ++i == 2)
			break;
	}
}

static void returning_body(struct bg_run *run)
{
	BG_LOOP(run) {
		if (is_odd(run))
			return;
	}
}

static void loopless_body(struct bg_run *run)
{
	if (run->thread == world.odd_thread)
		return;
	BG_LOOP(run)
		world.seen[run->thread].nr_iterations++;
}

static void failing_above_body(struct bg_run *run)
{
	if (run->thread == world.odd_thread)
		bg_fail(run, "no input in %s", "/nowhere");
	BG_LOOP(run)
		world.seen[run->thread].nr_iterations++;
}

static void failing_inside_body(struct bg_run *run)
{
	BG_LOOP(run) {
		if (is_odd(run))
			bg_fail(run, "found %d, not %d", 41, 42);
	}
}

static void failing_below_body(struct bg_run *run)
{
	BG_LOOP(run)
		world.seen[run->thread].nr_iterations++;
	if (run->thread == world.odd_thread)
		bg_fail(run, "the sum is off");
}

static void failing_and_leaving_body(struct bg_run *run)
{
	if (run->thread == world.odd_thread) {
		bg_fail(run, "cannot go on");
		return;
	}
	BG_LOOP(run)
		world.seen[run->thread].nr_iterations++;
}

static const struct misuse {
	void (*body)(struct bg_run *run);
	const char *reason;
	size_t nr_asked; /* how often the pacer is asked, with the trouble in the first batch */
} misuses[] = {
	{ breaking_body, "BG_LOOP was left with break: not all iterations ran", 1 },
	{ returning_body, "the body returned from inside BG_LOOP", 1 },
	{ loopless_body, "the body has no BG_LOOP(run)", 0 },
	{ failing_above_body, "no input in /nowhere", 0 },
	{ failing_inside_body, "found 41, not 42", 1 },
	{ failing_below_body, "the sum is off", 3 },
	{ failing_and_leaving_body, "cannot go on", 0 },
};

#define NR_MISUSES (sizeof misuses / sizeof *misuses)

static void check_misuse(const struct misuse *misuse, uint32_t nr_threads, uint32_t odd_thread)
{
	struct loop_end end;

	new_world(NULL);
	world.odd_thread = odd_thread;
	end = run_case(misuse->body, nr_threads, 0);
	assert_int_equal(end.fault.word, RESULT_WRONG);
	assert_string_equal(end.fault.reason, misuse->reason);
	assert_int_equal(world.nr_asked, misuse->nr_asked);
	assert_non_null(strstr(world.story.data, "teardown "));
	end_world(NULL);
}

TEST_WITH(a_body_that_does_wrong_is_found_out_and_told_so, new_world, end_world)
{
	for (size_t i = 0; i < NR_MISUSES; i++)
		check_misuse(&misuses[i], 1, 0);
}

TEST_WITH(a_thread_that_does_wrong_does_not_hang_the_others, new_world, end_world)
{
	for (size_t i = 0; i < NR_MISUSES; i++)
		for (uint32_t odd = 0; odd < 3; odd++)
			check_misuse(&misuses[i], 3, odd);
}

TEST_WITH(trouble_in_a_later_batch_is_found_too, new_world, end_world)
{
	static void (*const bodies[])(
		struct bg_run *) = { breaking_body, returning_body, failing_inside_body };

	for (size_t i = 0; i < sizeof bodies / sizeof *bodies; i++) {
		new_world(NULL);
		world.batch_of_trouble = 2;
		assert_int_equal(run_case(bodies[i], 1, 0).fault.word, RESULT_WRONG);
		assert_int_equal(world.nr_asked, 2);
		assert_int_equal(world.done[0].n, 3);
		end_world(NULL);
	}
}

static void twice_failing_body(struct bg_run *run)
{
	bg_fail(run, "first");
	bg_fail(run, "second");
	BG_LOOP(run)
		bg_fail(run, "third");
	bg_fail(run, "fourth");
}

TEST_WITH(the_first_failure_is_the_one_that_is_told, new_world, end_world)
{
	assert_string_equal(run_case(twice_failing_body, 1, 0).fault.reason, "first");
}

static void wordy_body(struct bg_run *run)
{
	bg_fail(run, "%0*d", 5000, 1);
	BG_LOOP(run)
		world.seen[run->thread].nr_iterations++;
}

TEST_WITH(a_very_long_reason_is_cut, new_world, end_world)
{
	struct loop_end end = run_case(wordy_body, 1, 0);

	assert_int_equal(end.fault.word, RESULT_WRONG);
	assert_in_range(strlen(end.fault.reason), 100, sizeof end.fault.reason - 1);
}

static void failing_setup(struct bg_run *run)
{
	setup(run);
	bg_fail(run, "no disk");
}

static void failing_teardown(struct bg_run *run)
{
	teardown(run);
	bg_fail(run, "left a mess");
}

TEST_WITH(failing_in_setup_spares_the_body_but_not_teardown, new_world, end_world)
{
	struct bg_bench bench = { .name = "made_by_hand", .body = good_body };
	struct native_case item = { .bench = &bench,
		.options = { .setup = failing_setup, .teardown = teardown },
		.nr_threads = 1 };
	struct loop_end end = loop_run(&item, &(struct pacer){ next, metric, &world, NULL }, 0, 0);

	assert_string_equal(end.fault.reason, "no disk");
	assert_string_equal(world.story.data, "setup teardown ");
}

TEST_WITH(failing_in_teardown_counts, new_world, end_world)
{
	struct bg_bench bench = { .name = "made_by_hand", .body = good_body };
	struct native_case item = { .bench = &bench,
		.options = { .setup = setup, .teardown = failing_teardown },
		.nr_threads = 1 };
	struct loop_end end = loop_run(&item, &(struct pacer){ next, metric, &world, NULL }, 0, 0);

	assert_int_equal(end.fault.word, RESULT_WRONG);
	assert_string_equal(end.fault.reason, "left a mess");
}

static void forking_body(struct bg_run *run)
{
	pid_t child = 0;

	BG_LOOP(run) {
		if (!child)
			child = fork();
	}
	if (!child)
		_exit(1);
	world.seen[0].nr_iterations = (uint64_t)child;
}

TEST_WITH(the_copy_that_a_fork_made_does_not_speak_for_the_benchmark, new_world, end_world)
{
	struct loop_end end;
	int status = -1;

	world.planned[0] = 1;
	world.planned[1] = 0;
	end = run_case(forking_body, 1, 0);
	assert_int_equal(end.fault.word, RESULT_OK);
	assert_true(waitpid((pid_t)world.seen[0].nr_iterations, &status, 0) > 0);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 0);
}

#ifdef __GLIBC__
TEST_WITH(threads_that_cannot_be_started_are_a_fault, new_world, end_world)
{
	pthread_attr_t old, huge;
	struct loop_end end;

	assert_int_equal(pthread_getattr_default_np(&old), 0);
	pthread_attr_init(&huge);
	assert_int_equal(pthread_attr_setstacksize(&huge, (size_t)1 << 50), 0);
	assert_int_equal(pthread_setattr_default_np(&huge), 0);
	end = run_case(good_body, 2, 0);
	pthread_setattr_default_np(&old);
	pthread_attr_destroy(&huge);
	pthread_attr_destroy(&old);
	assert_int_equal(end.fault.word, RESULT_WRONG);
	assert_string_equal(end.fault.reason, "cannot start as many threads as it asks for");
	assert_string_equal(world.story.data, "setup teardown ");
}
#endif
