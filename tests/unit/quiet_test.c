/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "support/test.h"

#include "notify/quiet.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static struct quiet_hours hours(const char *from, const char *to, const char *zone)
{
	return (struct quiet_hours){ .from = (char *)from, .to = (char *)to, .zone = (char *)zone };
}

TEST(quiet_is_from_the_first_minute_to_before_the_last)
{
	struct quiet_hours lunch = hours("12:00", "13:30", NULL);

	assert_false(quiet_at(&lunch, "2026-11-21T11:59:59Z"));
	assert_true(quiet_at(&lunch, "2026-11-21T12:00:00Z"));
	assert_true(quiet_at(&lunch, "2026-11-21T13:29:59Z"));
	assert_false(quiet_at(&lunch, "2026-11-21T13:30:00Z"));
}

TEST(a_night_goes_over_midnight)
{
	struct quiet_hours night = hours("22:00", "07:00", "UTC");

	assert_false(quiet_at(&night, "2026-11-21T21:59:59Z"));
	assert_true(quiet_at(&night, "2026-11-21T22:00:00Z"));
	assert_true(quiet_at(&night, "2026-11-21T23:59:59Z"));
	assert_true(quiet_at(&night, "2026-11-22T00:00:00Z"));
	assert_true(quiet_at(&night, "2026-11-22T06:59:59Z"));
	assert_false(quiet_at(&night, "2026-11-22T07:00:00Z"));
}

TEST(the_ends_may_be_midnight)
{
	struct quiet_hours early = hours("00:00", "06:00", NULL),
			   late = hours("20:00", "00:00", NULL);

	assert_true(quiet_at(&early, "2026-12-31T00:00:00Z"));
	assert_false(quiet_at(&early, "2026-12-31T23:59:59Z"));
	assert_true(quiet_at(&late, "2026-12-31T23:59:59Z"));
	assert_false(quiet_at(&late, "2027-01-01T00:00:00Z"));
}

TEST(a_zone_moves_the_hours_even_to_another_day)
{
	struct quiet_hours east = hours("22:00", "07:00", "+05:30"),
			   west = hours("22:00", "07:00", "-08:00");

	assert_false(quiet_at(&east, "2026-11-21T16:29:59Z"));
	assert_true(quiet_at(&east, "2026-11-21T16:30:00Z"));
	assert_false(quiet_at(&east, "2026-11-22T01:30:00Z"));
	assert_false(quiet_at(&west, "2026-11-22T05:59:59Z"));
	assert_true(quiet_at(&west, "2026-11-22T06:00:00Z"));
	assert_true(quiet_at(&west, "2027-01-01T14:59:59Z"));
	assert_false(quiet_at(&west, "2027-01-01T15:00:00Z"));
}

/* Central Europe, said without a table of zones. */
TEST(a_local_zone_has_summers)
{
	struct quiet_hours night = hours("22:00", "07:00", "local");

	setenv("TZ", "CET-1CEST,M3.5.0,M10.5.0/3", 1);
	tzset();
	assert_false(quiet_at(&night, "2026-07-01T19:59:59Z"));
	assert_true(quiet_at(&night, "2026-07-01T20:00:00Z"));
	assert_false(quiet_at(&night, "2026-12-01T20:00:00Z"));
	assert_true(quiet_at(&night, "2026-12-01T21:00:00Z"));
	unsetenv("TZ");
	tzset();
}

TEST(without_hours_it_is_never_quiet)
{
	struct quiet_hours none = hours(NULL, NULL, NULL);

	assert_false(quiet_at(&none, "2026-11-21T00:00:00Z"));
}

static void wrong(const char *from, const char *to, const char *zone, const char *says)
{
	struct quiet_hours quiet = hours(from, to, zone);
	struct error err = ERROR_INIT;

	assert_int_equal(quiet_check(&quiet, "notify.quiet_hours", &err), -1);
	if (!strstr(err.text, says))
		fail_msg("%s says nothing of %s", err.text, says);
}

TEST(what_cannot_be_read_is_said)
{
	struct quiet_hours good = hours("22:00", "07:00", "+02:00");
	struct error err = ERROR_INIT;

	assert_int_equal(quiet_check(&good, "quiet", &err), 0);
	wrong(NULL, "07:00", NULL, "has no from");
	wrong("22:00", NULL, NULL, "has no to");
	wrong("22", "07:00", NULL, "from is \"22\"");
	wrong("24:00", "07:00", NULL, "from is \"24:00\"");
	wrong("22:60", "07:00", NULL, "from is");
	wrong("22:00", "07:000", NULL, "to is");
	wrong("22:00", "7:00", NULL, "to is");
	wrong("22:00", "22:00", NULL, "as from is");
	wrong("22:00", "07:00", "Berlin", "zone is \"Berlin\"");
	wrong("22:00", "07:00", "+2", "zone is");
	wrong("22:00", "07:00", "+15:00", "zone is");
}

