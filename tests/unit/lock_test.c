/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "support/test.h"

#include "sys/lock.h"

#include "sys/clock.h"
#include "sys/file.h"
#include "sys/process.h"

#include "support/at_once.h"
#include "support/playground.h"

#include <math.h>
#include <signal.h>
#include <sys/wait.h>

#define MS 1000000u
#define PATIENCE_NS (60 * (uint64_t)CLOCK_NS_PER_S)

static bool is_taken(const char *name, enum lock_kind kind, struct lock *lock)
{
	struct error err = ERROR_INIT;

	if (lock_try(lock, inside(name), kind, &err))
		fail_msg("%s", err.text);
	return lock->fd >= 0;
}

TEST_WITH(one_has_it_alone_or_many_share_it, open_playground, close_playground)
{
	struct lock one, other;

	assert_true(is_taken("x", LOCK_ALONE, &one));
	assert_false(is_taken("x", LOCK_ALONE, &other));
	assert_false(is_taken("x", LOCK_SHARED, &other));
	assert_true(is_taken("y", LOCK_ALONE, &other));
	lock_release(&other);
	lock_release(&one);
	assert_int_equal(one.fd, -1);
	assert_int_equal(access(inside("x"), F_OK), 0);
	assert_true(is_taken("x", LOCK_SHARED, &one));
	assert_true(is_taken("x", LOCK_SHARED, &other));
	lock_release(&one);
	assert_false(is_taken("x", LOCK_ALONE, &one));
	lock_release(&other);
	assert_true(is_taken("x", LOCK_ALONE, &one));
	lock_release(&one);
	lock_release(&one);
}

TEST_WITH(who_ends_lets_go, open_playground, close_playground)
{
	struct lock lock;
	struct error err = ERROR_INIT;
	pid_t child = fork();

	if (!child) {
		if (!is_taken("x", LOCK_ALONE, &lock))
			_exit(1);
		write_file("ready", "", 0);
		pause();
	}
	while (access(inside("ready"), F_OK))
		clock_sleep_ns(MS);
	assert_false(is_taken("x", LOCK_ALONE, &lock));
	assert_int_equal(lock_wait(&lock, inside("x"), LOCK_ALONE, 50 * MS, &err), -1);
	assert_non_null(strstr(err.text, "another process has locked '"));
	assert_int_equal(lock.fd, -1);
	kill(child, SIGKILL);
	assert_int_equal(lock_wait(&lock, inside("x"), LOCK_ALONE, PATIENCE_NS, &err), 0);
	assert_int_equal(waitpid(child, NULL, 0), child);
	lock_release(&lock);
}

TEST_WITH(a_signal_ends_the_waiting, open_playground, close_playground)
{
	struct lock lock, again;
	struct error err = ERROR_INIT;
	sigset_t set;
	struct timespec none = { 0, 0 };
	int rc;

	assert_true(is_taken("x", LOCK_SHARED, &lock));
	raise(SIGTERM);
	rc = lock_wait(&again, inside("x"), LOCK_ALONE, PATIENCE_NS, &err);
	sigemptyset(&set);
	sigaddset(&set, SIGTERM);
	sigtimedwait(&set, NULL, &none);
	assert_int_equal(rc, -1);
	assert_non_null(strstr(err.text, "interrupted while waiting for '"));
	lock_release(&lock);
}

TEST_WITH(a_lock_that_is_removed_can_be_made_anew, open_playground, close_playground)
{
	struct lock one, other;

	assert_true(is_taken("x", LOCK_ALONE, &one));
	lock_remove(&one);
	assert_int_equal(access(inside("x"), F_OK), -1);
	assert_true(is_taken("x", LOCK_ALONE, &other));
	lock_remove(&one);
	assert_int_equal(access(inside("x"), F_OK), 0);
	lock_release(&other);
}

