/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "report/phrase.h"

#include "model/units.h"
#include "report/why.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>

const struct result *phrase_result(const struct comparison *comparison)
{
	return comparison->head ? comparison->head : comparison->base;
}

void why_add_question(const struct comparison *comparison, struct buf *out)
{
	verdict_add_name(comparison, out);
	if (!comparison->is_limit)
		return;
	buf_adds(out, comparison->metric->more_is_better ? " >= " : " <= ");
	buf_add_printable(out, comparison->tolerance.limit->text);
}

bool phrase_is_exact(const struct comparison *comparison)
{
	return comparison->evidence == EVIDENCE_EXACT;
}

/* What is exact differs in figures that are otherwise rounded away. */
static void add_value(const struct comparison *comparison, double value, struct buf *out)
{
	if (phrase_is_exact(comparison))
		units_add_exact(out, value, comparison->metric->unit);
	else
		units_add(out, value, comparison->metric->unit);
}

void phrase_surely(const struct comparison *comparison, struct buf *out)
{
	buf_adds(out, phrase_is_exact(comparison) ? ", " : ", surely ");
}

void phrase_change(const struct comparison *comparison, struct buf *out)
{
	add_value(comparison, comparison->base_estimate.value, out);
	buf_adds(out, " -> ");
	add_value(comparison, comparison->estimate.value, out);
	if (phrase_is_exact(comparison))
		buf_adds(out, ", exactly");
	if (!isfinite(comparison->change_ratio))
		return;
	buf_adds(out, phrase_is_exact(comparison) ? " " : ", ");
	units_add_change(out, comparison->change_ratio);
	if (isnan(comparison->change_low) || phrase_is_exact(comparison))
		return;
	buf_adds(out, " (95 %: ");
	units_add_changes(out, comparison->change_low, comparison->change_high);
	buf_addc(out, ')');
}

void phrase_level(const struct comparison *comparison, struct buf *out)
{
	buf_adds(out, phrase_is_exact(comparison) ? "is exactly " : "is ");
	add_value(comparison, comparison->estimate.value, out);
	if (phrase_is_exact(comparison) || !isfinite(comparison->estimate.low))
		return;
	buf_adds(out, " (95 %: ");
	add_value(comparison, comparison->estimate.low, out);
	buf_adds(out, " .. ");
	add_value(comparison, comparison->estimate.high, out);
	buf_addc(out, ')');
}

void phrase_budget(const struct comparison *comparison, struct buf *out)
{
	buf_adds(out, "its budget of ");
	buf_add_printable(out, comparison->tolerance.limit->text);
}

/* The tier, where it is the tier that says so and nothing else. */
static const char *tolerating_tier(
	const struct verdict *verdict, const struct comparison *comparison)
{
	const struct result *result = phrase_result(comparison);
	const struct tier *tier;

	if (!verdict->policy)
		return NULL;
	tier = tiers_holding(&verdict->policy->tiers, result->name, result->tier);
	return tier->threshold_ratio == comparison->tolerance.threshold_ratio ? tier->name : NULL;
}

void phrase_tolerated(
	const struct verdict *verdict, const struct comparison *comparison, struct buf *out)
{
	const char *tier = tolerating_tier(verdict, comparison);

	buf_adds(out, "the ");
	units_add_ratio(out, comparison->tolerance.threshold_ratio);
	buf_adds(out, " that ");
	buf_add_printable(out, tier ? tier : "the policy");
	buf_adds(out, " tolerates");
}

void phrase_certainty(
	const struct verdict *verdict, const struct comparison *comparison, struct buf *out)
{
	bool in_turn = comparison->evidence == EVIDENCE_IN_TURN;
	size_t family = in_turn ? verdict->family_in_turn : verdict->family;
	double p = comparison->p_adjusted;

	if (phrase_is_exact(comparison))
		return;
	if (isfinite(p)) {
		if (p < 1e-4)
			buf_adds(out, " (p < 0.0001");
		else
			buf_addf(out, " (p %.2g", p);
		if (family == 2)
			buf_adds(out, " for both comparisons");
		else if (family > 2)
			buf_addf(out, " for all %zu comparisons", family);
		buf_addc(out, ')');
	}
	if (in_turn)
		buf_addf(out, "; %zu %s in turn with the base", comparison->nr_units,
			comparison->nr_layouts ? "layouts" : "units");
	if (comparison->evidence == EVIDENCE_SECOND_LOOK)
		buf_addf(out, "; confirmed by %zu fresh processes", comparison->nr_head);
}

void phrase_shard(const struct verdict *verdict, size_t part, struct buf *out)
{
	if (verdict->nr_parts > 1)
		buf_addf(out, "shard %" PRIu64 ": ", verdict->parts[part].head->shard.index);
}

void phrase_drift(const struct comparison *comparison, struct buf *out)
{
	size_t nr = comparison->nr_sessions;

	if (comparison->drift_source == DRIFT_NONE)
		return;
	if (comparison->base_metric && comparison->base_metric->digest.nr)
		buf_adds(out,
			"the base has only a mean and a deviation, and sessions are assumed to differ by ");
	else if (comparison->drift_source == DRIFT_OWN)
		buf_addf(out, "the base's %zu sessions differ by ", nr);
	else if (comparison->drift_source == DRIFT_POOLED)
		buf_addf(out, "the base's %zu sessions are taken to differ as the suite's do, by ",
			nr);
	else if (comparison->drift_source == DRIFT_CALIBRATED)
		buf_addf(out,
			"the base has %zu session%s, and sessions are taken to differ as doctor --calibrate saw on this machine, by ",
			nr, nr == 1 ? "" : "s");
	else
		buf_addf(out, "the base has %zu session%s, and sessions are assumed to differ by ",
			nr, nr == 1 ? "" : "s");
	units_add_ratio(out, comparison->tau_ratio);
}

void phrase_assumption(const struct comparison *comparison, struct buf *out)
{
	if (comparison->drift_source != DRIFT_ASSUMED)
		return;
	buf_adds(out, "; ");
	phrase_drift(comparison, out);
}

struct phrase_drops phrase_drops(const struct result *head)
{
	double nr_quads = 0, nr_dropped = 0, base = 0, other = 0;

	for (size_t i = 0; i < head->duets.nr; i++) {
		const struct duet *duet = &head->duets.items[i];

		nr_quads += (double)duet->nr_quads;
		nr_dropped += (double)duet->nr_dropped;
		base += (double)duet->nr_base_disturbed;
		other += (double)duet->nr_head_disturbed;
	}
	if (nr_quads == 0)
		return (struct phrase_drops){ 0, 0, 0 };
	/* Each quad holds two batches of either side. */
	return (struct phrase_drops){ 100 * nr_dropped / nr_quads, 50 * base / nr_quads,
		50 * other / nr_quads };
}
