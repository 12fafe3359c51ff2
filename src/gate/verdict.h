/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What is to be said of a run. Borrows the run and must not outlive it. Without a base every
 * comparison is NEW or FAILED; the reporters take a verdict all the same.
 */
#ifndef GATE_VERDICT_H
#define GATE_VERDICT_H

#include "model/run.h"

enum verdict_word {
	VERDICT_NEW,          /* measured, and nothing to compare with */
	VERDICT_FAILED,       /* crashed, timed out, wrong ... : the result says which */
	VERDICT_NOT_MEASURED, /* for want of time */
};

/* A value over processes, as the logarithm sees it: the geometric mean. */
struct estimate {
	double value;
	double low, high;  /* 95 % interval over processes; NaN with fewer than two */
	double spread_pct; /* standard deviation between processes; NaN with fewer than two */
};

/* One metric of one benchmark; a failed benchmark has one comparison with no metric. */
struct comparison {
	enum verdict_word word;
	const struct result *head;
	const struct metric *metric; /* or NULL */
	struct estimate estimate;
};

struct verdict {
	const struct run *head;
	struct comparison *items;
	size_t nr, alloc;
};

/* The head alone, with no base. */
struct verdict verdict_of(const struct run *head);
void verdict_release(struct verdict *verdict);

size_t verdict_count(const struct verdict *verdict, enum verdict_word word);
const char *verdict_word_name(enum verdict_word word);

#endif
