/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Bases and heads for the gate: benchmarks with values, sessions and processes, without measuring.
 * Include after test.h.
 */
#ifndef TESTS_SUPPORT_JUDGE_CASES_H
#define TESTS_SUPPORT_JUDGE_CASES_H

#include "base/str.h"
#include "gate/judge.h"
#include "gate/trial.h"

#include <math.h>
#include <stdio.h>

/* What all benchmarks here take, where nothing else is said. */
#define CASE_LEVEL_NS 100

static const struct metric_kind case_time = { "time", "ns", false };
static const struct metric_kind case_allocs = { "allocs", "", false };

/* A spread with a mean of 0 over each five and a standard deviation of about 0.8. */
static inline double case_spread(size_t i)
{
	static const double spread[] = { -1, 1, -0.5, 0.5, 0 };

	return spread[i % 5];
}

static inline struct result *case_result(struct run *run, const char *name)
{
	struct bench bench = { .name = (char *)name, .tier = (char[]){ "critical" } };

	return run_add(run, &bench);
}

/* One more value, and a process row where it is its process's first. */
static inline void case_value(struct result *result, const struct metric_kind *kind, double value)
{
	metrics_add(&result->metrics, kind, value);
	if (metrics_find(&result->metrics, kind->name)->values.nr > result->processes.nr)
		*ARRAY_ADD(&result->processes) = (struct process_row){ .iterations = 1 };
}

/* nr values about level; sd is a logarithm. */
static inline void case_values(
	struct result *result, const struct metric_kind *kind, struct summary wanted)
{
	for (size_t i = 0; i < wanted.nr; i++)
		case_value(result, kind, wanted.mean * exp(wanted.sd * case_spread(i)));
}

/* One more session of a baseline; what it adds is in order of time. */
static inline void case_session(
	struct result *result, const struct metric_kind *kind, struct summary wanted)
{
	struct session *session;
	struct metric *metric;

	case_values(result, kind, wanted);
	metric = metrics_find(&result->metrics, kind->name);
	session = ARRAY_ADD(&metric->sessions);
	*session = (struct session){ .nr_values = wanted.nr };
	snprintf(session->timestamp, sizeof session->timestamp, "2026-01-%02zuT00:00:00Z",
		metric->sessions.nr);
}

/* A base of nr sessions of ten values each about 100 ns, spread by sd within and by tau between. */
static inline struct result *case_base(
	struct run *run, const char *name, size_t nr_sessions, double sd, double tau)
{
	struct result *result = case_result(run, name);

	for (size_t i = 0; i < nr_sessions; i++)
		case_session(result, &case_time,
			(struct summary){ .nr = 10,
				.mean = CASE_LEVEL_NS * exp(tau * case_spread(i)),
				.sd = sd });
	return result;
}

/* A head whose time is ratio times the base's. */
static inline struct result *case_head(
	struct run *run, const char *name, size_t nr, double ratio, double sd)
{
	struct result *result = case_result(run, name);

	case_values(result, &case_time,
		(struct summary){ .nr = nr, .mean = CASE_LEVEL_NS * ratio, .sd = sd });
	return result;
}

/* A trial of a file, measured in one look, against a base of five sessions. */
struct hearing {
	struct run base, head;
	struct policy policy;
	struct acceptances accepted;
	struct trial trial;
	struct verdict verdict;
};

static inline void open_hearing(struct hearing *hearing)
{
	*hearing = (struct hearing){ .base = RUN_INIT, .head = { .plan = PLAN_DEFAULT } };
	policy_init(&hearing->policy);
	hearing->trial = (struct trial){ .head = &hearing->head,
		.base = &hearing->base,
		.policy = &hearing->policy,
		.accepted = &hearing->accepted,
		.today = "2026-06-15" };
}

/* The verdict's first comparison. */
static inline const struct comparison *hear(struct hearing *hearing)
{
	verdict_release(&hearing->verdict);
	hearing->verdict = trial_judge(&hearing->trial);
	return hearing->verdict.items;
}

static inline void close_hearing(struct hearing *hearing)
{
	verdict_release(&hearing->verdict);
	run_release(&hearing->base);
	run_release(&hearing->head);
	policy_release(&hearing->policy);
	ARRAY_RELEASE(&hearing->accepted);
}

/* A benchmark on both sides whose time became ratio times what it was. */
static inline struct result *add_changed(struct hearing *hearing, const char *name, double ratio)
{
	case_base(&hearing->base, name, 5, 0.001, 0.001);
	return case_head(&hearing->head, name, 10, ratio, 0.001);
}

static inline void add_limit(
	struct hearing *hearing, const char *metric, double value, const char *unit)
{
	*ARRAY_ADD(&hearing->policy.limits) = (struct limit){
		.benchmark = str_dup("*"), .metric = str_dup(metric), .value = value, .unit = unit
	};
}

static inline void add_fault(struct run *run, const char *name, enum result_word word)
{
	struct fault fault = FAULT_INIT;

	fault_set(&fault, word, "by the test");
	result_fault(case_result(run, name), &fault);
}

#endif
