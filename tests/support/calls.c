/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * calls: runs a benchmark of a suite that is counted in units (suites/costs.h), without a harness.
 *
 *     cc -O2 -Iinclude -o calls calls.c && ./calls ./bursts.so bursts_6700ns/15 1500
 *
 * Prints how many units that many calls did, and what they took: nanoseconds of the processor, that
 * of children and threads too, and of the clock. Without a benchmark, prints the names of all.
 */
#include <benchgate.h>
#include <dlfcn.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

#define CALLS_NAME_MAX 200

struct times {
	double cpu_ns, wall_ns;
};

/* What is to be run, or all names are printed; and what it took. */
struct work {
	const char *name;
	uint64_t nr_calls;
	struct times begin, end;
	bool found, failed;
};

static struct work work;

static double spent_ns(int who)
{
	struct rusage usage;

	getrusage(who, &usage);
	return ((double)usage.ru_utime.tv_sec + (double)usage.ru_stime.tv_sec) * 1e9 +
		((double)usage.ru_utime.tv_usec + (double)usage.ru_stime.tv_usec) * 1e3;
}

static struct times now(void)
{
	struct timespec wall;

	clock_gettime(CLOCK_MONOTONIC, &wall);
	return (struct times){ spent_ns(RUSAGE_SELF) + spent_ns(RUSAGE_CHILDREN),
		(double)wall.tv_sec * 1e9 + (double)wall.tv_nsec };
}

/* One batch of all calls. */
static uint64_t next_batch(struct bg_run *run, uint64_t left)
{
	(void)run;
	(void)left;
	if (work.begin.wall_ns == 0) {
		work.begin = now();
		return work.nr_calls;
	}
	work.end = now();
	return 0;
}

static void fail(struct bg_run *run, const char *format, va_list args)
{
	(void)run;
	vfprintf(stderr, format, args);
	fputc('\n', stderr);
	work.failed = true;
}

static void ignore_metric(
	struct bg_run *run, const char *name, double value, const char *unit, int better)
{
	(void)run;
	(void)name;
	(void)value;
	(void)unit;
	(void)better;
}

static void run_bench(const struct bg_bench *bench, const struct bg_options *options, int64_t arg)
{
	static const struct bg_calls calls = { next_batch, fail, ignore_metric };
	struct bg_run run = { .calls = &calls, .arg = arg, .nr_threads = 1 };

	work.found = true;
	if (options->setup)
		options->setup(&run);
	if (!work.failed)
		bench->body(&run);
	if (options->teardown)
		options->teardown(&run);
}

static void take_bench(const struct bg_bench *bench)
{
	struct bg_options options = { .tier = NULL };
	char name[CALLS_NAME_MAX];

	bench->choose(&options);
	for (uint32_t i = 0; i < options.nr_args || i == 0; i++) {
		int64_t arg = options.nr_args ? options.args[i] : 0;

		snprintf(name, sizeof name, options.nr_args ? "%s/%" PRId64 : "%s", bench->name,
			arg);
		if (!work.name)
			puts(name);
		else if (strcmp(name, work.name) == 0)
			run_bench(bench, &options, arg);
	}
}

int main(int argc, char **argv)
{
	void *suite = argc > 1 ? dlopen(argv[1], RTLD_NOW) : NULL;
	struct bg_suite *(*find)(void) = NULL;
	const uint64_t *units = suite ? dlsym(suite, "units_done") : NULL;

	if (units)
		*(void **)&find = dlsym(suite, "bg_this_suite");
	if (!find || argc == 3 || argc > 4) {
		fprintf(stderr, "usage: calls SUITE.so [BENCHMARK CALLS]\n");
		return 2;
	}
	work.name = argv[2];
	work.nr_calls = argc == 4 ? strtoull(argv[3], NULL, 10) : 0;
	for (const struct bg_bench *bench = find()->first; bench; bench = bench->next)
		take_bench(bench);
	if (!work.name)
		return 0;
	if (!work.found || work.failed)
		return 1;
	printf("%" PRIu64 " %.0f %.0f\n", *units, work.end.cpu_ns - work.begin.cpu_ns,
		work.end.wall_ns - work.begin.wall_ns);
	return 0;
}
