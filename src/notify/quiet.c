/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "notify/quiet.h"

#include "base/date.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <time.h>

#define DAY_MINUTES (24 * 60)

/* Of "22:00", which must be all of the text; -1 of anything else. */
static int minutes_of(const char *text)
{
	static const char like[] = "00:00";
	int hours, minutes;

	for (size_t i = 0; i < sizeof like - 1; i++)
		if (like[i] == '0' ? !isdigit((unsigned char)text[i]) : text[i] != like[i])
			return -1;
	hours = (text[0] - '0') * 10 + text[1] - '0';
	minutes = (text[3] - '0') * 10 + text[4] - '0';
	return text[5] || hours > 23 || minutes > 59 ? -1 : hours * 60 + minutes;
}

static const char *const weekdays[] = { "sun", "mon", "tue", "wed", "thu", "fri", "sat", NULL };

/* Of 2026-11-21T04:05:06Z; 0 is Sunday. The first day of 1970 was a Thursday. */
static int weekday_of(const char *time)
{
	int64_t seconds = date_seconds_between("1970-01-01T00:00:00Z", time);
	int64_t days = seconds / 86400 - (seconds % 86400 < 0);

	return (int)(((days + 4) % 7 + 7) % 7);
}

static bool is_weekday(const char *text)
{
	for (size_t i = 0; weekdays[i]; i++)
		if (strcmp(text, weekdays[i]) == 0)
			return true;
	return false;
}

/* "2026-12-25", or "12-25": a leap year has all days. */
static bool is_holiday(const char *text)
{
	char day[sizeof "2024-12-25"];

	if (strlen(text) == strlen("12-25")) {
		snprintf(day, sizeof day, "2024-%s", text);
		return date_is_day(day);
	}
	return date_is_day(text);
}

static int check_days(const struct quiet_hours *quiet, const char *place, struct error *err)
{
	for (size_t i = 0; i < quiet->days.nr; i++)
		if (!is_weekday(quiet->days.items[i]))
			return error_set(err, ERR_USAGE,
				"%s.days has \"%.40s\"; each must be mon, tue, wed, thu, fri, sat or sun",
				place, quiet->days.items[i]);
	for (size_t i = 0; i < quiet->holidays.nr; i++)
		if (!is_holiday(quiet->holidays.items[i]))
			return error_set(err, ERR_USAGE,
				"%s.holidays has \"%.40s\"; each must be a day such as \"2026-12-25\", or \"12-25\" for each year",
				place, quiet->holidays.items[i]);
	return 0;
}

static bool is_zone(const char *zone)
{
	return strcasecmp(zone, "utc") == 0 || strcasecmp(zone, "local") == 0 ||
		((*zone == '+' || *zone == '-') && minutes_of(zone + 1) >= 0 &&
			minutes_of(zone + 1) <= 14 * 60);
}

static int check_hours(const struct quiet_hours *quiet, const char *place, struct error *err)
{
	const struct {
		const char *name, *said;
	} ends[] = { { "from", quiet->from }, { "to", quiet->to } };

	for (size_t i = 0; i < 2; i++) {
		if (!ends[i].said)
			return error_set(err, ERR_USAGE,
				"%s has no %s; it must have one, such as \"%s\": \"22:00\"", place,
				ends[i].name, ends[i].name);
		if (minutes_of(ends[i].said) < 0)
			return error_set(err, ERR_USAGE,
				"%s.%s is \"%.40s\"; it must be a time of day from \"00:00\" to \"23:59\", two digits each",
				place, ends[i].name, ends[i].said);
	}
	if (minutes_of(quiet->from) == minutes_of(quiet->to))
		return error_set(err, ERR_USAGE,
			"%s.to is \"%s\", as from is; hours that never end are channels with \"at_least\": \"critical\"",
			place, quiet->to);
	return 0;
}

int quiet_check(const struct quiet_hours *quiet, const char *place, struct error *err)
{
	bool has_hours = quiet->from || quiet->to, has_days = quiet->days.nr || quiet->holidays.nr;

	if (((has_hours || !has_days) && check_hours(quiet, place, err)) ||
		check_days(quiet, place, err))
		return -1;
	if (quiet->zone && !is_zone(quiet->zone))
		return error_set(err, ERR_USAGE,
			"%s.zone is \"%.40s\"; it must be \"UTC\", \"local\" or a difference to UTC such as \"+02:00\"",
			place, quiet->zone);
	return 0;
}

/* From UTC to the zone, at that time: a zone of people has summers. */
static int64_t offset_s(const char *zone, const char *time)
{
	struct tm parts;
	time_t then;

	if (!zone || strcasecmp(zone, "utc") == 0)
		return 0;
	if (*zone == '+' || *zone == '-')
		return (*zone == '-' ? -60 : 60) * minutes_of(zone + 1);
	then = (time_t)date_seconds_between("1970-01-01T00:00:00Z", time);
	return localtime_r(&then, &parts) ? parts.tm_gmtoff : 0;
}

/* Is the whole day quiet? A time there: 2026-11-21T04:05:06Z */
static bool is_quiet_day(const struct quiet_hours *quiet, const char *there)
{
	if (texts_have(&quiet->days, weekdays[weekday_of(there)]))
		return true;
	for (size_t i = 0; i < quiet->holidays.nr; i++) {
		const char *day = quiet->holidays.items[i];
		size_t len = strlen(day), skipped = len == strlen("12-25") ? strlen("2026-") : 0;

		if (strncmp(there + skipped, day, len) == 0)
			return true;
	}
	return false;
}

bool quiet_at(const struct quiet_hours *quiet, const char *time)
{
	char there[DATE_TIME_MAX];
	int now, from, to;

	snprintf(there, sizeof there, "%s", time);
	date_add_seconds(there, offset_s(quiet->zone, time));
	if (is_quiet_day(quiet, there))
		return true;
	if (!quiet->from || !quiet->to)
		return false;
	/* 2026-11-21T04:05 */
	there[16] = '\0';
	now = minutes_of(there + 11);
	from = minutes_of(quiet->from);
	to = minutes_of(quiet->to);
	return (now - from + DAY_MINUTES) % DAY_MINUTES < (to - from + DAY_MINUTES) % DAY_MINUTES;
}
