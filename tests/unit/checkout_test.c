/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "support/test.h"

#include "suite/checkout.h"

#include "base/str.h"
#include "sys/clock.h"
#include "sys/process.h"

#include "support/checkouts.h"

#include <signal.h>
#include <sys/wait.h>

TEST_WITH(a_revision_is_built_once, open_repository, close_playground)
{
	char *own = users_own(), *now;
	struct attempt first = build("v1", COUNT "cat file >built; echo words"), second;
	uint64_t start_ns = clock_now_ns(), took_ns;

	assert_false(first.checkout.was_there);
	assert_int_equal(nr_told, 1);
	assert_true(str_starts(told[0], "building v1 ("));
	assert_true(str_starts(first.checkout.folder, "/"));
	assert_in_file(&first, "built", "one");
	assert_in_file(&first, "sub/file", "below");
	assert_int_equal(first.checkout.tail.len, 0);
	second = build("HEAD~1", COUNT "cat file >built; echo words");
	took_ns = clock_now_ns() - start_ns;
	assert_true(second.checkout.was_there);
	assert_int_equal(nr_told, 0);
	assert_string_equal(first.checkout.folder, second.checkout.folder);
	assert_string_equal(first.checkout.log, second.checkout.log);
	assert_built("1");
	print_message("# a build that is there took %g ms\n", (double)took_ns / 1e6);
	now = users_own();
	assert_string_equal(own, now);
	free(own);
	free(now);
	done_with(&first);
	done_with(&second);
}

TEST_WITH(a_build_may_ask_git_about_itself, open_repository, close_playground)
{
	struct attempt attempt = build("main",
		"git describe --tags >described; git status --porcelain --untracked-files=no >status;"
		" git rev-parse --show-prefix >prefix");

	assert_in_file(&attempt, "status", "");
	assert_in_file(&attempt, "prefix", "");
	assert_said("cat home/.cache/benchgate/*/*/described | cut -c1-5", "v1-1-");
	/* And is a plain folder then. */
	assert_said("find home/.cache/benchgate -name .git", "");
	assert_said("cd '" REPOSITORY
		    "' && git worktree list | wc -l; ls .git | grep -c worktrees || :",
		"1\n0");
	done_with(&attempt);
}

TEST_WITH(what_a_failing_build_printed_is_kept_and_nothing_else, open_repository, close_playground)
{
	char *own = users_own(), *now;
	char expected[64];
	struct attempt attempt = attempt_to(
		"v1", "i=0; while [ $i -lt 30 ]; do i=$((i+1)); echo line $i; done; exit 2");

	assert_int_equal(attempt.rc, -1);
	assert_int_equal(attempt.err.kind, ERR_MEASURE);
	snprintf(expected, sizeof expected, "cannot build v1 (%.7s): 'i=0; ",
		attempt.revision.commit);
	assert_true(str_starts(attempt.err.text, expected));
	assert_non_null(
		strstr(attempt.err.text, "' exited with 2; the end of what it printed is in /"));
	assert_non_null(strstr(attempt.err.text, attempt.checkout.log));
	assert_null(attempt.checkout.folder);
	assert_true(str_starts(attempt.checkout.tail.data, "line 11\n"));
	assert_non_null(strstr(attempt.checkout.tail.data, "line 30\n"));
	assert_said("tail -n 1 home/.cache/benchgate/*.log", "line 30");
	assert_no_entries();
	now = users_own();
	assert_string_equal(own, now);
	free(own);
	free(now);
	done_with(&attempt);
}

TEST_WITH(a_build_that_failed_is_tried_again, open_repository, close_playground)
{
	struct attempt attempt = attempt_to("v1", COUNT "cat \"$HOME/missing\"");

	assert_int_equal(attempt.rc, -1);
	done_with(&attempt);
	sh("touch home/missing");
	attempt = build("v1", COUNT "cat \"$HOME/missing\"");
	assert_built("2");
	assert_said("cat home/.cache/benchgate/*.log | grep -c missing || :", "0");
	done_with(&attempt);
}

