/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "support/test.h"

#include "sys/folder.h"

#include "support/playground.h"

#include <unistd.h>

TEST_WITH(a_folder_is_made_with_its_parents, open_playground, close_playground)
{
	struct error err = ERROR_INIT;

	assert_int_equal(folder_make(inside("a/b//c/"), &err), 0);
	assert_true(folder_is(inside("a/b/c")));
	assert_int_equal(folder_make(inside("a/b/c"), &err), 0);
	assert_int_equal(folder_make_parents(inside("d/file"), &err), 0);
	assert_true(folder_is(inside("d")));
	assert_false(folder_is(inside("d/file")));
	assert_int_equal(folder_make_parents("file", &err), 0);
	assert_int_equal(folder_make("/", &err), 0);
	assert_string_equal(err.text, "");
}

TEST_WITH(a_folder_that_cannot_be_made_is_named, open_playground, close_playground)
{
	struct error err = ERROR_INIT;
	char expected[256];

	write_file("file", "", 0);
	assert_int_equal(folder_make(inside("file"), &err), -1);
	snprintf(expected, sizeof expected, "cannot make the folder '%s': File exists",
		inside("file"));
	assert_string_equal(err.text, expected);
	assert_int_equal(folder_make(inside("file/below"), &err), -1);
	assert_int_equal(err.kind, ERR_IO);
	assert_string_equal(err.text, expected);
	assert_int_equal(folder_make("", &err), -1);
}

/* Root may do anything, so it is somebody else for a moment. */
TEST_WITH(a_folder_that_we_may_not_write_in_is_an_error, open_playground, close_playground)
{
	struct error err = ERROR_INIT;
	uid_t us = geteuid();
	int rc;

	assert_int_equal(folder_make(inside("closed"), &err), 0);
	chmod(playground, 0755);
	chmod(inside("closed"), 0555);
	assert_int_equal(us ? 0 : seteuid(65534), 0);
	rc = folder_make(inside("closed/a/b"), &err);
	assert_int_equal(us ? 0 : seteuid(us), 0);
	assert_int_equal(rc, -1);
	assert_non_null(strstr(err.text, "closed/a': Permission denied"));
	chmod(inside("closed"), 0755);
	assert_int_equal(folder_make(inside("closed/a/b"), &err), 0);
}

TEST_WITH(the_files_of_a_folder_are_listed_in_order, open_playground, close_playground)
{
	static const char *const others[] = { "c.json", "a.json", "B.json", ".hidden.json", "json",
		"a.json.old", "a.jso" };
	struct texts names = { 0 };
	struct error err = ERROR_INIT;

	for (size_t i = 0; i < sizeof others / sizeof *others; i++)
		write_file(others[i], "", 0);
	folder_make(inside("folder.json"), &err);
	assert_int_equal(folder_list(inside(""), ".json", &names, &err), 0);
	assert_int_equal(names.nr, 3);
	assert_string_equal(names.items[0], "B.json");
	assert_string_equal(names.items[1], "a.json");
	assert_string_equal(names.items[2], "c.json");
	texts_release(&names);
	assert_int_equal(folder_list(inside(""), "", &names, &err), 0);
	assert_int_equal(names.nr, 6);
	texts_release(&names);
}

TEST_WITH(a_missing_folder_is_empty_and_a_file_is_none, open_playground, close_playground)
{
	struct texts names = { 0 };
	struct error err = ERROR_INIT;

	assert_int_equal(folder_list(inside("nowhere"), ".json", &names, &err), 0);
	assert_int_equal(names.nr, 0);
	write_file("file", "", 0);
	assert_int_equal(folder_list(inside("file"), ".json", &names, &err), -1);
	assert_int_equal(err.kind, ERR_IO);
	assert_non_null(strstr(err.text, "Not a directory"));
	assert_int_equal(names.nr, 0);
}

