/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "support/test.h"

#include "base/array.h"
#include "base/str.h"
#include "gate/policy.h"

#include <math.h>

#define NR(table) (sizeof(table) / sizeof *(table))
#define MAX_ROWS 3

static bool is_near(double value, double expected)
{
	return fabs(value - expected) < 1e-12;
}

static struct tolerance tolerance(
	const struct policy *policy, const char *benchmark, const char *tier, const char *metric)
{
	const struct result result = { .name = (char *)benchmark, .tier = (char *)tier };

	return policy_tolerance(policy, &result, metric);
}

/* What the rows say together, up to the first without a benchmark. The names are copied. */
static void add_overrides(struct policy *policy, const struct override *rows)
{
	for (size_t i = 0; i < MAX_ROWS && rows[i].benchmark; i++) {
		struct override *row = ARRAY_ADD(&policy->overrides);

		*row = rows[i];
		row->benchmark = str_dup(rows[i].benchmark);
		row->metric = str_dup(rows[i].metric);
	}
}

static void add_limit(
	struct policy *policy, const char *benchmark, const char *metric, double value)
{
	*ARRAY_ADD(&policy->limits) = (struct limit){
		.benchmark = str_dup(benchmark),
		.metric = str_dup(metric),
		.value = value,
	};
}

TEST(what_holds_without_a_file)
{
	static const struct {
		const char *tier;
		double threshold_ratio, target_ratio;
	} cases[] = {
		{ "critical", 0.02, 0.04 },
		{ "standard", 0.05, 0.10 },
		{ "comprehensive", 0.10, 0.20 },
		{ "nobody's", 0.05, 0.10 },
		{ "", 0.05, 0.10 },
	};
	struct policy policy;

	policy_init(&policy);
	assert_true(policy.alpha == 0.01);
	assert_true(isnan(policy.threshold_ratio));
	assert_int_equal(policy.on_inconclusive, ACTION_WARN);
	assert_int_equal(policy.on_missing, ACTION_FAIL);
	assert_int_equal(policy.on_new, ACTION_PASS);
	assert_int_equal(policy.on_failed, ACTION_FAIL);
	assert_int_equal(policy.on_environment, ACTION_WARN);
	for (size_t i = 0; i < NR(cases); i++) {
		struct tolerance got = tolerance(&policy, "sort", cases[i].tier, "time");

		assert_true(is_near(got.threshold_ratio, cases[i].threshold_ratio));
		assert_true(is_near(got.target_ratio, cases[i].target_ratio));
		assert_int_equal(got.severity, SEVERITY_BLOCK);
		assert_true(got.gated);
		assert_null(got.limit);
	}
	policy_release(&policy);
}

TEST(a_tier_of_the_users_own_counts_and_its_target_too)
{
	struct policy policy;
	struct tolerance got;
	struct tier *own;

	policy_init(&policy);
	own = tiers_add(&policy.tiers, "own");
	own->threshold_ratio = 0.03;
	own->target_ratio = 0.08;
	own->severity = SEVERITY_WARN;
	got = tolerance(&policy, "sort", "own", "time");
	assert_true(is_near(got.threshold_ratio, 0.03));
	assert_true(is_near(got.target_ratio, 0.08));
	assert_int_equal(got.severity, SEVERITY_WARN);
	assert_int_equal(tolerance(&policy, "sort", "standard", "time").severity, SEVERITY_BLOCK);
	policy_release(&policy);
}

TEST(a_tier_that_claims_a_benchmark_beats_what_its_source_says)
{
	struct policy policy;
	struct tolerance got;

	policy_init(&policy);
	texts_add(&tiers_find(&policy.tiers, "critical")->benchmarks, "sort");
	got = tolerance(&policy, "sort/10", "comprehensive", "time");
	assert_true(is_near(got.threshold_ratio, 0.02));
	got = tolerance(&policy, "sorted", "comprehensive", "time");
	assert_true(is_near(got.threshold_ratio, 0.10));
	policy_release(&policy);
}

#define UNSAID CHOICE_UNSAID
#define NO CHOICE_NO
#define YES CHOICE_YES
#define BLOCK SEVERITY_BLOCK
#define WARN SEVERITY_WARN

