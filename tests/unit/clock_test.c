/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "support/test.h"

#include "sys/clock.h"

#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

TEST(it_never_goes_back)
{
	uint64_t last_ns = clock_now_ns();

	for (int i = 0; i < 100000; i++) {
		uint64_t now_ns = clock_now_ns();

		assert_true(now_ns >= last_ns);
		last_ns = now_ns;
	}
}

TEST(it_goes_as_fast_as_time_does)
{
	struct timespec nap = { 0, 3000000 };
	uint64_t start_ns = clock_now_ns();

	while (nanosleep(&nap, &nap))
		;
	assert_true(clock_now_ns() - start_ns >= 3000000);
}

TEST(its_resolution_is_a_step_of_it)
{
	uint64_t start_ns = clock_now_ns(), resolution_ns = clock_resolution_ns();

	assert_true(resolution_ns > 0);
	assert_true(resolution_ns <= clock_now_ns() - start_ns);
}

TEST(its_cost_is_less_than_what_it_took_to_find_out)
{
	uint64_t start_ns = clock_now_ns(), cost_ns = clock_cost_ns();

	assert_true(50 * cost_ns <= clock_now_ns() - start_ns);
}

TEST(work_uses_processor_time)
{
	struct clock_usage before = clock_usage(), after;
	volatile uint64_t sum = 0;

	do {
		for (uint64_t i = 0; i < 10000; i++)
			sum = sum + i;
		after = clock_usage();
	} while (after.cpu_ns == before.cpu_ns);
	assert_true(after.cpu_ns > before.cpu_ns);
	assert_true(after.nr_switches >= before.nr_switches);
}

TEST(sleep_uses_next_to_none)
{
	struct timespec nap = { 0, 20000000 };
	struct clock_usage before = clock_usage();

	while (nanosleep(&nap, &nap))
		;
	assert_true(clock_usage().cpu_ns - before.cpu_ns < 20000000);
}

/* The moment that a timestamp names, in seconds since 1970. */
static time_t moment_of(const char *text)
{
	struct tm utc = { 0 };
	const char *end = strptime(text, "%Y-%m-%dT%H:%M:%SZ", &utc);

	assert_non_null(end);
	assert_int_equal(*end, '\0');
	return timegm(&utc);
}

TEST(a_timestamp_is_now_in_utc)
{
	static const char pattern[] = "dddd-dd-ddTdd:dd:ddZ";
	char text[CLOCK_TIMESTAMP_MAX];
	time_t before, after;

	assert_int_equal(setenv("TZ", "XYZ-7:30", 1), 0);
	tzset();
	before = time(NULL);
	clock_timestamp(text);
	after = time(NULL);
	assert_int_equal(strlen(text), sizeof pattern - 1);
	for (size_t i = 0; i < sizeof pattern - 1; i++) {
		if (pattern[i] == 'd')
			assert_true(isdigit((unsigned char)text[i]));
		else
			assert_int_equal(text[i], pattern[i]);
	}
	assert_in_range(moment_of(text), before, after);
}

TEST(a_timestamp_has_an_age)
{
	char text[CLOCK_TIMESTAMP_MAX];
	double age_s;

	clock_timestamp(text);
	age_s = clock_age_s(text);
	assert_true(age_s >= 0 && age_s < 100);
	/* A leap year; the clock may tick in between. */
	age_s = clock_age_s("2020-01-01T00:00:00Z") - clock_age_s("2021-01-01T00:00:00Z");
	assert_true(fabs(age_s - 366 * 86400.0) < 100);
	assert_true(isnan(clock_age_s("yesterday")));
	assert_true(isnan(clock_age_s("2026-11-21T07:00:00Z and more")));
}
