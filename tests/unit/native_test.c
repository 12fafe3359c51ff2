/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Ours come first: cmocka makes a macro of `fail`, which is a name in benchgate.h. */
#include "support/test.h"

#include "suite/native.h"

#include <string.h>

#define NR(table) (sizeof(table) / sizeof *(table))

BG_BENCH(plain)
{
	BG_LOOP(run)
		BG_CLOBBER();
}

BG_BENCH(sort, BG_ARGS(10, -5), BG_CRITICAL, BG_ABOUT("sorts"))
{
	BG_LOOP(run)
		BG_CLOBBER();
}

BG_BENCH(both, BG_ARGS(1, 2, 3), BG_THREADS(1, 4), BG_LATENCY, BG_TIER("mine"))
{
	BG_LOOP(run)
		BG_CLOBBER();
}

BG_BENCH(odd_threads, BG_THREADS(0))
{
	BG_LOOP(run)
		BG_CLOBBER();
}

static const char *const names[] = { "plain", "sort/10", "sort/-5", "both/1/threads:1",
	"both/1/threads:4", "both/2/threads:1", "both/2/threads:4", "both/3/threads:1",
	"both/3/threads:4", "odd_threads/threads:1" };

TEST(a_suite_of_this_header_is_one_that_we_can_talk_to)
{
	struct error err = ERROR_INIT;

	assert_int_equal(native_check(bg_this_suite(), &err), 0);
	assert_int_equal(err.kind, ERR_NONE);
}

TEST(each_combination_of_argument_and_threads_is_a_case)
{
	struct native native = NATIVE_INIT;
	struct error err = ERROR_INIT;

	assert_int_equal(native_load(&native, "", &err), 0);
	assert_int_equal(native.nr, NR(names));
	for (size_t i = 0; i < NR(names); i++) {
		struct buf name = BUF_INIT;

		native_name(&native.items[i], &name);
		assert_string_equal(name.data, names[i]);
		assert_ptr_equal(native_find(&native, names[i]), &native.items[i]);
		buf_release(&name);
	}
	native_release(&native);
}

TEST(a_case_carries_what_its_options_say)
{
	struct native native = NATIVE_INIT;
	struct error err = ERROR_INIT;
	const struct native_case *item;

	assert_int_equal(native_load(&native, "", &err), 0);
	item = native_find(&native, "plain");
	assert_string_equal(item->options.tier, "standard");
	assert_string_equal(item->options.about, "");
	assert_int_equal(item->arg, 0);
	assert_int_equal(item->nr_threads, 1);
	assert_int_equal(item->options.latency, 0);
	item = native_find(&native, "sort/-5");
	assert_string_equal(item->options.tier, "critical");
	assert_string_equal(item->options.about, "sorts");
	assert_int_equal(item->arg, -5);
	item = native_find(&native, "both/2/threads:4");
	assert_string_equal(item->options.tier, "mine");
	assert_int_equal(item->arg, 2);
	assert_int_equal(item->nr_threads, 4);
	assert_int_equal(item->options.latency, 1);
	assert_int_equal(native_find(&native, "odd_threads/threads:1")->nr_threads, 1);
	native_release(&native);
}

TEST(half_a_name_finds_nothing)
{
	static const char *const wrong[] = { "", "sort", "sort/1", "sort/100", "both/1", "Plain" };
	struct native native = NATIVE_INIT;
	struct error err = ERROR_INIT;

	assert_int_equal(native_load(&native, "", &err), 0);
	for (size_t i = 0; i < NR(wrong); i++)
		assert_null(native_find(&native, wrong[i]));
	native_release(&native);
}

/* Each changes one thing of a good suite. */
static void spoil_magic(struct bg_suite *suite)
{
	suite->magic ^= 1;
}

static void make_old(struct bg_suite *suite)
{
	suite->abi = 0;
}

static void make_new(struct bg_suite *suite)
{
	suite->abi = BG_ABI + 1;
}

static void make_far_newer(struct bg_suite *suite)
{
	suite->abi = UINT32_MAX;
	suite->size_suite += 64;
}

static void change_size_suite(struct bg_suite *suite)
{
	suite->size_suite++;
}

static void change_size_bench(struct bg_suite *suite)
{
	suite->size_bench--;
}

static void change_size_options(struct bg_suite *suite)
{
	suite->size_options += 8;
}

static void change_size_run(struct bg_suite *suite)
{
	suite->size_run = 0;
}

TEST(a_suite_of_another_kind_is_refused_with_the_reason)
{
	static const struct {
		void (*spoil)(struct bg_suite *suite);
		const char *reason;
	} cases[] = {
		{ spoil_magic, "not a benchgate suite" },
		{ make_old, "too old (ABI 0; this program reads 1 to 1): build it again" },
		{ make_new, "a newer benchgate.h (ABI 2; this program reads 1 to 1)" },
		{ make_far_newer, "a newer benchgate.h (ABI 4294967295;" },
		{ change_size_suite, "its structs do not have the sizes of ABI 1" },
		{ change_size_bench, "its structs do not have the sizes of ABI 1" },
		{ change_size_options, "its structs do not have the sizes of ABI 1" },
		{ change_size_run, "its structs do not have the sizes of ABI 1" },
	};

	for (size_t i = 0; i < NR(cases); i++) {
		struct bg_suite suite = *bg_this_suite();
		struct error err = ERROR_INIT;

		cases[i].spoil(&suite);
		assert_int_equal(native_check(&suite, &err), -1);
		assert_int_equal(err.kind, ERR_USAGE);
		if (!strstr(err.text, cases[i].reason))
			fail_msg("'%s' is not in '%s'", cases[i].reason, err.text);
	}
}

TEST(two_benchmarks_of_one_name_are_refused_with_their_places)
{
	struct bg_suite *suite = bg_this_suite();
	struct bg_bench *first = suite->first, *last = suite->last;
	struct bg_bench twin = *first, again = *first;
	struct native native = NATIVE_INIT;
	struct error err = ERROR_INIT;
	int rc;

	twin.file = "one.c";
	twin.line = 11;
	twin.next = &again;
	again.file = "two.c";
	again.line = 22;
	again.next = NULL;
	suite->first = &twin;
	suite->last = &again;
	rc = native_load(&native, "", &err);
	suite->first = first;
	suite->last = last;
	assert_int_equal(rc, 0);
	assert_int_equal(native_check_names(&native, &err), -1);
	assert_string_equal(
		err.text, "two benchmarks are named plain (one.c:11 and two.c:22): rename one");
	native_release(&native);
}

TEST(nothing_linked_in_is_no_error)
{
	struct bg_suite *suite = bg_this_suite();
	struct bg_bench *first = suite->first;
	struct native native = NATIVE_INIT;
	struct error err = ERROR_INIT;
	int rc;

	suite->first = NULL;
	rc = native_load(&native, "", &err);
	suite->first = first;
	assert_int_equal(rc, 0);
	assert_int_equal(native.nr, 0);
	assert_null(native_find(&native, "plain"));
	native_release(&native);
}

TEST(a_library_that_is_not_there_is_an_error)
{
	struct native native = NATIVE_INIT;
	struct error err = ERROR_INIT;

	assert_int_equal(native_load(&native, "/nonexistent/suite.so", &err), -1);
	assert_non_null(strstr(err.text, "/nonexistent/suite.so"));
	native_release(&native);
}
