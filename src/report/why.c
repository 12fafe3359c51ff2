/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "report/why.h"

#include "gate/in_turn.h"
#include "gate/judge.h"
#include "model/units.h"
#include "report/phrase.h"
#include "report/typical.h"

#include <math.h>

#define UNSEEN ", the change that must not pass unseen"

static void add_beyond(
	const struct verdict *verdict, const struct comparison *comparison, struct buf *out)
{
	phrase_change(comparison, out);
	typical_add_change(verdict, comparison, out);
	phrase_surely(comparison, out);
	buf_adds(out, comparison->metric->more_is_better ? "worse by more than " : "more than ");
	phrase_tolerated(verdict, comparison, out);
	phrase_certainty(verdict, comparison, out);
	phrase_assumption(comparison, out);
}

static void add_below(
	const struct verdict *verdict, const struct comparison *comparison, struct buf *out)
{
	if (phrase_is_exact(comparison) && comparison->change_ratio == 0) {
		phrase_level(comparison, out);
		buf_adds(out, " as before");
		return;
	}
	phrase_change(comparison, out);
	if (phrase_is_exact(comparison)) {
		buf_adds(out, ", within ");
		phrase_tolerated(verdict, comparison, out);
		return;
	}
	buf_adds(out, ", surely ");
	buf_adds(out, comparison->metric->more_is_better ? "worse by less than " : "less than ");
	units_add_ratio(out, comparison->tolerance.target_ratio);
	buf_adds(out, UNSEEN);
}

static void add_faster(
	const struct verdict *verdict, const struct comparison *comparison, struct buf *out)
{
	phrase_change(comparison, out);
	typical_add_change(verdict, comparison, out);
	phrase_surely(comparison, out);
	buf_adds(out, "better by more than ");
	units_add_ratio(out, comparison->tolerance.threshold_ratio);
}

/* The end of the interval at which head is the better. */
static double least_worsening(const struct comparison *comparison)
{
	return comparison->metric->more_is_better ? 1 / (1 + comparison->change_high) - 1
						  : comparison->change_low;
}

static void add_undecided(
	const struct verdict *verdict, const struct comparison *comparison, struct buf *out)
{
	phrase_change(comparison, out);
	if (least_worsening(comparison) > comparison->tolerance.target_ratio) {
		buf_adds(out, ": not surely enough more than ");
		phrase_tolerated(verdict, comparison, out);
		phrase_certainty(verdict, comparison, out);
	} else {
		buf_adds(out, ": cannot be told from ");
		units_add_ratio(out, comparison->tolerance.target_ratio);
		buf_adds(out, UNSEEN);
	}
	phrase_assumption(comparison, out);
}

static void add_unconfirmed(
	const struct verdict *verdict, const struct comparison *comparison, struct buf *out)
{
	bool again = comparison->evidence == EVIDENCE_SECOND_LOOK;

	if (comparison->is_limit)
		phrase_level(comparison, out);
	else
		phrase_change(comparison, out);
	if (again)
		buf_addf(out, " in %zu fresh processes", comparison->nr_head);
	buf_adds(out,
		comparison->is_limit ? ": suspected of being over " : ": suspected of more than ");
	if (comparison->is_limit)
		phrase_budget(comparison, out);
	else
		phrase_tolerated(verdict, comparison, out);
	buf_adds(out,
		again ? ", which these neither confirm nor clear"
		      : ", and there were too few fresh processes to confirm or clear it");
	phrase_assumption(comparison, out);
}

static void add_not_repeated(
	const struct verdict *verdict, const struct comparison *comparison, struct buf *out)
{
	phrase_change(comparison, out);
	buf_adds(out, " seemed surely more than ");
	phrase_tolerated(verdict, comparison, out);
	buf_adds(out, ", but a control moved, too, and ");
	if (!comparison->again.nr_units) {
		buf_adds(out, "it was not measured again");
		return;
	}
	buf_addf(out, "%zu fresh units do not say so again: ", comparison->again.nr_units);
	units_add_change(out, comparison->again.change_ratio);
}

/* Beside a regression that fresh units confirmed. */
static void add_again(const struct comparison *comparison, struct buf *out)
{
	if (comparison->why != WHY_BEYOND_THRESHOLD || !comparison->again.nr_units)
		return;
	buf_addf(out, "; measured again in %zu fresh units, for a control moved: ",
		comparison->again.nr_units);
	units_add_change(out, comparison->again.change_ratio);
}

