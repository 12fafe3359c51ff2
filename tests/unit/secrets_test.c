/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "support/test.h"

#include "base/buf.h"
#include "notify/secrets.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static struct secrets secrets;
static struct error err;
static char folder[] = "/tmp/secrets-XXXXXX";
static char path[64];

static int begin(void **state)
{
	(void)state;
	secrets = (struct secrets){ 0 };
	err = (struct error)ERROR_INIT;
	return 0;
}

static int end(void **state)
{
	(void)state;
	secrets_release(&secrets);
	unlink(path);
	return 0;
}

static int make_folder(void **state)
{
	(void)state;
	if (!mkdtemp(folder))
		return -1;
	snprintf(path, sizeof path, "%s/secret", folder);
	return 0;
}

static int remove_folder(void **state)
{
	(void)state;
	return rmdir(folder);
}

static const char *of_variable(const char *value)
{
	if (value)
		setenv("SOME_SECRET", value, 1);
	else
		unsetenv("SOME_SECRET");
	return secrets_get(
		&secrets, &(struct secret_place){ .env = (char[]){ "SOME_SECRET" } }, &err);
}

static const char *of_file(const char *content, size_t len, mode_t mode)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, content, len), len);
	assert_int_equal(fchmod(fd, mode), 0);
	close(fd);
	return secrets_get(&secrets, &(struct secret_place){ .file = path }, &err);
}

static void check_masked(const char *text, const char *expected)
{
	struct buf masked = BUF_INIT;

	buf_adds(&masked, text);
	secrets_mask(&secrets, &masked);
	assert_string_equal(masked.data, expected);
	assert_int_equal(masked.len, strlen(expected));
	buf_release(&masked);
}

TEST_WITH(a_place_is_named_or_not, begin, end)
{
	assert_false(secrets_named(&(struct secret_place){ NULL, NULL }));
	assert_true(secrets_named(&(struct secret_place){ .env = path }));
	assert_true(secrets_named(&(struct secret_place){ .file = path }));
}

TEST_WITH(a_variable_holds_one, begin, end)
{
	assert_string_equal(of_variable("hunter2hunter2"), "hunter2hunter2");
	assert_string_equal(of_variable("hunter2hunter2\n"), "hunter2hunter2");
	assert_null(of_variable(NULL));
	assert_string_equal(
		err.text, "the environment has no SOME_SECRET, which is to hold a secret");
	assert_null(of_variable(""));
	assert_string_equal(err.text, "the variable SOME_SECRET is to hold a secret and is empty");
	assert_null(of_variable("\n"));
	assert_string_equal(err.text, "the variable SOME_SECRET is to hold a secret and is empty");
}

TEST_WITH(a_file_that_nobody_else_reads_holds_one, begin, end)
{
	static const mode_t open_modes[] = { 0644, 0640, 0604, 0660, 0610 };

	assert_string_equal(of_file("hunter2hunter2\r\n", 16, 0600), "hunter2hunter2");
	assert_string_equal(of_file("from a file", 11, 0400), "from a file");
	for (size_t i = 0; i < sizeof open_modes / sizeof *open_modes; i++) {
		assert_null(of_file("seen by others", 14, open_modes[i]));
		assert_non_null(strstr(err.text, "holds a secret and others may read it (mode "));
		assert_non_null(strstr(err.text, "chmod 600 it"));
		assert_null(strstr(err.text, "seen"));
	}
	assert_null(of_file("", 0, 0600));
	assert_non_null(strstr(err.text, "/secret is to hold a secret and is empty"));
	unlink(path);
	assert_null(secrets_get(&secrets, &(struct secret_place){ .file = path }, &err));
	assert_non_null(strstr(err.text, "/secret: No such file"));
}

/* A header with a line break in it would be two. */
TEST_WITH(a_secret_is_one_line_of_text, begin, end)
{
	assert_null(of_variable("one line\nand another"));
	assert_string_equal(err.text,
		"the variable SOME_SECRET is to hold a secret in one line, and has more lines or control characters");
	assert_null(of_file("with a \0 in it", 14, 0600));
	assert_null(of_variable("tab\tbed"));
	assert_string_equal(of_variable("caf\xc3\xa9 au lait"), "caf\xc3\xa9 au lait");
}

TEST_WITH(each_is_masked_wherever_it_stands, begin, end)
{
	of_variable("hunter2hunter2");
	of_variable("sesame");
	check_masked("", "");
	check_masked("nothing", "nothing");
	check_masked("hunter2hunter2", "***");
	check_masked("(sesame, hunter2hunter2sesame)", "(***, ******)");
	check_masked("hunter2hunter", "***");
	check_masked("hunter2hunte-", "***-");
	check_masked("hunter2-", "hunter2-");
}

