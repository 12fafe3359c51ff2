/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "support/test.h"

#include "sys/file.h"

#include "sys/clock.h"
#include "sys/lock.h"
#include "sys/process.h"

#include "support/at_once.h"
#include "support/new_file.h"
#include "support/playground.h"

#include <dirent.h>
#include <signal.h>
#include <sys/wait.h>

#define MS 1000000u

/* How many entries the playground has. */
static size_t nr_entries(void)
{
	DIR *folder = opendir(playground);
	size_t nr = 0;

	assert_non_null(folder);
	while (readdir(folder))
		nr++;
	closedir(folder);
	return nr - 2;
}

static bool is_there(const char *name)
{
	return file_is_there(inside(name));
}

static void write_whole(const char *path, const char *text)
{
	struct file_new file = FILE_NEW_INIT;
	struct error err = ERROR_INIT;

	begin(&file, path);
	if (commit(&file, text, &err))
		fail_msg("%s", err.text);
}

static void check_content(const char *path, const char *text)
{
	struct buf out = BUF_INIT;
	struct error err = ERROR_INIT;

	if (file_read(path, 1000, &out, &err))
		fail_msg("%s", err.text);
	assert_string_equal(out.data, text);
	buf_release(&out);
}

static void until_there(const char *name)
{
	while (!is_there(name))
		clock_sleep_ns(MS);
}

/* A process that has a new file open and will never end by itself; kill and forget it. */
static pid_t start_writer(const char *name)
{
	pid_t child = fork();

	if (!child) {
		struct file_new file = FILE_NEW_INIT;

		begin(&file, inside(name));
		write_file("writes", "", 0);
		for (;;)
			pause();
	}
	until_there("writes");
	assert_int_equal(unlink(inside("writes")), 0);
	return child;
}

static void end_writer(pid_t child)
{
	kill(child, SIGKILL);
	assert_int_equal(waitpid(child, NULL, 0), child);
}

TEST_WITH(what_a_killed_writer_left_goes_when_any_file_of_the_folder_is_written, open_playground,
	close_playground)
{
	pid_t one = start_writer("a.json"), other = start_writer(".hidden");

	end_writer(one);
	end_writer(other);
	assert_int_equal(nr_entries(), 2);
	write_whole(inside("b.json"), "b");
	assert_int_equal(nr_entries(), 1);
	check_content(inside("b.json"), "b");
}

TEST_WITH(what_a_living_writer_has_open_stays, open_playground, close_playground)
{
	struct file_new ours = FILE_NEW_INIT;
	struct error err = ERROR_INIT;
	pid_t child = start_writer("a.json");

	begin(&ours, inside("a.json"));
	write_whole(inside("a.json"), "theirs");
	assert_int_equal(nr_entries(), 3);
	assert_int_equal(commit(&ours, "ours", &err), 0);
	check_content(inside("a.json"), "ours");
	assert_int_equal(nr_entries(), 2);
	end_writer(child);
}

TEST_WITH(what_only_looks_like_it_stays, open_playground, close_playground)
{
	static const char *const names[] = { "b.json.benchgate-backup", "b.json.benchgate-new-abc",
		"b.json.benchgate-new-abcdefg", "b.json.benchgate-new-abc.ef",
		".benchgate-new-abcdef" };

	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		write_file(names[i], "theirs", 6);
	assert_int_equal(mkdir(inside("folder.benchgate-new-abcdef"), 0700), 0);
	assert_int_equal(symlink("b.json", inside("link.benchgate-new-abcdef")), 0);
	assert_int_equal(mkfifo(inside("pipe.benchgate-new-abcdef"), 0600), 0);
	write_file("b.json", "old", 3);
	write_whole(inside("b.json"), "new");
	assert_int_equal(nr_entries(), sizeof names / sizeof *names + 4);
}

TEST_WITH(what_was_taken_away_meanwhile_is_written_all_the_same, open_playground, close_playground)
{
	struct file_new file = FILE_NEW_INIT;
	struct error err = ERROR_INIT;

	write_file("a.json", "old", 3);
	assert_int_equal(chmod(inside("a.json"), 0640), 0);
	begin(&file, inside("a.json"));
	assert_int_equal(unlink(file.temporary), 0);
	assert_int_equal(commit(&file, "new", &err), 0);
	check_content(inside("a.json"), "new");
	assert_int_equal(nr_entries(), 1);
}

static bool write_and_give_up(void)
{
	struct file_new file = FILE_NEW_INIT, other = FILE_NEW_INIT;
	struct error err = ERROR_INIT;

	if (file_new_open(&file, inside("a.json"), &err) ||
		file_new_open(&other, inside("b.json"), &err) || access(file.temporary, F_OK) ||
		access(other.temporary, F_OK) || commit(&file, "content", &err))
		return false;
	file_new_release(&other);
	return true;
}

/* Many open, write, give up and are swept after; no writer misses its file. */
TEST_WITH(many_writers_take_nothing_from_each_other, open_playground, close_playground)
{
	take_turns_at_once(write_and_give_up, 200);
	assert_int_equal(nr_entries(), 1);
}

TEST_WITH(a_name_in_dev_is_a_file_like_any_other, open_playground, close_playground)
{
	char path[64];

	snprintf(path, sizeof path, "/dev/shm/benchgate_test.%ld", (long)getpid());
	if (access("/dev/shm", W_OK))
		skip();
	write_whole(path, "a long text");
	check_content(path, "a long text");
	write_whole(path, "short");
	check_content(path, "short");
	assert_int_equal(unlink(path), 0);
}

