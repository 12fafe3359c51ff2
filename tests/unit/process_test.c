/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "support/test.h"

#include "sys/process.h"

#include "base/mem.h"
#include "sys/clock.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>
#ifdef __linux__
#include <sys/personality.h>
#endif

#define S UINT64_C(1000000000)
#define MS UINT64_C(1000000)
/* Long enough for any machine; only reached when something is broken. */
#define PATIENCE_NS (60 * S)

/* A shell at work and what it printed. */
struct job {
	struct process process;
	struct buf output;
};

static void start(struct job *job, const char *script, uint64_t memory_limit)
{
	char *argv[] = { (char[]){ "/bin/sh" }, (char[]){ "-c" }, (char *)script, NULL };
	struct error err = ERROR_INIT;

	*job = (struct job){ PROCESS_INIT, BUF_INIT };
	if (process_start(&job->process, argv, memory_limit, &err))
		fail_msg("%s", err.text);
}

static enum process_event wait_for(struct job *job, uint64_t patience_ns)
{
	return process_wait(&job->process, clock_awake_ns() + patience_ns, &job->output);
}

/* To its end, without a word over the channel. */
static void run(struct job *job, const char *script)
{
	start(job, script, 0);
	process_hang_up(&job->process);
	assert_int_equal(wait_for(job, PATIENCE_NS), PROCESS_ENDED);
	process_end(&job->process, &job->output);
}

static void finish(struct job *job)
{
	process_end(&job->process, &job->output);
	buf_release(&job->output);
}

TEST(how_it_ended_is_known)
{
	static const struct {
		const char *script;
		int status, signal;
	} cases[] = {
		{ "exit 0", 0, 0 },
		{ "exit 7", 7, 0 },
		{ "exit 255", 255, 0 },
		{ "kill -SEGV $$", 0, SIGSEGV },
		{ "kill -KILL $$", 0, SIGKILL },
		{ "kill -TERM $$", 0, SIGTERM },
		{ "kill -INT $$", 0, SIGINT },
		{ "kill -HUP $$", 0, SIGHUP },
		{ "kill -PIPE $$", 0, SIGPIPE },
		{ "/nonexistent/program", 127, 0 },
	};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct job job;

		run(&job, cases[i].script);
		assert_true(job.process.ended);
		assert_int_equal(job.process.status, cases[i].status);
		assert_int_equal(job.process.signal, cases[i].signal);
		assert_true(job.process.peak_bytes > 0);
		assert_true(job.process.used.peak_bytes > 0);
		assert_true(job.process.used.nr_faults > 0);
		finish(&job);
	}
}

#ifdef __linux__
/* Output ends no waiting, so it is looked for again and again. */
static void await_output(struct job *job)
{
	while (!job->output.len)
		assert_int_not_equal(wait_for(job, 20 * MS), PROCESS_ENDED);
}

/* A child is a copy of us until exec, which its own figure must not contain. */
TEST(peak_memory_is_the_childs_alone)
{
	const size_t ours = (size_t)256 << 20;
	char *held = mem_alloc(ours, 1);
	struct job job;

	memset(held, 1, ours);
	start(&job, "echo ready; read -r line <&3", 0);
	await_output(&job);
	process_hang_up(&job.process);
	while (wait_for(&job, PATIENCE_NS) != PROCESS_ENDED)
		;
	finish(&job);
	assert_in_range(job.process.peak_bytes, 4096, ours / 4);
	assert_int_equal(held[ours - 1], 1);
	free(held);
}

/* What its own children needed counts, too, where it is more than we have. */
TEST(peak_memory_counts_children)
{
	struct job job;

	start(&job,
		"echo ready; read -r line <&3; dd if=/dev/zero of=/dev/null bs=768M count=1 2>/dev/null; true",
		0);
	await_output(&job);
	process_hang_up(&job.process);
	while (wait_for(&job, PATIENCE_NS) != PROCESS_ENDED)
		;
	finish(&job);
	assert_true(job.process.peak_bytes > (uint64_t)700 << 20);
}
#endif

