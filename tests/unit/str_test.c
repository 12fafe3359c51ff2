/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "support/test.h"

#include "base/str.h"

#define NR(table) (sizeof(table) / sizeof *(table))
#define UNTOUCHED 4711

struct number {
	const char *text;
	bool good;
	uint64_t value;
};

static void check_numbers(
	const struct number *cases, size_t nr, bool (*parse)(const char *, uint64_t *))
{
	for (size_t i = 0; i < nr; i++) {
		uint64_t value = UNTOUCHED;
		bool good = parse(cases[i].text, &value);

		if (good != cases[i].good || value != (good ? cases[i].value : UNTOUCHED))
			fail_msg("'%s': %s, %llu", cases[i].text, good ? "taken" : "refused",
				(unsigned long long)value);
	}
}

TEST(whole_numbers_are_read_whole)
{
	static const struct number cases[] = {
		{ "0", true, 0 },
		{ "10", true, 10 },
		{ "007", true, 7 },
		{ "18446744073709551615", true, UINT64_MAX },
		{ "18446744073709551616", false, 0 },
		{ "99999999999999999999999", false, 0 },
		{ "", false, 0 },
		{ " 1", false, 0 },
		{ "1 ", false, 0 },
		{ "-1", false, 0 },
		{ "+1", false, 0 },
		{ "0x10", false, 0 },
		{ "1.5", false, 0 },
		{ "1e3", false, 0 },
		{ "ten", false, 0 },
		{ "10s", false, 0 },
	};

	check_numbers(cases, NR(cases), str_to_u64);
}

TEST(durations_have_units)
{
	static const struct number cases[] = {
		{ "0", true, 0 },
		{ "2", true, 2000000000 },
		{ "1.5", true, 1500000000 },
		{ "17ns", true, 17 },
		{ "2.5us", true, 2500 },
		{ "250ms", true, 250000000 },
		{ "1.5s", true, 1500000000 },
		{ ".5s", true, 500000000 },
		{ "1.s", true, 1000000000 },
		{ "1e-3s", true, 1000000 },
		{ "3min", true, 180000000000 },
		{ "3m", true, 180000000000 },
		{ "2h", true, 7200000000000 },
		{ "3 min", true, 180000000000 },
		{ "0.4ns", true, 0 },
		{ "0.6ns", true, 1 },
		{ "4e9s", true, 4000000000000000000 },
		{ "9223372036854774784ns", true, 9223372036854774784u },
		{ "9223372036854775808ns", false, 0 },
		{ "1e300h", false, 0 },
		{ "1e400", false, 0 },
		{ "", false, 0 },
		{ " ", false, 0 },
		{ "s", false, 0 },
		{ ".", false, 0 },
		{ ".s", false, 0 },
		{ "-1s", false, 0 },
		{ "+1s", false, 0 },
		{ " 1s", false, 0 },
		{ "1S", false, 0 },
		{ "1 s!", false, 0 },
		{ "1sec", false, 0 },
		{ "1s2", false, 0 },
		{ "1,5s", false, 0 },
		{ "1y", false, 0 },
		{ "1d", true, 86400000000000 },
		{ "2 weeks", true, 1209600000000000 },
		{ "0x10", false, 0 },
		{ "0x10s", false, 0 },
		{ "nan", false, 0 },
		{ "nan s", false, 0 },
		{ "inf", false, 0 },
		{ "infinity", false, 0 },
		{ "64MiB", false, 0 },
	};

	check_numbers(cases, NR(cases), str_to_duration);
}

TEST(sizes_have_units)
{
	static const struct number cases[] = {
		{ "0", true, 0 },
		{ "123", true, 123 },
		{ "123B", true, 123 },
		{ "10kB", true, 10000 },
		{ "1.5MB", true, 1500000 },
		{ "2GB", true, 2000000000 },
		{ "1KiB", true, 1024 },
		{ "1K", true, 1024 },
		{ "64MiB", true, UINT64_C(64) << 20 },
		{ "64M", true, UINT64_C(64) << 20 },
		{ "64 MiB", true, UINT64_C(64) << 20 },
		{ "3GiB", true, UINT64_C(3) << 30 },
		{ "2TB", true, UINT64_C(2000000000000) },
		{ "1TiB", true, UINT64_C(1) << 40 },
		{ "3G", true, UINT64_C(3) << 30 },
		{ "8589934591G", true, UINT64_C(8589934591) << 30 },
		{ "8589934592G", false, 0 },
		{ "1e30", false, 0 },
		{ "", false, 0 },
		{ "MiB", false, 0 },
		{ "-1M", false, 0 },
		{ "1kb", false, 0 },
		{ "1mb", false, 0 },
		{ "1TiB!", false, 0 },
		{ "1s", false, 0 },
		{ "0x1M", false, 0 },
		{ "inf", false, 0 },
		{ "nan", false, 0 },
	};

	check_numbers(cases, NR(cases), str_to_size);
}

