/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sys/cpu.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

static void *sleep_on(void *none)
{
	for (;;)
		pause();
	return none;
}

/* Its name makes the line with its figures hard to read. */
static void be_child(int ready, int nr_more_threads)
{
	pthread_t thread;

	prctl(PR_SET_NAME, "a) 1 2 ( b");
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	for (int i = 0; i < nr_more_threads; i++)
		if (pthread_create(&thread, NULL, sleep_on, NULL))
			_exit(1);
	if (write(ready, "r", 1) == 1)
		sleep_on(NULL);
	_exit(1);
}

static pid_t start_child(int nr_more_threads)
{
	int ends[2];
	char byte;
	pid_t child;

	assert_int_equal(pipe(ends), 0);
	child = fork();
	if (!child)
		be_child(ends[1], nr_more_threads);
	close(ends[1]);
	assert_int_equal(read(ends[0], &byte, 1), 1);
	close(ends[0]);
	return child;
}

static void end_child(pid_t child)
{
	kill(child, SIGKILL);
	assert_int_equal(waitpid(child, NULL, 0), child);
}

static cpu_set_t allowed(pid_t pid)
{
	cpu_set_t set;

	assert_int_equal(sched_getaffinity(pid, sizeof set, &set), 0);
	return set;
}

static void a_process_is_on_a_processor_that_it_may_use(void **state)
{
	pid_t child = start_child(0);
	cpu_set_t set = allowed(child);
	int cpu = cpu_of(child);

	(void)state;
	assert_in_range(cpu, 0, CPU_SETSIZE - 1);
	assert_true(CPU_ISSET((size_t)cpu, &set));
	end_child(child);
}

static void its_threads_are_counted(void **state)
{
	(void)state;
	for (int nr_more = 0; nr_more < 4; nr_more++) {
		pid_t child = start_child(nr_more);

		assert_int_equal(cpu_threads(child), 1 + nr_more);
		end_child(child);
	}
	assert_true(cpu_threads(getpid()) >= 1);
}

/* Also where there is but one. */
static void a_pinned_process_stays_on_its_processor_until_it_is_let_go(void **state)
{
	cpu_set_t ours = allowed(0), set;
	pid_t child = start_child(0);

	(void)state;
	for (int cpu = 0; cpu < CPU_SETSIZE; cpu++) {
		if (!CPU_ISSET((size_t)cpu, &ours))
			continue;
		cpu_pin(child, cpu);
		set = allowed(child);
		assert_int_equal(CPU_COUNT(&set), 1);
		assert_true(CPU_ISSET((size_t)cpu, &set));
	}
	cpu_pin(child, -1);
	set = allowed(child);
	assert_true(CPU_EQUAL(&set, &ours));
	end_child(child);
	set = allowed(0);
	assert_true(CPU_EQUAL(&set, &ours));
}

static void where_it_cannot_be_pinned_it_stays_where_it_was(void **state)
{
	pid_t child = start_child(0);
	cpu_set_t before = allowed(child), set;

	(void)state;
	cpu_pin(child, CPU_SETSIZE - 1);
	set = allowed(child);
	assert_true(CPU_EQUAL(&set, &before));
	end_child(child);
}

static void of_one_that_is_gone_nothing_is_known(void **state)
{
	pid_t child = start_child(0);

	(void)state;
	end_child(child);
	assert_int_equal(cpu_of(child), -1);
	assert_int_equal(cpu_threads(child), 0);
	cpu_pin(child, 0);
	cpu_pin(child, -1);
	assert_int_equal(cpu_of(-1), -1);
	assert_int_equal(cpu_threads(-1), 0);
}

/* A processor's number beyond all that a set can hold pins nobody. */
static void a_number_beyond_all_processors_pins_nobody(void **state)
{
	pid_t child = start_child(0);
	cpu_set_t before = allowed(child), set;

	(void)state;
	cpu_pin(child, 1 << 30);
	set = allowed(child);
	assert_true(CPU_EQUAL(&set, &before));
	end_child(child);
}

/* What is let go may use all that its parent could; the parent stays where it is. */
static void who_stays_lets_its_children_go(void **state)
{
	cpu_set_t before = allowed(0);
	pid_t child = fork();
	int status;

	(void)state;
	if (!child) {
		int cpu = sched_getcpu();
		cpu_set_t set;
		bool kept, freed;

		cpu_let_go();
		kept = cpu_stays_on() < 0;
		cpu_stay(cpu);
		set = allowed(0);
		kept = kept && cpu_stays_on() == cpu && CPU_COUNT(&set) == 1 &&
			CPU_ISSET((size_t)cpu, &set);
		cpu_let_go();
		set = allowed(0);
		freed = CPU_EQUAL(&set, &before);
		_exit(kept && freed ? 0 : 1);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
}

static void listed_processors_are_ours_and_each_is_there_once(void **state)
{
	cpu_set_t ours = allowed(0);
	int cpus[CPU_SETSIZE];
	size_t nr = cpu_list(cpus, CPU_SETSIZE);

	(void)state;
	assert_in_range(nr, 1, CPU_COUNT(&ours));
	assert_in_range(cpu_cores(), 1, nr);
	for (size_t i = 0; i < nr; i++) {
		assert_true(CPU_ISSET((size_t)cpus[i], &ours));
		for (size_t j = 0; j < i; j++)
			assert_int_not_equal(cpus[i], cpus[j]);
	}
	assert_int_equal(cpu_list(cpus, 0), 0);
	assert_int_equal(cpu_list(cpus, 1), 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_process_is_on_a_processor_that_it_may_use),
		cmocka_unit_test(its_threads_are_counted),
		cmocka_unit_test(a_pinned_process_stays_on_its_processor_until_it_is_let_go),
		cmocka_unit_test(where_it_cannot_be_pinned_it_stays_where_it_was),
		cmocka_unit_test(of_one_that_is_gone_nothing_is_known),
		cmocka_unit_test(a_number_beyond_all_processors_pins_nobody),
		cmocka_unit_test(listed_processors_are_ours_and_each_is_there_once),
		cmocka_unit_test(who_stays_lets_its_children_go),
	};

	alarm(60); /* a hang is a failure, too */
	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
