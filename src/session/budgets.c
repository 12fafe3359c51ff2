/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "session/budgets.h"

#include "session/judging.h"

static void forget_levels(struct result *result)
{
	for (size_t i = 0; i < result->metrics.nr; i++)
		result->metrics.items[i].values.nr = 0;
}

/* Those that have a budget and did not fail. */
static struct benches with_budget(
	const struct policy *policy, const struct benches *benches, struct run *run)
{
	struct benches held = { 0 };

	for (size_t i = 0; i < benches->nr; i++) {
		struct result *result = run_find(run, benches->items[i].name);

		if (!policy_has_limit(policy, result->name) || result->word != RESULT_OK)
			continue;
		forget_levels(result);
		*ARRAY_ADD(&held) = benches->items[i];
	}
	return held;
}

/* What may be over its budget gets fresh processes, which alone decide. */
static struct benches take_suspects(
	const struct judge *judge, const struct benches *benches, struct run *run)
{
	struct benches suspects = { 0 };

	for (size_t i = 0; i < benches->nr; i++) {
		struct result *result = run_find(run, benches->items[i].name);

		if (!judge_suspicion(judge, result).of_limit)
			continue;
		result->nr_screened = result->processes.nr;
		*ARRAY_ADD(&suspects) = benches->items[i];
	}
	return suspects;
}

void budgets_measure(const struct measure_options *options, const struct settings *settings,
	const struct benches *benches, struct run *run)
{
	struct judge judge = judge_new(NULL, &settings->policy, run->plan);
	struct measuring measuring = { &settings->policy.tiers, judging_decider(&judge), NULL };
	struct benches held = with_budget(&settings->policy, benches, run);
	struct benches suspects;

	if (held.nr)
		measure_benches(options, &held, measuring, run);
	suspects = take_suspects(&judge, &held, run);
	if (suspects.nr)
		measure_benches(options, &suspects, measuring, run);
	ARRAY_RELEASE(&suspects);
	ARRAY_RELEASE(&held);
}
