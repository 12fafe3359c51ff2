/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * When a baseline is to take a better level over: so many runs of the base branch in a row, each
 * better than the baseline, together surely better by what the policy asks for. Pure; the levels
 * are logarithms, of which less is better.
 */
#ifndef GATE_PROPOSING_H
#define GATE_PROPOSING_H

#include "base/buf.h"
#include "model/proposal.h"
#include "model/run.h"

/* The section "baseline_updates" of a policy file. */
struct proposing_rules {
	char *branch;         /* the base branch, owned; NULL: unsaid */
	uint64_t nr_runs;     /* in a row */
	double min_ratio;     /* the improvement: .03 is 3 % */
	double confidence;    /* that it is at least as large */
	uint64_t approval_ns; /* without a word from anybody, it is taken over after so long */
};

#define PROPOSING_RULES_INIT \
	{ \
		.branch = NULL, .nr_runs = 7, .min_ratio = .03, .confidence = .99, \
		.approval_ns = UINT64_C(86400000000000) \
	}

/* Bounds of the runs in a row: a baseline keeps no more sessions. */
#define PROPOSING_MIN_RUNS 3
#define PROPOSING_MAX_RUNS 10

/* A benchmark in one run, or in one session of the baseline. All borrowed. */
struct proposing_level {
	const char *run; /* its id; NULL: a session */
	const char *timestamp, *commit;
	double level; /* NaN: it was not measured then */
	bool failed;
};

struct proposing_levels {
	struct proposing_level *items; /* the oldest first */
	size_t nr, alloc;
	double noise; /* of runs: proposing_noise's */
};

/* How much levels of the same code differ, as far as the runs tell; 0: they are too few. */
double proposing_noise(const struct proposing_levels *runs);

enum proposing_word {
	PROPOSING_YES,
	PROPOSING_TOO_FEW,    /* runs since the baseline was recorded */
	PROPOSING_FAILED,     /* it failed in one of them */
	PROPOSING_NOT_BETTER, /* in each of them */
	PROPOSING_UNSURE,     /* of so large an improvement */
};

struct proposing_finding {
	enum proposing_word word;
	size_t nr;                   /* runs that count */
	size_t first;                /* the first of the row, where there is one */
	double old_level, new_level; /* NaN: not known */
	double change, low, high;    /* new - old, and what it surely is between */
};

/* Of the runs, those behind the newest session of the base are looked at. */
struct proposing_finding proposing_look(const struct proposing_rules *rules,
	const struct proposing_levels *base, const struct proposing_levels *runs);

/* Do runs that came behind those that support the proposal contradict it? Appends why. The levels
 * of the proposal are given as such logarithms. */
bool proposing_is_contradicted(const struct proposing_rules *rules, const struct proposal *proposal,
	double old_level, const struct proposing_levels *runs, struct buf *why);

/* May the baseline take it over now? */
bool proposing_is_due(
	const struct proposing_rules *rules, const struct proposal *proposal, const char *now);

/* Did nearly all benchmarks change alike? That is the machine, not the code. The changes are sorted
 * in place. */
bool proposing_moved_together(double *changes, size_t nr);

/* Why a benchmark is better in head than in the base, as far as the two runs tell; appends what
 * that rests on. */
enum reason proposing_reason(const struct run *base, const struct run *head, const char *benchmark,
	bool moved_together, struct buf *note);

#endif