/* A log that a descriptor leads to keeps what is in it, whatever way leads there. */
TEST_WITH(a_descriptor_is_added_to, open_playground, close_playground)
{
	static const struct {
		const char *folder, *target;
	} ways[] = { { "/", "/dev/fd/%d" }, { "/", "/proc/self/fd/%d" }, { "/", "dev/fd/%d" },
		{ "/dev", "fd/%d" }, { "/proc/self/fd", "%d" } };
	char here[4096], path[64], text[16] = "old";
	int fd;

	assert_non_null(getcwd(here, sizeof here));
	write_file("log", "old", 3);
	fd = open(inside("log"), O_WRONLY | O_APPEND);
	for (size_t i = 0; i < sizeof ways / sizeof *ways; i++) {
		snprintf(path, sizeof path, ways[i].target, fd);
		assert_int_equal(chdir(ways[i].folder), 0);
		write_whole(path, "+");
		snprintf(text + strlen(text), sizeof text - strlen(text), "+");
		check_content(inside("log"), text);
	}
	assert_int_equal(chdir(here), 0);
	snprintf(path, sizeof path, "/dev/fd/%d", fd);
	assert_int_equal(symlink(path, inside("link")), 0);
	assert_int_equal(symlink("link", inside("far")), 0);
	write_whole(inside("far"), "+");
	check_content(inside("log"), "old++++++");
	assert_int_equal(nr_entries(), 3);
	close(fd);
}

static void take_signal(int number)
{
	struct timespec none = { 0, 0 };
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, number);
	assert_int_equal(sigtimedwait(&set, NULL, &none), number);
}

TEST_WITH(a_signal_ends_the_waiting_for_a_reader, open_playground, close_playground)
{
	static const int signals[] = { SIGTERM, SIGINT };
	struct file_new file = FILE_NEW_INIT;
	char expected[256];

	assert_int_equal(mkfifo(inside("pipe"), 0600), 0);
	for (size_t i = 0; i < 2; i++) {
		struct error err = ERROR_INIT;
		int rc;

		raise(signals[i]);
		rc = file_new_open(&file, inside("pipe"), &err);
		take_signal(signals[i]);
		snprintf(expected, sizeof expected,
			"cannot write %s: interrupted while waiting for the reader of this pipe",
			inside("pipe"));
		assert_int_equal(rc, -1);
		assert_string_equal(err.text, expected);
	}
}

TEST_WITH(a_pipe_that_nobody_reads_is_told, open_playground, close_playground)
{
	struct file_new file = FILE_NEW_INIT;
	struct error err = ERROR_INIT;

	assert_int_equal(mkfifo(inside("pipe"), 0600), 0);
	assert_int_equal(file_new_open(&file, inside("pipe"), &err), -1);
	assert_int_equal(err.kind, ERR_IO);
	assert_non_null(strstr(err.text, "/pipe: nobody reads from this pipe"));
	assert_null(file.path);
}

/* A reader that comes later, and slowly, gets all of what does not fit into the pipe. */
TEST_WITH(a_late_reader_gets_everything, open_playground, close_playground)
{
	struct file_new file = FILE_NEW_INIT;
	struct error err = ERROR_INIT;
	struct buf content = BUF_INIT;
	size_t len = 1000000;
	int status = -1;
	pid_t child;

	assert_int_equal(mkfifo(inside("pipe"), 0600), 0);
	child = fork();
	if (!child) {
		static char chunk[4096];
		ssize_t got;
		int fd;

		clock_sleep_ns(50 * MS);
		fd = open(inside("pipe"), O_RDONLY);
		clock_sleep_ns(50 * MS);
		while ((got = read(fd, chunk, sizeof chunk)) > 0)
			len -= (size_t)got;
		_exit(len != 0);
	}
	buf_fill(&content, 'x', len);
	begin(&file, inside("pipe"));
	assert_int_equal(file_new_commit(&file, &content, &err), 0);
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(status, 0);
	buf_release(&content);
}

TEST_WITH(a_signal_ends_the_waiting_for_room, open_playground, close_playground)
{
	struct file_new file = FILE_NEW_INIT;
	struct error err = ERROR_INIT;
	struct buf content = BUF_INIT;
	int fd, rc;

	assert_int_equal(mkfifo(inside("pipe"), 0600), 0);
	fd = open(inside("pipe"), O_RDONLY | O_NONBLOCK);
	buf_fill(&content, 'x', 1000000);
	begin(&file, inside("pipe"));
	raise(SIGTERM);
	rc = file_new_commit(&file, &content, &err);
	take_signal(SIGTERM);
	assert_int_equal(rc, -1);
	assert_non_null(strstr(err.text, "/pipe: interrupted while waiting for the reader"));
	buf_release(&content);
	close(fd);
}

TEST_WITH(who_changes_a_file_keeps_others_from_replacing_it, open_playground, close_playground)
{
	struct lock lock;
	struct error err = ERROR_INIT;
	int status = -1;
	pid_t child;

	write_file("a.json", "old", 3);
	assert_int_equal(lock_folder_of(&lock, inside("a.json"), &err), 0);
	child = fork();
	if (!child) {
		struct file_new file = FILE_NEW_INIT;
		struct buf content = BUF_INIT;

		/* What is forked has the lock, too. */
		lock_release(&lock);
		buf_adds(&content, "theirs");
		write_file("starts", "", 0);
		begin(&file, inside("a.json"));
		_exit(file_new_commit_locked(&file, &content, &err) ? 1 : 0);
	}
	until_there("starts");
	clock_sleep_ns(50 * MS);
	check_content(inside("a.json"), "old");
	write_whole(inside("a.json"), "ours");
	lock_release(&lock);
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(status, 0);
	check_content(inside("a.json"), "theirs");
	assert_int_equal(nr_entries(), 2);
}

TEST_START
{
	process_setup();
}
