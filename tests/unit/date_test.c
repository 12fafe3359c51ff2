/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "support/test.h"

#include "base/date.h"

#include <stdio.h>

#define NR(table) (sizeof(table) / sizeof *(table))

TEST(a_day_is_one_that_the_calendar_has)
{
	static const char *const days[] = { "2026-12-31", "2024-02-29", "2000-02-29", "0001-01-01",
		"9999-04-30" };
	static const char *const none[] = { "", "2026", "2026-12-32", "2026-00-10", "2026-13-01",
		"2026-01-00", "2026-02-29", "1900-02-29", "2026-04-31", "2026-1-1", " 2026-01-01",
		"2026-01-01 ", "2026/01/01", "2026-01-01T00:00:00Z", "+026-01-01", "2026-01-0x",
		"31-12-2026", "tomorrow" };

	for (size_t i = 0; i < NR(days); i++)
		if (!date_is_day(days[i]))
			fail_msg("%s", days[i]);
	for (size_t i = 0; i < NR(none); i++)
		if (date_is_day(none[i]))
			fail_msg("%s", none[i]);
}

TEST(a_time_is_a_day_and_a_second_of_it)
{
	static const char *const times[] = { "2026-11-21T04:05:06Z", "2026-11-21T00:00:00Z",
		"2026-11-21T23:59:59Z" };
	static const char *const none[] = { "", "2026-11-21", "2026-11-21T24:00:00Z",
		"2026-11-21T23:60:00Z", "2026-11-21T23:59:60Z", "2026-02-30T04:05:06Z",
		"2026-11-21T04:05:06", "2026-11-21T04:05:06z", "2026-11-21T04:05:06ZZ",
		"2026-11-21 04:05:06Z", "2026-11-21T04:05:06.5Z", "2026-11-21T04:05:06+00:00" };

	for (size_t i = 0; i < NR(times); i++)
		if (!date_is_time(times[i]))
			fail_msg("%s", times[i]);
	for (size_t i = 0; i < NR(none); i++)
		if (date_is_time(none[i]))
			fail_msg("%s", none[i]);
}

TEST(the_next_second_may_be_another_year)
{
	static const char *const cases[][2] = {
		{ "2026-11-21T04:05:06Z", "2026-11-21T04:05:07Z" },
		{ "2024-02-28T23:59:59Z", "2024-02-29T00:00:00Z" },
		{ "2026-12-31T23:59:59Z", "2027-01-01T00:00:00Z" },
	};
	char text[DATE_TIME_MAX];

	for (size_t i = 0; i < NR(cases); i++) {
		snprintf(text, sizeof text, "%s", cases[i][0]);
		date_next_second(text);
		assert_string_equal(text, cases[i][1]);
	}
}

TEST(seconds_are_added_and_counted_both_ways)
{
	static const struct {
		const char *from;
		int64_t seconds;
		const char *to;
	} cases[] = {
		{ "2026-11-21T04:05:06Z", 0, "2026-11-21T04:05:06Z" },
		{ "2026-11-21T22:00:00Z", 9 * 3600, "2026-11-22T07:00:00Z" },
		{ "2027-01-01T00:00:00Z", -1, "2026-12-31T23:59:59Z" },
		{ "2024-02-28T12:00:00Z", 2 * 24 * 3600, "2024-03-01T12:00:00Z" },
		{ "1970-01-01T00:00:00Z", INT64_C(5000000000), "2128-06-11T08:53:20Z" },
	};
	char text[DATE_TIME_MAX];

	for (size_t i = 0; i < NR(cases); i++) {
		snprintf(text, sizeof text, "%s", cases[i].from);
		date_add_seconds(text, cases[i].seconds);
		assert_string_equal(text, cases[i].to);
		assert_int_equal(
			date_seconds_between(cases[i].from, cases[i].to), cases[i].seconds);
	}
}

TEST(there_is_no_time_beyond_four_digits_of_years)
{
	static const struct {
		const char *from;
		int64_t seconds;
		const char *to;
	} cases[] = {
		{ "9999-12-31T00:00:00Z", 24 * 3600, "9999-12-31T23:59:59Z" },
		{ "9999-12-31T23:59:58Z", 1, "9999-12-31T23:59:59Z" },
		{ "2026-11-21T04:05:06Z", INT64_MAX, "9999-12-31T23:59:59Z" },
		{ "0001-01-01T00:00:00Z", -1, "0000-12-31T23:59:59Z" },
		{ "2026-11-21T04:05:06Z", INT64_MIN, "0000-01-01T00:00:00Z" },
		{ "1969-12-31T00:00:00Z", INT64_MIN, "0000-01-01T00:00:00Z" },
	};
	char text[DATE_TIME_MAX];

	for (size_t i = 0; i < NR(cases); i++) {
		snprintf(text, sizeof text, "%s", cases[i].from);
		date_add_seconds(text, cases[i].seconds);
		assert_string_equal(text, cases[i].to);
		assert_true(date_is_time(text));
	}
}

TEST(days_are_counted_over_months_and_leap_years)
{
	assert_int_equal(date_days_between("2026-11-21T23:59:59Z", "2026-11-21T00:00:00Z"), 0);
	assert_int_equal(date_days_between("2026-11-21T23:59:59Z", "2026-11-22T00:00:00Z"), 1);
	assert_int_equal(date_days_between("2024-02-28", "2024-03-01"), 2);
	assert_int_equal(date_days_between("2027-01-01", "2026-01-01"), -365);
}
