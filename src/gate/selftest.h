/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Does the gate work here? Each benchmark is judged twice: with a head that runs more work than its
 * base, which must be a REGRESSION, and with a head that is its base, which must be a PASS.
 */
#ifndef GATE_SELFTEST_H
#define GATE_SELFTEST_H

#include "gate/verdict.h"

/* What a half of it, slowed or unchanged, came to. */
enum shown {
	SHOWN_YES,          /* the right word */
	SHOWN_NOT_GATED,    /* the policy does not judge its time: nothing is to be shown */
	SHOWN_FAILED,       /* the benchmark did */
	SHOWN_NOT_MEASURED, /* no time was left, or it was interrupted */
	SHOWN_NO_WORK,      /* slowed: its body costs no more than an empty loop */
	SHOWN_WRONG,        /* the wrong word */
	SHOWN_UNSURE,       /* the gate could not tell */
	SHOWN_NR,
};

struct selftest_bench {
	const char *name;                   /* borrowed */
	double slower_ratio;                /* by how much more work the head ran, when slowed */
	const struct comparison *slowed;    /* of its time; NULL: there is none */
	const struct comparison *unchanged; /* the same, or that of a metric that was called */
	enum shown shown_slowed, shown_unchanged;
};

struct selftest {
	double duration_s;
	struct selftest_bench *items;
	size_t nr, alloc;
};

/* By how much a benchmark of that tolerance is slowed where nobody says it: by what must not pass
 * unseen, and by 5 % or more. */
#define SELFTEST_LEAST_RATIO 0.05
double selftest_ratio(const struct tolerance *tolerance);

/* Adds a benchmark, in the words of two verdicts that must outlive this. */
void selftest_add(struct selftest *selftest, const char *name, double slower_ratio,
	const struct verdict *slowed, const struct verdict *unchanged);

/* One whose time the policy does not judge. */
void selftest_add_not_gated(struct selftest *selftest, const char *name);

/* In how many the half came to that. */
struct selftest_count {
	size_t slowed[SHOWN_NR], unchanged[SHOWN_NR];
};
struct selftest_count selftest_count(const struct selftest *selftest);

void selftest_release(struct selftest *selftest);

#endif