static bool hold_and_remove(void)
{
	struct lock lock;
	struct error err = ERROR_INIT;

	if (lock_wait(&lock, inside("x"), LOCK_ALONE, PATIENCE_NS, &err) ||
		mkdir(inside("held"), 0700) || rmdir(inside("held")))
		return false;
	lock_remove(&lock);
	return true;
}

/* Locked by many who also remove it, it is never had by two. */
TEST_WITH(removing_gives_it_to_one_at_a_time, open_playground, close_playground)
{
	take_turns_at_once(hold_and_remove, 200);
}

TEST_WITH(its_age_is_since_it_was_touched, open_playground, close_playground)
{
	struct lock lock;
	struct timespec old[2] = { { 1000000000, 0 }, { 1000000000, 0 } };

	assert_true(isinf(lock_age_s(inside("x"))));
	assert_true(is_taken("x", LOCK_SHARED, &lock));
	assert_true(fabs(lock_age_s(inside("x"))) < 60);
	assert_int_equal(utimensat(AT_FDCWD, inside("x"), old, 0), 0);
	assert_true(lock_age_s(inside("x")) > 86400.0 * 365);
	lock_touch(&lock);
	assert_true(fabs(lock_age_s(inside("x"))) < 60);
	lock_release(&lock);
	lock_touch(&lock);
}

TEST_WITH(what_cannot_be_locked_is_an_error, open_playground, close_playground)
{
	struct lock lock;
	struct error err = ERROR_INIT;

	assert_int_equal(lock_try(&lock, inside("missing/x"), LOCK_ALONE, &err), -1);
	assert_int_equal(err.kind, ERR_IO);
	assert_non_null(strstr(err.text, "missing/x': No such file or directory"));
	assert_int_equal(lock_wait(&lock, inside(""), LOCK_ALONE, PATIENCE_NS, &err), -1);
	assert_int_equal(symlink("nowhere", inside("link")), 0);
	assert_int_equal(lock_try(&lock, inside("link"), LOCK_ALONE, &err), -1);
	assert_int_equal(lock.fd, -1);
}

/* In its place: where it is a link, where it leads to. */
TEST_WITH(a_folder_is_locked_and_nothing_is_left_in_it, open_playground, close_playground)
{
	struct lock lock, other;
	struct error err = ERROR_INIT;
	pid_t child;
	int status = -1;

	assert_int_equal(lock_folder_of(&lock, inside("made/here/x.json"), &err), 0);
	assert_int_equal(symlink("made/here/x.json", inside("link")), 0);
	write_file("made/here/x.json", "", 0);
	child = fork();
	if (!child) {
		alarm(1);
		signal(SIGALRM, SIG_DFL);
		lock_folder_of(&other, inside("link"), &err);
		_exit(0);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGALRM);
	assert_int_equal(lock_folder_of(&other, inside("y.json"), &err), 0);
	lock_release(&other);
	lock_release(&lock);
	assert_int_equal(lock_folder_of(&other, inside("link"), &err), 0);
	lock_release(&other);
	assert_int_equal(unlink(inside("made/here/x.json")), 0);
	assert_int_equal(rmdir(inside("made/here")), 0);
}

/* Reads a number and writes the next one. */
static bool add_one(void)
{
	struct lock lock;
	struct error err = ERROR_INIT;
	char text[32], *line;

	if (lock_folder_of(&lock, inside("number"), &err))
		return false;
	line = file_line(inside("number"));
	snprintf(text, sizeof text, "%ld\n", strtol(line, NULL, 10) + 1);
	free(line);
	write_file("number", text, strlen(text));
	lock_release(&lock);
	return true;
}

TEST_WITH(who_reads_changes_and_writes_loses_nothing, open_playground, close_playground)
{
	char *line;

	write_file("number", "0\n", 2);
	take_turns_at_once(add_one, 100);
	line = file_line(inside("number"));
	assert_string_equal(line, "400");
	free(line);
}

TEST_START
{
	process_setup();
}
