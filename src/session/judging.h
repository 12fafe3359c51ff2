/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A head and its base, judged by one policy: while the head is measured, and after. */
#ifndef SESSION_JUDGING_H
#define SESSION_JUDGING_H

#include "gate/judge.h"
#include "gate/verdict.h"
#include "harness/decider.h"
#include "session/base.h"

/* What is known of the two. All pointers are borrowed. */
struct judging {
	const struct policy *policy;
	struct run *head;
	struct base *base;                     /* base->found: false while there is none */
	const struct calibration *calibration; /* of this machine; NULL: it was not calibrated */
	bool allow_mismatch;                   /* compare what is not comparable */
	bool in_turn;                          /* the head's duets are with this base */
};

/* For deciding while the head is measured. Borrows the base's run. */
struct judge judging_judge(const struct judging *judging);

/* Stops a benchmark that runs alone, or in turn, when the judge has enough. Borrows the judge. */
struct decider judging_decider(struct judge *judge);
struct decider judging_decider_in_turn(struct judge *judge);

/* The parts of a verdict, for who judges several heads. today: "2026-12-31"; NULL: accepted
 * regressions do not expire. */
struct trial judging_trial(const struct judging *judging, const char *today);

/* As of today. The verdict borrows both runs. */
struct verdict judging_verdict(const struct judging *judging);

#endif
