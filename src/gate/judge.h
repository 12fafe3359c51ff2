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

/* Borrows base (which may be NULL) and policy. */
struct judge judge_new(const struct run *base, const struct policy *policy, struct plan plan);

/* The question of one metric: metrics[0] is the base's, metrics[1] the head's. */
void judge_ask(const struct judge *judge, const struct result *head,
	const struct metric *const metrics[2], struct question *question,
	const struct tolerance *tolerance);

/* Running in turn changes levels: a budget is asked about what ran alone, or is exact. */
bool judge_asks_limit(const struct result *head, const struct question *question);

/* How many questions of this benchmark a test of processes answers; what is exact needs none. */
size_t judge_count(const struct judge *judge, const struct result *head);

/* Has this benchmark been measured enough? */
bool judge_enough(const struct judge *judge, const struct result *head);

/* Could processes of the head that run alone, however many, clear a benchmark that has not changed?
 * Not where the base, whose result is given, is itself too uncertain. */
bool judge_may_clear(const struct judge *judge, const struct result *base);

/* Why a benchmark needs a second look. */
struct suspicion {
	bool of_base;   /* it may be worse than its base tolerates */
	bool of_limit;  /* it may be over an absolute budget */
	bool uncleared; /* against its base the first look came to no end */
};

struct suspicion judge_suspicion(const struct judge *judge, const struct result *head);
/* Is it suspected of either? */
bool judge_suspects(const struct judge *judge, const struct result *head);

/* The same where it is measured in turn: enough units? */
bool judge_enough_in_turn(const struct judge *judge, const struct result *head);

/* family: how many questions the run asks that are no exact ones. */
struct ruling judge_rule(const struct judge *judge, const struct question *question,
	const struct result *head, size_t family);

#endif
