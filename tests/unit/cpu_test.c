/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "support/test.h"

#include "sys/cpu.h"

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

TEST(a_process_is_on_a_processor_that_it_may_use)
{
	pid_t child = start_child(0);
	cpu_set_t set = allowed(child);
	int cpu = cpu_of(child);

	assert_in_range(cpu, 0, CPU_SETSIZE - 1);
	assert_true(CPU_ISSET((size_t)cpu, &set));
	end_child(child);
}

TEST(its_threads_are_counted)
{
	for (int nr_more = 0; nr_more < 4; nr_more++) {
		pid_t child = start_child(nr_more);

		assert_int_equal(cpu_threads(child), 1 + nr_more);
		end_child(child);
	}
	assert_true(cpu_threads(getpid()) >= 1);
}

/* Also where there is but one. */
TEST(a_pinned_process_stays_on_its_processor_until_it_is_let_go)
{
	cpu_set_t ours = allowed(0), set;
	pid_t child = start_child(0);

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

TEST(where_it_cannot_be_pinned_it_stays_where_it_was)
{
	pid_t child = start_child(0);
	cpu_set_t before = allowed(child), set;

	cpu_pin(child, CPU_SETSIZE - 1);
	set = allowed(child);
	assert_true(CPU_EQUAL(&set, &before));
	end_child(child);
}

TEST(of_one_that_is_gone_nothing_is_known)
{
	pid_t child = start_child(0);

	end_child(child);
	assert_int_equal(cpu_of(child), -1);
	assert_int_equal(cpu_threads(child), 0);
	cpu_pin(child, 0);
	cpu_pin(child, -1);
	assert_int_equal(cpu_of(-1), -1);
	assert_int_equal(cpu_threads(-1), 0);
}

/* A processor's number beyond all that a set can hold pins nobody. */
TEST(a_number_beyond_all_processors_pins_nobody)
{
	pid_t child = start_child(0);
	cpu_set_t before = allowed(child), set;

	cpu_pin(child, 1 << 30);
	set = allowed(child);
	assert_true(CPU_EQUAL(&set, &before));
	end_child(child);
}

/* What is let go may use all that its parent could; the parent stays where it is. */
TEST(who_stays_lets_its_children_go)
{
	cpu_set_t before = allowed(0);
	pid_t child = fork();
	int status;

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

TEST(listed_processors_are_ours_and_each_is_there_once)
{
	cpu_set_t ours = allowed(0);
	int cpus[CPU_SETSIZE];
	size_t nr = cpu_list(cpus, CPU_SETSIZE);

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
