/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What there is to know of one metric: head against base, or head against an absolute budget, as a
 * contrast of logarithms in which more is worse.
 */
#ifndef GATE_QUESTION_H
#define GATE_QUESTION_H

#include "gate/verdict.h"
#include "stats/drift.h"

/* Of a base's sessions, the newest that are looked at. */
#define QUESTION_MAX_SESSIONS 32

/* With fewer sessions, the benchmark's own drift is too uncertain to be used alone. */
#define QUESTION_OWN_SESSIONS 5

struct question {
	enum why trouble; /* why it cannot be judged, or WHY_NOTHING */
	bool exact;       /* both sides are constant and no time: exact_ratio says all */
	double exact_base, exact_head;
	double exact_ratio; /* worse / better - 1 */
	const struct metric *head;
	const struct metric *base; /* NULL for a limit */
	enum basis basis;          /* of the side that says less */
	double sign;               /* 1: more is worse; -1: less is worse */
	double threshold; /* logarithms: a change above is a regression, below its negative an
			     improvement */
	double target;    /* a change below is a pass */
	const struct duets
		*duets;      /* in which head was timed in turn with the base; NULL: it was not */
	size_t from, until;  /* of the duets, those that count */
	uint64_t nr_layouts; /* in which they were built; 0: in one */
	bool identical;      /* both sides are the same bytes, or the same code */
	bool is_limit;
	bool is_digest; /* of the base, a digest is all there is */
	double log_limit;
	struct drift calibrated; /* of the machine; whoever knows it sets it before weighing */
	struct drift history;    /* of the metric on the machine; the same */
	struct drift drift;
	enum drift_source drift_source;
	struct summary sessions[QUESTION_MAX_SESSIONS]; /* of the base, of logarithms */
	size_t nr_sessions, nr_base;
};

/* The drift between sessions over all benchmarks of a base, of its means and of its typical values;
 * without an answer where too few have several sessions. */
struct pools {
	struct drift time, typical;
};
struct pools question_pools(const struct run *base);

/* What doctor --calibrate found on this machine; without an answer where it was not asked (NULL) or
 * had too little time. */
struct drift question_calibrated(const struct calibration *calibration);

/* What a history says of the metric's sessions, for a base that is not older than it; without an
 * answer where there is none, or it is too short. */
struct drift question_history(
	const struct calibration *calibration, const char *benchmark, const struct metric *base);

/* The question borrows both metrics. */
void question_of_base(struct question *question, const struct metric *base,
	const struct metric *head, const struct tolerance *tolerance);
void question_of_limit(
	struct question *question, const struct metric *head, const struct limit *limit);

/* For a head that was measured in turn with its base: its duets answer, where they say anything of
 * the metric and it is not exact. Those from..until alone. */
void question_in_turn(
	struct question *question, const struct duets *duets, size_t from, size_t until);

/* The log ratios of the first nr units, worse above 0; those with a duet that does not count are
 * left out. Where there are layouts, what it is a summary of is a mean a layout: units of one
 * layout say nothing of how much layouts differ. */
struct summary question_units(const struct question *question, size_t nr);

/* Does a test answer it? */
bool question_is_tested(const struct question *question);

/* How many of head's values there are, those of a digest too. */
size_t question_nr_head(const struct question *question);

/* Summarises the base, before a test can be asked. */
void question_weigh(struct question *question, const struct pools *pools);

/* Logarithms of head's processes from..from+nr. */
struct summary question_head(const struct question *question, size_t from, size_t nr);

/* The contrast that they make; with another nr, that which a plan of so many would make. */
struct contrast question_ask(const struct question *question, struct summary head);

/* Who answers questions: of which base, by which policy, for which plan. */
struct judge {
	const struct run *base;
	const struct policy *policy;
	struct plan plan;
	struct pools pools;                    /* of the base */
	const struct calibration *calibration; /* of the machine, or NULL */
	struct drift calibrated; /* question_calibrated's, where the machine was; all 0: no drift */
	bool in_turn;      /* duets that head has are with this base, or with what stands for it */
	bool of_fresh;     /* in turn: by what was measured again, that alone; else by what came
			      before */
	size_t nr_in_turn; /* benchmarks that are measured in turn, by other shards too: while
			      measuring, their family */
};

/* What came of one question. */
struct ruling {
	enum verdict_word word;
	enum why why;
	enum evidence evidence;
	bool suspect;        /* in the first look */
	bool hopeless;       /* more measuring would not help */
	size_t from, nr;     /* head's processes, or units in turn, that it rests on */
	struct summary head; /* their logarithms */
	struct contrast contrast;
	double p;          /* of "not above the threshold"; in turn: over all looks */
	double p_pass;     /* in turn: of "not below the target" */
	double p_better;   /* of "not better by more than the threshold", over all looks */
	double p_changed;  /* of "no change", two-sided; in turn: over all looks */
	bool disturbed;    /* in turn: too many batches were, to call it a pass */
	double p_adjusted; /* for the family */
	double bound;      /* logarithm: upper limit of the change, adjusted for looks */
};

#endif
