/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "gate/selftest.h"

#include <math.h>
#include <string.h>

double selftest_ratio(const struct tolerance *tolerance)
{
	return fmax(tolerance->target_ratio, SELFTEST_LEAST_RATIO);
}

static const struct result *selftest_result_of(const struct comparison *comparison)
{
	return comparison->head ? comparison->head : comparison->base;
}

/* Of its time, or that it has none. */
static const struct comparison *time_of(const struct verdict *verdict, const char *name)
{
	for (size_t i = 0; i < verdict->nr; i++) {
		const struct comparison *it = &verdict->items[i];

		if (strcmp(selftest_result_of(it)->name, name) == 0 && !it->is_limit &&
			(!it->metric || metric_is_time(it->metric)))
			return it;
	}
	return NULL;
}

static bool is_called(const struct comparison *comparison)
{
	return comparison->word == VERDICT_REGRESSION || comparison->word == VERDICT_IMPROVEMENT;
}

/* Of any metric: nothing changed, and the gate calls it. */
static const struct comparison *called_of(const struct verdict *verdict, const char *name)
{
	for (size_t i = 0; i < verdict->nr; i++) {
		const struct comparison *it = &verdict->items[i];

		if (it->metric && !it->is_limit && is_called(it) &&
			strcmp(selftest_result_of(it)->name, name) == 0)
			return it;
	}
	return NULL;
}

/* What there is to say before the word of the gate counts. */
static enum shown without_word(const struct comparison *comparison)
{
	if (!comparison || comparison->word == VERDICT_NOT_MEASURED)
		return SHOWN_NOT_MEASURED;
	if (comparison->word == VERDICT_FAILED || !comparison->metric)
		return SHOWN_FAILED;
	return comparison->word == VERDICT_INCONCLUSIVE ? SHOWN_UNSURE : SHOWN_YES;
}

static enum shown judge_slowed(const struct comparison *slowed)
{
	enum shown shown = without_word(slowed);

	if ((shown == SHOWN_YES || shown == SHOWN_UNSURE) && slowed->head &&
		result_base_is_empty(slowed->head))
		return SHOWN_NO_WORK;
	if (shown == SHOWN_YES && slowed->word != VERDICT_REGRESSION)
		return SHOWN_WRONG;
	return shown;
}

static enum shown judge_unchanged(const struct comparison *unchanged)
{
	enum shown shown = without_word(unchanged);

	return shown == SHOWN_YES && unchanged->word != VERDICT_PASS ? SHOWN_WRONG : shown;
}

void selftest_add(struct selftest *selftest, const char *name, double slower_ratio,
	const struct verdict *slowed, const struct verdict *unchanged)
{
	const struct comparison *called = called_of(unchanged, name);
	struct selftest_bench bench = { .name = name,
		.slower_ratio = slower_ratio,
		.slowed = time_of(slowed, name),
		.unchanged = called ? called : time_of(unchanged, name) };

	bench.shown_slowed = judge_slowed(bench.slowed);
	bench.shown_unchanged = judge_unchanged(bench.unchanged);
	*ARRAY_ADD(selftest) = bench;
}

void selftest_add_not_gated(struct selftest *selftest, const char *name)
{
	*ARRAY_ADD(selftest) = (struct selftest_bench){ .name = name,
		.slower_ratio = NAN,
		.shown_slowed = SHOWN_NOT_GATED,
		.shown_unchanged = SHOWN_NOT_GATED };
}

struct selftest_count selftest_count(const struct selftest *selftest)
{
	struct selftest_count count = { { 0 }, { 0 } };

	for (size_t i = 0; i < selftest->nr; i++) {
		count.slowed[selftest->items[i].shown_slowed]++;
		count.unchanged[selftest->items[i].shown_unchanged]++;
	}
	return count;
}

void selftest_release(struct selftest *selftest)
{
	ARRAY_RELEASE(selftest);
}
