/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The report over a time, such as a week: what of a history became worse or better, what creeps,
 * what is noisy, what to do first, and how the gate itself did. From a history and the state of the
 * alerts; what these do not hold is said to be unknown.
 */
#ifndef REPORT_WEEKLY_H
#define REPORT_WEEKLY_H

#include "base/buf.h"
#include "base/texts.h"
#include "report/past_words.h"

/* A series that was measured within the time. All texts are borrowed. */
struct weekly_series {
	const char *benchmark, *metric, *unit, *machine, *branch;
	struct limit limit; /* its budget; its text is NULL where there is none; borrowed */
	struct past past;   /* owned */
};

/* What the whole runs of the time say of a benchmark. */
struct weekly_flaky {
	char *benchmark;
	size_t nr_runs, nr_failed;
	size_t nr_retried; /* failed, and worked when it was tried again */
	size_t nr_judged, nr_undecided;
	double undecided_s;                             /* that was measured for no word */
	char *failed_and_worked, *passed_and_regressed; /* a commit at which it did; or NULL */
};

struct weekly_flakies {
	struct weekly_flaky *items;
	size_t nr, alloc;
};

/* What is known of the gate's own work within the time. */
struct weekly_record {
	size_t nr_runs, nr_commits, nr_machines;
	bool all_alerts; /* none that began within the time may be forgotten */
	bool has_alerts; /* the state of alerts is known; else none of the following is */
	size_t nr_alerts, nr_passed, nr_standing, nr_acked; /* that began; of these, what became */
	size_t nr_before_merge;                             /* of another branch than the base's */
	size_t nr_accepted;                                 /* acceptances that were given */
	double median_s; /* from a commit to its alert; NaN: not known */
	size_t nr_timed; /* alerts that it is of */
};

struct weekly {
	const char *since, *until; /* times */
	struct weekly_series *items;
	size_t nr, alloc;
	struct weekly_flakies flaky;
	struct weekly_record record;
};

void weekly_release(struct weekly *weekly);

/* A line of the report. */
struct weekly_line {
	const struct weekly_series *series; /* or NULL */
	const char *kind;                   /* "step" ..., or "" */
	char *name;                         /* of the metric, with what tells it apart; or NULL */
	char *text;                         /* fit for a terminal */
	char *command;                      /* or NULL */
	double size;                        /* by which lines are ordered, the largest first */
};

struct weekly_section {
	const char *title;
	const char *key;  /* for programs */
	const char *none; /* what is said where it has no line */
	struct weekly_line *items;
	size_t nr, alloc;
};

enum weekly_part {
	WEEKLY_FIRST, /* what to do first */
	WEEKLY_WORSE,
	WEEKLY_BETTER,
	WEEKLY_TOGETHER, /* commits at which several benchmarks moved */
	WEEKLY_CREEPS,
	WEEKLY_SPIKES,
	WEEKLY_NOISY,
	WEEKLY_FLAKY, /* not to be relied on */
	WEEKLY_MADE,  /* machines and compilers */
	WEEKLY_RECORD,
	WEEKLY_NR_PARTS,
};

struct weekly_report {
	struct weekly_section parts[WEEKLY_NR_PARTS];
};

struct weekly_report weekly_report_of(const struct weekly *weekly);
void weekly_report_release(struct weekly_report *report);

typedef void weekly_render(const struct weekly *weekly, struct buf *out);

weekly_render weekly_text;
weekly_render weekly_markdown;
weekly_render weekly_html;
weekly_render weekly_json;

#endif
