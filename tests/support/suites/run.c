/* SPDX-License-Identifier: MIT-0 */
/* Benchmarks that tell what was done to them. Each process leaves a byte in the file named by
 * TRACE. */
#include <benchgate.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static int nr_setups, nr_bodies;
static uint64_t nr_prepared;

static void leave_trace(void)
{
	const char *path = getenv("TRACE");
	int fd = path ? open(path, O_WRONLY | O_CREAT | O_APPEND, 0666) : -1;

	if (fd < 0)
		return;
	if (write(fd, "x", 1) != 1)
		abort();
	close(fd);
}

static double now(void)
{
	struct timespec at;

	clock_gettime(CLOCK_MONOTONIC, &at);
	return (double)at.tv_sec * 1e9 + (double)at.tv_nsec;
}

static void work(struct bg_run *run)
{
	double start = now();

	leave_trace();
	BG_LOOP(run)
		BG_KEEP(run->seed);
	bg_metric(run, "start", start, "ns", BG_LESS_IS_BETTER);
}

BG_BENCH(alpha, BG_CRITICAL)
{
	work(run);
}

BG_BENCH(beta)
{
	work(run);
}

BG_BENCH(gamma, BG_COMPREHENSIVE)
{
	work(run);
}

BG_BENCH(delta, BG_TIER("own"))
{
	work(run);
}

BG_BENCH(alphabet, BG_CRITICAL)
{
	work(run);
}

BG_BENCH(args, BG_ARGS(-5, 70))
{
	BG_LOOP(run)
		BG_KEEP(run->arg);
	bg_metric(run, "arg", (double)run->arg, "", BG_LESS_IS_BETTER);
}

static void count_setup(struct bg_run *run)
{
	run->data = &nr_setups;
	nr_setups++;
}

static void count_prepared(struct bg_run *run, uint64_t n)
{
	(void)run;
	nr_prepared += n;
}

BG_BENCH(threads, BG_THREADS(1, 3), BG_SETUP(count_setup))
{
	static _Atomic int nr_inside, most_inside;

	nr_bodies = (int)(__atomic_add_fetch(&nr_bodies, 1, __ATOMIC_SEQ_CST));
	if (run->data != &nr_setups || run->thread >= run->nr_threads)
		bg_fail(run, "not as it was set up");
	BG_LOOP(run) {
		int inside = ++nr_inside;

		if (inside > most_inside)
			most_inside = inside;
		nr_inside--;
	}
	if (run->thread)
		return;
	bg_metric(run, "setups", nr_setups, "", BG_LESS_IS_BETTER);
	bg_metric(run, "threads", run->nr_threads, "", BG_LESS_IS_BETTER);
	bg_metric(run, "bodies", __atomic_load_n(&nr_bodies, __ATOMIC_SEQ_CST), "",
		BG_LESS_IS_BETTER);
}

BG_BENCH(latency, BG_LATENCY)
{
	BG_LOOP(run)
		for (int i = 0; i < 5000; i++)
			BG_CLOBBER();
}

BG_BENCH(metrics, BG_PREPARE(count_prepared))
{
	uint64_t nr_done = 0;

	BG_LOOP(run)
		nr_done++;
	bg_metric(run, "prepared", (double)nr_prepared, "", BG_LESS_IS_BETTER);
	bg_metric(run, "done", (double)nr_done, "", BG_LESS_IS_BETTER);
	bg_metric(run, "hits", 97.5, "%", BG_MORE_IS_BETTER);
	bg_metric(run, "seed", (double)run->seed, "", BG_LESS_IS_BETTER);
	bg_metric(run, "zero", 0, "errors", BG_LESS_IS_BETTER);
}

BG_BENCH(posing)
{
	work(run);
	bg_metric(run, "time", 1e-9, "ns", BG_MORE_IS_BETTER);
}

BG_BENCH(throughput)
{
	run->bytes = 4096;
	run->items = 100;
	BG_LOOP(run)
		for (int i = 0; i < 1000; i++)
			BG_CLOBBER();
}

BG_BENCH(addresses)
{
	int here;

	BG_LOOP(run)
		BG_KEEP(run->seed);
	bg_metric(run, "stack", (double)(uintptr_t)&here, "", BG_LESS_IS_BETTER);
	bg_metric(run, "code", (double)(uintptr_t)work, "", BG_LESS_IS_BETTER);
}

BG_BENCH(slow)
{
	leave_trace();
	BG_LOOP(run)
		usleep(60000);
}

BG_BENCH(stuck)
{
	leave_trace();
	BG_LOOP(run)
		for (;;)
			pause();
}

BG_BENCH(fails)
{
	work(run);
	bg_fail(run, "as it should");
}