TEST(decimal_numbers_are_read_whole)
{
	static const struct {
		const char *text;
		bool good;
		double value;
	} cases[] = {
		{ "0", true, 0 },
		{ "-0.5", true, -0.5 },
		{ ".25", true, .25 },
		{ "-.25", true, -.25 },
		{ "1.", true, 1 },
		{ "1e-3", true, 1e-3 },
		{ "1E+3", true, 1e3 },
		{ "5e-324", true, 5e-324 },
		{ "1e-400", true, 0 },
		{ "1.7976931348623157e308", true, 1.7976931348623157e308 },
		{ "1e309", false, 0 },
		{ "-1e309", false, 0 },
		{ "", false, 0 },
		{ "-", false, 0 },
		{ ".", false, 0 },
		{ "--1", false, 0 },
		{ "+1", false, 0 },
		{ " 1", false, 0 },
		{ "1 ", false, 0 },
		{ "1e", false, 0 },
		{ "1,5", false, 0 },
		{ "0x1p4", false, 0 },
		{ "-0x1", false, 0 },
		{ "nan", false, 0 },
		{ "-nan", false, 0 },
		{ "inf", false, 0 },
		{ "-inf", false, 0 },
		{ "e5", false, 0 },
	};

	for (size_t i = 0; i < NR(cases); i++) {
		double value = UNTOUCHED;
		bool good = str_to_double(cases[i].text, &value);

		if (good != cases[i].good || value != (good ? cases[i].value : UNTOUCHED))
			fail_msg("'%s': %s, %g", cases[i].text, good ? "taken" : "refused", value);
	}
}

TEST(a_percentage_is_a_ratio)
{
	static const struct {
		const char *text;
		bool good;
		double value;
	} cases[] = {
		{ "2%", true, 0.02 },
		{ "2 %", true, 0.02 },
		{ "0.5%", true, 0.005 },
		{ "0%", true, 0 },
		{ "1000%", true, 10 },
		{ "1e-1 %", true, 0.001 },
		{ "2", false, 0 },
		{ "%", false, 0 },
		{ " 2%", false, 0 },
		{ "2% ", false, 0 },
		{ "2%%", false, 0 },
		{ "-2%", false, 0 },
		{ "0x2%", false, 0 },
		{ "nan%", false, 0 },
		{ "", false, 0 },
	};

	for (size_t i = 0; i < NR(cases); i++) {
		double value = UNTOUCHED;
		bool good = str_to_ratio(cases[i].text, &value);

		if (good != cases[i].good || value != (good ? cases[i].value : UNTOUCHED))
			fail_msg("'%s': %s, %g", cases[i].text, good ? "taken" : "refused", value);
	}
}

TEST(an_amount_says_by_its_unit_what_it_is_of)
{
	static const struct {
		const char *text;
		double value;
		const char *unit; /* NULL: refused */
	} cases[] = {
		{ "20us", 20000, "ns" },
		{ "0.25ns", 0.25, "ns" },
		{ "3 min", 180e9, "ns" },
		{ "5m", 300e9, "ns" },
		{ "1MiB", 1048576, "B" },
		{ "5M", 5242880, "B" },
		{ "1.5 kB", 1500, "B" },
		{ "12B", 12, "B" },
		{ "100", UNTOUCHED, NULL },
		{ "us", UNTOUCHED, NULL },
		{ "-1us", UNTOUCHED, NULL },
		{ "20 parsecs", UNTOUCHED, NULL },
		{ "1e305h", UNTOUCHED, NULL },
		{ "", UNTOUCHED, NULL },
	};

	for (size_t i = 0; i < NR(cases); i++) {
		double value = UNTOUCHED;
		const char *unit = "none";
		bool good = str_to_amount(cases[i].text, &value, &unit);

		if (good != (cases[i].unit != NULL) || value != cases[i].value ||
			strcmp(unit, good ? cases[i].unit : "none") != 0)
			fail_msg("'%s': %s, %g %s", cases[i].text, good ? "taken" : "refused",
				value, unit);
	}
}

TEST(a_distance_counts_changed_added_and_removed_letters)
{
	static const struct {
		const char *a, *b;
		size_t distance;
	} cases[] = {
		{ "", "", 0 },
		{ "", "abc", 3 },
		{ "same", "same", 0 },
		{ "tier", "tear", 2 },
		{ "tier", "tiers", 1 },
		{ "quiet", "quit", 1 },
		{ "kitten", "sitting", 3 },
		{ "saturday", "sunday", 3 },
		{ "teir", "tier", 2 },
		{ "abc", "xyz", 3 },
	};
	char longest[64], longer[65];

	for (size_t i = 0; i < NR(cases); i++) {
		assert_int_equal(str_distance(cases[i].a, cases[i].b), cases[i].distance);
		assert_int_equal(str_distance(cases[i].b, cases[i].a), cases[i].distance);
	}
	memset(longest, 'x', sizeof longest);
	longest[63] = '\0';
	memset(longer, 'x', sizeof longer);
	longer[64] = '\0';
	assert_int_equal(str_distance(longest, "x"), 62);
	assert_int_equal(str_distance("x", longest), 62);
	assert_int_equal(str_distance(longest, longest), 0);
	assert_true(str_distance(longer, "x") == SIZE_MAX);
	assert_true(str_distance("x", longer) == SIZE_MAX);
}