TEST_WITH(how_a_build_ended_is_said, open_repository, close_playground)
{
	struct attempt attempt = attempt_to("v1", "kill -SEGV $$");
	struct checkout_request request = { .revision = &attempt.revision,
		.folder = inside(REPOSITORY),
		.build = "sleep 1000",
		.timeout_ns = CLOCK_NS_PER_S };

	assert_non_null(strstr(attempt.err.text, "was killed by SIGSEGV"));
	checkout_release(&attempt.checkout);
	assert_int_equal(checkout_build(&request, &attempt.checkout, &attempt.err), -1);
	assert_non_null(strstr(attempt.err.text, "'sleep 1000' took longer than 1 s"));
	assert_no_entries();
	done_with(&attempt);
}

TEST_WITH(a_project_may_be_a_folder_of_its_repository, open_repository, close_playground)
{
	struct attempt attempt = build_in(REPOSITORY "/sub", "main", "cat file ../file >built");
	const char *end = strstr(attempt.checkout.folder, "/my_project/sub");

	assert_non_null(end);
	assert_string_equal(end, "/my_project/sub");
	assert_in_file(&attempt, "built", "below\ntwo");
	done_with(&attempt);
	sh("cd '" REPOSITORY "' && mkdir new && echo x >new/file");
	attempt = attempt_in(REPOSITORY "/new", "main", "true");
	assert_int_equal(attempt.rc, -1);
	assert_non_null(strstr(attempt.err.text, "it has no folder 'new/'"));
	done_with(&attempt);
}

TEST_WITH(the_working_tree_is_built_as_it_is_and_once, open_repository, close_playground)
{
	struct attempt attempt;
	char *own, *now;

	sh("cd '" REPOSITORY "' && echo three >file && echo new >'new file' && echo no >x.ignored");
	own = users_own();
	attempt = build(NULL, COUNT "cat file 'new file' >built; ls -A *.ignored >>built || :");
	assert_string_equal(told[0],
		"building the working tree: " COUNT
		"cat file 'new file' >built; ls -A *.ignored >>built || :");
	assert_in_file(&attempt, "built", "three\nnew");
	now = users_own();
	assert_string_equal(own, now);
	free(own);
	free(now);
	done_with(&attempt);
	/* Committed, it is the same. */
	sh("cd '" REPOSITORY "' && git add -A && " COMMIT " third");
	attempt = build("main", COUNT "cat file 'new file' >built; ls -A *.ignored >>built || :");
	assert_true(attempt.checkout.was_there);
	assert_built("1");
	done_with(&attempt);
}

/* As a hook, below a make, and with hooks and settings of the user's that would be in the way. */
TEST_WITH(what_surrounds_us_does_not_reach_the_build, open_repository, close_playground)
{
	struct attempt attempt;

	sh("cd '" REPOSITORY "' && printf '#!/bin/sh\\necho called >>\"$HOME/hooks\"\\n'"
	   " >.git/hooks/post-checkout && chmod +x .git/hooks/post-checkout"
	   " && git config submodule.recurse true && git config core.splitIndex true");
	setenv("GIT_DIR", inside("nowhere"), 1);
	setenv("GIT_INDEX_FILE", inside("no index"), 1);
	setenv("MAKELEVEL", "1", 1);
	setenv("MAKEFLAGS", "B=/somewhere/else", 1);
	attempt = attempt_to("main",
		"echo \"${GIT_DIR-none} ${GIT_INDEX_FILE-none} ${MAKEFLAGS-none}\" >built;"
		" { true >&3; } 2>/dev/null && echo open >>built || :");
	unsetenv("GIT_DIR");
	unsetenv("GIT_INDEX_FILE");
	unsetenv("MAKELEVEL");
	unsetenv("MAKEFLAGS");
	assert_string_equal(attempt.err.text, "");
	assert_in_file(&attempt, "built", "none none none");
	assert_said("cat home/hooks 2>/dev/null || :", "");
	done_with(&attempt);
}

