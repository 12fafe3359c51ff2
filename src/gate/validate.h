/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Can the benchmarks be relied on? The suite runs several times: a benchmark is valid where its
 * runs agree, where its time is as expected, and where another machine's agrees.
 */
#ifndef GATE_VALIDATE_H
#define GATE_VALIDATE_H

#include "gate/policy.h"
#include "model/run.h"

enum validate_word {
	VALIDATE_NOT_ASKED, /* there is nothing to hold it against */
	VALIDATE_HOLDS,
	VALIDATE_FAILS,
};

struct validate_bench {
	const char *name;         /* borrowed */
	const char *tier;         /* borrowed */
	struct doubles levels_ns; /* of an iteration, one a run */
	enum result_word word;    /* of the first run in which it failed; else RESULT_OK */
	char *reason;             /* it failed; else NULL */
	double level_ns;          /* of all runs, the geometric mean; NaN: there is none */

	double fastest_ns, slowest_ns; /* of the runs */
	double spread_ratio;           /* the slowest to the fastest, less 1 */
	double spread_limit_ratio;
	enum validate_word reproducible; /* not asked: it was not measured in every run */

	const struct window *window; /* borrowed; NULL: none */
	enum validate_word expected; /* each run is in it */

	const struct metric *uneven; /* borrowed: of the counts the least the same; NULL: none */
	double uneven_ratio;         /* how far apart its values are; 0: all are the same */
	enum validate_word same_work;

	double other_ns; /* on the other machine; NaN: not in its file */
	double times;    /* the slower machine to the faster one */
	enum validate_word agrees;
};

struct validate {
	double spread_limit_ratio;   /* NaN: the target of each */
	const struct policy *policy; /* borrowed */
	const struct run *other;     /* borrowed; NULL: none */
	double factor;               /* how many times as slow it may be, or we */
	struct validate_bench *items;
	size_t nr, alloc;
	size_t nr_planned, nr_runs; /* runs that were to be, and that were added */
};

/* Adds a run; results of the first one, whose names are borrowed, say which benchmarks there are.
 */
void validate_add_run(struct validate *validate, const struct run *run);

/* Adds what was counted in the run that was added first. */
void validate_add_counts(struct validate *validate, const struct run *run);

/* After the last run: fills in the words. */
void validate_judge(struct validate *validate);

/* Was it measured in every run that was planned? */
bool validate_is_measured(const struct validate *validate, const struct validate_bench *bench);
/* Does all hold that was asked of it? */
bool validate_is_valid(const struct validate_bench *bench);

void validate_release(struct validate *validate);

#endif