TEST(what_cannot_be_started_is_told)
{
	struct process process;
	struct error err = ERROR_INIT;
	char missing[] = "/nonexistent/program", data[] = "/dev/null";

	assert_int_equal(process_start(&process, (char *[]){ missing, NULL }, 0, &err), -1);
	assert_int_equal(err.kind, ERR_IO);
	assert_string_equal(
		err.text, "cannot start /nonexistent/program: No such file or directory");
	assert_int_equal(process_start(&process, (char *[]){ data, NULL }, 0, &err), -1);
	assert_string_equal(err.text, "cannot start /dev/null: Permission denied");
	assert_int_equal(process.pid, 0);
	process_end(&process, NULL);
}

TEST(both_of_its_outputs_are_kept_and_its_input_is_empty)
{
	struct job job;

	run(&job, "cat; echo out; echo err >&2");
	assert_int_equal(job.process.status, 0);
	assert_string_equal(job.output.data, "out\nerr\n");
	finish(&job);
}

TEST(of_much_output_the_end_is_kept)
{
	static const size_t limits[] = { 16384, 4096, 1000, 100 };

	for (size_t i = 0; i < sizeof limits / sizeof *limits; i++) {
		struct job job;

		start(&job, "i=0; while [ $i -lt 9000 ]; do i=$((i+1)); echo line $i; done", 0);
		job.output.max = limits[i];
		process_hang_up(&job.process);
		assert_int_equal(wait_for(&job, PATIENCE_NS), PROCESS_ENDED);
		process_end(&job.process, &job.output);
		assert_true(job.output.len <= limits[i]);
		if (job.output.len < 10)
			fail_msg("of a maximum of %zu, %zu are left", limits[i], job.output.len);
		assert_string_equal(job.output.data + job.output.len - 10, "line 9000\n");
		finish(&job);
	}
}

TEST(the_end_of_one_large_write_is_kept)
{
	struct job job;

	start(&job, "printf '%04000d\\nlast words\\n' 1", 0);
	job.output.max = 100;
	process_hang_up(&job.process);
	assert_int_equal(wait_for(&job, PATIENCE_NS), PROCESS_ENDED);
	process_end(&job.process, &job.output);
	assert_non_null(strstr(job.output.data, "last words\n"));
	finish(&job);
}

TEST(a_child_that_prints_without_end_meets_its_deadline)
{
	struct job job;

	start(&job, "while :; do echo on and on and on; done", 0);
	job.output.max = 4096;
	assert_int_equal(wait_for(&job, 50 * MS), PROCESS_TIMED_OUT);
	process_end(&job.process, &job.output);
	assert_int_equal(job.process.signal, SIGKILL);
	finish(&job);
}

TEST(a_child_that_takes_too_long_times_out)
{
	struct job job;
	uint64_t start_ns = clock_now_ns();

	start(&job, "exec sleep 1000", 0);
	assert_int_equal(wait_for(&job, 30 * MS), PROCESS_TIMED_OUT);
	assert_true(clock_now_ns() - start_ns >= 30 * MS);
	assert_false(job.process.ended);
	process_end(&job.process, &job.output);
	assert_true(job.process.ended);
	assert_int_equal(job.process.signal, SIGKILL);
	assert_int_equal(job.process.pid, 0);
	assert_int_equal(job.process.channel, -1);
	assert_int_equal(job.process.output, -1);
	finish(&job);
}

/* Reads one line from the channel. */
static void hear(struct job *job, char *line, size_t size)
{
	size_t len = 0;

	while (!len || line[len - 1] != '\n') {
		long got;

		assert_int_equal(wait_for(job, PATIENCE_NS), PROCESS_READABLE);
		assert_true(len + 1 < size);
		got = process_read(job->process.channel, line + len, size - 1 - len);
		assert_true(got > 0);
		len += (size_t)got;
	}
	line[len - 1] = '\0';
}

/* Stops the child's group and us for longer than the child has, as a machine does that stands
 * still. */
