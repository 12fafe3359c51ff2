/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "support/test.h"

#include "notify/quiet.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

static struct quiet_hours hours(const char *from, const char *to, const char *zone)
{
	return (struct quiet_hours){ (char *)from, (char *)to, (char *)zone };
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
