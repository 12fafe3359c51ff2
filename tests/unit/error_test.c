/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/error.h"

static void setting_one_fails_and_says_why(void **state)
{
	struct error err = ERROR_INIT;

	(void)state;
	assert_int_equal(err.kind, ERR_NONE);
	assert_string_equal(err.text, "");
	assert_int_equal(error_set(&err, ERR_IO, "cannot read %s: %d", "x.json", 5), -1);
	assert_int_equal(err.kind, ERR_IO);
	assert_string_equal(err.text, "cannot read x.json: 5");
}

static void wrapping_puts_the_context_in_front_and_keeps_the_kind(void **state)
{
	struct error err = ERROR_INIT;

	(void)state;
	error_set(&err, ERR_MEASURE, "no clock (100%%)");
	assert_int_equal(error_wrap(&err, "baseline %s", "a.json"), -1);
	assert_int_equal(error_wrap(&err, "run %d", 7), -1);
	assert_int_equal(err.kind, ERR_MEASURE);
	assert_string_equal(err.text, "run 7: baseline a.json: no clock (100%)");
}

static void an_error_is_one_line_whatever_it_quotes(void **state)
{
	struct error err = ERROR_INIT;

	(void)state;
	error_set(&err, ERR_IO, "cannot open %s", "a\nb\033[2J");
	assert_string_equal(err.text, "cannot open a?b?[2J");
	error_wrap(&err, "suite %s", "c\nd\x7f");
	assert_string_equal(err.text, "suite c?d?: cannot open a?b?[2J");
}

/* Each part is harmless. */
static void parts_do_not_become_a_command_to_a_ci_system(void **state)
{
	struct error err = ERROR_INIT;

	(void)state;
	error_set(&err, ERR_IO, "status 403, %s: %s", "\xe0\xa9\xa7:", "no");
	assert_string_equal(err.text, "status 403, \xe0\xa9\xa7?: no");
	error_wrap(&err, "%s", ":");
	assert_string_equal(err.text, "?: status 403, \xe0\xa9\xa7?: no");
	error_set(&err, ERR_IO, "%s[section]", "##");
	assert_string_equal(err.text, "?#[section]");
	error_set(&err, ERR_IO, "a::b of \xff\xc2\x9b in s3://b");
	assert_string_equal(err.text, "a::b of ??? in s3://b");
}

static void a_text_too_long_is_cut(void **state)
{
	struct error err = ERROR_INIT;

	(void)state;
	assert_int_equal(error_set(&err, ERR_IO, "%0*d", 5000, 1), -1);
	assert_int_equal(strlen(err.text), sizeof err.text - 1);
	assert_int_equal(error_wrap(&err, "why"), -1);
	assert_int_equal(strlen(err.text), sizeof err.text - 1);
	assert_memory_equal(err.text, "why: 0000", 9);
}

static void a_context_too_long_is_cut(void **state)
{
	struct error err = ERROR_INIT;

	(void)state;
	error_set(&err, ERR_IO, "cause");
	assert_int_equal(error_wrap(&err, "%0*d", 1020, 7), -1);
	assert_int_equal(strlen(err.text), sizeof err.text - 1);
	assert_string_equal(err.text + 1019, "7: c");
	assert_int_equal(error_wrap(&err, "%0*d", 5000, 7), -1);
	assert_int_equal(strlen(err.text), sizeof err.text - 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(setting_one_fails_and_says_why),
		cmocka_unit_test(wrapping_puts_the_context_in_front_and_keeps_the_kind),
		cmocka_unit_test(an_error_is_one_line_whatever_it_quotes),
		cmocka_unit_test(parts_do_not_become_a_command_to_a_ci_system),
		cmocka_unit_test(a_text_too_long_is_cut),
		cmocka_unit_test(a_context_too_long_is_cut),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
