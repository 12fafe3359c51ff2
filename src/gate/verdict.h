/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What is to be said of a run, with a base or without one. Borrows the runs and the policy and must
 * not outlive them; the reporters take nothing else.
 */
#ifndef GATE_VERDICT_H
#define GATE_VERDICT_H

#include "gate/estimate.h"
#include "gate/max_time.h"
#include "model/acceptance.h"
#include "model/calibration.h"
#include "model/run.h"
#include "stats/contrast.h"

enum verdict_word {
	VERDICT_PASS,
	VERDICT_REGRESSION,
	VERDICT_IMPROVEMENT,
	VERDICT_INCONCLUSIVE,
	VERDICT_NEW,          /* measured, and nothing to compare with */
	VERDICT_MISSING,      /* in the base, and no longer there */
	VERDICT_FAILED,       /* crashed, timed out, wrong ... : the result says which */
	VERDICT_NOT_MEASURED, /* for want of time */
	VERDICT_REFUSED,      /* the base is not comparable */
	VERDICT_ACCEPTED,     /* a regression that a recorded acceptance covers */
	VERDICT_LAYOUT,  /* it did change, and the code that it reaches did not: where code lies */
	VERDICT_WARNING, /* of a count: over its threshold, and not over what fails */
	VERDICT_UNGATED, /* shown, not judged: the policy says so */
	VERDICT_NR_WORDS,
};

/* By value, NULL at the end: "NOT MEASURED". */
extern const char *const verdict_words[];

/* What a comparison rests on. */
enum evidence {
	EVIDENCE_NONE,
	EVIDENCE_FIRST_LOOK,  /* the processes of the first pass */
	EVIDENCE_SECOND_LOOK, /* fresh processes at the end of the run, those alone */
	EVIDENCE_IN_TURN,     /* units of base and head, timed in turn */
	EVIDENCE_IDENTICAL,   /* base and head are the same bytes, or the same code */
	EVIDENCE_EXACT,       /* no times, and the same in every process of a side */
	EVIDENCE_COUNTED,     /* counts that differ from process to process, by their spread */
};

/* By value, NULL at the end: "first-look". */
extern const char *const evidence_words[];

/* Where the drift between sessions is known from. */
enum drift_source {
	DRIFT_NONE,       /* no drift enters */
	DRIFT_OWN,        /* the benchmark's own sessions */
	DRIFT_POOLED,     /* all the baseline's benchmarks */
	DRIFT_CALIBRATED, /* this machine's, by doctor --calibrate */
	DRIFT_HISTORY,    /* the benchmark's on this machine, by a history's runs */
	DRIFT_ASSUMED,    /* too few sessions: taken as 2 % */
};

/* By value, NULL at the end. */
extern const char *const drift_words[];

/* Why a comparison has its word, for people; the numbers are in the comparison. */
enum why {
	WHY_NOTHING,
	WHY_BEYOND_THRESHOLD,  /* over the threshold */
	WHY_BELOW_TARGET,      /* under the target */
	WHY_FASTER,            /* better by more than the threshold */
	WHY_NOT_ENOUGH,        /* the interval is too wide for either */
	WHY_NOT_CONFIRMED,     /* suspected in the first look, neither confirmed nor cleared */
	WHY_DRIFT,             /* the base's own uncertainty is more than the target allows */
	WHY_NOT_REPEATED,      /* in turn: a control moved, and fresh units do not say it again */
	WHY_DISTURBED,         /* in turn: too many batches were switched away from */
	WHY_TOO_FEW_UNITS,     /* in turn: fewer than a test needs */
	WHY_IDENTICAL,         /* nothing to measure: the same bytes, or the same code */
	WHY_TOO_FEW_PROCESSES, /* a side has fewer than JUDGE_MIN_PROCESSES */
	WHY_SINGLE_VALUE,      /* a side has one value, of which nobody knows how it varies */
	WHY_NO_SPREAD,         /* a test cannot weigh values that do not vary */
	WHY_NO_RATIO,          /* zero or negative values have no ratio */
	WHY_OVER_LIMIT,        /* over the absolute budget */
	WHY_UNDER_LIMIT,       /* under it */
	WHY_AT_LIMIT,          /* too near to tell */
	WHY_OVER_MAX_TIME,     /* measuring took longer than the rule max_time allows */
	WHY_WITHIN_MAX_TIME,   /* it did not */
	WHY_LIMIT_UNIT,        /* the budget's unit is not the metric's */
	WHY_OTHER_UNIT,        /* the base has it in another unit, or with the other way better */
	WHY_METRIC_GONE,       /* the base has the metric, the head has not */
	WHY_UNEVEN,       /* counts that differ too much from process to process to be judged */
	WHY_NOT_SLOWER,   /* more instructions, and in turn the time passed */
	WHY_BESIDE_TIME,  /* more instructions, and the time regressed: that says it */
	WHY_OTHER_COUNTS, /* the base's counts are not comparable */
	WHY_OTHER_MACHINE,
	WHY_NO_BASE, /* other shards have a base, this one has none */
};

