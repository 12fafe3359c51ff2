/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "report/tally.h"

#include "model/units.h"
#include "report/describe.h"
#include "report/group.h"

#include <math.h>

/* Of the words that are counted besides PASS and IMPROVEMENT, those that a comparison gives. */
#define NR_COMPARED 5
/* A larger detectable change is printed as "over" this. */
#define COARSE_RATIO 3.0

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

/* With a base, and with a change that can be told. */
static bool is_change(const struct comparison *comparison)
{
	return comparison->tolerance.gated && !comparison->is_limit && comparison->metric &&
		isfinite(verdict_worsening(comparison));
}

struct worsening {
	double sum, most; /* of what regressed; of all */
	size_t nr;        /* regressed */
};

static void take_change(
	const struct comparison *comparison, struct tally *tally, struct worsening *changes)
{
	double worse = verdict_worsening(comparison);

	tally->words[comparison->word]++;
	if (!is_change(comparison))
		return;
	if (comparison->word == VERDICT_REGRESSION) {
		changes->sum += worse;
		changes->nr++;
	}
	if (!tally->worst || worse > changes->most) {
		tally->worst = comparison;
		changes->most = worse;
	}
}

static void take_group(const struct verdict *verdict, const struct group *group,
	struct tally *tally, struct worsening *changes)
{
	const struct comparison *count = group_count_in_sum(verdict, group);

	for (size_t i = 0; i < group->nr; i++)
		if (!group->items[i].is_count || &group->items[i] == count)
			take_change(&group->items[i], tally, changes);
	tally->nr_benchmarks++;
	tally->nr_uncounted += count && count->word == VERDICT_NOT_MEASURED;
	tally->nr_decided += group->decided;
}

struct tally tally_of(const struct verdict *verdict)
{
	const struct comparison *least = least_certain(verdict);
	struct tally tally = { .nr_benchmarks = 0 };
	struct worsening changes = { 0, 0, 0 };
	struct group group = GROUP_START;

	while (group_next(verdict, &group))
		take_group(verdict, &group, &tally, &changes);
	tally.regression_ratio = changes.nr ? changes.sum / (double)changes.nr : NAN;
	tally.coverage_ratio = verdict->base && tally.nr_benchmarks
		? (double)tally.nr_decided / (double)tally.nr_benchmarks
		: NAN;
	tally.detectable_ratio = least ? verdict_detectable(verdict, least) : NAN;
	return tally;
}

static void tally_add_count(size_t nr, const char *what, struct buf *out)
{
	if (nr)
		buf_addf(out, ", %zu %s", nr, what);
}

static void add_duration(const struct verdict *verdict, struct buf *out)
{
	units_add_duration(out, (double)verdict_duration_ns(verdict) / 1e9);
	if (verdict_status(verdict) == RUN_INTERRUPTED)
		buf_adds(out, ", interrupted");
}

/* The results of a verdict, whatever was compared. */
struct results {
	size_t nr_measured, nr_failed, nr_unmeasured;
};

static void count_results(const struct run *run, struct results *results)
{
	for (size_t i = 0; i < run->nr; i++) {
		const struct result *result = &run->items[i];

		results->nr_measured += result->word == RESULT_OK && result->metrics.nr;
		results->nr_unmeasured += result->word == RESULT_NOT_MEASURED;
		results->nr_failed +=
			result->word != RESULT_OK && result->word != RESULT_NOT_MEASURED;
	}
}

static void tally_add_measured(
	const struct verdict *verdict, const struct tally *tally, struct buf *out)
{
	struct results results = { 0, 0, 0 };

	for (size_t i = 0; i < verdict->nr_parts; i++)
		count_results(verdict->parts[i].head, &results);
	buf_addf(out, "%zu measured", results.nr_measured);
	tally_add_count(results.nr_failed, "failed", out);
	tally_add_count(results.nr_unmeasured, "not measured", out);
	tally_add_count(tally->nr_uncounted, "without a count that the policy requires", out);
	tally_add_count(tally->words[VERDICT_MISSING], "missing", out);
	buf_adds(out, " in ");
	add_duration(verdict, out);
	buf_adds(out, "; nothing was compared");
}

static void tally_add_compared(
	const struct verdict *verdict, const struct tally *tally, struct buf *out)
{
	static const struct {
		enum verdict_word word;
		const char *what;
	} others[] = {
		{ VERDICT_REGRESSION, "regressed" },
		{ VERDICT_WARNING, "warned" },
		{ VERDICT_ACCEPTED, "accepted" },
		{ VERDICT_INCONCLUSIVE, "inconclusive" },
		{ VERDICT_LAYOUT, "by layout" },
		{ VERDICT_MISSING, "missing" },
		{ VERDICT_FAILED, "failed" },
		{ VERDICT_NOT_MEASURED, "not measured" },
		{ VERDICT_NEW, "new" },
	};
	size_t nr_better = tally->words[VERDICT_IMPROVEMENT];
	size_t nr_pass = tally->words[VERDICT_PASS] + nr_better, nr_compared = nr_pass;

	for (size_t i = 0; i < NR_COMPARED; i++)
		nr_compared += tally->words[others[i].word];
	buf_addf(out, "%zu compared", nr_compared);
	tally_add_count(nr_pass, "pass", out);
	if (nr_better)
		buf_addf(out, " (%zu better)", nr_better);
	for (size_t i = 0; i < sizeof others / sizeof *others; i++)
		if (verdict->base || others[i].word != VERDICT_NEW)
			tally_add_count(tally->words[others[i].word], others[i].what, out);
	/* A PASS is worth what it could have found. */
	if (isfinite(tally->detectable_ratio)) {
		bool coarse = tally->detectable_ratio > COARSE_RATIO;

		buf_adds(out,
			coarse ? "; smallest detectable change: over "
			       : "; smallest detectable change: ");
		units_add_ratio(out, coarse ? COARSE_RATIO : tally->detectable_ratio);
		buf_adds(out, " (90 % power)");
	}
	buf_adds(out, "; ");
	add_duration(verdict, out);
}

void tally_add_counts(const struct verdict *verdict, const struct tally *tally, struct buf *out)
{
	if (verdict_compared(verdict))
		tally_add_compared(verdict, tally, out);
	else
		tally_add_measured(verdict, tally, out);
}

void tally_add_worst(const struct tally *tally, struct buf *out)
{
	const struct comparison *worst = tally->worst;

	if (!worst)
		return;
	verdict_add_name(worst, out);
	buf_addc(out, ' ');
	units_add_change(out, worst->change_ratio);
	if (worst->evidence == EVIDENCE_EXACT || !isfinite(worst->change_low))
		return;
	buf_adds(out, " (95 %: ");
	units_add_changes(out, worst->change_low, worst->change_high);
	buf_addc(out, ')');
}
