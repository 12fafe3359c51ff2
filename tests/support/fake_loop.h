/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What stands around one loop: a pacer that says what it is told to say, a setup, prepare and
 * teardown that keep a record, and what each thread saw. Static, for a benchmark's body takes no
 * context of ours. harness/loop.h and, behind it, test.h go before.
 */
#ifndef SUPPORT_FAKE_LOOP_H
#define SUPPORT_FAKE_LOOP_H

#define MAX_THREADS 8
#define MAX_CALLS 8

/* What one thread saw of its run; no two threads write to the same one. */
struct seen {
	uint64_t nr_iterations;
	uint64_t prepared[MAX_CALLS];
	size_t nr_prepared;
	uint32_t thread, nr_threads;
	int64_t arg;
	uint64_t seed;
	void *data;
};

/* Everything around one loop_run: what the fake pacer is to say, what it heard, what the body did.
 */
struct world {
	uint64_t planned[MAX_CALLS]; /* ends with 0 */
	size_t nr_asked;
	bool first_without_batch;
	struct batch done[MAX_CALLS];
	size_t nr_done;
	struct buf story; /* what happened in the first thread, in order */
	struct buf metrics;
	struct seen seen[MAX_THREADS];
	uint32_t odd_thread; /* the one that misbehaves */
	uint64_t batch_of_trouble;
};

static struct world world;

static void tell(const struct bg_run *run, const char *word)
{
	if (!run->thread)
		buf_addf(&world.story, "%s ", word);
}

static uint64_t next(void *context, const struct batch *done)
{
	assert_ptr_equal(context, &world);
	if (!world.nr_asked)
		world.first_without_batch = !done;
	else
		world.done[world.nr_done++] = *done;
	assert_true(world.nr_asked < MAX_CALLS);
	buf_adds(&world.story, "next ");
	return world.planned[world.nr_asked++];
}

static void metric(void *context, const struct metric_kind *kind, double value)
{
	assert_ptr_equal(context, &world);
	buf_addf(&world.metrics, "%s=%g %s %s;", kind->name, value, kind->unit,
		kind->more_is_better ? "more" : "less");
}

static void setup(struct bg_run *run)
{
	run->data = &world.story;
	tell(run, "setup");
}

static void teardown(struct bg_run *run)
{
	tell(run, run->data == &world.story ? "teardown" : "teardown-without-data");
}

static void prepare(struct bg_run *run, uint64_t n)
{
	struct seen *seen = &world.seen[run->thread];

	assert_true(seen->nr_prepared < MAX_CALLS);
	seen->prepared[seen->nr_prepared++] = n;
	tell(run, "prepare");
}

static struct loop_end run_case(
	void (*body)(struct bg_run *), uint32_t nr_threads, uint64_t clock_ns)
{
	struct bg_bench bench = { .name = "made_by_hand", .body = body };
	struct native_case item = { .bench = &bench, .arg = -7, .nr_threads = nr_threads };
	struct pacer pacer = { next, metric, &world, NULL };

	item.options =
		(struct bg_options){ .setup = setup, .teardown = teardown, .prepare = prepare };
	return loop_run(&item, &pacer, UINT64_MAX, clock_ns);
}

static int new_world(void **state)
{
	(void)state;
	world = (struct world){ .planned = { 3, 5, 0 }, .story = BUF_INIT, .metrics = BUF_INIT };
	return 0;
}

static int end_world(void **state)
{
	(void)state;
	buf_release(&world.story);
	buf_release(&world.metrics);
	return 0;
}

#endif
