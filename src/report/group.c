/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "report/group.h"

#include "report/describe.h"

#include <string.h>

/* Of words that do the same to the run, the higher says more. */
static const int weights[VERDICT_NR_WORDS] = {
	[VERDICT_REGRESSION] = 12,
	[VERDICT_MISSING] = 11,
	[VERDICT_FAILED] = 10,
	[VERDICT_NOT_MEASURED] = 9,
	[VERDICT_REFUSED] = 8,
	[VERDICT_WARNING] = 7,
	[VERDICT_INCONCLUSIVE] = 6,
	[VERDICT_LAYOUT] = 5,
	[VERDICT_ACCEPTED] = 4,
	[VERDICT_NEW] = 3,
	[VERDICT_IMPROVEMENT] = 2,
	[VERDICT_PASS] = 1,
	[VERDICT_UNGATED] = 0,
};

bool group_word_decides(enum verdict_word word)
{
	return word == VERDICT_PASS || word == VERDICT_REGRESSION || word == VERDICT_IMPROVEMENT ||
		word == VERDICT_ACCEPTED || word == VERDICT_LAYOUT || word == VERDICT_WARNING ||
		word == VERDICT_UNGATED;
}

int group_weight(const struct verdict *verdict, const struct comparison *comparison)
{
	return (int)verdict_action(verdict, comparison) * VERDICT_NR_WORDS +
		weights[comparison->word];
}

static bool group_is_same(const struct comparison *one, const struct comparison *other)
{
	return strcmp(describe_result(one)->name, describe_result(other)->name) == 0;
}

static void group_take(
	const struct verdict *verdict, struct group *group, const struct comparison *comparison)
{
	if (!group->nr++)
		group->worst = comparison;
	if (group_weight(verdict, comparison) > group_weight(verdict, group->worst))
		group->worst = comparison;
	group->decided = group->decided && group_word_decides(comparison->word);
}

bool group_next(const struct verdict *verdict, struct group *group)
{
	size_t at = group->nr ? (size_t)(group->items - verdict->items) + group->nr : 0;

	if (at >= verdict->nr)
		return false;
	*group = (struct group){ .items = &verdict->items[at], .decided = true };
	for (; at < verdict->nr && group_is_same(&verdict->items[at], group->items); at++)
		group_take(verdict, group, &verdict->items[at]);
	return true;
}

static bool word_compares(enum verdict_word word)
{
	return (group_word_decides(word) && word != VERDICT_UNGATED) ||
		word == VERDICT_INCONCLUSIVE;
}

const struct comparison *group_count_in_sum(
	const struct verdict *verdict, const struct group *group)
{
	const struct comparison *count = NULL;
	int others = -1;

	for (size_t i = 0; i < group->nr; i++) {
		const struct comparison *it = &group->items[i];
		int weight = group_weight(verdict, it);

		if (it->is_count && it->word != VERDICT_NEW && it->word != VERDICT_UNGATED &&
			(!count || weight > group_weight(verdict, count)))
			count = it;
		else if (!it->is_count && word_compares(it->word) && weight > others)
			others = weight;
	}
	return count && group_weight(verdict, count) > others ? count : NULL;
}
