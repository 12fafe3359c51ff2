/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "support/test.h"

#include "base/error.h"

#include <stdio.h>
#include <string.h>

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

#define NR(table) (sizeof(table) / sizeof *(table))

static const struct {
	const char *given, *kinds, *see, *before, *after;
	const char *offered[4], *text;
} cases[] = {
	{ "tresh", "keys", NULL, NULL, NULL, { "thresh", "target" },
		"unknown 'tresh'; did you mean thresh? known keys: thresh, target" },
	{ "xyz", "keys", NULL, NULL, NULL, { "thresh", "target" },
		"unknown 'xyz'; known keys: thresh, target" },
	{ "x", "keys", NULL, NULL, NULL, { NULL }, "unknown 'x'" },
	{ "xyz", "tiers", NULL, NULL, NULL, { "ab", "abc", "ab", "abc" },
		"unknown 'xyz'; known tiers: ab, abc" },
	{ "xyz", "tiers", NULL, NULL, NULL, { "abc", "ab", "bc" },
		"unknown 'xyz'; known tiers: abc, ab, bc" },
	{ "tame", NULL, "'list'", NULL, NULL, { "times", "time", "tape" },
		"unknown 'tame'; did you mean time?" },
	{ "xyz", NULL, "'list'", NULL, NULL, { "time" }, "unknown 'xyz' (see 'list')" },
	{ "xyz", NULL, NULL, NULL, NULL, { "time" }, "unknown 'xyz'" },
	{ "tme", NULL, NULL, "{", "}", { "time" }, "unknown 'tme'; did you mean {time}?" },
	{ "tme", NULL, NULL, "--", NULL, { "time" }, "unknown 'tme'; did you mean --time?" },
};

TEST(the_nearest_name_and_the_known_names_follow)
{
	for (size_t i = 0; i < NR(cases); i++) {
		struct unknown unknown = { .given = cases[i].given,
			.kinds = cases[i].kinds,
			.see = cases[i].see,
			.before = cases[i].before,
			.after = cases[i].after };
		struct error err = ERROR_INIT;

		for (size_t j = 0; j < NR(cases[i].offered) && cases[i].offered[j]; j++)
			unknown_offer(&unknown, cases[i].offered[j]);
		assert_int_equal(unknown_error(&unknown, &err, "unknown '%s'", cases[i].given), -1);
		assert_int_equal(err.kind, ERR_USAGE);
		assert_string_equal(err.text, cases[i].text);
	}
}

TEST(an_offered_name_may_be_overwritten)
{
	struct unknown unknown = { .given = "tame", .kinds = "names" };
	struct error err = ERROR_INIT;
	char name[8] = "time";

	unknown_offer(&unknown, name);
	memset(name, 0, sizeof name);
	unknown_error(&unknown, &err, "no tame");
	assert_string_equal(err.text, "no tame; did you mean time? known names: time");
}

TEST(a_long_list_of_names_ends_in_dots)
{
	struct unknown unknown = { .given = "name_700", .kinds = "names" };
	struct error err = ERROR_INIT;

	for (int i = 0; i < 1000; i++) {
		char name[16];

		snprintf(name, sizeof name, "name_%03d", i);
		unknown_offer(&unknown, name);
	}
	unknown_error(&unknown, &err, "none");
	assert_non_null(strstr(err.text, "none; did you mean name_700? known names: name_000, "));
	assert_string_equal(err.text + strlen(err.text) - 5, ", ...");
	assert_true(strlen(unknown.known) < sizeof unknown.known);
}

/* What is near is not cut off behind a long name, and no half of a letter is left. */
TEST(a_name_may_be_long)
{
	static char given[5001];
	struct unknown unknown = { .given = given, .kinds = "keys" };
	struct error err = ERROR_INIT;

	for (size_t i = 0; i + 1 < sizeof given; i += 2) {
		given[i] = '\303';
		given[i + 1] = '\244';
	}
	unknown_offer(&unknown, "alpha");
	unknown_error(&unknown, &err, "not %s", given);
	assert_non_null(strstr(err.text, "\303\244?; known keys: alpha"));
}
