/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "gate/policy.h"

#include "base/array.h"
#include "base/str.h"
#include "model/counted.h"

#include <math.h>

#define ALPHA 0.01
/* The target, where none is said. */
#define TARGET_THRESHOLDS 2
/* More memory than this fails, and more instructions than this warn, where none is said. */
#define MEMORY_FAILS 0.5
#define WORK_WARNS 0.005

const char *const action_words[] = {
	[ACTION_PASS] = "pass",
	[ACTION_WARN] = "warn",
	[ACTION_FAIL] = "fail",
	NULL,
};

const char *const sandbox_words[] = { "", "off", "auto", "on", NULL };
const char *const counts_words[] = { "", "auto", "on", "perf", "callgrind", "none", NULL };

void policy_init(struct policy *policy)
{
	*policy = (struct policy){
		.alpha = ALPHA,
		.threshold_ratio = NAN,
		.target_ratio = NAN,
		.on_inconclusive = ACTION_WARN,
		.on_layout = ACTION_WARN,
		.on_missing = ACTION_FAIL,
		.on_new = ACTION_PASS,
		.on_failed = ACTION_FAIL,
		.on_environment = ACTION_WARN,
	};
	tiers_init(&policy->tiers);
}

void policy_release(struct policy *policy)
{
	tiers_release(&policy->tiers);
	for (size_t i = 0; i < policy->overrides.nr; i++) {
		free(policy->overrides.items[i].benchmark);
		free(policy->overrides.items[i].metric);
	}
	ARRAY_RELEASE(&policy->overrides);
	for (size_t i = 0; i < policy->limits.nr; i++) {
		free(policy->limits.items[i].benchmark);
		free(policy->limits.items[i].metric);
		free(policy->limits.items[i].text);
	}
	ARRAY_RELEASE(&policy->limits);
	for (size_t i = 0; i < policy->mappings.nr; i++) {
		free(policy->mappings.items[i].benchmark);
		texts_release(&policy->mappings.items[i].paths);
	}
	ARRAY_RELEASE(&policy->mappings);
	for (size_t i = 0; i < policy->windows.nr; i++) {
		free(policy->windows.items[i].benchmark);
		free(policy->windows.items[i].text);
	}
	ARRAY_RELEASE(&policy->windows);
	tradeoffs_release(&policy->tradeoffs);
	requirements_release(&policy->requirements);
}

/* Takes over what is unsaid so far. A hidden metric is gated only by a row that names it. */
static void policy_add_override(struct override *said, const struct override *row, bool may_gate)
{
	if (isnan(said->threshold_ratio)) {
		said->threshold_ratio = row->threshold_ratio;
		/* A threshold of its own has a target of its own. */
		if (isnan(said->target_ratio))
			said->target_ratio = !isnan(row->target_ratio)
				? row->target_ratio
				: TARGET_THRESHOLDS * row->threshold_ratio;
	}
	if (isnan(said->target_ratio))
		said->target_ratio = row->target_ratio;
	if (said->warns == CHOICE_UNSAID)
		said->warns = row->warns;
	if (said->gated == CHOICE_UNSAID && may_gate)
		said->gated = row->gated;
}

static struct override overridden(
	const struct policy *policy, const char *benchmark, const char *metric)
{
	struct override said = { NULL, NULL, policy->threshold_ratio,
		isnan(policy->target_ratio) ? TARGET_THRESHOLDS * policy->threshold_ratio
					    : policy->target_ratio,
		CHOICE_UNSAID, CHOICE_UNSAID, 0, 0, 0, CHOICE_UNSAID };
	enum gating gating = builtin_gating(metric);

	for (size_t i = 0; i < policy->overrides.nr; i++) {
		const struct override *row = &policy->overrides.items[i];

		if (str_matches(row->benchmark, benchmark) &&
			(!row->metric || str_glob(row->metric, metric)))
			policy_add_override(&said, row, row->metric || gating != GATING_HIDDEN);
	}
	return said;
}

static const struct limit *limit_of(
	const struct policy *policy, const char *benchmark, const char *metric)
{
	for (size_t i = 0; i < policy->limits.nr; i++) {
		const struct limit *row = &policy->limits.items[i];

		if (str_matches(row->benchmark, benchmark) && str_glob(row->metric, metric))
			return row;
	}
	return NULL;
}

bool policy_has_limit(const struct policy *policy, const char *benchmark)
{
	for (size_t i = 0; i < policy->limits.nr; i++)
		if (str_matches(policy->limits.items[i].benchmark, benchmark))
			return true;
	return false;
}

uint64_t policy_max_time(const struct policy *policy, const char *benchmark)
{
	for (size_t i = 0; i < policy->overrides.nr; i++) {
		const struct override *row = &policy->overrides.items[i];

		if (row->max_time_ns && str_matches(row->benchmark, benchmark))
			return row->max_time_ns;
	}
	return 0;
}

const struct window *policy_window(const struct policy *policy, const char *benchmark)
{
	for (size_t i = 0; i < policy->windows.nr; i++)
		if (str_matches(policy->windows.items[i].benchmark, benchmark))
			return &policy->windows.items[i];
	return NULL;
}

/* Bytes, and how often they are asked for, of another tool's file: its benchmarks have no source.
 * What a suite's own metrics mean is for its policy to say. */