/* The tier tolerates 5 %, its target is 10 %, and it blocks. */
static const struct {
	const char *what;
	double option; /* --threshold */
	struct override rows[MAX_ROWS];
	const char *benchmark, *metric;
	struct tolerance expected;
} cases[] = {
	{ "another benchmark", NAN, { { "sort", NULL, 0.3, 0.4, YES, NO, 0, 0, 0, UNSAID } },
		"parse", "time", { 0.05, 0.10, BLOCK, true, NULL, 0 } },
	{ "another metric", NAN, { { "sort", "p9?", 0.3, 0.4, YES, NO, 0, 0, 0, UNSAID } }, "sort",
		"time", { 0.05, 0.10, BLOCK, true, NULL, 0 } },
	{ "every metric", NAN, { { "sort", NULL, 0.3, 0.4, YES, NO, 0, 0, 0, UNSAID } }, "sort",
		"time", { 0.3, 0.4, WARN, false, NULL, 0 } },
	{ "before a slash", NAN, { { "sort", NULL, 0.3, 0.4, YES, NO, 0, 0, 0, UNSAID } },
		"sort/10", "time", { 0.3, 0.4, WARN, false, NULL, 0 } },
	{ "metrics have no slash", NAN, { { "sort", "hits", 0.3, 0.4, YES, NO, 0, 0, 0, UNSAID } },
		"sort", "hits/2", { 0.05, 0.10, BLOCK, true, NULL, 0 } },
	{ "the first of three", NAN,
		{ { "*", NULL, 0.2, 0.3, NO, YES, 0, 0, 0, UNSAID },
			{ "sort", NULL, 0.3, 0.4, YES, NO, 0, 0, 0, UNSAID },
			{ "sort", "time", 0.4, 0.5, YES, NO, 0, 0, 0, UNSAID } },
		"sort", "time", { 0.2, 0.3, BLOCK, true, NULL, 0 } },
	{ "key by key", NAN,
		{ { "*", NULL, NAN, NAN, UNSAID, NO, 0, 0, 0, UNSAID },
			{ "*", NULL, NAN, NAN, YES, YES, 0, 0, 0, UNSAID },
			{ "*", NULL, 0.3, 0.4, NO, YES, 0, 0, 0, UNSAID } },
		"sort", "time", { 0.3, 0.4, WARN, false, NULL, 0 } },
	{ "what matches is the first, not what stands first", NAN,
		{ { "parse", NULL, 0.2, 0.3, YES, NO, 0, 0, 0, UNSAID },
			{ "sort", NULL, 0.3, 0.4, YES, NO, 0, 0, 0, UNSAID } },
		"sort", "time", { 0.3, 0.4, WARN, false, NULL, 0 } },
	{ "a threshold has twice itself as target", NAN,
		{ { "*", NULL, 0.03, NAN, UNSAID, UNSAID, 0, 0, 0, UNSAID } }, "sort", "time",
		{ 0.03, 0.06, BLOCK, true, NULL, 0 } },
	{ "and a later target does not fit it", NAN,
		{ { "*", NULL, 0.03, NAN, UNSAID, UNSAID, 0, 0, 0, UNSAID },
			{ "*", NULL, NAN, 0.5, UNSAID, UNSAID, 0, 0, 0, UNSAID } },
		"sort", "time", { 0.03, 0.06, BLOCK, true, NULL, 0 } },
	{ "a target alone", NAN, { { "*", NULL, NAN, 0.07, UNSAID, UNSAID, 0, 0, 0, UNSAID } },
		"sort", "time", { 0.05, 0.07, BLOCK, true, NULL, 0 } },
	{ "a target, then a threshold", NAN,
		{ { "*", NULL, NAN, 0.5, UNSAID, UNSAID, 0, 0, 0, UNSAID },
			{ "*", NULL, 0.3, 0.4, UNSAID, UNSAID, 0, 0, 0, UNSAID } },
		"sort", "time", { 0.3, 0.5, BLOCK, true, NULL, 0 } },
	{ "a target below the tier's threshold is none", NAN,
		{ { "*", NULL, NAN, 0.04, UNSAID, UNSAID, 0, 0, 0, UNSAID } }, "sort", "time",
		{ 0.05, 0.10, BLOCK, true, NULL, 0 } },
	{ "--threshold alone", 0.01, { { NULL, NULL, NAN, NAN, UNSAID, UNSAID, 0, 0, 0, UNSAID } },
		"sort", "time", { 0.01, 0.02, BLOCK, true, NULL, 0 } },
	{ "--threshold above all", 0.5, { { "*", NULL, 0.3, 0.9, YES, NO, 0, 0, 0, UNSAID } },
		"sort", "time", { 0.5, 1.0, WARN, false, NULL, 0 } },
	{ "a percentile that is asked for", NAN,
		{ { "*", "p99", NAN, NAN, UNSAID, YES, 0, 0, 0, UNSAID } }, "sort", "p99",
		{ 0.05, 0.10, BLOCK, true, NULL, 0 } },
	{ "peak memory that is asked for", NAN,
		{ { "*", "peak_memory", NAN, NAN, UNSAID, YES, 0, 0, 0, UNSAID } }, "sort",
		"peak_memory", { 0.05, 0.10, BLOCK, true, NULL, 0 } },
	{ "peak memory, by a glob that names it", NAN,
		{ { "*", "peak*", NAN, NAN, UNSAID, YES, 0, 0, 0, UNSAID } }, "sort", "peak_memory",
		{ 0.05, 0.10, BLOCK, true, NULL, 0 } },
	{ "a row of all metrics does not gate peak memory", NAN,
		{ { "*", NULL, 0.3, NAN, UNSAID, YES, 0, 0, 0, UNSAID } }, "sort", "peak_memory",
		{ 0.3, 0.6, BLOCK, false, NULL, 0 } },
	{ "a row of all metrics gates percentiles", NAN,
		{ { "*", NULL, NAN, NAN, UNSAID, YES, 0, 0, 0, UNSAID } }, "sort", "p99",
		{ 0.05, 0.10, BLOCK, true, NULL, 0 } },
	{ "a threshold asks for no percentile", NAN,
		{ { "*", "p99", 0.3, NAN, UNSAID, UNSAID, 0, 0, 0, UNSAID } }, "sort", "p99",
		{ 0.3, 0.6, BLOCK, false, NULL, 0 } },
};

