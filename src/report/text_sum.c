/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "report/text_parts.h"

#include "model/units.h"
#include "report/describe.h"
#include "report/tally.h"

#include <math.h>

/* The headline is a warning only when none of its word fails the run. */
static bool only_warns(const struct verdict *verdict)
{
	bool any = false;

	for (size_t i = 0; i < verdict->nr; i++) {
		const struct comparison *comparison = &verdict->items[i];

		if (comparison->word != verdict->word)
			continue;
		if (verdict_action(verdict, comparison) == ACTION_FAIL)
			return false;
		any |= text_only_warns(verdict, comparison);
	}
	return any;
}

static const char *first_mark(const struct verdict *verdict)
{
	const char *mark = NULL;

	for (size_t i = 0; i < verdict->nr_parts && !mark; i++)
		mark = describe_mismatch(&verdict->parts[i]);
	return mark;
}

static void add_headline(const struct page *page)
{
	const struct verdict *verdict = page->verdict;

	text_add(page, text_word_color(verdict->word), verdict_word_name(verdict->word));
	if (only_warns(verdict))
		buf_adds(page->out, " (warns only)");
	if (page->marks && verdict_compared(verdict))
		buf_addf(page->out, ", %s", first_mark(verdict));
	buf_adds(page->out, ": ");
}

static void add_coverage(const struct page *page, const struct tally *tally)
{
	if (!isfinite(tally->coverage_ratio))
		return;
	buf_addf(page->out, "decided: %zu of %zu benchmarks (%.0f %%)\n", tally->nr_decided,
		tally->nr_benchmarks, floor(100 * tally->coverage_ratio));
}

static void add_worst(const struct page *page, const struct tally *tally)
{
	if (!tally->worst)
		return;
	buf_adds(page->out, "worst: ");
	tally_add_worst(tally, page->out);
	if (tally->words[VERDICT_REGRESSION] > 1 && isfinite(tally->regression_ratio)) {
		buf_adds(page->out, "; what regressed is worse by ");
		units_add_ratio(page->out, tally->regression_ratio);
		buf_adds(page->out, " on average");
	}
	buf_addc(page->out, '\n');
}

void text_sum(const struct page *page)
{
	const struct verdict *verdict = page->verdict;
	struct tally tally = tally_of(verdict);

	if (verdict_compared(verdict)) {
		add_coverage(page, &tally);
		add_worst(page, &tally);
		add_headline(page);
	} else if ((verdict->base || tally.nr_uncounted) && verdict->word != VERDICT_NEW) {
		add_headline(page);
	}
	tally_add_counts(verdict, &tally, page->out);
	buf_addc(page->out, '\n');
}
