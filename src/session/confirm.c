/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "session/confirm.h"

#include "gate/verdict.h"

static bool is_to_be_confirmed(const struct comparison *comparison)
{
	return comparison->why == WHY_NOT_REPEATED && !comparison->head->nr_duets_before;
}

/* A benchmark with several metrics is noted once. */
static void note_suspects(const struct measure_pair *pair, const struct verdict *verdict,
	struct run *run, struct benches *suspects)
{
	for (size_t i = 0; i < verdict->nr; i++) {
		const struct comparison *comparison = &verdict->items[i];
		struct result *result;

		if (!is_to_be_confirmed(comparison))
			continue;
		result = run_find(run, comparison->head->name);
		result->nr_duets_before = result->duets.nr;
		*ARRAY_ADD(suspects) = *benches_find(pair->head, result->name);
	}
}

void confirm_take(const struct measure_options *options, const struct measure_pair *pair,
	const struct run *base, struct run *run)
{
	struct trial trial = {
		.head = run, .base = base, .policy = &pair->settings->policy, .in_turn = true
	};
	struct measure_pair again = *pair;
	struct benches suspects = { 0 };
	struct verdict verdict;

	if (run->status != RUN_COMPLETE)
		return;
	verdict = verdict_reach(&trial);
	note_suspects(pair, &verdict, run, &suspects);
	verdict_release(&verdict);
	again.head = &suspects;
	if (suspects.nr)
		measure_in_turn(options, &again, run);
	ARRAY_RELEASE(&suspects);
}