TEST_WITH(the_folders_of_a_folder_are_listed_in_order, open_playground, close_playground)
{
	struct texts names = { 0 };
	struct error err = ERROR_INIT;

	folder_make(inside("b"), &err);
	folder_make(inside("a"), &err);
	folder_make(inside(".hidden"), &err);
	write_file("file", "", 0);
	assert_int_equal(symlink("a", inside("link")), 0);
	assert_int_equal(folder_list_folders(inside(""), &names, &err), 0);
	assert_int_equal(names.nr, 2);
	assert_string_equal(names.items[0], "a");
	assert_string_equal(names.items[1], "b");
	texts_release(&names);
	assert_int_equal(folder_list_folders(inside("nowhere"), &names, &err), 0);
	assert_int_equal(names.nr, 0);
}

TEST_WITH(a_folder_is_removed_with_all_that_is_in_it, open_playground, close_playground)
{
	struct error err = ERROR_INIT;

	folder_make(inside("x/y/z"), &err);
	folder_make(inside("x/.hidden"), &err);
	write_file("x/y/file", "", 0);
	write_file("x/.hidden/file", "", 0);
	assert_int_equal(mkfifo(inside("x/pipe"), 0600), 0);
	chmod(inside("x/y/file"), 0400);
	chmod(inside("x/y"), 0500);
	chmod(inside("x/.hidden"), 0);
	assert_int_equal(folder_remove(inside("x"), &err), 0);
	assert_true(folder_lacks(inside("x")));
	assert_int_equal(folder_remove(inside("x"), &err), 0);
	assert_int_equal(folder_remove(inside("x/y"), &err), 0);
	write_file("file", "", 0);
	assert_int_equal(folder_remove(inside("file"), &err), 0);
	assert_true(folder_lacks(inside("file")));
	assert_string_equal(err.text, "");
}

TEST_WITH(where_links_lead_nothing_is_removed, open_playground, close_playground)
{
	struct error err = ERROR_INIT;

	folder_make(inside("kept"), &err);
	folder_make(inside("x"), &err);
	write_file("kept/file", "", 0);
	assert_int_equal(symlink("../kept", inside("x/folder")), 0);
	assert_int_equal(symlink("../kept/file", inside("x/file")), 0);
	assert_int_equal(symlink("nowhere", inside("x/dangling")), 0);
	assert_int_equal(symlink("kept", inside("link")), 0);
	assert_int_equal(folder_remove(inside("x"), &err), 0);
	assert_int_equal(folder_remove(inside("link"), &err), 0);
	assert_true(folder_lacks(inside("x")));
	assert_true(folder_lacks(inside("link")));
	assert_false(folder_lacks(inside("kept/file")));
	folder_remove_empty(inside("kept"));
	assert_true(folder_is(inside("kept")));
	assert_int_equal(folder_remove(inside("kept/file"), &err), 0);
	folder_remove_empty(inside("kept"));
	assert_true(folder_lacks(inside("kept")));
}

/* Root may do anything, so it is somebody else for a moment. */
TEST_WITH(what_cannot_be_removed_is_an_error, open_playground, close_playground)
{
	struct error err = ERROR_INIT;
	uid_t us = geteuid();
	int rc;

	folder_make(inside("x/y"), &err);
	chmod(playground, 0755);
	if (us)
		skip();
	assert_int_equal(seteuid(65534), 0);
	rc = folder_remove(inside("x"), &err);
	assert_int_equal(seteuid(us), 0);
	assert_int_equal(rc, -1);
	assert_non_null(strstr(err.text, "cannot remove '"));
	assert_non_null(strstr(err.text, "/x': Permission denied"));
	assert_true(folder_is(inside("x/y")));
}

TEST_WITH(the_real_name_of_a_folder_is_told, open_playground, close_playground)
{
	struct error err = ERROR_INIT;

	assert_null(folder_real(inside("nowhere"), &err));
	assert_non_null(strstr(err.text, "nowhere': No such file or directory"));
}

TEST_WITH(only_what_is_surely_not_there_is_lacking, open_playground, close_playground)
{
	write_file("file", "", 0);
	assert_true(folder_lacks(inside("nowhere")));
	assert_true(folder_lacks(inside("nowhere/below")));
	assert_false(folder_lacks(inside("file")));
	assert_false(folder_lacks(inside("")));
	assert_false(folder_lacks(inside("file/below")));
}
