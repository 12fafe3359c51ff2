/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "support/test.h"

#include "sys/scratch.h"

#include "support/playground.h"
#include "sys/folder.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

/* The first one that this process makes removes what others left: the order of the tests matters.
 */
TEST_WITH(what_a_dead_owner_left_is_removed_and_nothing_else, open_playground, close_playground)
{
	struct error err = ERROR_INIT;
	struct scratch scratch;
	int fd;

	folder_make(inside("benchgate-scratch-abcdef/below"), &err);
	folder_make(inside("benchgate-scratch-living"), &err);
	folder_make(inside("benchgate-scratch-of-a-user"), &err);
	write_file("benchgate-scratch-ghijkl", "no folder", 0);
	fd = open(inside("benchgate-scratch-living"), O_RDONLY | O_DIRECTORY);
	assert_int_equal(flock(fd, LOCK_EX), 0);
	setenv("TMPDIR", inside("."), 1);
	assert_int_equal(scratch_make(&scratch, &err), 0);
	unsetenv("TMPDIR");
	assert_true(folder_lacks(inside("benchgate-scratch-abcdef")));
	assert_true(folder_is(inside("benchgate-scratch-living")));
	assert_true(folder_is(inside("benchgate-scratch-of-a-user")));
	assert_false(folder_lacks(inside("benchgate-scratch-ghijkl")));
	scratch_remove(&scratch);
	close(fd);
}

TEST_WITH(each_is_new_locked_and_where_it_is_asked_for, open_playground, close_playground)
{
	struct error err = ERROR_INIT;
	struct scratch one, other;
	char *path;
	int fd;

	setenv("TMPDIR", inside("."), 1);
	assert_int_equal(scratch_make(&one, &err), 0);
	assert_int_equal(scratch_make(&other, &err), 0);
	unsetenv("TMPDIR");
	assert_string_not_equal(one.path, other.path);
	assert_int_equal(strncmp(one.path, inside("."), strlen(inside("."))), 0);
	assert_true(folder_is(one.path));
	path = strdup(one.path);
	fd = open(path, O_RDONLY | O_DIRECTORY);
	assert_int_equal(flock(fd, LOCK_EX | LOCK_NB), -1);
	close(fd);
	scratch_remove(&one);
	scratch_remove(&other);
	assert_true(folder_lacks(path));
	free(path);
}

TEST_WITH(without_a_place_for_it_there_is_none, open_playground, close_playground)
{
	struct error err = ERROR_INIT;
	struct scratch scratch;

	setenv("TMPDIR", inside("nowhere"), 1);
	assert_int_equal(scratch_make(&scratch, &err), -1);
	unsetenv("TMPDIR");
	assert_null(scratch.path);
	assert_non_null(strstr(err.text, "nowhere/benchgate-scratch-"));
	assert_non_null(strstr(err.text, "': No such file or directory"));
	scratch_remove(&scratch);
}
