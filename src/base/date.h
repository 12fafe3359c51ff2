/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Days and times as files spell them, in UTC. The order of strcmp is the order in time. */
#ifndef BASE_DATE_H
#define BASE_DATE_H

#include <stdbool.h>
#include <stdint.h>

/* 2026-12-31, one that the calendar has */
bool date_is_day(const char *text);

/* 2026-11-21T04:05:06Z */
bool date_is_time(const char *text);

/* Days from one such time to another, or of one day to another; 0 within a day. */
long date_days_between(const char *from, const char *to);

/* Seconds from one such time to another. */
int64_t date_seconds_between(const char *from, const char *to);

/* Makes such a time a second later. */
#define DATE_TIME_MAX 32
void date_next_second(char text[DATE_TIME_MAX]);
/* The same by any number of them; beyond the years 0000 and 9999 there is no time. */
void date_add_seconds(char text[DATE_TIME_MAX], int64_t seconds);

#endif
