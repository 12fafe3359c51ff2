/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * One benchmark in one run: its metrics, or the word and reason why it has none. Process by
 * process, in the order taken: the process is what statistics count, samples are only how its value
 * came about.
 */
#ifndef MODEL_RESULT_H
#define MODEL_RESULT_H

#include "base/array.h"
#include "model/bench.h"
#include "model/code.h"
#include "model/kept_explanation.h"
#include "model/profile.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum result_word {
	RESULT_OK,
	RESULT_CRASHED,
	RESULT_ABORTED,
	RESULT_EXITED,
	RESULT_TIMED_OUT,
	RESULT_OUT_OF_MEMORY,
	RESULT_WRONG,
	RESULT_NOT_LOADED,
	RESULT_NOT_MEASURED, /* no time was left, or the run was interrupted: not the benchmark's
				fault */
};

/* By value, NULL at the end. */
extern const char *const result_words[];
const char *result_word_name(enum result_word word);

/* Why a process has no value: on the caller's stack, like an error. */
struct fault {
	enum result_word word; /* RESULT_OK: there is none */
	char reason[768];
};

#define FAULT_INIT \
	{ \
		RESULT_OK, "" \
	}

/* Returns -1. */
int fault_set(struct fault *fault, enum result_word word, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* One timed batch. */
struct batch {
	uint64_t n; /* iterations */
	uint64_t wall_ns;
	uint64_t cpu_ns;      /* of all threads */
	uint64_t nr_switches; /* involuntary context switches of all threads */
	uint64_t nr_waits;    /* voluntary ones: what is not CPU time was spent waiting */
};

struct batches {
	struct batch *items;
	size_t nr, alloc;
};

/* What one process was like. */
struct process_row {
	uint64_t iterations;   /* in each batch */
	uint32_t nr_batches;   /* timed */
	uint32_t nr_disturbed; /* of them, with an involuntary context switch */
	uint64_t warmup_ns;
	uint64_t peak_bytes; /* largest resident set */
	double cpu_ns;       /* median CPU time of an iteration, all threads */
	bool settled;        /* the last two warm-up windows agreed */
	bool empty;          /* an iteration cost no more than one of an empty loop */
};

struct process_rows {
	struct process_row *items;
	size_t nr, alloc;
};

/* The batches of each process. */
struct process_batches {
	struct batches *items;
	size_t nr, alloc;
};

/* Where the two processes of a duet ran. */
enum duet_place {
	DUET_PINNED, /* both on one processor: each is alone in its work */
	DUET_FREE,   /* on any: the body waits, or has threads or children of its own */
	DUET_APART,  /* one after the other, for they cannot live beside each other */
	DUET_NR_PLACES,
};

/*
 * Two fresh processes, one of base and one of head, that were timed in turn: what the duet was
 * like. A quad is two batches of the one side and, around them, two of the other.
 */
struct duet {
	bool base_first;            /* its process was started first, and takes the outer batches */
	uint64_t nr_quads;          /* timed */
	uint64_t nr_dropped;        /* of them, for an involuntary context switch in any batch */
	uint64_t nr_base_disturbed; /* of base's batches in quads, two a quad */
	uint64_t nr_head_disturbed;
	uint64_t iterations;     /* in each batch, of either side */
	uint64_t warmup_ns;      /* both sides together */
	bool settled;            /* both */
	uint64_t place;          /* enum duet_place */
	bool parallel;           /* a body of several threads: its cost is wall time */
	bool late;               /* only the later half of the processes' lives counts */
	uint64_t life_ns;        /* that the loop of the older process had run for at the end */
	uint64_t nr_counted;     /* batches of a side that the mean is made of */
	uint64_t nr_base_bursts; /* of them, those that cost much more than the median */
	uint64_t nr_head_bursts;
	bool base_empty; /* an iteration cost no more than one of an empty loop */
	bool head_empty;
};

struct duets {
	struct duet *items;
	size_t nr, alloc;
};

/* Fewer quads make no value where some were dropped: such a duet does not count. */
#define DUET_MIN_QUADS 5

/* A unit is two duets, one after the other, with the start order swapped. */
#define DUETS_A_UNIT 2

/* What a metric is called, for asking; nothing is owned. */
struct metric_kind {
	const char *name;
	const char *unit;
	bool more_is_better;
};

/*
 * A benchmark's time is two metrics. "time" is the mean cost of an iteration: what a user of the
 * code pays, bursts included. "typical" is what an iteration costs when nothing special happens:
 * much more precise, and blind to bursts. They are judged together, as one comparison.
 */
extern const struct metric_kind metric_time, metric_typical;

/* What is left where values were not kept. */
struct digest {
	double mean, sd;
	uint64_t nr; /* values that it was made of; 0: there is no digest */
};

/* An occasion on which values were taken; others of the same benchmark are at least a minute away.
 */
struct session {
	char timestamp[32]; /* of its start, UTC: its name */
	size_t nr_values;
	struct digest digest; /* in place of values, of another tool's file */
};

struct sessions {
	struct session *items;
	size_t nr, alloc;
};

/* What a metric's values are: what they can be evidence of, the most first. Our own are of
 * processes; files of other tools may have less. */
enum basis {
	BASIS_PROCESSES, /* one value a process */
	BASIS_SAMPLES,   /* values of one process */
	BASIS_MEAN,      /* the digest: a mean of one process, its deviation and count */
	BASIS_INTERVAL,  /* the digest: a value, and how surely it is known */
	BASIS_SINGLE,    /* one value, of which nobody knows how it varies */
};

/* By value, NULL at the end: "samples". */
extern const char *const basis_words[];

struct metric {
	char *name; /* "time", "p99", or the benchmark's own */
	char *unit; /* "ns", "B", ... */
	bool more_is_better;
	struct doubles values;    /* one a process, in the order taken */
	struct doubles ratios;    /* one a duet: log of head / base; NaN: not to be had */
	struct sessions sessions; /* a baseline's: whose values they are, the oldest first; empty
				     for a run, which is one session */
	struct digest digest;     /* of a baseline: its newest session's, or all that was kept */
	enum basis basis;
	bool is_count;  /* of events: one value tells all, for it does not vary by chance */
	bool is_beside; /* shown, and judged only where the policy says so */
};

struct metrics {
	struct metric *items;
	size_t nr, alloc;
};

struct metric *metrics_find(const struct metrics *metrics, const char *name);
/* The time; the typical one where there is no other, as in files of older versions; or NULL. */
struct metric *metrics_time(const struct metrics *metrics);
/* Of a file of before the mean was kept: what it calls its time becomes the typical one. */
void metrics_date_time(struct metrics *metrics);
bool metric_is(const struct metric *metric, const struct metric_kind *kind);
/* Is it the mean or the typical time? */
bool metric_is_time(const struct metric *metric);
/* Is a digest all there is, of no session? */
bool metric_is_digest(const struct metric *metric);
/* Appends a process's value, making the metric when it is the first. */
struct metric *metrics_add(struct metrics *metrics, const struct metric_kind *kind, double value);
/* The same without a value. */
struct metric *metrics_make(struct metrics *metrics, const struct metric_kind *kind);
/* The same with what a duet says of the metric. */
void metrics_add_ratio(struct metrics *metrics, const struct metric_kind *kind, double log_ratio);
void metric_release(struct metric *metric);
void metrics_release(struct metrics *metrics);
/* One value that stands for all: the mean of those of a process, or over processes. NaN: none. */
double metric_level(const struct metric *metric);

/* What has to be the same in every process of a benchmark; all 0 before the first, which sets it.
 */
struct pace {
	uint64_t iterations; /* of a batch */
	uint64_t nr_batches; /* in a process */
};

/* Why a baseline's benchmark got a session, and what that did to its time. */
enum reason {
	REASON_SESSION, /* one more look at what had not changed */
	REASON_IMPROVEMENT,
	REASON_ENVIRONMENT,
	REASON_PROCEDURE,
	REASON_OVERRIDE,
};

/* By value, NULL at the end. */
extern const char *const reason_words[];

struct change {
	char *timestamp; /* of the session */
	enum reason reason;
	char *note;        /* in somebody's own words, or NULL */
	char *commit;      /* or NULL */
	char *approved_by; /* or NULL */
	double old_ns;     /* mean before; NaN for the first */
	double new_ns;     /* mean of the session */
	double low, high;  /* 95 % interval of new / old; NaN where there is none */
};

struct changes {
	struct change *items;
	size_t nr, alloc;
};

struct result {
	char *name;
	char *tier;
	char *suite; /* name of the suite's file; "" when it is linked in */
	char *file;
	uint32_t line;
	uint32_t nr_threads;
	struct pace pace;
	uint64_t nr_planned; /* processes */
	uint64_t time_ns; /* timed batches over them, where a tier's budget shortened it; 0: as the
			     plan says */
	uint64_t
		nr_screened; /* of the processes, those before the second look; 0: there was none */
	uint64_t spent_ns;   /* from start to end of its processes, failed ones too */
	uint64_t clock_ns; /* what a reading of the clock costs, already subtracted from every batch
			    */
	double bytes, items; /* one iteration of one thread works through; 0: not said */
	enum result_word word;
	char *reason; /* NULL when word is RESULT_OK */
	char *note;   /* what else is to be said, or NULL */
	struct metrics metrics;
	struct metrics counts;       /* model/counted.h: one value a counting process */
	uint64_t counted_iterations; /* of the batch that each of these counted; 0: none did */
	struct profile profile;      /* where its instructions go; empty unless it was asked for */
	struct kept_explanation *explained; /* a head's, why it changed; owned; mostly NULL */
	struct process_rows processes;
	struct process_batches batches; /* empty unless kept */
	uint64_t nr_duets_before; /* of the duets, those before it was measured again; 0: it was
				     not */
	struct duets duets;       /* a head's, timed in turn with its base */
	enum code_likeness code;  /* of its machine code, a head's to its base's */
	bool branchy;             /* that code is: how fast it is depends on where it lies */
	char *differs;  /* what else of a head with the same code is not the same as its base's, or
			   not known to be; a clause, or NULL */
	bool identical; /* a head's: all that it uses is the same as its base's; not measured, or as
			   a control; with CODE_SAME it is so by its code alone, not by its suite */
	struct changes changes; /* a baseline's, the oldest first */
	bool ages;              /* a head's: its ratio to base changes as a process grows older */
	bool aside;             /* a baseline's: not asked for this time, so not missed either */
};

/* Has it quads enough for its value to count? */
bool duet_counts(const struct duet *duet);

/* Did an iteration cost no more than one of an empty loop, in most processes? Then the compiler may
 * have removed the body. In the base it was timed in turn with: the same of that. */
bool result_is_empty(const struct result *result);
bool result_base_is_empty(const struct result *result);

void change_release(struct change *change);
void result_init(struct result *result, const struct bench *bench);
void result_release(struct result *result);
void result_fault(struct result *result, const struct fault *fault);
/* What else is to be said, after what is said already. */
void result_add_note(struct result *result, const char *note);

#endif
