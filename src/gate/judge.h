/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * How a run against a stored base is judged, while it is measured and after.
 *
 * First look: processes come in rounds, and at fixed numbers of them (half, seven tenths, all,
 * twice what is planned) each benchmark is looked at. It ends when it surely is under its target,
 * when it is suspected of being over its threshold (a test at 5 %, not corrected), or when more
 * measuring could not help. Second look: the suspects get fresh processes at the end of the run,
 * and these alone decide, corrected for all comparisons of the run.
 */
#ifndef GATE_JUDGE_H
#define GATE_JUDGE_H

#include "gate/question.h"

/* A side with fewer is not judged: with 3 the test alarms more than twice as often as it says. */
#define JUDGE_MIN_PROCESSES 5

struct judge {
	const struct run *base;
	const struct policy *policy;
	struct plan plan;
	struct drift pool;
};

/* Borrows base (which may be NULL) and policy. */
struct judge judge_new(const struct run *base, const struct policy *policy, struct plan plan);

/* How many questions of this benchmark a test answers; what is exact needs none. */
size_t judge_count(const struct judge *judge, const struct result *head);

/* Has this benchmark been measured enough? */
bool judge_enough(const struct judge *judge, const struct result *head);

/* Does it need a second look? */
bool judge_suspects(const struct judge *judge, const struct result *head);

/* What came of one question. */
struct ruling {
	enum verdict_word word;
	enum why why;
	enum evidence evidence;
	bool suspect;        /* in the first look */
	bool hopeless;       /* more measuring would not help */
	size_t from, nr;     /* head's processes that it rests on */
	struct summary head; /* their logarithms */
	struct contrast contrast;
	double p;          /* of "not above the threshold" */
	double p_adjusted; /* for the family */
	double bound;      /* logarithm: upper limit of the change, adjusted for looks */
};

/* family: how many questions the run asks that are no exact ones. */
struct ruling judge_rule(const struct judge *judge, const struct question *question,
	const struct result *head, size_t family);

#endif