static bool is_memory(const struct result *result, const struct metric *metric)
{
	static const char *const words[] = { "alloc", "memory", "peakmem", "rss", "heap" };

	if (!metric || metric->more_is_better || builtin_find(metric->name) ||
		(result->file && *result->file))
		return false;
	if (strcmp(metric->unit, "B") != 0 && (*metric->unit || !strcasestr(metric->name, "alloc")))
		return false;
	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		if (strcasestr(metric->name, words[i]))
			return true;
	return strcmp(metric->name, "B/op") == 0;
}

struct tolerance policy_tolerance(
	const struct policy *policy, const struct result *result, const char *metric)
{
	const struct tier *tier = tiers_holding(&policy->tiers, result->name, result->tier);
	enum gating gating = builtin_gating(metric);
	const struct metric *known = metrics_find(&result->metrics, metric);
	bool is_beside = known && known->is_beside;
	struct override said, of_tier;
	struct tolerance tolerance;

	/* The typical value is a second look at the time, not a metric that people name. */
	if (strcmp(metric, metric_typical.name) == 0)
		metric = metric_time.name;
	said = overridden(policy, result->name, metric);
	of_tier = (struct override){ NULL, NULL, tier->threshold_ratio, tier->target_ratio,
		tier->severity == SEVERITY_WARN ? CHOICE_YES : CHOICE_NO,
		gating == GATING_JUDGED && !is_beside ? CHOICE_YES : CHOICE_NO, 0, 0, 0,
		CHOICE_UNSAID };
	policy_add_override(&said, &of_tier, true);
	tolerance = (struct tolerance){
		.threshold_ratio = said.threshold_ratio,
		.target_ratio = said.target_ratio > said.threshold_ratio
			? said.target_ratio
			: TARGET_THRESHOLDS * said.threshold_ratio,
		.severity = said.warns == CHOICE_YES ? SEVERITY_WARN : SEVERITY_BLOCK,
		.gated = said.gated == CHOICE_YES,
		.limit = limit_of(policy, result->name, metric),
	};
	if (is_memory(result, known)) {
		struct tolerance of_memory = policy_count_tolerance(policy, result, metric);

		of_memory.gated = tolerance.gated;
		return of_memory;
	}
	return tolerance;
}

/* What the overrides say of a count. Of one that names the metric, the threshold is what fails. */
struct said_of_count {
	double fails, memory, work, target;
	enum choice warns, gated, gates_work;
};

static void take_first(double *said, double ratio)
{
	if (isnan(*said) && ratio > 0)
		*said = ratio;
}

static struct said_of_count said_of_count(
	const struct policy *policy, const char *benchmark, const char *metric)
{
	struct said_of_count said = { NAN, policy->threshold_ratio, NAN, NAN, CHOICE_UNSAID,
		CHOICE_UNSAID, CHOICE_UNSAID };
	bool is_work = counted_is(metric, COUNTED_INSTRUCTIONS);

	/* As a threshold, one that names no metric is not that of work. */
	if (!is_work)
		said.target = policy->target_ratio;

	for (size_t i = 0; i < policy->overrides.nr; i++) {
		const struct override *row = &policy->overrides.items[i];

		if (!str_matches(row->benchmark, benchmark) ||
			(row->metric && !str_glob(row->metric, metric)))
			continue;
		take_first(&said.memory, row->memory_ratio);
		take_first(row->metric ? &said.fails : &said.memory, row->threshold_ratio);
		take_first(&said.work, row->work_ratio);
		if (row->metric || !is_work)
			take_first(&said.target, row->target_ratio);
		said.warns = said.warns ? said.warns : row->warns;
		said.gated = said.gated ? said.gated : row->metric ? row->gated : CHOICE_UNSAID;
		said.gates_work = said.gates_work ? said.gates_work : row->gates_work;
	}
	return said;
}

struct tolerance policy_count_tolerance(
	const struct policy *policy, const struct result *result, const char *metric)
{
	const struct tier *tier = tiers_holding(&policy->tiers, result->name, result->tier);
	const struct counted_metric *row = counted_find(metric);
	struct said_of_count said = said_of_count(policy, result->name, metric);
	bool is_work = counted_is(metric, COUNTED_INSTRUCTIONS);
	bool is_shown = row && (row->gating == GATING_SHOWN || row->gating == GATING_HIDDEN);
	struct tolerance tolerance = { .limit = limit_of(policy, result->name, metric) };
	enum choice gates = said.gates_work ? said.gates_work : policy->gates_work;

	take_first(&said.memory, tier->memory_ratio);
	take_first(&said.memory, tier->threshold_ratio);
	take_first(&said.work, said.fails);
	take_first(&said.work, tier->work_ratio);
	take_first(&said.work, WORK_WARNS);
	take_first(&said.fails, MEMORY_FAILS);
	tolerance.threshold_ratio = is_work ? said.work : fmin(said.memory, said.fails);
	tolerance.fail_ratio = !is_work ? said.fails
		: gates == CHOICE_YES   ? said.work
					: (double)INFINITY;
	tolerance.target_ratio = said.target > tolerance.threshold_ratio
		? said.target
		: TARGET_THRESHOLDS * tolerance.threshold_ratio;
	tolerance.gated = said.gated == CHOICE_YES || (said.gated != CHOICE_NO && !is_shown);
	tolerance.severity = said.warns == CHOICE_YES ||
			(said.warns == CHOICE_UNSAID && tier->severity == SEVERITY_WARN)
		? SEVERITY_WARN
		: SEVERITY_BLOCK;
	return tolerance;
}
