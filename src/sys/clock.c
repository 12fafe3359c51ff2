/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sys/clock.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

/* A busy machine wakes us later than we asked for, but not by this much. */
#define LATE_NS 100000000u

/* Of this process, in all. */
static uint64_t lost_ns;

static uint64_t read_ns(clockid_t id)
{
	struct timespec now;

	clock_gettime(id, &now);
	return (uint64_t)now.tv_sec * CLOCK_NS_PER_S + (uint64_t)now.tv_nsec;
}

uint64_t clock_now_ns(void)
{
	return read_ns(CLOCK_MONOTONIC);
}

uint64_t clock_awake_ns(void)
{
	return clock_now_ns() - lost_ns;
}

void clock_end_wait(uint64_t start_ns, uint64_t longest_ns)
{
	uint64_t took_ns = clock_now_ns() - start_ns;

	if (took_ns > longest_ns + LATE_NS)
		lost_ns += took_ns - longest_ns;
}

struct clock_usage clock_usage(void)
{
	struct rusage usage;

	getrusage(RUSAGE_SELF, &usage);
	return (struct clock_usage){ read_ns(CLOCK_PROCESS_CPUTIME_ID), (uint64_t)usage.ru_nivcsw,
		(uint64_t)usage.ru_nvcsw, (uint64_t)(usage.ru_minflt + usage.ru_majflt) };
}

uint64_t clock_thread_cpu_ns(void)
{
	return read_ns(CLOCK_THREAD_CPUTIME_ID);
}

static int by_size(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return (x > y) - (x < y);
}

uint64_t clock_cost_ns(void)
{
	uint64_t cost_ns[101];
	size_t nr = sizeof cost_ns / sizeof *cost_ns;

	for (size_t i = 0; i < nr; i++) {
		uint64_t start_ns = clock_now_ns();

		cost_ns[i] = clock_now_ns() - start_ns;
	}
	qsort(cost_ns, nr, sizeof *cost_ns, by_size);
	return cost_ns[nr / 2];
}

uint64_t clock_resolution_ns(void)
{
	uint64_t best_ns = UINT64_MAX;

	for (int i = 0; i < 100; i++) {
		uint64_t start_ns = clock_now_ns(), end_ns;

		do
			end_ns = clock_now_ns();
		while (end_ns == start_ns);
		if (end_ns - start_ns < best_ns)
			best_ns = end_ns - start_ns;
	}
	return best_ns;
}

void clock_sleep_ns(uint64_t duration_ns)
{
	struct timespec left = { (time_t)(duration_ns / CLOCK_NS_PER_S),
		(long)(duration_ns % CLOCK_NS_PER_S) };

	nanosleep(&left, NULL);
}

void clock_timestamp(char text[CLOCK_TIMESTAMP_MAX])
{
	time_t now = time(NULL);
	struct tm utc;

	gmtime_r(&now, &utc);
	strftime(text, CLOCK_TIMESTAMP_MAX, "%Y-%m-%dT%H:%M:%SZ", &utc);
}

void clock_today(char text[CLOCK_TIMESTAMP_MAX])
{
	clock_timestamp(text);
	text[strcspn(text, "T")] = '\0';
}

double clock_age_s(const char *timestamp)
{
	struct tm moment = { 0 };
	const char *end = strptime(timestamp, "%Y-%m-%dT%H:%M:%SZ", &moment);

	return end && !*end ? difftime(time(NULL), timegm(&moment)) : (double)NAN;
}

uint64_t clock_entropy(void)
{
	return read_ns(CLOCK_REALTIME) ^ (uint64_t)getpid() << 40;
}
