/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "session/outcome.h"

#include "gate/judge.h"

static void take_word(struct outcome *outcome, enum verdict_word word)
{
	switch (word) {
	case VERDICT_REGRESSION:
	case VERDICT_MISSING:
	case VERDICT_NEW:
	case VERDICT_LAYOUT:
		outcome->regressed = true;
		break;
	case VERDICT_FAILED:
	case VERDICT_NOT_MEASURED:
		outcome->unmeasured = true;
		break;
	case VERDICT_REFUSED:
		outcome->incomparable = true;
		break;
	case VERDICT_INCONCLUSIVE:
		outcome->inconclusive = true;
		break;
	default:
		break;
	}
}

/* Is there anything that too few processes leave unjudged? */
static bool has_too_few(const struct verdict *verdict)
{
	for (size_t i = 0; i < verdict->nr; i++)
		if (verdict->items[i].why == WHY_TOO_FEW_PROCESSES &&
			verdict->items[i].nr_head < JUDGE_MIN_PROCESSES)
			return true;
	return false;
}

void outcome_take(struct outcome *outcome, const struct verdict *verdict)
{
	for (size_t i = 0; i < verdict->nr; i++)
		if (verdict_action(verdict, &verdict->items[i]) == ACTION_FAIL)
			take_word(outcome, verdict->items[i].word);
	/* Less time than was asked for is no failure where the answer came all the same. */
	if (verdict_status(verdict) == RUN_SHORT_OF_TIME &&
		(!verdict->base || has_too_few(verdict)))
		outcome->unmeasured = true;
}
