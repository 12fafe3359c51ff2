/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "report/text_parts.h"

#include "report/units.h"

#include <math.h>

/* Of the words that are counted besides PASS and IMPROVEMENT, those that a comparison gives. */
#define NR_COMPARED 3

static void add_count(size_t nr, const char *what, struct buf *out)
{
	if (nr)
		buf_addf(out, ", %zu %s", nr, what);
}

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

static void add_headline(const struct page *page)
{
	const struct verdict *verdict = page->verdict;

	text_add(page, text_word_color(verdict->word), verdict_word_name(verdict->word));
	if (only_warns(verdict))
		buf_adds(page->out, " (warns only)");
	if (page->mark && verdict_compared(verdict))
		buf_addf(page->out, ", %s", page->mark);
	buf_adds(page->out, ": ");
}

static void add_duration(const struct run *run, struct buf *out)
{
	units_add_duration(out, (double)run->duration_ns / 1e9);
	if (run->status == RUN_INTERRUPTED)
		buf_adds(out, ", interrupted");
}

static void add_measured(const struct page *page)
{
	const struct run *run = page->verdict->head;
	size_t nr_measured = 0, nr_failed = 0, nr_unmeasured = 0;

	for (size_t i = 0; i < run->nr; i++) {
		nr_measured += run->items[i].word == RESULT_OK && run->items[i].metrics.nr;
		nr_unmeasured += run->items[i].word == RESULT_NOT_MEASURED;
		nr_failed += run->items[i].word != RESULT_OK &&
			run->items[i].word != RESULT_NOT_MEASURED;
	}
	buf_addf(page->out, "%zu measured", nr_measured);
	add_count(nr_failed, "failed", page->out);
	add_count(nr_unmeasured, "not measured", page->out);
	add_count(verdict_count(page->verdict, VERDICT_MISSING), "missing", page->out);
	buf_adds(page->out, " in ");
	add_duration(run, page->out);
	buf_adds(page->out, "; nothing was compared\n");
}

/* Of what was tested, the one of which least can be told. */
static const struct comparison *least_certain(const struct verdict *verdict)
{
	const struct comparison *least = NULL;

	for (size_t i = 0; i < verdict->nr; i++) {
		const struct comparison *comparison = &verdict->items[i];
		bool tested = comparison->evidence == EVIDENCE_FIRST_LOOK ||
			comparison->evidence == EVIDENCE_SECOND_LOOK ||
			comparison->evidence == EVIDENCE_IN_TURN;

		if (tested && comparison->tolerance.gated && !comparison->is_limit &&
			comparison->planned.se > (least ? least->planned.se : 0))
			least = comparison;
	}
	return least;
}

/* A PASS is worth what it could have found. */
static void add_detectable(const struct verdict *verdict, struct buf *out)
{
	const struct comparison *least = least_certain(verdict);
	double detectable = least ? verdict_detectable(verdict, least) : NAN;

	if (!isfinite(detectable))
		return;
	buf_adds(out, "; a change of ");
	units_add_ratio(out, detectable);
	buf_adds(out, " would have been seen in each, 9 times in 10");
}

static void add_compared(const struct page *page)
{
	static const struct {
		enum verdict_word word;
		const char *what;
	} others[] = {
		{ VERDICT_REGRESSION, "regressed" },
		{ VERDICT_ACCEPTED, "accepted" },
		{ VERDICT_INCONCLUSIVE, "inconclusive" },
		{ VERDICT_MISSING, "missing" },
		{ VERDICT_FAILED, "failed" },
		{ VERDICT_NOT_MEASURED, "not measured" },
		{ VERDICT_NEW, "new" },
	};
	const struct verdict *verdict = page->verdict;
	size_t nr_better = verdict_count(verdict, VERDICT_IMPROVEMENT);
	size_t nr_pass = verdict_count(verdict, VERDICT_PASS) + nr_better, nr_compared = nr_pass;

	for (size_t i = 0; i < NR_COMPARED; i++)
		nr_compared += verdict_count(verdict, others[i].word);
	buf_addf(page->out, "%zu compared", nr_compared);
	add_count(nr_pass, "pass", page->out);
	if (nr_better)
		buf_addf(page->out, " (%zu better)", nr_better);
	for (size_t i = 0; i < sizeof others / sizeof *others; i++)
		if (verdict->base || others[i].word != VERDICT_NEW)
			add_count(
				verdict_count(verdict, others[i].word), others[i].what, page->out);
	add_detectable(verdict, page->out);
	buf_adds(page->out, "; ");
	add_duration(verdict->head, page->out);
	buf_addc(page->out, '\n');
}

void text_sum(const struct page *page)
{
	const struct verdict *verdict = page->verdict;
	bool compared = verdict_compared(verdict);

	if (compared || (verdict->base && verdict->word != VERDICT_NEW))
		add_headline(page);
	if (compared)
		add_compared(page);
	else
		add_measured(page);
}
