/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "support/test.h"

#include "base/array.h"
#include "harness/callgrind.h"

#include <string.h>

/* As callgrind writes it: names and positions are short, and calls are followed by their cost. */
static const char base_file[] = "# callgrind format\nversion: 1\npositions: line\nevents: Ir\n\n"
				"ob=(1) /tmp/my.so\nfl=(1) my.c\nfn=(1) parse\n10 300\n+2 700\n"
				"cfn=(2) parse_number\ncalls=20 40\n* 2000\n-1 100\n\n"
				"fn=(2)\n40 2000\n\n"
				"ob=(2) /lib/libc.so.6\nfn=(3) 0x0000000000012340\n0 50\n"
				"fn=(4) 0x0000000000012350\n0 50\n\ntotals: 3200\n";
static const char head_file[] =
	"positions: instr line\nevents: Ir\n"
	"ob=/tmp/my.so\nfn=parse\n0x10 10 1100\n0x14 11\n"
	"cfn=parse_number\ncalls=30 0 40\n0x18 11 4000\n"
	"cob=/lib/libc.so.6\ncfn=memcpy\ncalls=10 0 0\n0x1c 12 960\n"
	"fn=parse_number\n0x40 40 4000\nob=/lib/libc.so.6\nfn=memcpy\n0x0 0 960\n";

static struct profile profile_of(const char *file, uint64_t iterations)
{
	struct profile profile = { 0 };
	struct error err = ERROR_INIT;

	if (callgrind_profile(file, iterations, &profile, &err))
		fail_msg("%s", err.text);
	profile_keep_most(&profile, 20);
	return profile;
}

static void check_row(const struct profile *profile, size_t at, const char *expected)
{
	struct buf text = BUF_INIT;

	assert_true(at < profile->nr);
	buf_addf(&text, "%s %g %g", profile->items[at].function, profile->items[at].instructions,
		profile->items[at].calls);
	assert_string_equal(text.data, expected);
	buf_release(&text);
}

TEST(a_function_has_its_own_instructions_and_how_often_it_was_called)
{
	struct profile profile = profile_of(base_file, 10);

	assert_int_equal(profile.nr, 3);
	check_row(&profile, 0, "parse_number 200 2");
	check_row(&profile, 1, "parse 110 0");
	check_row(&profile, 2, "code without a name in libc.so.6 10 0");
	profile_keep_most(&profile, 1);
	assert_int_equal(profile.nr, 2);
	check_row(&profile, 1, PROFILE_REST " 120 0");
	profile_release(&profile);
}

TEST(what_differs_is_said_with_the_largest_change_first)
{
	struct profile base = profile_of(base_file, 10), head = profile_of(head_file, 10);
	struct profile_changes changes = profile_compare(&base, &head);
	struct profile_changes none = profile_compare(&base, &base);
	struct buf text = BUF_INIT;

	assert_int_equal(none.nr, 0);
	profile_add_changes(&none, 3, &text);
	assert_int_equal(text.len, 0);
	profile_add_changes(&changes, 3, &text);
	assert_string_equal(text.data,
		"parse_number +200 instructions an iteration (+100 %), new: memcpy +96, gone: code without a name in libc.so.6 -10");
	buf_clear(&text);
	profile_add_changes(&changes, 1, &text);
	assert_string_equal(
		text.data, "parse_number +200 instructions an iteration (+100 %), and 2 more");
	buf_release(&text);
	ARRAY_RELEASE(&none);
	ARRAY_RELEASE(&changes);
	profile_release(&base);
	profile_release(&head);
}

/* One function of 500, 300 and 100 each; a list of two of them ends at 300. */
TEST(a_function_that_an_incomplete_list_lacks_is_neither_new_nor_gone)
{
	static const struct {
		const char *head;
		size_t nr_kept; /* of the head */
		const char *said;
	} cases[] = {
		{ "events: Ir\nfn=a\n1 500\nfn=b\n1 300\nfn=c\n1 100\n", 2, "" },
		{ "events: Ir\nfn=a\n1 500\nfn=c\n1 300\nfn=b\n1 300\n", 3,
			"c +200 or more instructions an iteration" },
		{ "events: Ir\nfn=a\n1 500\nfn=c\n1 300\nfn=b\n1 80\n", 2,
			"b -220 or more instructions an iteration, c +200 or more" },
		/* Not surely changed. */
		{ "events: Ir\nfn=a\n1 500\nfn=b\n1 300\nfn=d\n1 90\n", 3, "" },
	};
	struct profile base = profile_of("events: Ir\nfn=a\n1 500\nfn=b\n1 300\nfn=c\n1 100\n", 1);

	profile_keep_most(&base, 2);
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct profile head = profile_of(cases[i].head, 1);
		struct profile_changes changes;
		struct buf text = BUF_INIT;

		profile_keep_most(&head, cases[i].nr_kept);
		changes = profile_compare(&base, &head);
		profile_add_changes(&changes, 3, &text);
		if (strcmp(text.data ? text.data : "", cases[i].said) != 0)
			fail_msg("%zu: %s", i, text.data);
		buf_release(&text);
		ARRAY_RELEASE(&changes);
		profile_release(&head);
	}
	profile_release(&base);
}

TEST(what_is_no_such_file_is_refused_with_the_line)
{
	static const char *const cases[] = { "10 300\n", "fn=(1)\n", "fn=(x) f\n",
		"fn=(1000000) f\n", "fn=f\ncalls=1 2\n", "fn=f\ncfn=g\ncalls=x\n", "fn=f\n1 x\n" };

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct profile profile = { 0 };
		struct error err = ERROR_INIT;

		assert_int_equal(callgrind_profile(cases[i], 1, &profile, &err), -1);
		assert_non_null(strstr(err.text, "which is not understood"));
		profile_release(&profile);
	}
}

TEST(a_function_that_calls_itself_is_one_function)
{
	struct profile profile = profile_of(
		"events: Ir\nfn=(1) parse\n1 10\ncfn=(2) parse'2\ncalls=3 1\n1 70\nfn=(2)\n1 70\nfn=(3) x'\n1 7\n",
		1);

	assert_int_equal(profile.nr, 2);
	check_row(&profile, 0, "parse 80 3");
	check_row(&profile, 1, "x' 7 0");
	profile_release(&profile);
}
