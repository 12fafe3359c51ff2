/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/date.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

/* Is text like pattern, in which 0 stands for any digit? */
static bool is_like(const char *text, const char *pattern)
{
	for (; *pattern; text++, pattern++)
		if (*pattern == '0' ? !isdigit((unsigned char)*text) : *text != *pattern)
			return false;
	return !*text;
}

/* Of two digits. */
static int number_at(const char *text)
{
	return (text[0] - '0') * 10 + text[1] - '0';
}

static int days_of(int year, int month)
{
	static const char days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
	bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);

	return days[month - 1] + (month == 2 && leap);
}

/* Of digits in the right places. */
static bool in_calendar(const char *text)
{
	int year = number_at(text) * 100 + number_at(text + 2);
	int month = number_at(text + 5), day = number_at(text + 8);

	return month >= 1 && month <= 12 && day >= 1 && day <= days_of(year, month);
}

bool date_is_day(const char *text)
{
	return is_like(text, "0000-00-00") && in_calendar(text);
}

bool date_is_time(const char *text)
{
	return is_like(text, "0000-00-00T00:00:00Z") && in_calendar(text) &&
		number_at(text + 11) < 24 && number_at(text + 14) < 60 && number_at(text + 17) < 60;
}

/* Since 1970. */
static long day_number(const char *text)
{
	struct tm parts = { .tm_year = number_at(text) * 100 + number_at(text + 2) - 1900,
		.tm_mon = number_at(text + 5) - 1,
		.tm_mday = number_at(text + 8) };

	return (long)(timegm(&parts) / (24 * 3600));
}

long date_days_between(const char *from, const char *to)
{
	return day_number(to) - day_number(from);
}

static struct tm date_parts_of(const char *text)
{
	return (struct tm){ .tm_year = number_at(text) * 100 + number_at(text + 2) - 1900,
		.tm_mon = number_at(text + 5) - 1,
		.tm_mday = number_at(text + 8),
		.tm_hour = number_at(text + 11),
		.tm_min = number_at(text + 14),
		.tm_sec = number_at(text + 17) };
}

int64_t date_seconds_between(const char *from, const char *to)
{
	struct tm first = date_parts_of(from), last = date_parts_of(to);

	return timegm(&last) - timegm(&first);
}

void date_next_second(char text[DATE_TIME_MAX])
{
	date_add_seconds(text, 1);
}

/* 0000-01-01T00:00:00Z and 9999-12-31T23:59:59Z, since 1970. */
#define FIRST_S INT64_C(-62167219200)
#define LAST_S INT64_C(253402300799)

void date_add_seconds(char text[DATE_TIME_MAX], int64_t seconds)
{
	struct tm parts = date_parts_of(text);
	int64_t from = timegm(&parts);
	time_t then;

	if (seconds > LAST_S - from)
		then = (time_t)LAST_S;
	else if (seconds < FIRST_S - from)
		then = (time_t)FIRST_S;
	else
		then = (time_t)(from + seconds);
	gmtime_r(&then, &parts);
	snprintf(text, DATE_TIME_MAX, "%04u-%02u-%02uT%02u:%02u:%02uZ",
		(unsigned)(parts.tm_year + 1900) % 10000, (unsigned)(parts.tm_mon + 1) % 100,
		(unsigned)parts.tm_mday % 100, (unsigned)parts.tm_hour % 100,
		(unsigned)parts.tm_min % 100, (unsigned)parts.tm_sec % 100);
}
