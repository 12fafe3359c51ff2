/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "report/typical.h"

#include "model/units.h"

#include <math.h>

/* Bursts in fewer batches than this, or in more, do not tell how often they come. */
#define MIN_BURST_SHARE 0.002
#define MAX_BURST_SHARE 0.5
/* A typical change of less than this part of the mean one leaves the rest to bursts. */
#define UNCHANGED_PART 0.5

double typical_burst_share(const struct result *head)
{
	double of_head = 0, of_base = 0, counted = 0;

	for (size_t i = 0; i < head->duets.nr; i++) {
		const struct duet *duet = &head->duets.items[i];

		of_head += (double)duet->nr_head_bursts;
		of_base += (double)duet->nr_base_bursts;
		counted += (double)duet->nr_counted;
	}
	return counted > 0 ? (of_head - of_base) / counted : 0;
}

static void typical_add_typical(const struct aspect *typical, struct buf *out)
{
	units_add_change(out, typical->change_ratio);
	if (isnan(typical->change_low))
		return;
	buf_adds(out, " (95 %: ");
	units_add_changes(out, typical->change_low, typical->change_high);
	buf_addc(out, ')');
}

void typical_add_change(
	const struct verdict *verdict, const struct comparison *comparison, struct buf *out)
{
	if (verdict_deciding(verdict, comparison) != ASPECT_TYPICAL)
		return;
	buf_adds(out, " on average, a typical iteration ");
	typical_add_typical(&comparison->aspects[ASPECT_TYPICAL], out);
}

static bool comes_in_bursts(const struct verdict *verdict, const struct comparison *comparison)
{
	const struct aspect *typical = &comparison->aspects[ASPECT_TYPICAL];
	double mean = log1p(comparison->change_ratio);

	return verdict_deciding(verdict, comparison) == ASPECT_MAIN && mean > 0 &&
		log1p(typical->change_ratio) < UNCHANGED_PART * mean;
}

static void add_bursts(const struct comparison *comparison, struct buf *out)
{
	double share = typical_burst_share(comparison->head);

	buf_adds(out, "; a typical iteration changed by ");
	units_add_change(out, comparison->aspects[ASPECT_TYPICAL].change_ratio);
	buf_adds(out, ": the cost comes in bursts");
	if (share > MIN_BURST_SHARE && share < MAX_BURST_SHARE)
		buf_addf(out, ", in about 1 of %.0f batches", 1 / share);
}

/* Of one that neither passed nor failed: which of the two is in the way. */
static void add_unsure(
	const struct verdict *verdict, const struct comparison *comparison, struct buf *out)
{
	const struct aspect *aspects = comparison->aspects;
	bool mean_is_below = aspects[ASPECT_MAIN].p_pass < verdict->policy->alpha;
	bool typical_is_below = aspects[ASPECT_TYPICAL].p_pass < verdict->policy->alpha;

	if (comparison->evidence != EVIDENCE_IN_TURN || mean_is_below == typical_is_below)
		return;
	buf_adds(out,
		mean_is_below ? "; the mean is below the target, a typical iteration is not: "
			      : "; a typical iteration is below the target, the mean is not: ");
	if (mean_is_below)
		typical_add_typical(&aspects[ASPECT_TYPICAL], out);
	else
		buf_adds(out, "cost may come in bursts");
}

static void add_age(const struct result *head, struct buf *out)
{
	if (head->duets.nr && head->duets.items[head->duets.nr - 1].late)
		buf_adds(out,
			"; the ratio changes with the age of the process, so only the later half counts");
}

void typical_add_note(
	const struct verdict *verdict, const struct comparison *comparison, struct buf *out)
{
	if (!comparison->aspects[ASPECT_TYPICAL].metric || !comparison->head || !verdict->policy)
		return;
	if (comparison->word == VERDICT_REGRESSION && comes_in_bursts(verdict, comparison))
		add_bursts(comparison, out);
	else if (comparison->word == VERDICT_INCONCLUSIVE)
		add_unsure(verdict, comparison, out);
	add_age(comparison->head, out);
}
