/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A library to preload: a suite that calls fake_clock_pass lives by a clock of its own from then
 * on. Its time passes only when it says so, and a little whenever the clock is read. No other
 * program disturbs it, however busy the machine is.
 */
#include <dlfcn.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#define NS_PER_S 1000000000u
#define NR_CLOCKS 4

/* Reading the clock takes up to this long. It is what makes two batches differ. */
#define READING_NS 512

void fake_clock_pass(uint64_t duration_ns);

static int (*real_clock)(clockid_t, struct timespec *);
static int (*real_usage)(int, struct rusage *);
static _Atomic bool started;
static _Atomic uint64_t passed_ns, random_state;
static uint64_t start_ns[NR_CLOCKS];
static double speed = 1; /* of this process: two differ by up to 1 % */

__attribute__((constructor)) static void find(void)
{
	*(void **)&real_clock = dlsym(RTLD_NEXT, "clock_gettime");
	*(void **)&real_usage = dlsym(RTLD_NEXT, "getrusage");
}

static uint64_t draw(void)
{
	uint64_t next = random_state * 6364136223846793005u + 1442695040888963407u;

	random_state = next;
	return next >> 33;
}

static uint64_t real_ns(clockid_t id)
{
	struct timespec now;

	real_clock(id, &now);
	return (uint64_t)now.tv_sec * NS_PER_S + (uint64_t)now.tv_nsec;
}

static void start(void)
{
	random_state = real_ns(CLOCK_MONOTONIC) ^ (uint64_t)getpid() << 32;
	speed = 1 + (double)(draw() % 1000) / 1e5;
	for (clockid_t id = 0; id < NR_CLOCKS; id++)
		start_ns[id] = real_ns(id);
	started = true;
}

void fake_clock_pass(uint64_t duration_ns)
{
	if (!started)
		start();
	passed_ns += (uint64_t)((double)duration_ns * speed);
}

int clock_gettime(clockid_t id, struct timespec *now)
{
	uint64_t ns;

	if (!started || id < CLOCK_MONOTONIC || id >= NR_CLOCKS)
		return real_clock(id, now);
	passed_ns += draw() % READING_NS;
	ns = start_ns[id] + passed_ns;
	*now = (struct timespec){ (time_t)(ns / NS_PER_S), (long)(ns % NS_PER_S) };
	return 0;
}

int getrusage(__rusage_who_t who, struct rusage *usage)
{
	int failed = real_usage(who, usage);

	if (started && !failed)
		usage->ru_nvcsw = usage->ru_nivcsw = 0;
	return failed;
}
