/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * One metric, base against head: how large is the change, how sure is it, and what is the word for
 * it. All on logarithms; what counts is the process, and what drifts between sessions is a third
 * part of the variance.
 */
#ifndef GATE_JUDGE_H
#define GATE_JUDGE_H

#include "gate/policy.h"
#include "model/result.h"
#include "stats/drift.h"

enum drift_source {
	DRIFT_OWN,     /* this benchmark's own sessions, five or more */
	DRIFT_POOLED,  /* all benchmarks of the baseline together */
	DRIFT_ASSUMED, /* 2 %, for want of sessions */
};

/* What the family of comparisons has in common. */
struct family {
	size_t nr;           /* comparisons that can call REGRESSION */
	double alpha;        /* for all of them together */
	struct drift pooled; /* its answer is not OK where the baseline has too few sessions */
};

enum judgement_word {
	JUDGED_PASS,
	JUDGED_REGRESSION,
	JUDGED_IMPROVEMENT,
	JUDGED_INCONCLUSIVE,
};

struct judgement {
	enum judgement_word word;
	double change_ratio; /* worse is > 0: 0.02 is 2 % slower, or 2 % less of what should be more
			      */
	double low_ratio;    /* 95 % interval of the change */
	double high_ratio;
	double p;                /* of "no worse than the threshold" */
	double p_adjusted;       /* over the family */
	double bound_ratio;      /* upper limit of the change at the level alpha */
	double detectable_ratio; /* the change that would be found with a probability of 0.9 */
	double drift_ratio;      /* tau */
	enum drift_source drift;
	enum answer answer; /* why there is no test, when there is none */
};

struct judgement judge_metric(const struct metric *base, const struct metric *head,
	const struct tolerance *tolerance, const struct family *family);

/* The drift of one metric between its own sessions. */
struct drift judge_drift(const struct metric *base);

#endif