static void add_disturbed(const struct comparison *comparison, struct buf *out)
{
	struct phrase_drops drops = phrase_drops(comparison->head);

	phrase_change(comparison, out);
	buf_addf(out,
		"; %.0f %% of it had to be dropped, because other programs took the processor (base %.0f %%, head %.0f %% of batches)",
		drops.dropped_pct, drops.base_pct, drops.head_pct);
}

static void add_drifting(const struct comparison *comparison, struct buf *out)
{
	phrase_change(comparison, out);
	buf_adds(out, ": cannot be told from ");
	units_add_ratio(out, comparison->tolerance.target_ratio);
	buf_addf(out,
		UNSEEN
		"; more measuring will not help, the base itself is too uncertain (%zu processes",
		comparison->nr_base);
	if (comparison->drift_source != DRIFT_NONE)
		buf_adds(out, "; ");
	phrase_drift(comparison, out);
	buf_addc(out, ')');
}

static void add_too_few(const struct comparison *comparison, struct buf *out)
{
	buf_addf(out, "%zu process%s", comparison->nr_head, comparison->nr_head == 1 ? "" : "es");
	if (!comparison->is_limit)
		buf_addf(out, ", and %zu in the base", comparison->nr_base);
	buf_addf(out, "; fewer than %d cannot be judged", JUDGE_MIN_PROCESSES);
}

static void add_limit(
	const struct verdict *verdict, const struct comparison *comparison, struct buf *out)
{
	bool more = comparison->metric->more_is_better;

	phrase_level(comparison, out);
	if (comparison->why == WHY_AT_LIMIT) {
		buf_adds(out, ", too near ");
		phrase_budget(comparison, out);
		buf_adds(out, " to tell");
		return;
	}
	phrase_surely(comparison, out);
	buf_adds(out,
		comparison->why == WHY_UNDER_LIMIT ? "within "
			: more                     ? "short of "
						   : "over ");
	phrase_budget(comparison, out);
	if (comparison->why == WHY_OVER_LIMIT)
		phrase_certainty(verdict, comparison, out);
}

static void add_measuring_time(const struct comparison *comparison, struct buf *out)
{
	buf_adds(out, "measuring took ");
	units_add(out, comparison->estimate.value, comparison->metric->unit);
	buf_adds(out,
		comparison->why == WHY_OVER_MAX_TIME ? ", longer than its max_time of "
						     : ", within its max_time of ");
	buf_add_printable(out, comparison->tolerance.limit->text);
}

static void add_limit_unit(const struct comparison *comparison, struct buf *out)
{
	phrase_budget(comparison, out);
	buf_adds(out, " cannot be compared with a metric in ");
	buf_add_printable(
		out, *comparison->metric->unit ? comparison->metric->unit : "plain counts");
}

static void add_fault(const struct result *head, struct buf *out)
{
	if (head->word != RESULT_NOT_MEASURED)
		buf_addf(out, "%s: ", result_word_name(head->word));
	buf_add_printable(out, head->reason ? head->reason : "no reason given");
}

/* Where the word says it all. */
static void add_word(
	const struct verdict *verdict, const struct comparison *comparison, struct buf *out)
{
	switch (comparison->word) {
	case VERDICT_FAILED:
	case VERDICT_NOT_MEASURED:
		add_fault(comparison->head, out);
		break;
	case VERDICT_MISSING:
		buf_adds(out, "is in the base and not in the suite");
		break;
	case VERDICT_NEW:
		buf_adds(out, verdict->base ? "not in the base" : "nothing to compare it with");
		break;
	case VERDICT_UNGATED:
		if (isfinite(comparison->base_estimate.value)) {
			phrase_change(comparison, out);
			buf_adds(out, ", ");
		}
		buf_adds(out, "shown, not judged");
		break;
	default:
		break;
	}
}

