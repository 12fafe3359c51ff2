/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "support/test.h"

#include "base/error.h"

TEST(setting_one_fails_and_says_why)
{
	struct error err = ERROR_INIT;

	assert_int_equal(err.kind, ERR_NONE);
	assert_string_equal(err.text, "");
	assert_int_equal(error_set(&err, ERR_IO, "cannot read %s: %d", "x.json", 5), -1);
	assert_int_equal(err.kind, ERR_IO);
	assert_string_equal(err.text, "cannot read x.json: 5");
}

TEST(wrapping_puts_the_context_in_front_and_keeps_the_kind)
{
	struct error err = ERROR_INIT;

	error_set(&err, ERR_MEASURE, "no clock (100%%)");
	assert_int_equal(error_wrap(&err, "baseline %s", "a.json"), -1);
	assert_int_equal(error_wrap(&err, "run %d", 7), -1);
	assert_int_equal(err.kind, ERR_MEASURE);
	assert_string_equal(err.text, "run 7: baseline a.json: no clock (100%)");
}

TEST(an_error_is_one_line_whatever_it_quotes)
{
	struct error err = ERROR_INIT;

	error_set(&err, ERR_IO, "cannot open %s", "a\nb\033[2J");
	assert_string_equal(err.text, "cannot open a?b?[2J");
	error_wrap(&err, "suite %s", "c\nd\x7f");
	assert_string_equal(err.text, "suite c?d?: cannot open a?b?[2J");
}

/* Each part is harmless. */
TEST(parts_do_not_become_a_command_to_a_ci_system)
{
	struct error err = ERROR_INIT;

	error_set(&err, ERR_IO, "status 403, %s: %s", "\xe0\xa9\xa7:", "no");
	assert_string_equal(err.text, "status 403, \xe0\xa9\xa7?: no");
	error_wrap(&err, "%s", ":");
	assert_string_equal(err.text, "?: status 403, \xe0\xa9\xa7?: no");
	error_set(&err, ERR_IO, "%s[section]", "##");
	assert_string_equal(err.text, "?#[section]");
	error_set(&err, ERR_IO, "a::b of \xff\xc2\x9b in s3://b");
	assert_string_equal(err.text, "a::b of ??? in s3://b");
}

TEST(a_text_too_long_is_cut)
{
	struct error err = ERROR_INIT;

	assert_int_equal(error_set(&err, ERR_IO, "%0*d", 5000, 1), -1);
	assert_int_equal(strlen(err.text), sizeof err.text - 1);
	assert_int_equal(error_wrap(&err, "why"), -1);
	assert_int_equal(strlen(err.text), sizeof err.text - 1);
	assert_memory_equal(err.text, "why: 0000", 9);
}

TEST(a_context_too_long_is_cut)
{
	struct error err = ERROR_INIT;

	error_set(&err, ERR_IO, "cause");
	assert_int_equal(error_wrap(&err, "%0*d", 1020, 7), -1);
	assert_int_equal(strlen(err.text), sizeof err.text - 1);
	assert_string_equal(err.text + 1019, "7: c");
	assert_int_equal(error_wrap(&err, "%0*d", 5000, 7), -1);
	assert_int_equal(strlen(err.text), sizeof err.text - 1);
}