static void stand_still(const struct job *job)
{
	pid_t us = getpid(), helper = fork();

	if (helper)
		return;
	clock_sleep_ns(50 * MS);
	kill(-job->process.pid, SIGSTOP);
	kill(us, SIGSTOP);
	clock_sleep_ns(1500 * MS);
	kill(us, SIGCONT);
	clock_sleep_ns(50 * MS);
	kill(-job->process.pid, SIGCONT);
	_exit(0);
}

TEST(time_in_which_we_stood_still_does_not_count)
{
	static const struct {
		const char *script;
		enum process_event event;
	} cases[] = { { "sleep 0.2; echo >&3", PROCESS_READABLE },
		{ "sleep 1000", PROCESS_TIMED_OUT } };

	for (size_t i = 0; i < 2; i++) {
		struct job job;

		start(&job, cases[i].script, 0);
		stand_still(&job);
		assert_int_equal(wait_for(&job, S), cases[i].event);
		finish(&job);
		wait(NULL);
	}
}

TEST(the_channel_goes_both_ways)
{
	struct job job;
	char line[64];

	start(&job, "echo hello >&3; read word <&3; echo got $word >&3; read none <&3; echo $?", 0);
	hear(&job, line, sizeof line);
	assert_string_equal(line, "hello");
	assert_int_equal(send(job.process.channel, "this\n", 5, 0), 5);
	hear(&job, line, sizeof line);
	assert_string_equal(line, "got this");
	process_hang_up(&job.process);
	assert_int_equal(wait_for(&job, PATIENCE_NS), PROCESS_ENDED);
	process_end(&job.process, &job.output);
	assert_string_equal(job.output.data, "1\n");
	finish(&job);
}

TEST(last_words_are_read_before_the_end_is_told)
{
	struct job job;
	char line[64];

	start(&job, "echo last words >&3; exit 3", 0);
	while (waitid(P_PID, (id_t)job.process.pid, &(siginfo_t){ 0 }, WEXITED | WNOWAIT))
		;
	hear(&job, line, sizeof line);
	assert_string_equal(line, "last words");
	assert_int_equal(wait_for(&job, PATIENCE_NS), PROCESS_READABLE);
	assert_int_equal(process_read(job.process.channel, line, sizeof line), 0);
	process_hang_up(&job.process);
	assert_int_equal(wait_for(&job, PATIENCE_NS), PROCESS_ENDED);
	assert_int_equal(job.process.status, 3);
	finish(&job);
}

TEST(its_whole_group_is_killed)
{
	struct job job;
	char line[64];
	pid_t grandchild;
	int status = 0;

	start(&job, "sleep 1000 3>&- & echo $! >&3; wait", 0);
	hear(&job, line, sizeof line);
	grandchild = (pid_t)strtol(line, NULL, 10);
	assert_true(grandchild > 0);
	assert_int_equal(kill(grandchild, 0), 0);
	process_end(&job.process, &job.output);
	/* Now it is ours, for its parent is gone. */
	assert_int_equal(waitpid(grandchild, &status, 0), grandchild);
	assert_true(WIFSIGNALED(status));
	assert_int_equal(WTERMSIG(status), SIGKILL);
	finish(&job);
}

TEST(what_left_the_group_is_swept_up)
{
	struct job job;
	char line[64];
	pid_t grandchild;

	start(&job, "setsid sh -c 'echo $$ >&3; exec sleep 1000' & wait", 0);
	hear(&job, line, sizeof line);
	grandchild = (pid_t)strtol(line, NULL, 10);
	assert_true(grandchild > 0);
	process_end(&job.process, &job.output);
	assert_int_equal(waitpid(grandchild, NULL, WNOHANG), 0);
	process_sweep();
	assert_int_equal(kill(grandchild, 0), -1);
	assert_int_equal(errno, ESRCH);
	assert_int_equal(waitpid(-1, NULL, WNOHANG), -1);
	assert_int_equal(errno, ECHILD);
	process_sweep();
	finish(&job);
}