/* What one metric says. A time has two: its mean, and its typical value. */
struct aspect {
	const struct metric *metric; /* head's; NULL: there is none */
	double change_ratio, change_low, change_high;
	double p, p_adjusted, p_pass, p_better, p_changed;
	double bound_ratio;
	size_t nr_units;
	struct contrast planned;
};

enum aspect_of { ASPECT_MAIN, ASPECT_TYPICAL, NR_ASPECTS };

/* What fresh units say of a regression, those alone. */
struct again {
	size_t nr_units; /* used; 0: it was not measured again */
	double change_ratio;
	double p_adjusted; /* of "at most the threshold", for all that was measured again; NaN */
};

/* Of the benchmarks that cannot have changed and were measured, that which moved most surely. */
struct control {
	const struct result *result; /* NULL: there is none */
	double change_ratio;
	double p_adjusted; /* of "it did not move", for all controls */
	bool moved;        /* by more than chance allows */
};

/* What a rule of the policy says of a regression that something else may pay for. */
enum trade_word {
	TRADE_HOLDS, /* the word is ACCEPTED */
	TRADE_TOO_MUCH_WORSE,
	TRADE_NOT_BETTER_ENOUGH, /* not surely */
	TRADE_NOT_COMPARED,      /* what would pay was not */
};

struct trade {
	const struct tradeoff *rule; /* NULL: none speaks of it */
	enum trade_word word;
	double paid_ratio; /* the change of what pays; NaN: not compared */
};

/*
 * One metric of one benchmark, base against head, or head against an absolute budget. A failed or
 * missing benchmark has one comparison without a metric.
 */
struct comparison {
	enum verdict_word word;
	size_t part; /* of the verdict: whose run it is of */
	enum why why;
	enum evidence evidence;
	enum basis basis; /* of the side whose values say less */
	enum drift_source drift_source;
	const struct result *head;        /* NULL: MISSING */
	const struct result *base;        /* NULL: NEW */
	const struct metric *metric;      /* head's, or base's where head has none; or NULL */
	const struct metric *base_metric; /* or NULL */
	struct tolerance tolerance;
	bool is_limit;                 /* against tolerance.limit, not against the base */
	bool is_count;                 /* of what is counted beside the time (gate/counts.h) */
	bool only_warns;               /* REFUSED, and whatever the policy says no failure */
	struct estimate estimate;      /* of head */
	struct estimate base_estimate; /* value NaN without a base */
	double change_ratio; /* head / base - 1 (or head / limit - 1); NaN: not to be had */
	double change_low, change_high; /* its 95 % interval; NaN where there is no useful one */
	double p;                       /* of "the change is at most the threshold" */
	double p_adjusted;              /* for the family of comparisons */
	double p_pass;                  /* in turn: of "not below the target", over all looks */
	double p_better; /* of "not better by more than the threshold", over all looks, not adjusted
			    for the family; NaN against a limit */
	double p_changed; /* of "it did not change", two-sided, of the same value as the change; in
			     turn: over all looks; NaN against a limit */
	bool disturbed;   /* in turn: too much so to be called a pass */
	double bound_ratio;      /* the change is surely below this (above, where more is better),
				    adjusted for looks; NaN where that tells nobody anything */
	double tau_ratio;        /* drift between sessions that was reckoned with */
	size_t nr_head, nr_base; /* processes used */
	size_t nr_units;         /* in turn: units used; of several layouts, values: one a layout */
	size_t nr_layouts;       /* the same where there are several; else 0 */
	size_t nr_sessions;      /* of the base */
	const struct acceptance *acceptance; /* that speaks of it, or NULL; it covers it when the
						word is ACCEPTED */
	bool acceptance_expired;
	struct trade trade;
	struct contrast contrast; /* of the metric itself, more is worse */
	struct contrast planned;  /* of the full measurement, for verdict_detectable */
	/* Of the metric itself, and of a time's typical value; above, the change is the first's,
	 * and all else is of that which decides: the surest of a regression, the weakest of a pass.
	 */
	struct aspect aspects[NR_ASPECTS];
	struct again again;
	const struct past
		*past; /* of the metric, by a history (gate/past.h); NULL: none is known */
};

/* A run that a verdict is of. */
struct verdict_part {
	const struct run *head;
	const struct run *base;                /* its own; or NULL */
	const char *mismatch;                  /* what makes the two incomparable, or NULL */
	const struct run *counts_base;         /* whose counts head's are compared with; or NULL */
	const char *counts_mismatch;           /* what makes these incomparable, or NULL */
	const struct calibration *calibration; /* of its machine, or NULL */
	bool absent; /* head holds but the names of what no shard measured */
	struct control control;
};