TEST_WITH(of_two_that_begin_alike_the_longer_is_masked_whole, begin, end)
{
	of_variable("sesame");
	of_variable("sesame street");
	of_variable("amen");
	check_masked("sesame streets, sesame st., sesamen", "***s, ***., ***n");
}

/* A server that repeats a request may spell it as JSON, in an address, or as a login. */
TEST_WITH(other_spellings_are_masked_too, begin, end)
{
	of_variable("p\"w\\d /1");
	check_masked("{\"a\": \"p\\\"w\\\\d /1\"}", "{\"a\": \"***\"}");
	check_masked("?a=p%22w%5Cd%20%2F1&b", "?a=***&b");
	check_masked("AUTH LOGIN cCJ3XGQgLzE=", "AUTH LOGIN ***");
	check_masked("7022775c64202f31, 7022775C64202F31", "***, ***");
	check_masked("1/ d\\w\"p", "***");
	secrets_add_login(&secrets, "us", "open:sesame");
	check_masked(
		"PLAIN AHVzAG9wZW46c2VzYW1l, Basic dXM6b3BlbjpzZXNhbWU=", "PLAIN ***, Basic ***");
}

TEST_WITH(of_an_address_its_path_is_the_secret, begin, end)
{
	of_variable("https://hooks.example.org/services/T0/B0/x?y=1");
	check_masked("POST /services/T0/B0/x?y=1 HTTP/1.1", "POST *** HTTP/1.1");
	check_masked("at https://hooks.example.org:443", "at https://hooks.example.org:443");
	of_variable("https://example.com/");
	check_masked("a/b", "a/b");
}

TEST_WITH(what_was_cut_off_at_the_end_is_masked_as_far_as_it_goes, begin, end)
{
	of_variable("abcdefgh");
	check_masked("said: abcdefg", "said: ***");
	check_masked("said: abcd", "said: ***");
	check_masked("said: abc", "said: abc");
	check_masked("abcdefg and more", "abcdefg and more");
}

TEST_WITH(of_one_that_is_echoed_in_part_the_part_is_masked, begin, end)
{
	of_variable("0Aa1Bb2Cc3Dd4Ee5Ff6Gg7Hh8Ii9Jj.K");
	check_masked("token 0Aa1Bb2Cc3Dd is wrong", "token *** is wrong");
	check_masked("token ends in 8Ii9Jj.K, not", "token ends in ***, not");
	check_masked("token ends in Ii9Jj.K, not", "token ends in Ii9Jj.K, not");
	check_masked("<4Ee5Ff6Gg7Hh8Ii9> 0Aa1Bb2C...8Ii9Jj.K", "<***> ***...***");
	check_masked("hex 304161314262, and", "hex ***, and");
	check_masked("back: K.jJ9iI8hH7gG, and", "back: ***, and");
	of_variable("https://hooks.example.org/services/T0/B0/abcdefgh");
	check_masked("cannot reach https://hooks.example.org:443: hooks.example.org",
		"cannot reach https://hooks.example.org:443: hooks.example.org");
	check_masked("no such path: T0/B0/abcd.", "no such path: ***.");
}

TEST_WITH(of_a_file_with_more_in_it_what_is_found_is_kept, begin, end)
{
	struct buf text = BUF_INIT;

	of_file("name = one\nname = other\n", 24, 0600);
	assert_int_equal(secrets_read_file(path, &text, &err), 0);
	assert_string_equal(text.data, "name = one\nname = other\n");
	assert_string_equal(secrets_add(&secrets, "other"), "other");
	check_masked(text.data, "name = one\nname = ***\n");
	assert_int_equal(chmod(path, 0644), 0);
	assert_int_equal(secrets_read_file(path, &text, &err), -1);
	buf_release(&text);
}

TEST_WITH(where_it_is_only_shown_one_may_be_missing, begin, end)
{
	secrets.only_shown = true;
	assert_string_equal(of_variable(NULL), SECRETS_MASK);
	assert_string_equal(
		err.text, "the environment has no SOME_SECRET, which is to hold a secret");
	assert_string_equal(of_variable("hunter2hunter2"), "hunter2hunter2");
}

TEST_WITH(what_was_borrowed_stays_where_it_is, begin, end)
{
	char name[32];
	const char *first = of_variable("the first of many");

	for (int i = 0; i < 100; i++) {
		snprintf(name, sizeof name, "another, number %d", i);
		of_variable(name);
	}
	assert_string_equal(first, "the first of many");
	assert_ptr_equal(of_variable("the first of many"), first);
}

TEST_GROUP(make_folder, remove_folder);
