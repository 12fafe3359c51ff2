/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "harness/loop.h"

#include "base/mem.h"
#include "harness/barrier.h"
#include "stats/summary.h"
#include "sys/clock.h"
#include "sys/process.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define EMPTY_TRIES 25
#define EMPTY_TURNS 20000u

struct loop_thread {
	struct bg_run run; /* first: the border knows this thread by it */
	struct loop *loop;
	uint64_t start_ns, end_ns;
	pthread_t id;
	/* Two threads never share a line of cache: what one counts must not slow the other. */
	char apart[64];
};

struct loop {
	const struct native_case *item;
	const struct pacer *pacer;
	struct loop_thread *threads;
	uint32_t nr_threads;
	uint64_t n; /* iterations of the batch that runs; 0: none does */
	uint64_t clock_ns;
	struct clock_usage before;
	struct barrier barrier;
	pthread_mutex_t lock; /* of fault */
	struct fault fault;
	_Atomic bool failed;
	_Atomic bool over; /* the pacer said so */
	long pid;          /* of the process that the loop belongs to */
};

/* The copy of ourselves that a kernel's fork made must not speak for us. */
static void leave_if_copy(const struct loop *loop)
{
	if (process_id() != loop->pid)
		_Exit(0);
}

static void loop_fail(struct loop *loop, const char *reason)
{
	leave_if_copy(loop);
	pthread_mutex_lock(&loop->lock);
	if (!loop->fault.word)
		fault_set(&loop->fault, RESULT_WRONG, "%s", reason);
	loop->failed = true;
	pthread_mutex_unlock(&loop->lock);
}

static void call_fail(struct bg_run *run, const char *format, va_list args)
{
	char reason[512];

	vsnprintf(reason, sizeof reason, format, args);
	loop_fail(((struct loop_thread *)run)->loop, reason);
}

static void call_metric(
	struct bg_run *run, const char *name, double value, const char *unit, int better)
{
	struct loop *loop = ((struct loop_thread *)run)->loop;
	struct metric_kind kind = { name, unit ? unit : "", better == BG_MORE_IS_BETTER };

	leave_if_copy(loop);
	/* One figure a process: that of the first thread, as with bytes and items. */
	if (run->thread || loop->failed)
		return;
	if (loop->over)
		loop->pacer->metric(loop->pacer->context, &kind, value);
	else
		loop_fail(loop, "bg_metric was called before BG_LOOP ended");
}

/* From the first thread's start to the last one's end. */
static struct batch measured(const struct loop *loop)
{
	struct clock_usage after = clock_usage();
	uint64_t start_ns = loop->threads[0].start_ns, end_ns = loop->threads[0].end_ns, wall_ns;

	for (uint32_t i = 1; i < loop->nr_threads; i++) {
		const struct loop_thread *thread = &loop->threads[i];

		if (thread->start_ns < start_ns)
			start_ns = thread->start_ns;
		if (thread->end_ns > end_ns)
			end_ns = thread->end_ns;
	}
	wall_ns = end_ns - start_ns;
	return (struct batch){
		.n = loop->n,
		.wall_ns = wall_ns > loop->clock_ns ? wall_ns - loop->clock_ns : 0,
		.cpu_ns = after.cpu_ns - loop->before.cpu_ns,
		.nr_switches = after.nr_switches - loop->before.nr_switches,
		.nr_waits = after.nr_waits - loop->before.nr_waits,
	};
}

static void begin_counters(const struct loop *loop)
{
	if (loop->pacer->around)
		loop->pacer->around(loop->pacer->context, true);
}

static void end_counters(const struct loop *loop)
{
	if (loop->pacer->around && loop->n)
		loop->pacer->around(loop->pacer->context, false);
}

/* Between two batches, by the first thread alone. */
static void turn(struct loop *loop)
{
	struct batch done = { 0 };
	bool first = !loop->n;

	if (loop->nr_threads > 1)
		end_counters(loop);
	if (!first && !loop->failed)
		done = measured(loop);
	loop->n = loop->failed ? 0 : loop->pacer->next(loop->pacer->context, first ? NULL : &done);
	loop->over = !loop->n;
}