static struct quiet_hours whole_days(const char *days, const char *holidays, const char *zone)
{
	struct quiet_hours quiet = hours(NULL, NULL, zone);

	for (; days && *days; days += 3) {
		char day[4];

		snprintf(day, sizeof day, "%.3s", days);
		texts_add(&quiet.days, day);
	}
	if (holidays)
		texts_add(&quiet.holidays, holidays);
	return quiet;
}

static void release_days(struct quiet_hours *quiet)
{
	texts_release(&quiet->days);
	texts_release(&quiet->holidays);
}

TEST(a_weekend_is_quiet_from_its_first_second_to_its_last)
{
	struct quiet_hours weekend = whole_days("satsun", NULL, NULL),
			   west = whole_days("satsun", NULL, "-08:00");

	assert_false(quiet_at(&weekend, "2026-11-20T23:59:59Z"));
	assert_true(quiet_at(&weekend, "2026-11-21T00:00:00Z"));
	assert_true(quiet_at(&weekend, "2026-11-22T23:59:59Z"));
	assert_false(quiet_at(&weekend, "2026-11-23T00:00:00Z"));
	assert_true(quiet_at(&weekend, "2028-02-27T12:00:00Z"));
	assert_false(quiet_at(&weekend, "2028-02-29T12:00:00Z"));
	assert_false(quiet_at(&west, "2026-11-21T07:59:59Z"));
	assert_true(quiet_at(&west, "2026-11-21T08:00:00Z"));
	assert_true(quiet_at(&west, "2026-11-23T07:59:59Z"));
	release_days(&weekend);
	release_days(&west);
}

TEST(a_holiday_is_a_day_or_one_of_each_year)
{
	struct quiet_hours once = whole_days(NULL, "2026-12-24", NULL),
			   yearly = whole_days(NULL, "12-25", NULL);

	assert_true(quiet_at(&once, "2026-12-24T12:00:00Z"));
	assert_false(quiet_at(&once, "2027-12-24T12:00:00Z"));
	assert_true(quiet_at(&yearly, "2026-12-25T00:00:00Z"));
	assert_true(quiet_at(&yearly, "2031-12-25T23:59:59Z"));
	assert_false(quiet_at(&yearly, "2026-12-26T00:00:00Z"));
	release_days(&once);
	release_days(&yearly);
}

TEST(hours_go_on_beside_whole_days)
{
	struct quiet_hours both = whole_days("sun", NULL, NULL);

	both.from = (char *)"22:00";
	both.to = (char *)"07:00";
	assert_true(quiet_at(&both, "2026-11-20T23:00:00Z"));
	assert_true(quiet_at(&both, "2026-11-22T12:00:00Z"));
	assert_false(quiet_at(&both, "2026-11-23T12:00:00Z"));
	release_days(&both);
}

static void refuses(struct quiet_hours quiet, const char *says)
{
	struct error err = ERROR_INIT;

	assert_int_equal(quiet_check(&quiet, "q", &err), -1);
	assert_string_equal(err.text, says);
	release_days(&quiet);
}

TEST(days_that_cannot_be_read_are_refused)
{
	struct quiet_hours good = whole_days("montuewedthufrisatsun", "02-29", "local"),
			   half = whole_days("sun", NULL, NULL);
	struct error err = ERROR_INIT;

	assert_int_equal(quiet_check(&good, "q", &err), 0);
	release_days(&good);
	refuses(whole_days("Sat", NULL, NULL),
		"q.days has \"Sat\"; each must be mon, tue, wed, thu, fri, sat or sun");
	refuses(whole_days(NULL, "2026-02-29", NULL),
		"q.holidays has \"2026-02-29\"; each must be a day such as \"2026-12-25\", or \"12-25\" for each year");
	refuses(whole_days(NULL, "12-32", NULL),
		"q.holidays has \"12-32\"; each must be a day such as \"2026-12-25\", or \"12-25\" for each year");
	refuses(whole_days(NULL, "", NULL),
		"q.holidays has \"\"; each must be a day such as \"2026-12-25\", or \"12-25\" for each year");
	half.from = (char *)"22:00";
	refuses(half, "q has no to; it must have one, such as \"to\": \"22:00\"");
}
