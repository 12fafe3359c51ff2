/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "support/test.h"

#include "sys/file.h"

#include "support/playground.h"

TEST(a_link_that_leads_nowhere_is_there)
{
	write_file("here", "x", 1);
	assert_int_equal(symlink("nowhere", inside("link")), 0);
	assert_true(file_is_there(inside("here")));
	assert_true(file_is_there(inside("link")));
	assert_false(file_is_there(inside("nowhere")));
}

TEST(only_files_with_the_right_to_can_be_started)
{
	struct error err = ERROR_INIT;
	struct stat is;

	write_file("program", "x", 1);
	chmod(inside("program"), 0640);
	assert_false(file_is_executable(inside("program")));
	assert_int_equal(file_make_executable(inside("program"), &err), 0);
	assert_true(file_is_executable(inside("program")));
	assert_int_equal(stat(inside("program"), &is), 0);
	assert_int_equal(is.st_mode & 07777, 0750);
	assert_false(file_is_executable(inside("")));
	assert_false(file_is_executable(inside("none")));
	assert_int_equal(file_make_executable(inside("none"), &err), -1);
	assert_non_null(strstr(err.text, "none executable: No such file"));
}

TEST(what_is_moved_replaces_what_was_there)
{
	struct error err = ERROR_INIT;
	struct buf text = BUF_INIT;

	write_file("old", "old", 3);
	write_file("new", "new", 3);
	assert_int_equal(file_rename(inside("new"), inside("old"), &err), 0);
	assert_false(file_is_there(inside("new")));
	assert_int_equal(file_read(inside("old"), 10, &text, &err), 0);
	assert_string_equal(text.data, "new");
	assert_int_equal(file_rename(inside("new"), inside("old"), &err), -1);
	assert_non_null(strstr(err.text, "cannot rename "));
	buf_release(&text);
}

/* Reads what is put in the place of standard input. */
static int read_input(int fd, size_t max, struct buf *text, struct error *err)
{
	int rc;

	assert_int_equal(dup2(fd, STDIN_FILENO), STDIN_FILENO);
	rc = file_read_input(max, text, err);
	close(fd);
	return rc;
}

TEST(standard_input_is_read_to_its_end)
{
	struct error err = ERROR_INIT;
	struct buf text = BUF_INIT;
	int ends[2];

	assert_int_equal(pipe(ends), 0);
	assert_int_equal(write(ends[1], "one\ntwo", 7), 7);
	close(ends[1]);
	assert_int_equal(read_input(ends[0], 7, &text, &err), 0);
	assert_string_equal(text.data, "one\ntwo");
	buf_clear(&text);
	write_file("input", "too long", 8);
	assert_int_equal(
		read_input(open(inside("input"), O_RDONLY | O_CLOEXEC), 7, &text, &err), -1);
	assert_string_equal(err.text, "standard input is larger than 7 bytes");
	buf_release(&text);
}

TEST_GROUP(open_playground, close_playground);
