/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "support/test.h"

#include "sys/spawn.h"

#include "sys/clock.h"
#include "sys/process.h"

#include "support/playground.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

#define MS UINT64_C(1000000)

static int nothing, ends[2];
static struct buf said;

static int open_all(void **state)
{
	struct error err = ERROR_INIT;

	nothing = open("/dev/null", O_RDWR);
	said = (struct buf)BUF_INIT_MAX(1000);
	return open_playground(state) || spawn_open_pipe(ends, &err);
}

static int close_all(void **state)
{
	close(nothing);
	close(ends[0]);
	close(ends[1]);
	buf_release(&said);
	return close_playground(state);
}

TEST_START
{
	process_setup();
}

static struct spawn_end run_in(const char *folder, const char *script)
{
	char *argv[] = { (char[]){ "/bin/sh" }, (char[]){ "-c" }, (char *)script, NULL };
	struct spawn spawn = { .argv = argv,
		.folder = folder,
		.input = nothing,
		.output = ends[1],
		.errors = ends[1],
		.timeout_ns = 200 * MS };
	struct spawn_pipe pipe = { ends[0], &said, strstr(script, "whole") != NULL };
	struct spawn_end end;

	buf_clear(&said);
	if (strstr(script, "long"))
		spawn.timeout_ns = 20000 * MS;
	spawn_run(&spawn, &pipe, 1, &end);
	return end;
}

TEST_WITH(how_a_program_ended_is_known, open_all, close_all)
{
	static const struct {
		const char *script;
		enum spawn_how how;
		int number;
	} cases[] = {
		{ "exit 0 # long", SPAWN_EXITED, 0 },
		{ "exit 7 # long", SPAWN_EXITED, 7 },
		{ "kill -SEGV $$ # long", SPAWN_KILLED, SIGSEGV },
		{ "kill -TTIN $$ # long", SPAWN_STOPPED, SIGTTIN },
		{ "exec sleep 1000", SPAWN_TIMED_OUT, 0 },
		{ "sleep 1000 & wait", SPAWN_TIMED_OUT, 0 },
		{ "yes # whole, long", SPAWN_TOO_LONG, 0 },
		{ "head -c 1001 /dev/zero # whole, long", SPAWN_TOO_LONG, 0 },
		{ "head -c 1000 /dev/zero # whole, long", SPAWN_EXITED, 0 },
	};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct spawn_end end = run_in(NULL, cases[i].script);

		assert_int_equal(end.how, cases[i].how);
		assert_int_equal(end.number, cases[i].number);
		process_sweep();
	}
}

TEST_WITH(what_cannot_be_started_says_why, open_all, close_all)
{
	char *argv[] = { (char[]){ "./missing" }, NULL };
	struct spawn spawn = { .argv = argv,
		.folder = inside(""),
		.input = nothing,
		.output = nothing,
		.errors = nothing,
		.timeout_ns = 1000 * MS };
	struct spawn_end end;

	spawn_run(&spawn, NULL, 0, &end);
	assert_int_equal(end.how, SPAWN_NOT_STARTED);
	assert_int_equal(end.number, ENOENT);
	spawn.folder = inside("no such folder");
	spawn_run(&spawn, NULL, 0, &end);
	assert_int_equal(end.how, SPAWN_NOT_STARTED);
}

TEST_WITH(it_runs_in_its_folder_and_the_end_of_what_it_prints_is_kept, open_all, close_all)
{
	struct spawn_end end = run_in(inside(""), "pwd # long");

	assert_int_equal(end.how, SPAWN_EXITED);
	assert_non_null(strstr(said.data, playground));
	/* Far more than a pipe holds. */
	end = run_in(NULL, "head -c 5000000 /dev/zero | tr '\\0' x; echo the end # long");
	assert_int_equal(end.how, SPAWN_EXITED);
	assert_true(said.len >= 500 && said.len <= 1000);
	assert_string_equal(said.data + said.len - 8, "the end\n");
}

TEST_WITH(what_it_used_is_counted, open_all, close_all)
{
	struct spawn_end end =
		run_in(NULL, "i=0; while [ $i -lt 200000 ]; do i=$((i+1)); done # long");

	assert_true(end.used.user_ns > 0);
	assert_true(end.wall_ns >= end.kept_ns);
	assert_true(end.used.nr_faults > 0);
	assert_true(end.used.peak_bytes > 0);
}

TEST_WITH(it_has_the_signals_and_descriptors_of_a_program_that_a_shell_starts, open_all, close_all)
{
	run_in(NULL,
		"ls /proc/self/fd | tr '\\n' ' '; grep -E 'Sig(Blk|Ign)' /proc/self/status # long");
	assert_true(strncmp(said.data, "0 1 2 3 ", 8) == 0);
	assert_non_null(strstr(said.data, "SigBlk:\t0000000000000000"));
	/* And we still hear ours. */
	assert_int_equal(process_interrupted(), 0);
}
