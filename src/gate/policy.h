/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What is tolerated and what is not: tiers, exceptions from them for some benchmarks and metrics,
 * absolute budgets, and what the special words do. Of what several rows say of one metric, the
 * first in the order of the file counts.
 */
#ifndef GATE_POLICY_H
#define GATE_POLICY_H

#include "gate/requirements.h"
#include "gate/tradeoffs.h"
#include "model/result.h"
#include "model/tier.h"

/* What a word does to a run. */
enum action {
	ACTION_PASS, /* nothing */
	ACTION_WARN, /* is said */
	ACTION_FAIL, /* fails the run */
};

/* By value, NULL at the end. */
extern const char *const action_words[];

enum choice { CHOICE_UNSAID, CHOICE_NO, CHOICE_YES };

/* An exception from the tier. What is not said is left to later rows, and then to the tier. */
struct override {
	char *benchmark;        /* name or glob */
	char *metric;           /* the same; NULL: every metric */
	double threshold_ratio; /* NaN: unsaid */
	double target_ratio;    /* NaN: unsaid */
	enum choice warns;      /* severity warn (yes) or block (no) */
	enum choice gated;      /* no: shown, never judged */
	uint64_t max_time_ns;   /* that measuring the benchmark may take; 0: unsaid */
	double memory_ratio;    /* more memory than this warns; not above 0: unsaid */
	double work_ratio;      /* the same of instructions */
	enum choice gates_work; /* yes: more instructions fail */
};

struct overrides {
	struct override *items;
	size_t nr, alloc;
};

/* An absolute budget: it fails whatever the baseline says. */
struct limit {
	char *benchmark;  /* name or glob */
	char *metric;     /* the same */
	double value;     /* in ns, bytes, or the metric's own unit */
	const char *unit; /* "ns", "B", or NULL: the metric's own */
	char *text;       /* as it was written: "20us" */
};

struct limits {
	struct limit *items;
	size_t nr, alloc;
};

/* Which files can change a benchmark. */
struct mapping {
	char *benchmark;    /* name or glob */
	struct texts paths; /* globs, from the policy file's folder; one or more */
};

struct mappings {
	struct mapping *items;
	size_t nr, alloc;
};

/* Where the time of an iteration is expected to be: for `validate`. */
struct window {
	char *benchmark; /* name or glob */
	double low_ns, high_ns;
	char *text; /* as it was written: "1ms..3ms" */
};

struct windows {
	struct window *items;
	size_t nr, alloc;
};

/* Do suites run, and do revisions build, in a sandbox? */
enum sandbox_when {
	SANDBOX_UNSAID, /* no */
	SANDBOX_OFF,
	SANDBOX_AUTO, /* where the kernel has what it takes */
	SANDBOX_ON,   /* or it is an error */
};

/* Their words: "" for what is unsaid; NULL at the end. */
extern const char *const sandbox_words[];

/* Are instructions, allocations and memory counted, and how instructions? */
enum counts_when {
	COUNTS_UNSAID, /* as COUNTS_AUTO */
	COUNTS_AUTO,   /* in CI, as COUNTS_ON; elsewhere not */
	COUNTS_ON,     /* by the kernel, or else by valgrind */
	COUNTS_PERF,
	COUNTS_CALLGRIND,
	COUNTS_NONE,
};

extern const char *const counts_words[];

struct policy {
	double alpha;           /* chance of any false REGRESSION in a run */
	double threshold_ratio; /* for every benchmark, above tiers and overrides; NaN: unsaid */
	double target_ratio;    /* the same for the change that a PASS rules out */
	struct tiers tiers;
	struct overrides overrides;
	struct limits limits;
	struct mappings mappings;
	struct windows windows;
	struct tradeoffs tradeoffs;
	struct requirements requirements; /* of the machine */
	uint64_t retry_failed; /* processes of a benchmark that may fail and are tried again */
	uint64_t jobs;         /* benchmarks in turn at once; 0: as many as are free */
	uint64_t layouts;      /* that revisions are built in to be compared in turn; 0: one */
	enum choice
		only_changed; /* in turn: what has the same code on both sides is not measured */
	enum sandbox_when sandbox;
	enum counts_when counts;
	enum choice gates_work; /* yes: more instructions fail */
	enum action on_inconclusive, on_layout, on_missing, on_new, on_failed, on_environment;
};

/* The policy that holds without a file. */
void policy_init(struct policy *policy);
void policy_release(struct policy *policy);

/* What a policy says of one metric of one benchmark. */
struct tolerance {
	double threshold_ratio; /* the change that is tolerated */
	double target_ratio;    /* the change that a PASS rules out, > threshold_ratio */
	enum severity severity;
	bool gated;                /* compared with the base at all */
	const struct limit *limit; /* or NULL */
	double fail_ratio; /* of counts and memory: a change above the threshold and up to this only
			      warns; 0: there is no such thing */
};

/* Has any metric of the benchmark an absolute budget? */
bool policy_has_limit(const struct policy *policy, const char *benchmark);

/* How long measuring the benchmark may take; 0: as long as it likes. */
uint64_t policy_max_time(const struct policy *policy, const char *benchmark);
/* NULL: no time is expected of it. */
const struct window *policy_window(const struct policy *policy, const char *benchmark);

struct tolerance policy_tolerance(
	const struct policy *policy, const struct result *result, const char *metric);

/* The same of a count, or of the largest resident set where that is judged as counts are. */
struct tolerance policy_count_tolerance(
	const struct policy *policy, const struct result *result, const char *metric);

#endif