static void add_acceptance(const struct comparison *comparison, struct buf *out)
{
	const struct acceptance *acceptance = comparison->acceptance;
	bool accepted = comparison->word == VERDICT_ACCEPTED;

	if (!acceptance)
		return;
	buf_adds(out, accepted ? "; accepted" : "; was accepted");
	if (acceptance->by) {
		buf_adds(out, " by ");
		buf_add_printable(out, acceptance->by);
	}
	if (isfinite(acceptance->max_ratio)) {
		buf_adds(out, " up to ");
		units_add_ratio(out, acceptance->max_ratio);
	}
	if (acceptance->until) {
		buf_adds(out, " until ");
		buf_add_printable(out, acceptance->until);
	}
	if (!accepted)
		buf_adds(out,
			comparison->acceptance_expired ? ", which is over" : ", which it exceeds");
	buf_adds(out, ": ");
	buf_add_printable(out, acceptance->reason);
}

/* By its code, or by all bytes of its suite. */
static void add_identical(const struct result *head, struct buf *out)
{
	buf_adds(out,
		head->code == CODE_SAME
			? "identical code: the machine code, constants and files that it uses are the same on both sides"
			: "the same bytes and the same files on both sides");
	buf_adds(out, head->duets.nr ? "; measured as a control" : "; not measured");
}

static void add_mismatch(
	const struct verdict *verdict, const struct comparison *comparison, struct buf *out)
{
	const char *mismatch = verdict_mismatch(verdict, comparison);

	if (comparison->why == WHY_OTHER_MACHINE)
		buf_adds(out, "the base is not comparable: ");
	buf_add_printable(out, mismatch ? mismatch : "another machine");
}

static void add_too_few_units(const struct comparison *comparison, struct buf *out)
{
	buf_addf(out, "%zu of its units count%s; fewer than %d cannot be judged",
		comparison->nr_units, comparison->nr_units == 1 ? "s" : "", IN_TURN_MIN_UNITS);
}

/* In what the two have of the metric. */
static void add_difference(const struct comparison *comparison, struct buf *out)
{
	buf_adds(out,
		comparison->why == WHY_METRIC_GONE
			? "the base has this metric, and the benchmark no longer does"
			: "the base has it in another unit, or with the other way better");
}

static void add_reason(
	const struct verdict *verdict, const struct comparison *comparison, struct buf *out)
{
	switch (comparison->why) {
	case WHY_NOTHING:
		add_word(verdict, comparison, out);
		break;
	case WHY_BEYOND_THRESHOLD:
		add_beyond(verdict, comparison, out);
		break;
	case WHY_BELOW_TARGET:
		add_below(verdict, comparison, out);
		break;
	case WHY_FASTER:
		add_faster(verdict, comparison, out);
		break;
	case WHY_NOT_ENOUGH:
		add_undecided(verdict, comparison, out);
		break;
	case WHY_NOT_CONFIRMED:
		add_unconfirmed(verdict, comparison, out);
		break;
	case WHY_DRIFT:
		add_drifting(comparison, out);
		break;
	case WHY_TOO_FEW_PROCESSES:
		add_too_few(comparison, out);
		break;
	case WHY_NOT_REPEATED:
		add_not_repeated(verdict, comparison, out);
		break;
	case WHY_DISTURBED:
		add_disturbed(comparison, out);
		break;
	case WHY_TOO_FEW_UNITS:
		add_too_few_units(comparison, out);
		break;
	case WHY_IDENTICAL:
		add_identical(comparison->head, out);
		break;
	case WHY_NO_SPREAD:
	case WHY_NO_RATIO:
		buf_adds(out, why_of_many(comparison->why));
		break;
	case WHY_OVER_LIMIT:
	case WHY_UNDER_LIMIT:
	case WHY_AT_LIMIT:
		add_limit(verdict, comparison, out);
		break;
	case WHY_OVER_MAX_TIME:
	case WHY_WITHIN_MAX_TIME:
		add_measuring_time(comparison, out);
		break;
	case WHY_OTHER_UNIT:
	case WHY_METRIC_GONE:
		add_difference(comparison, out);
		break;
	case WHY_LIMIT_UNIT:
		add_limit_unit(comparison, out);
		break;
	case WHY_OTHER_MACHINE:
	case WHY_NO_BASE:
		add_mismatch(verdict, comparison, out);
		break;
	}
}

void why_add(const struct verdict *verdict, const struct comparison *comparison, struct buf *out)
{
	add_reason(verdict, comparison, out);
	add_again(comparison, out);
	typical_add_note(verdict, comparison, out);
	add_acceptance(comparison, out);
}
