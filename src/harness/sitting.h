/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * One benchmark in one fresh worker, from its start to its end: the conversation that measuring
 * alone and measuring in turn hold with it. Every step can fail with the worker's fault.
 */
#ifndef HARNESS_SITTING_H
#define HARNESS_SITTING_H

#include "harness/remote.h"
#include "model/builtin.h"
#include "model/plan.h"
#include "stats/histogram.h"

struct sitting {
	const struct bench *bench;
	const struct plan *plan;
	struct remote remote;
	uint64_t clock_ns;  /* what a reading of the clock costs; taken off every batch */
	uint64_t warmup_ns; /* spent so far */
	uint64_t fitting;   /* iterations that make a batch, by the quickest warm-up window */
	double quickest_ns; /* time of an iteration in that one; one that was disturbed is slower */
	double rate_ns;     /* the same in the last window */
	bool settled;       /* the last two windows agreed */
	bool waits;         /* the body slept, read or waited for others while warming up */
	bool has_others;    /* threads that the body started itself worked, too */
	struct metrics own; /* the benchmark's own, one value each, once it has finished */
	double bytes, items; /* the same: what an iteration works through */
	double empty_ns;     /* what an iteration of an empty loop cost there; NaN: not said */
};

/* What counts, and where. */
struct sitting_counting {
	const struct bench *bench;
	const struct plan *plan;
	const struct remote_counting *where;
	unsigned wanted;
};

/* Starts a worker for that side ("base", "head", NULL: neither) and takes the benchmark up to its
 * loop. The sitting must be ended, whatever came of it. */
int sitting_begin(struct sitting *sitting, const struct bench *bench, const struct plan *plan,
	const char *side, struct fault *fault);

/* The same of a worker whose files are watched: `watch` is from watch_open. */
int sitting_begin_watched(struct sitting *sitting, const struct bench *bench,
	const struct plan *plan, int watch, struct fault *fault);

/* The same of a worker that is to count what those bits say (harness/counters.h). */
int sitting_begin_counting(
	struct sitting *sitting, const struct sitting_counting *counting, struct fault *fault);

/* Is it warm: after the plan's warm-up (the usual one, where the plan has none) as soon as two
 * windows in a row agree, and at the latest after twice that. */
bool sitting_is_warm(const struct sitting *sitting, uint64_t usual_ns);

/* Warms up for one window: half of the warm-up, and at most 10 ms. */
int sitting_warm(struct sitting *sitting, uint64_t usual_ns, struct fault *fault);

/* After the warm-up, which runs no extra work: what fits and how quick it is with that of the
 * benchmark. */
void sitting_add_extra(struct sitting *sitting);

/* Batches to be timed. */
struct sitting_order {
	struct pace pace;
	uint64_t first; /* iterations of the first batch, where they are others; 0: the same */
	uint64_t extra; /* iterations that run besides and are not counted: extra_of_batch() */
};

/* Appends them; the first is of other iterations only where the worker can do that. */
int sitting_time(struct sitting *sitting, struct sitting_order order, struct batches *batches,
	struct fault *fault);

/* Times single iterations for so long, and adds them. */
int sitting_singles(struct sitting *sitting, uint64_t window_ns, struct histogram *singles,
	struct fault *fault);

/* One total of a batch, or why there is none. */
struct sitting_count {
	const char *name;
	double total;
	const char *reason; /* NULL: the total is there */
};

/* Has one batch of so many iterations counted, and calls back with each total. */
struct sitting_counted {
	void (*keep)(void *context, const struct sitting_count *said);
	void *context;
};
int sitting_count(struct sitting *sitting, uint64_t iterations, struct sitting_counted counted,
	struct fault *fault);

/* Ends the loop; the body's own checks run. */
int sitting_finish(struct sitting *sitting, struct fault *fault);

/* Does an iteration cost no more than one of an empty loop, so that the compiler may have removed
 * the body? Once it has finished. */
bool sitting_is_empty(const struct sitting *sitting);

/* Value i of every metric belongs to process i: has it the metrics that the nr before it had? */
int sitting_check_metrics(const struct sitting *sitting, const struct metrics *before, size_t nr,
	struct fault *fault);

/* Ends the worker; what else was started may go on. */
void sitting_end(struct sitting *sitting);
void sitting_release(struct sitting *sitting);

/* What was timed in a worker. */
struct sitting_times {
	const struct batches *batches;
	const struct histogram *singles; /* of BG_LATENCY; or NULL */
	bool parallel;                   /* a body of several threads: its cost is wall time */
};

/* The built-in metrics of a process that has ended. */
struct builtin_values sitting_values(const struct sitting *sitting, struct sitting_times times);

/* Appends a process's values to the result: the built-in ones, then the benchmark's own. */
void sitting_add_metrics(
	struct result *result, const struct builtin_values *values, const struct metrics *own);

/* Nine figures are more than a clock gives, and keep files short. */
double sitting_nine_figures(double value);

#endif