static uint64_t call_batch(struct bg_run *run, uint64_t left)
{
	uint64_t end_ns = clock_now_ns();
	struct loop_thread *thread = (struct loop_thread *)run;
	struct loop *loop = thread->loop;

	if (loop->nr_threads == 1)
		end_counters(loop);
	leave_if_copy(loop);
	if (loop->over) {
		if (!loop->failed)
			loop_fail(loop, "the body has a second BG_LOOP: only one can be timed");
		return 0;
	}
	thread->end_ns = end_ns;
	if (left)
		loop_fail(loop, "BG_LOOP was left with break: not all iterations ran");
	barrier_wait(&loop->barrier);
	if (!run->thread)
		turn(loop);
	barrier_wait(&loop->barrier);
	if (loop->over || loop->failed || !loop->n)
		return 0;
	if (loop->item->options.prepare)
		loop->item->options.prepare(run, loop->n);
	if (!run->thread) {
		loop->before = clock_usage();
		if (loop->nr_threads > 1)
			begin_counters(loop);
	}
	barrier_meet(&loop->barrier);
	thread->start_ns = clock_now_ns();
	if (loop->nr_threads == 1)
		begin_counters(loop);
	return loop->n;
}

static void run_body(struct loop_thread *thread)
{
	struct loop *loop = thread->loop;

	loop->item->bench->body(&thread->run);
	leave_if_copy(loop);
	if (!loop->over && !loop->failed)
		loop_fail(loop,
			loop->n ? "the body returned from inside BG_LOOP"
				: "the body has no BG_LOOP(run)");
	if (!loop->over)
		barrier_break(&loop->barrier);
}

static void *thread_main(void *thread)
{
	run_body(thread);
	return NULL;
}

static void run_threads(struct loop *loop)
{
	uint32_t nr_started = 1;

	for (; nr_started < loop->nr_threads; nr_started++) {
		struct loop_thread *thread = &loop->threads[nr_started];

		/* Where setup left its work. */
		thread->run.data = loop->threads[0].run.data;
		if (pthread_create(&thread->id, NULL, thread_main, thread)) {
			loop_fail(loop, "cannot start as many threads as it asks for");
			barrier_break(&loop->barrier);
			break;
		}
	}
	if (nr_started == loop->nr_threads)
		run_body(&loop->threads[0]);
	for (uint32_t i = 1; i < nr_started; i++)
		pthread_join(loop->threads[i].id, NULL);
}

static void prepare_threads(struct loop *loop, uint64_t seed)
{
	static const struct bg_calls calls = { call_batch, call_fail, call_metric };

	loop->threads = mem_alloc(loop->nr_threads, sizeof *loop->threads);
	for (uint32_t i = 0; i < loop->nr_threads; i++) {
		loop->threads[i].loop = loop;
		loop->threads[i].run = (struct bg_run){
			.calls = &calls,
			.arg = loop->item->arg,
			.seed = seed,
			.thread = i,
			.nr_threads = loop->nr_threads,
		};
	}
}

struct loop_end loop_run(
	const struct native_case *item, const struct pacer *pacer, uint64_t seed, uint64_t clock_ns)
{
	struct loop loop = { .item = item,
		.pacer = pacer,
		.nr_threads = item->nr_threads,
		.clock_ns = clock_ns,
		.pid = process_id() };
	struct loop_end end;
	struct bg_run *first;

	pthread_mutex_init(&loop.lock, NULL);
	barrier_init(&loop.barrier, loop.nr_threads);
	prepare_threads(&loop, seed);
	first = &loop.threads[0].run;
	errno = 0;
	if (item->options.setup)
		item->options.setup(first);
	if (!loop.failed)
		run_threads(&loop);
	if (item->options.teardown)
		item->options.teardown(first);
	end = (struct loop_end){ loop.fault, first->bytes, first->items };
	free(loop.threads);
	barrier_release(&loop.barrier);
	pthread_mutex_destroy(&loop.lock);
	return end;
}

double loop_empty_ns(void)
{
	double rates_ns[EMPTY_TRIES];

	for (size_t i = 0; i < EMPTY_TRIES; i++) {
		uint64_t start_ns = clock_now_ns();

		for (uint64_t left = EMPTY_TURNS; left; left = bg_turn_(left))
			;
		rates_ns[i] = (double)(clock_now_ns() - start_ns) / EMPTY_TURNS;
	}
	return median_of(rates_ns, EMPTY_TRIES);
}
