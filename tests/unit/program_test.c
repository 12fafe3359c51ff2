/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "support/test.h"

#include "sys/program.h"

#include "base/str.h"
#include "sys/clock.h"
#include "sys/process.h"

#include "support/playground.h"

#include <errno.h>
#include <signal.h>
#include <sys/wait.h>

#define MS 1000000u

/* A script, and what came of it. */
struct job {
	struct program program;
	struct program_end end;
	struct buf output, errors;
};

static const char *argv[] = { "sh", "-c", NULL, NULL };

#define JOB_INIT \
	{ \
		.program = { .argv = argv }, .output = BUF_INIT, .errors = BUF_INIT \
	}

static void run(struct job *job, const char *script)
{
	struct error err = ERROR_INIT;

	argv[2] = script;
	if (program_run(&job->program, &job->output, NULL, &job->end, &err))
		fail_msg("%s", err.text);
}

static void finish(struct job *job)
{
	buf_release(&job->output);
	buf_release(&job->errors);
}

TEST_WITH(how_it_ended_can_be_said, open_playground, close_playground)
{
	static const struct {
		const char *script, *said;
	} cases[] = { { "exit 0", "exited with 0" }, { "exit 3", "exited with 3" },
		{ "kill -KILL $$", "was killed by SIGKILL (killed)" },
		{ "sleep 1000", "took longer than 0.05 s" } };

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct job job = JOB_INIT;
		struct buf said = BUF_INIT;

		job.program.timeout_ns = i == 3 ? 50 * MS : 0;
		run(&job, cases[i].script);
		program_end_spell(&job.program, &job.end, &said);
		assert_string_equal(said.data, cases[i].said);
		assert_int_equal(program_is_fine(&job.end), i == 0);
		buf_release(&said);
		finish(&job);
	}
}

TEST_WITH(it_runs_where_it_is_asked_to, open_playground, close_playground)
{
	struct job job = JOB_INIT;
	struct error err = ERROR_INIT;

	mkdir(inside("a b"), 0700);
	job.program.folder = inside("a b");
	run(&job, "pwd; pwd -P");
	assert_non_null(strstr(job.output.data, "/a b\n"));
	job.program.folder = inside("missing");
	assert_int_equal(program_run(&job.program, &job.output, NULL, &job.end, &err), -1);
	assert_non_null(strstr(err.text, "missing': No such file or directory"));
	finish(&job);
}

TEST_WITH(its_environment_is_ours_but_for_what_is_asked, open_playground, close_playground)
{
	static const char *const unset[] = { "GONE", "ALSO_*", NULL },
				 *const set[] = { "NEW=new one", "OLD=changed", NULL };
	struct job job = JOB_INIT;

	setenv("GONE", "1", 1);
	setenv("GONE_NOT", "kept", 1);
	setenv("ALSO_THIS", "1", 1);
	setenv("OLD", "old", 1);
	job.program.unset = unset;
	job.program.set = set;
	run(&job, "echo ${GONE-no} ${GONE_NOT-no} ${ALSO_THIS-no} $NEW $OLD; env | grep -c ^OLD=");
	assert_string_equal(job.output.data, "no kept no new one changed\n1\n");
	assert_string_equal(getenv("OLD"), "old");
	finish(&job);
}

TEST_WITH(what_it_prints_goes_to_a_log_as_well, open_playground, close_playground)
{
	struct job job = JOB_INIT, other = JOB_INIT;
	struct error err = ERROR_INIT;

	job.program.log = inside("log");
	job.output.max = 10;
	run(&job, "echo a line on one; echo a line on the other >&2");
	assert_string_equal(job.output.data, "the other\n");
	run(&job, "i=0; while [ $i -lt 50000 ]; do i=$((i+1)); echo and on and on; done");
	other.program.folder = playground;
	run(&other, "head -n 2 log; wc -l <log");
	assert_string_equal(other.output.data, "a line on one\na line on the other\n50002\n");
	job.program.log = inside("missing/log");
	assert_int_equal(program_run(&job.program, &job.output, NULL, &job.end, &err), -1);
	assert_non_null(strstr(err.text, "cannot write "));
	finish(&job);
	finish(&other);
}

TEST_WITH(its_complaints_can_be_kept_apart, open_playground, close_playground)
{
	struct job job = JOB_INIT;
	struct error err = ERROR_INIT;

	argv[2] = "echo out; echo complaint >&2; exit 1";
	assert_int_equal(program_run(&job.program, &job.output, &job.errors, &job.end, &err), 0);
	assert_string_equal(job.output.data, "out\n");
	assert_string_equal(job.errors.data, "complaint\n");
	finish(&job);
}