TEST(the_nearest_word_is_what_was_meant)
{
	static const char *const words[] = { "run", "list", "compare", "update-baselines",
		"doctor" };
	static const struct {
		const char *given, *meant;
	} cases[] = { { "comapre", "compare" }, { "lst", "list" }, { "rum", "run" },
		{ "docter", "doctor" }, { "update-baseline", "update-baselines" }, { "run", "run" },
		{ "zzzzzz", NULL }, { "xyz", NULL }, { "", NULL } };

	for (size_t i = 0; i < NR(cases); i++) {
		struct str_nearest nearest = str_nearest(cases[i].given);

		for (size_t j = 0; j < NR(words); j++)
			str_nearest_offer(&nearest, words[j]);
		if (cases[i].meant)
			assert_string_equal(nearest.best, cases[i].meant);
		else
			assert_null(nearest.best);
	}
}

TEST(the_nearest_is_the_first_of_those_that_are_as_near)
{
	struct str_nearest nearest = str_nearest("tame");

	str_nearest_offer(&nearest, "times");
	str_nearest_offer(&nearest, "time");
	str_nearest_offer(&nearest, "tape");
	assert_string_equal(nearest.best, "time");
}

TEST(a_list_is_read_item_by_item)
{
	static const struct {
		const char *list;
		const char *items[4]; /* NULL behind the last */
	} cases[] = {
		{ "one", { "one" } },
		{ "one,two,three", { "one", "two", "three" } },
		{ "a,,b", { "a", "", "b" } },
		{ ",", { "", "" } },
		{ "a,", { "a", "" } },
	};

	for (size_t i = 0; i < NR(cases); i++) {
		const char *at = cases[i].list, *item;
		size_t len;

		for (size_t j = 0; cases[i].items[j]; j++) {
			item = str_next_item(&at, &len);
			assert_non_null(item);
			assert_int_equal(len, strlen(cases[i].items[j]));
			assert_memory_equal(item, cases[i].items[j], len);
		}
		assert_null(str_next_item(&at, &len));
		assert_null(str_next_item(&at, &len));
	}
}

TEST(a_word_stands_in_a_list_whole_or_not_at_all)
{
	static const struct {
		const char *list, *word;
		bool is_in;
	} cases[] = {
		{ "auto,always,never", "auto", true },
		{ "auto,always,never", "always", true },
		{ "auto,always,never", "never", true },
		{ "auto,always,never", "alway", false },
		{ "auto,always,never", "alwayss", false },
		{ "auto,always,never", "auto,always", false },
		{ "auto,always,never", "", false },
		{ "auto,always,never", "Auto", false },
		{ "one", "one", true },
	};

	for (size_t i = 0; i < NR(cases); i++)
		if (str_in_list(cases[i].list, cases[i].word) != cases[i].is_in)
			fail_msg("'%s' in '%s'", cases[i].word, cases[i].list);
}

TEST(a_control_character_is_found_wherever_it_stands)
{
	static const char *const with[] = { "\n", "a\rb", "end\x7f", "\xc3\xa4\x1b", "\xc2\x85" },
				 *const without[] = { "", " ", "a b~", "\xc3\x85\xc2\xa0", NULL };

	for (size_t i = 0; i < NR(with); i++)
		if (!str_has_control(with[i]) || str_has_control(without[i]))
			fail_msg("%zu", i);
}

TEST(a_copy_is_ones_own_and_nothing_copies_to_nothing)
{
	const char *text = "text";
	char *copy = str_dup(text);

	assert_ptr_not_equal(copy, text);
	assert_string_equal(copy, text);
	assert_null(str_dup(NULL));
	free(copy);
}

TEST(what_is_set_takes_the_place_of_what_was_there)
{
	char *text = NULL;

	str_set(&text, "one");
	assert_string_equal(text, "one");
	str_set(&text, text + 1);
	assert_string_equal(text, "ne");
	str_set(&text, NULL);
	assert_null(text);
}

TEST(a_folder_ends_before_the_last_slash)
{
	assert_int_equal(str_folder_len("src/base/str.c"), 8);
	assert_int_equal(str_folder_len("src/"), 3);
	assert_int_equal(str_folder_len("/str.c"), 0);
	assert_int_equal(str_folder_len("str.c"), 0);
	assert_int_equal(str_folder_len(""), 0);
}

TEST(a_text_starts_with_each_of_its_beginnings)
{
	assert_true(str_starts("benchgate", "bench"));
	assert_true(str_starts("benchgate", ""));
	assert_true(str_starts("", ""));
	assert_true(str_starts("bench", "bench"));
	assert_false(str_starts("bench", "benchgate"));
	assert_false(str_starts("", "b"));
	assert_false(str_starts("benchgate", "gate"));
}