TEST(memory_is_limited_when_asked)
{
	struct job job;

	start(&job, "ulimit -d", UINT64_C(64) << 20);
	process_hang_up(&job.process);
	assert_int_equal(wait_for(&job, PATIENCE_NS), PROCESS_ENDED);
	process_end(&job.process, &job.output);
	assert_string_equal(job.output.data, "65536\n");
	finish(&job);
}

#ifdef __linux__
TEST(addresses_are_random_in_children_even_where_they_are_not_in_us)
{
	int persona = personality(0xffffffff);
	struct job job;

	if (persona < 0 || personality((unsigned long)(persona | ADDR_NO_RANDOMIZE)) < 0)
		skip();
	run(&job, "cat /proc/self/personality");
	personality((unsigned long)persona);
	assert_int_equal(strtoul(job.output.data, NULL, 16) & ADDR_NO_RANDOMIZE, 0);
	assert_int_equal(job.output.len, 9);
	finish(&job);
}
#endif

static void forget(int number)
{
	sigset_t set;
	struct timespec none = { 0, 0 };

	sigemptyset(&set);
	sigaddset(&set, number);
	sigtimedwait(&set, NULL, &none);
}

TEST(a_signal_to_us_is_known_and_ends_the_waiting)
{
	static const int numbers[] = { SIGINT, SIGTERM, SIGHUP };

	assert_int_equal(process_interrupted(), 0);
	for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
		struct job job;
		int known;
		enum process_event event;

		start(&job, "exec sleep 1000", 0);
		raise(numbers[i]);
		known = process_interrupted();
		event = known ? wait_for(&job, PATIENCE_NS) : PROCESS_INTERRUPTED;
		forget(numbers[i]);
		finish(&job);
		assert_int_equal(known, numbers[i]);
		assert_int_equal(event, PROCESS_INTERRUPTED);
	}
	assert_int_equal(process_interrupted(), 0);
}

/* As nohup wants it. */
TEST(a_hangup_that_was_ignored_stays_ignored)
{
	pid_t child = fork();
	int status = -1;

	if (!child) {
		struct sigaction action;

		signal(SIGHUP, SIG_IGN);
		process_setup();
		sigaction(SIGHUP, NULL, &action);
		_exit(action.sa_handler == SIG_IGN ? 0 : 1);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 0);
}

TEST(a_capture_is_what_was_printed_and_the_status)
{
	static const struct {
		const char *script, *output;
		int status;
	} cases[] = {
		{ "echo one; echo two >&2", "one\ntwo\n", 0 },
		{ "echo one; exit 4", "one\n", 4 },
		{ "echo one; kill -SEGV $$", "one\n", -1 },
		{ "echo lost >&3; echo kept", "kept\n", 0 },
	};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		char *argv[] = { (char[]){ "/bin/sh" }, (char[]){ "-c" }, (char *)cases[i].script,
			NULL };
		struct buf output = BUF_INIT;

		assert_int_equal(process_capture(argv, PATIENCE_NS, &output), cases[i].status);
		assert_string_equal(output.data, cases[i].output);
		buf_release(&output);
	}
}

TEST(a_capture_that_cannot_end_or_start_fails)
{
	char sleep[] = "/bin/sleep", seconds[] = "1000", missing[] = "/nonexistent/x";
	struct buf output = BUF_INIT;

	assert_int_equal(process_capture((char *[]){ sleep, seconds, NULL }, 30 * MS, &output), -1);
	assert_int_equal(process_capture((char *[]){ missing, NULL }, PATIENCE_NS, &output), -1);
	buf_release(&output);
}

TEST(signals_have_names_for_people)
{
	assert_string_equal(process_signal_name(SIGSEGV), "SIGSEGV (invalid memory access)");
	assert_string_equal(process_signal_name(SIGKILL), "SIGKILL (killed)");
	assert_string_equal(process_signal_name(0), "a signal");
}

TEST(we_know_who_and_where_we_are)
{
	char *path = process_own_path(), *real = path ? realpath(path, NULL) : NULL;

	assert_int_equal(process_id(), getpid());
	if (path)
		assert_non_null(strstr(real, "/unit"));
	free(path);
	free(real);
}

TEST_START
{
	process_setup();
}