TEST_WITH(submodules_are_there_or_it_is_an_error, open_repository, close_playground)
{
	struct attempt attempt;
	char *own, *now;

	sh("git config --global protocol.file.allow always && git init -q part && cd part"
	   " && echo part >file && git add file && " COMMIT " part && cd .."
	   " && cd '" REPOSITORY "' && git submodule -q add \"$HOME/../part\" part && " COMMIT
	   " submodule && git submodule -q deinit -f part && rm -rf .git/modules");
	own = users_own();
	attempt = build("main", "cat part/file >built");
	assert_in_file(&attempt, "built", "part");
	done_with(&attempt);
	sh("mv part gone");
	attempt = attempt_to("main", "true");
	assert_int_equal(attempt.rc, -1);
	assert_true(str_starts(attempt.err.text, "cannot check out main ("));
	assert_non_null(strstr(attempt.err.text, "its submodules: git: "));
	done_with(&attempt);
	now = users_own();
	assert_string_equal(own, now);
	free(own);
	free(now);
}

/* In a child, which a signal may end. */
static pid_t start_building(const char *command)
{
	pid_t child = fork();
	struct attempt attempt;

	if (child)
		return child;
	attempt = attempt_to("main", command);
	_exit(!attempt.rc ? attempt.checkout.was_there ? 10 : 11 : process_interrupted());
}

static int end_of(pid_t child)
{
	int status = -1;

	assert_int_equal(waitpid(child, &status, 0), child);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}

static void wait_for_file(const char *name)
{
	for (int i = 0; i < 6000 && access(inside(name), F_OK); i++)
		clock_sleep_ns(10000000);
	assert_int_equal(access(inside(name), F_OK), 0);
}

#define BUILD_FOR_EVER "echo words; echo $$ >\"$HOME/started\"; sleep 1000 & wait"

TEST_WITH(an_interrupted_build_leaves_its_log_alone, open_repository, close_playground)
{
	char *own = users_own(), *now;
	pid_t child = start_building(BUILD_FOR_EVER);

	wait_for_file("home/started");
	kill(child, SIGTERM);
	assert_int_equal(end_of(child), SIGTERM);
	assert_no_entries();
	assert_said("tail -n 1 home/.cache/benchgate/*.log", "words");
	assert_said("kill -0 $(cat home/started) 2>/dev/null || echo gone", "gone");
	now = users_own();
	assert_string_equal(own, now);
	free(own);
	free(now);
}

TEST_WITH(what_a_killed_build_left_is_cleared, open_repository, close_playground)
{
	char *own = users_own(), *now;
	pid_t child = start_building("test -e \"$HOME/started\" || { " BUILD_FOR_EVER "; }");
	struct attempt attempt;

	wait_for_file("home/started");
	kill(child, SIGKILL);
	assert_int_equal(end_of(child), -SIGKILL);
	assert_said("cd '" REPOSITORY "' && git worktree list | wc -l", "2");
	sh("cd home/.cache/benchgate/*/my_project && touch left");
	attempt = build("main", "test -e \"$HOME/started\" || { " BUILD_FOR_EVER "; }");
	assert_false(attempt.checkout.was_there);
	assert_said("find home/.cache/benchgate -name left", "");
	now = users_own();
	assert_string_equal(own, now);
	free(own);
	free(now);
	done_with(&attempt);
}

/* Git locks a worktree while it makes it. */
TEST_WITH(a_worktree_that_was_half_made_is_in_nobodys_way, open_repository, close_playground)
{
	struct attempt attempt = build("main", "true");
	struct buf script = BUF_INIT;

	buf_addf(&script,
		"cd '" REPOSITORY "' && rm -r '%s' && git worktree add -q --detach --lock '%s'"
		" && rm -r '%s' \"$HOME\"/.cache/benchgate/*/.done",
		attempt.checkout.folder, attempt.checkout.folder, attempt.checkout.folder);
	sh(script.data);
	done_with(&attempt);
	attempt = build("main", "true");
	assert_false(attempt.checkout.was_there);
	assert_said("cd '" REPOSITORY "' && git worktree list | wc -l", "1");
	buf_release(&script);
	done_with(&attempt);
}

TEST_WITH(two_at_once_build_once, open_repository, close_playground)
{
	pid_t children[3];
	int nr_built = 0;

	for (int i = 0; i < 3; i++)
		children[i] = start_building(COUNT "sleep 0.3");
	for (int i = 0; i < 3; i++) {
		int end = end_of(children[i]);

		assert_true(end == 10 || end == 11);
		nr_built += end == 11;
	}
	assert_true(nr_built >= 1);
	assert_built("1");
}

TEST_START
{
	process_setup();
}