struct gaps;

/* Of one run it has one part. Of shards it has a part each, and what is said of the first part's
 * run is not true of all. */
struct verdict {
	const struct run *head;      /* the first part's */
	const struct run *base;      /* of the first part that has one, or NULL */
	const struct policy *policy; /* or NULL */
	const char *mismatch;        /* of one part alone: the same as there */
	struct verdict_part *parts;  /* at least one */
	size_t nr_parts;
	enum verdict_word word;   /* of the run */
	size_t family;            /* comparisons that the correction counts */
	size_t family_in_turn;    /* the same of those that rest on units in turn */
	struct comparison *items; /* in the order of the head's suite, those of a benchmark
				     together, then what is missing, then the tiers */
	size_t nr, alloc;
	struct max_times max_times; /* owned; comparisons with that rule point to them */
	const struct gaps *gaps;    /* to competitors, borrowed; NULL: none was asked for */
};

/* What is to be judged; borrowed for as long as the verdict lives. */
struct trial {
	const struct run *head;
	const struct run *base;             /* or NULL: there is nothing to compare with */
	const struct policy *policy;        /* or NULL: nothing is asked, not even about budgets */
	const struct acceptances *accepted; /* or NULL */
	const char *today;                  /* "2026-12-31" */
	const char *mismatch;               /* what makes the two incomparable, or NULL */
	bool allow_mismatch;                /* compare all the same */
	const struct run *counts_base;      /* whose counts stand for base's; NULL: base itself */
	const char *counts_mismatch;        /* what makes the counts incomparable, or NULL */
	bool in_turn; /* duets that head has are with this base, or with what stands for it */
	const struct calibration *calibration; /* of head's machine, or NULL */
	bool absent; /* head holds but the names of what no shard measured */
};

void verdict_release(struct verdict *verdict);

/* For whoever judges: one more comparison, with nothing known but these. */
struct comparison *verdict_add(struct verdict *verdict, size_t part, const struct result *head,
	const struct metric *metric, enum verdict_word word);

size_t verdict_count(const struct verdict *verdict, enum verdict_word word);
const char *verdict_word_name(enum verdict_word word);

/* "sort/1000", and for any metric but the time "sort/1000 allocs": fit for a terminal. */
void verdict_add_name(const struct comparison *comparison, struct buf *out);

/* Which aspect makes it a REGRESSION or an IMPROVEMENT; the main one where both do. */
enum aspect_of verdict_deciding(const struct verdict *verdict, const struct comparison *comparison);

/* How much worse a change is, whichever way is better. */
double verdict_worsening_of(double change_ratio, bool more_is_better);
/* The same of a comparison's change; NaN: not to be had. */
double verdict_worsening(const struct comparison *comparison);

/*
 * Of "it did not change", two-sided, not adjusted for the family: below 0.05 where the change's
 * interval excludes 0, but for looks in turn, which it answers for. It is of the value that the
 * change is of; of the typical value, where that alone decides. What is exact has 0 or 1. Of a
 * budget: one-sided, of "it is not over it". NaN for what is not judged.
 */
double verdict_p_value(const struct verdict *verdict, const struct comparison *comparison);
/* Of "it changed that way, worse or better, by no more than the threshold"; of a budget: of "it is
 * not over it". 0 or 1 for what is exact. */
double verdict_p_above_threshold(const struct comparison *comparison);
/* The same for the family of comparisons; NaN for what is not judged, which is in no family. */
double verdict_p_above_threshold_adjusted(
	const struct verdict *verdict, const struct comparison *comparison);
/* The same of a time's typical value. */
double verdict_p_of_typical(const struct verdict *verdict, const struct comparison *comparison);

/* The most serious word that does anything to the run. */
enum verdict_word verdict_overall(const struct verdict *verdict);

/* What makes the comparison's two sides incomparable, or NULL. */
const char *verdict_mismatch(const struct verdict *verdict, const struct comparison *comparison);

/* What measuring took, over all parts, and the worst that any of them came to. */
uint64_t verdict_duration_ns(const struct verdict *verdict);
enum run_status verdict_status(const struct verdict *verdict);

/* Was anything compared with a base or a budget? */
bool verdict_compared(const struct verdict *verdict);

/* What the comparison's word does to the run by the policy. */
enum action verdict_action(const struct verdict *verdict, const struct comparison *comparison);

/*
 * The smallest change that the full measurement calls a regression with 90 % power; NaN
 * where there is none. Takes tens of microseconds.
 */
double verdict_detectable(const struct verdict *verdict, const struct comparison *comparison);

#endif
