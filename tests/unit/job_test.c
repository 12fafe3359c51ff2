/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "support/test.h"

#include "sys/job.h"

#include "sys/clock.h"
#include "sys/cpu.h"
#include "sys/process.h"

#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

#define MS UINT64_C(1000000)
#define MANY ((size_t)1 << 20)

static int some_cpu(void)
{
	int cpu = -1;

	assert_int_equal(cpu_list(&cpu, 1), 1);
	return cpu;
}

static struct job started(void (*work)(void *context, struct buf *output), void *context)
{
	struct job job = JOB_INIT;
	struct error err = ERROR_INIT;

	assert_int_equal(job_start(&job, some_cpu(), work, context, &err), 0);
	return job;
}

static void write_much(void *context, struct buf *output)
{
	buf_fill(output, *(const char *)context, MANY);
}

TEST(what_work_writes_is_the_output)
{
	struct job jobs[2] = { started(write_much, "a"), started(write_much, "b") };
	bool seen[2] = { false, false };

	for (int i = 0; i < 2; i++) {
		int at = job_wait(jobs, 2);

		assert_in_range(at, 0, 1);
		assert_false(seen[at]);
		seen[at] = true;
		assert_int_equal(jobs[at].output.len, MANY);
		assert_int_equal(strspn(jobs[at].output.data, at ? "b" : "a"), MANY);
		job_end(&jobs[at]);
	}
}

/* A pipe holds less: it is killed with a part of it written. */
TEST(half_an_output_is_none)
{
	struct job job = started(write_much, "a");
	struct pollfd polled = { job.fd, POLLIN, 0 };

	assert_int_equal(poll(&polled, 1, -1), 1);
	kill(job.pid, SIGKILL);
	assert_int_equal(job_wait(&job, 1), 0);
	assert_int_equal(job.output.len, 0);
	job_end(&job);
}

static void wait_for_signal(void *context, struct buf *output)
{
	(void)context;
	buf_adds(output, "x");
	while (!process_interrupted())
		clock_sleep_ns(MS);
}

/* main has made us deaf to SIGTERM, as a shell may: see there. */
TEST(it_hears_its_parent_though_that_is_deaf)
{
	struct job job = started(wait_for_signal, NULL);
	pid_t pid = job.pid;

	kill(getpid(), SIGTERM);
	assert_int_equal(process_interrupted(), 0);
	job_end(&job);
	assert_int_equal(job.pid, 0);
	assert_int_equal(kill(pid, 0), -1);
}

static void say_where(void *context, struct buf *output)
{
	cpu_set_t set;

	(void)context;
	sched_getaffinity(0, sizeof set, &set);
	buf_addf(output, "%d %d %d", CPU_COUNT(&set), cpu_stays_on(), sched_getcpu());
}

TEST(it_stays_on_its_processor)
{
	struct job job = started(say_where, NULL);
	char expected[32];
	cpu_set_t before, after;

	sched_getaffinity(0, sizeof before, &before);
	snprintf(expected, sizeof expected, "1 %d %d", some_cpu(), some_cpu());
	assert_int_equal(job_wait(&job, 1), 0);
	assert_string_equal(job.output.data, expected);
	job_end(&job);
	sched_getaffinity(0, sizeof after, &after);
	assert_true(CPU_EQUAL(&before, &after));
}

TEST_START
{
	signal(SIGTERM, SIG_IGN);
	process_setup();
}