TEST(of_several_overrides_the_first_counts_key_by_key)
{
	for (size_t i = 0; i < NR(cases); i++) {
		const struct tolerance *expected = &cases[i].expected;
		struct policy policy;
		struct tolerance got;

		policy_init(&policy);
		policy.threshold_ratio = cases[i].option;
		add_overrides(&policy, cases[i].rows);
		got = tolerance(&policy, cases[i].benchmark, "standard", cases[i].metric);
		if (!is_near(got.threshold_ratio, expected->threshold_ratio) ||
			!is_near(got.target_ratio, expected->target_ratio) ||
			got.severity != expected->severity || got.gated != expected->gated)
			fail_msg("%s: %g, %g, %s, %s", cases[i].what, got.threshold_ratio,
				got.target_ratio, severity_words[got.severity],
				got.gated ? "gated" : "not gated");
		policy_release(&policy);
	}
}

TEST(percentiles_are_shown_and_all_else_is_judged)
{
	static const struct {
		const char *metric;
		bool gated;
	} metrics[] = {
		{ "p50", false },
		{ "p90", false },
		{ "p95", false },
		{ "p99", false },
		{ "p99.9", false },
		{ "max", false },
		{ "p97", false },
		{ "peak_memory", false },
		{ "time", true },
		{ "allocated", true },
		{ "p5", true },
		{ "p500", true },
		{ "p99.99", true },
		{ "maximum", true },
		{ "my_max", true },
	};
	struct policy policy;

	policy_init(&policy);
	for (size_t i = 0; i < NR(metrics); i++)
		if (tolerance(&policy, "sort", "standard", metrics[i].metric).gated !=
			metrics[i].gated)
			fail_msg("%s", metrics[i].metric);
	policy_release(&policy);
}

TEST(the_first_budget_that_matches_is_the_one)
{
	static const struct {
		const char *benchmark, *metric;
		double value; /* NaN: there is none */
	} budgets[] = {
		{ "sort", "time", 1 },
		{ "sort/10", "time", 1 },
		{ "sort", "p99", 2 },
		{ "sort", "hits", NAN },
		{ "parse", "time", 3 },
		{ "parse", "p99", NAN },
		{ "", "time", 3 },
	};
	struct policy policy;

	policy_init(&policy);
	add_limit(&policy, "sort", "time", 1);
	add_limit(&policy, "sort", "p9*", 2);
	add_limit(&policy, "*", "time", 3);
	for (size_t i = 0; i < NR(budgets); i++) {
		const struct limit *limit =
			tolerance(&policy, budgets[i].benchmark, "standard", budgets[i].metric)
				.limit;

		if (limit ? limit->value != budgets[i].value : !isnan(budgets[i].value))
			fail_msg("%s %s: %g", budgets[i].benchmark, budgets[i].metric,
				limit ? limit->value : NAN);
	}
	policy_release(&policy);
}