TEST_WITH(nothing_of_ours_is_open_in_it, open_playground, close_playground)
{
	struct job job = JOB_INIT;
	int ours = open("/dev/null", O_RDONLY), far = dup2(ours, 60);

	run(&job,
		"for fd in 3 4 5 6 7 8 9; do { true >&$fd; } 2>/dev/null && echo $fd; done;"
		" cat; echo end");
	assert_string_equal(job.output.data, "end\n");
	close(ours);
	close(far);
	finish(&job);
}

TEST_WITH(a_signal_ends_it_and_all_of_its_group, open_playground, close_playground)
{
	int status = -1;
	pid_t child = fork();

	if (!child) {
		struct job job = JOB_INIT;

		job.program.folder = playground;
		run(&job, "sleep 1000 & echo $! >new; mv new started; wait");
		_exit(job.end.kind == PROGRAM_INTERRUPTED && job.end.number == SIGINT ? 7 : 1);
	}
	while (access(inside("started"), F_OK))
		clock_sleep_ns(MS);
	kill(child, SIGINT);
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 7);
	{
		struct job job = JOB_INIT;

		job.program.folder = playground;
		/* A busy machine takes its time to end it, and somebody has yet to wait for it. */
		run(&job,
			"is_there() { grep -s ^State /proc/$(cat started)/status | grep -v Z; };"
			" for i in $(seq 500); do is_there >/dev/null || break; sleep 0.01; done;"
			" is_there || echo gone");
		assert_string_equal(job.output.data, "gone\n");
		finish(&job);
	}
}

TEST_WITH(a_program_is_found_in_the_path, open_playground, close_playground)
{
	char *path = str_dup(getenv("PATH")), *found = program_find("sh"), *none;
	struct job job = JOB_INIT;
	struct error err = ERROR_INIT;
	struct buf folders = BUF_INIT;

	assert_non_null(found);
	assert_true(*found == '/');
	none = program_find("no-such-program-anywhere");
	assert_null(none);
	none = program_find(playground); /* a folder */
	assert_null(none);
	write_file("tool", "#!/bin/sh\necho tool\n", 20);
	buf_addf(&folders, "::/nonexistent:%s:%s:", playground, path);
	setenv("PATH", folders.data, 1);
	assert_null(program_find("tool"));
	chmod(inside("tool"), 0755);
	free(found);
	found = program_find("tool");
	assert_string_equal(found, inside("tool"));
	setenv("PATH", "", 1);
	assert_int_equal(program_run(&job.program, &job.output, NULL, &job.end, &err), -1);
	assert_string_equal(err.text, "cannot find the program sh");
	setenv("PATH", path, 1);
	buf_release(&folders);
	free(found);
	free(path);
}

TEST_WITH(a_stamp_changes_with_the_program, open_playground, close_playground)
{
	struct buf one = BUF_INIT, other = BUF_INIT;

	write_file("tool", "#!/bin/sh\n", 10);
	program_stamp(inside("tool"), &one);
	assert_int_equal(one.len, 0);
	chmod(inside("tool"), 0755);
	program_stamp(inside("tool"), &one);
	program_stamp(inside("tool"), &other);
	assert_true(one.len > 0);
	assert_string_equal(one.data, other.data);
	write_file("tool", "#!/bin/sh\n# another\n", 20);
	buf_clear(&other);
	program_stamp(inside("tool"), &other);
	assert_string_not_equal(one.data, other.data);
	buf_release(&one);
	buf_release(&other);
}

/* More than a pipe holds, so that nobody waits for who does not read. */
TEST_WITH(what_it_is_given_can_be_read, open_playground, close_playground)
{
	static const char *const scripts[] = { "wc -c | tr -d ' \\n'", "head -c 6",
		"exec <&-; echo 'not read'" };
	static const char *const outputs[] = { "300000", "xxxxxx", "not read\n" };
	struct buf input = BUF_INIT;

	buf_fill(&input, 'x', 300000);
	for (size_t i = 0; i < sizeof scripts / sizeof *scripts; i++) {
		struct job job = JOB_INIT;

		job.program.input = &input;
		run(&job, scripts[i]);
		assert_true(program_is_fine(&job.end));
		assert_string_equal(job.output.data, outputs[i]);
		finish(&job);
	}
	buf_release(&input);
}

TEST_WITH(without_anything_it_reads_nothing, open_playground, close_playground)
{
	struct job job = JOB_INIT;

	run(&job, "wc -c | tr -d ' \\n'");
	assert_string_equal(job.output.data, "0");
	finish(&job);
}

TEST_START
{
	process_setup();
}
