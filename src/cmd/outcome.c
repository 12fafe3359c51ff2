/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cmd/outcome.h"

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

void outcome_take(struct outcome *outcome, const struct verdict *verdict)
{
	for (size_t i = 0; i < verdict->nr; i++)
		if (verdict_action(verdict, &verdict->items[i]) == ACTION_FAIL)
			take_word(outcome, verdict->items[i].word);
	/* Less time than was asked for is no failure where the answer came all the same. */
	if (verdict_status(verdict) == RUN_SHORT_OF_TIME && !verdict->base)
		outcome->unmeasured = true;
}
