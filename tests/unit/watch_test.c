/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "support/test.h"

#include "sys/watch.h"

#include "base/str.h"
#include "support/playground.h"
#include "sys/clock.h"
#include "sys/process.h"

/* Long enough for any machine; only reached when something is broken. */
#define PATIENCE_NS (60 * (uint64_t)CLOCK_NS_PER_S)

/* Runs a shell at work in the playground, watched; returns its exit status. */
static int watch(const char *script, struct watched *files)
{
	char *argv[] = { (char[]){ "/bin/sh" }, (char[]){ "-c" }, (char *)script, NULL };
	struct process_terms terms = { .folder = playground, .watch = watch_open() };
	struct process process;
	struct buf output = BUF_INIT;
	struct error err = ERROR_INIT;

	*files = (struct watched){ 0 };
	if (terms.watch < 0)
		skip();
	if (process_start_with(&process, argv, &terms, &err))
		fail_msg("%s", err.text);
	process_hang_up(&process);
	assert_int_equal(
		process_wait(&process, clock_awake_ns() + PATIENCE_NS, &output), PROCESS_ENDED);
	process_end(&process, &output);
	watch_read(terms.watch, files);
	buf_release(&output);
	if (files->unknown && strstr(files->unknown, "here")) {
		watched_release(files);
		skip();
	}
	return process.status;
}

static const struct watched_file *find(const struct watched *files, const char *name)
{
	for (size_t i = 0; i < files->nr; i++)
		if (strcmp(str_path_name(files->items[i].path), name) == 0)
			return &files->items[i];
	return NULL;
}

TEST(all_that_is_read_is_seen_though_it_is_closed_again)
{
	struct watched files;
	const struct watched_file *file;

	write_file("data", "1\n", 2);
	assert_int_equal(symlink("data", inside("link")), 0);
	assert_int_equal(
		watch("read x <link; read y <data; (cat data >/dev/null); exit 7", &files), 7);
	assert_null(files.unknown);
	file = find(&files, "data");
	assert_non_null(file);
	assert_int_equal(file->nr_opened, 3);
	assert_false(file->made);
	assert_null(find(&files, "link"));
	/* The program that was started from it, and the C library. */
	assert_non_null(find(&files, "cat"));
	assert_true(files.nr > 4);
	watched_release(&files);
}

TEST(what_the_kernel_makes_up_is_known_by_its_file_system)
{
	char shared[] = "/dev/shm/benchgate-watch-XXXXXX", script[300];
	int fd = mkstemp(shared);
	struct watched files;

	if (fd < 0)
		skip();
	close(fd);
	write_file("data", "1\n", 2);
	watch("read x </proc/self/stat; read x <data; : <>/dev/null", &files);
	assert_null(files.unknown);
	assert_true(find(&files, "stat")->of_kernel);
	assert_true(find(&files, "null")->of_kernel);
	assert_false(find(&files, "data")->of_kernel);
	watched_release(&files);
	/* A file is one, though its name begins with /dev. */
	snprintf(script, sizeof script, "read x <%s; :", shared);
	watch(script, &files);
	assert_null(files.unknown);
	assert_false(find(&files, str_path_name(shared))->of_kernel);
	watched_release(&files);
	snprintf(script, sizeof script, ": <>%s", shared);
	watch(script, &files);
	assert_non_null(files.unknown);
	assert_non_null(strstr(files.unknown, "both to read and to write"));
	watched_release(&files);
	unlink(shared);
}

TEST(what_it_makes_is_told_apart)
{
	struct watched files;

	write_file("log", "old\n", 4);
	watch("echo 1 >new; read x <new; echo 2 >>log; read y <missing", &files);
	assert_null(files.unknown);
	assert_non_null(find(&files, "new"));
	assert_true(find(&files, "new")->made);
	assert_null(find(&files, "log"));
	assert_null(find(&files, "missing"));
	watched_release(&files);
	/* Read first, it was there before. */
	watch("read x <new; echo 1 >new", &files);
	assert_false(find(&files, "new")->made);
	watched_release(&files);
}

TEST(what_may_come_from_elsewhere_is_not_all_known)
{
	struct watched files;

	write_file("both", "1\n", 2);
	watch("exec 5<>both", &files);
	assert_string_equal(files.unknown, "it opens a file both to read and to write");
	watched_release(&files);
}

TEST(a_program_that_is_killed_leaves_what_it_used)
{
	struct watched files;

	write_file("data", "1\n", 2);
	assert_int_equal(watch("read x <data; kill -9 $$", &files), 127);
	assert_non_null(find(&files, "data"));
	watched_release(&files);
}

TEST(a_list_that_was_never_written_says_so)
{
	struct watched files = { 0 };

	watch_read(watch_open(), &files);
	assert_string_equal(files.unknown, "processes cannot be watched here");
	watched_release(&files);
	watch_read(-1, &files);
	assert_non_null(files.unknown);
	watched_release(&files);
}

static int set_up(void **state)
{
	process_setup();
	return open_playground(state);
}

TEST_GROUP(set_up, close_playground);
