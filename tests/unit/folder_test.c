/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "sys/folder.h"

#include "support/playground.h"

#include <unistd.h>

static void a_folder_is_made_with_its_parents(void **state)
{
	struct error err = ERROR_INIT;

	(void)state;
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

static void a_folder_that_cannot_be_made_is_named(void **state)
{
	struct error err = ERROR_INIT;
	char expected[256];

	(void)state;
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
static void a_folder_that_we_may_not_write_in_is_an_error(void **state)
{
	struct error err = ERROR_INIT;
	uid_t us = geteuid();
	int rc;

	(void)state;
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

static void the_files_of_a_folder_are_listed_in_order(void **state)
{
	static const char *const others[] = { "c.json", "a.json", "B.json", ".hidden.json", "json",
		"a.json.old", "a.jso" };
	struct texts names = { 0 };
	struct error err = ERROR_INIT;

	(void)state;
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

static void a_missing_folder_is_empty_and_a_file_is_none(void **state)
{
	struct texts names = { 0 };
	struct error err = ERROR_INIT;

	(void)state;
	assert_int_equal(folder_list(inside("nowhere"), ".json", &names, &err), 0);
	assert_int_equal(names.nr, 0);
	write_file("file", "", 0);
	assert_int_equal(folder_list(inside("file"), ".json", &names, &err), -1);
	assert_int_equal(err.kind, ERR_IO);
	assert_non_null(strstr(err.text, "Not a directory"));
	assert_int_equal(names.nr, 0);
}

static void the_folders_of_a_folder_are_listed_in_order(void **state)
{
	struct texts names = { 0 };
	struct error err = ERROR_INIT;

	(void)state;
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

static void a_folder_is_removed_with_all_that_is_in_it(void **state)
{
	struct error err = ERROR_INIT;

	(void)state;
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

static void where_links_lead_nothing_is_removed(void **state)
{
	struct error err = ERROR_INIT;

	(void)state;
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
static void what_cannot_be_removed_is_an_error(void **state)
{
	struct error err = ERROR_INIT;
	uid_t us = geteuid();
	int rc;

	(void)state;
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

static void the_real_name_of_a_folder_is_told(void **state)
{
	struct error err = ERROR_INIT;

	(void)state;
	assert_null(folder_real(inside("nowhere"), &err));
	assert_non_null(strstr(err.text, "nowhere': No such file or directory"));
}

static void only_what_is_surely_not_there_is_lacking(void **state)
{
	(void)state;
	write_file("file", "", 0);
	assert_true(folder_lacks(inside("nowhere")));
	assert_true(folder_lacks(inside("nowhere/below")));
	assert_false(folder_lacks(inside("file")));
	assert_false(folder_lacks(inside("")));
	assert_false(folder_lacks(inside("file/below")));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, open_playground, close_playground)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_folder_is_made_with_its_parents),
		TEST(a_folder_that_cannot_be_made_is_named),
		TEST(a_folder_that_we_may_not_write_in_is_an_error),
		TEST(the_files_of_a_folder_are_listed_in_order),
		TEST(a_missing_folder_is_empty_and_a_file_is_none),
		TEST(the_folders_of_a_folder_are_listed_in_order),
		TEST(a_folder_is_removed_with_all_that_is_in_it),
		TEST(where_links_lead_nothing_is_removed),
		TEST(what_cannot_be_removed_is_an_error),
		TEST(the_real_name_of_a_folder_is_told),
		TEST(only_what_is_surely_not_there_is_lacking),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
