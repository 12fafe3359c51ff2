/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "report/describe.h"

#include "gate/counts.h"
#include "gate/in_turn.h"
#include "gate/judge.h"
#include "gate/question.h"
#include "model/units.h"
#include "report/accepted.h"
#include "report/basis.h"
#include "report/count_words.h"
#include "report/typical.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>

/* An unrelated function of 16 bytes was seen to move a tokenizer by 6 to 12 %. */
#define LAYOUT_RATIO 0.12

#define TEXT_OF(number) TEXT_OF_(number)
#define TEXT_OF_(number) #number

static bool describe_is_same(const struct comparison *comparison)
{
	return describe_is_exact(comparison) && comparison->change_ratio == 0;
}

static bool is_second_look(const struct comparison *comparison)
{
	return comparison->evidence == EVIDENCE_SECOND_LOOK;
}

static bool is_budget(const struct comparison *comparison)
{
	return comparison->is_limit;
}

static bool is_second_budget(const struct comparison *comparison)
{
	return is_budget(comparison) && is_second_look(comparison);
}

static bool is_judged_in_turn(const struct comparison *comparison)
{
	return comparison->evidence == EVIDENCE_IN_TURN;
}

/* Even the best end of the interval is worse than the target. */
static bool is_over_target(const struct comparison *comparison)
{
	double least = comparison->metric->more_is_better ? 1 / (1 + comparison->change_high) - 1
							  : comparison->change_low;

	return least > comparison->tolerance.target_ratio;
}

static bool is_repeated(const struct comparison *comparison)
{
	return comparison->again.nr_units > 0;
}

static bool is_same_code(const struct comparison *comparison)
{
	return comparison->head->code == CODE_SAME;
}

static bool lacks_sessions(const struct comparison *comparison)
{
	return comparison->nr_sessions < QUESTION_OWN_SESSIONS;
}

static bool lacks_head_processes(const struct comparison *comparison)
{
	return comparison->nr_head < JUDGE_MIN_PROCESSES;
}

static bool has_fault(const struct comparison *comparison)
{
	return comparison->word == VERDICT_FAILED || comparison->word == VERDICT_NOT_MEASURED;
}

static bool is_missing(const struct comparison *comparison)
{
	return comparison->word == VERDICT_MISSING;
}

static bool is_new(const struct comparison *comparison)
{
	return comparison->word == VERDICT_NEW;
}

static bool is_ungated(const struct comparison *comparison)
{
	return comparison->word == VERDICT_UNGATED;
}

static bool is_ungated_change(const struct comparison *comparison)
{
	return is_ungated(comparison) && isfinite(comparison->base_estimate.value);
}

static bool is_same_work(const struct comparison *comparison)
{
	return counts_apart_ratio(comparison) <= COUNTS_UNEVEN_RATIO;
}

#define IN_TURN "{in_turn}"
#define FILES "give several files for each side, each of a run of its own (a1,a2,a3)"
#define QUIETER "a quieter machine (benchgate doctor)"

/* The first row with that reason, whose condition holds and which has the text, gives the text. */
static const struct row {
	enum why why;
	bool (*when)(const struct comparison *comparison); /* NULL: always */
	const char *reason, *advice, *group;
} rows[] = {
	{ WHY_NOTHING, has_fault, .reason = "{fault}" },
	{ WHY_NOTHING, is_missing, .reason = "in the base, but not in the suite",
		.advice = "if you removed it on purpose: benchgate baselines prune" },
	{ WHY_NOTHING, is_new, .reason = "{no_base}" },
	{ WHY_NOTHING, is_ungated_change, .reason = "{change}; shown, not judged" },
	{ WHY_NOTHING, is_ungated, .reason = "shown, not judged" },
	{ WHY_BEYOND_THRESHOLD, NULL,
		.reason = "{change}{typical}: exceeds {threshold}{certainty}{assumption}" },
	{ WHY_BELOW_TARGET, describe_is_same, .reason = "{level}, as before" },
	{ WHY_BELOW_TARGET, describe_is_exact, .reason = "{change}: within {threshold}" },
	{ WHY_BELOW_TARGET, NULL, .reason = "{change}: below the target of {target}" },
	{ WHY_FASTER, NULL, .reason = "{change}{typical}: better by more than {threshold}" },
	{ WHY_NOT_ENOUGH, is_over_target,
		.reason = "{change}: too uncertain to say that it exceeds "
			  "{threshold}{certainty}{assumption}" },
	{ WHY_NOT_ENOUGH, NULL,
		.reason = "{change}: too noisy to rule out a change of {target} (the "
			  "target){assumption}",
		.group = "too noisy to rule out a change of the target's size" },
	{ WHY_NOT_CONFIRMED, is_second_budget,
		.reason = "{level} in {head_processes}: second measurement inconclusive, may be "
			  "{outside}{assumption}" },
	{ WHY_NOT_CONFIRMED, is_budget,
		.reason = "{level}: may be {outside}; too few processes for a second "
			  "measurement{assumption}" },
	{ WHY_NOT_CONFIRMED, is_second_look,
		.reason = "{change} in {head_processes}: second measurement inconclusive, may "
			  "exceed {threshold}{assumption}" },
	{ WHY_NOT_CONFIRMED, NULL,
		.reason = "{change}: may exceed {threshold}; too few processes for a second "
			  "measurement{assumption}",
		.group = "second measurement inconclusive: may exceed the threshold" },
	{ WHY_DRIFT, NULL,
		.reason = "{change}: too noisy to rule out a change of {target} (the target); "
			  "more processes will not help, the base itself is too uncertain "
			  "({base_processes}{drift}{sure})",
		.group = "too noisy to rule out a change of the target's size; more processes "
			 "will not help, the base itself is too uncertain" },
	{ WHY_NOT_REPEATED, is_repeated,
		.reason = "{change}: seemed to exceed {threshold}, but a control moved too, and "
			  "{again_units} fresh units do not confirm it: {again_change}" },
	{ WHY_NOT_REPEATED, NULL,
		.reason = "{change}: seemed to exceed {threshold}, but a control moved too, and "
			  "it was not measured again",
		.group = "seemed to exceed the threshold, but a control moved too, and fresh units "
			 "do not confirm it" },
	{ WHY_DISTURBED, NULL,
		.reason = "{change}; {dropped} of the batches were dropped: other programs "
			  "used the processor (disturbed: base {base_disturbed}, head "
			  "{head_disturbed})",
		.group = "too many batches were dropped: other programs used the processor" },
	{ WHY_TOO_FEW_UNITS, NULL,
		.reason = "only {units} usable; at least " TEXT_OF(IN_TURN_MIN_UNITS) " needed",
		.group = "too few usable units" },
	{ WHY_IDENTICAL, is_same_code,
		.reason = "identical code: its machine code, constants and files are the same on "
			  "both sides; {control}" },
	{ WHY_IDENTICAL, NULL,
		.reason = "the same bytes and the same files on both sides; {control}" },
	{ WHY_TOO_FEW_PROCESSES, is_budget,
		.reason =
			"only {head_processes}; at least " TEXT_OF(JUDGE_MIN_PROCESSES) " needed" },
	{ WHY_TOO_FEW_PROCESSES, NULL,
		.reason =
			"only {head_processes}, and {base_processes} in the base; at least " TEXT_OF(
				JUDGE_MIN_PROCESSES) " needed on each side",
		.group = "fewer than " TEXT_OF(JUDGE_MIN_PROCESSES) " processes" },
	{ WHY_SINGLE_VALUE, is_budget,
		.reason = "{level}; a single value does not say how much it varies by chance" },
	{ WHY_SINGLE_VALUE, NULL,
		.reason = "{change}: a single value on a side does not say how much it varies by "
			  "chance",
		.group = "a single value does not say how much it varies by chance" },
	{ WHY_NO_SPREAD, NULL,
		.reason = "all values are identical; there is no variance to test against",
		.advice = "make an iteration do more, or set \"gated\": false in the policy",
		.group = "all values are identical; there is no variance to test against" },
	{ WHY_NO_RATIO, NULL, .reason = "some values are zero or negative and have no ratio",
		.advice = "give it a budget, or set \"gated\": false in the policy",
		.group = "some values are zero or negative and have no ratio" },
	{ WHY_OVER_LIMIT, NULL, .reason = "{level}, {outside}{certainty}" },
	{ WHY_UNDER_LIMIT, NULL, .reason = "{level}, within {budget}" },
	{ WHY_AT_LIMIT, NULL, .reason = "{level}, too close to {budget} to decide",
		.group = "too close to the budget to decide" },
	{ WHY_OVER_MAX_TIME, NULL,
		.reason = "measuring took {measuring_time}, longer than its max_time of "
			  "{max_time}" },
	{ WHY_WITHIN_MAX_TIME, NULL,
		.reason = "measuring took {measuring_time}, within its max_time of {max_time}" },
	{ WHY_LIMIT_UNIT, NULL, .reason = "{budget} cannot be compared with a metric in {unit}",
		.advice = "write the budget in the metric's unit" },
	{ WHY_OTHER_UNIT, NULL,
		.reason = "in the base, this metric has another unit or another direction (more or "
			  "less is better)",
		.advice = "replace the baseline: benchgate update-baselines --replace" },
	{ WHY_METRIC_GONE, NULL,
		.reason = "the base has this metric, but the benchmark no longer reports it" },
	{ WHY_METRIC_GONE, is_missing,
		.advice = "if you removed it on purpose: benchgate update-baselines" },
	{ WHY_UNEVEN, is_same_work,
		.reason = "{change}: not judged, for counts that are {apart} are too few to tell" },
	{ WHY_UNEVEN, NULL,
		.reason = "{change}: not judged, for it does not do the same work each time "
			  "({apart})" },
	{ WHY_BESIDE_TIME, NULL, .reason = "{change}; its time, which regressed, says so" },
	{ WHY_NOT_SLOWER, NULL, .reason = "{change}, not slower: its time passed in turn" },
	{ WHY_OTHER_COUNTS, NULL,
		.reason = "the base's counts are not comparable: {counts_mismatch}",
		.advice = "record them here: benchgate update-baselines" },
	{ WHY_OTHER_MACHINE, NULL, .reason = "the base is not comparable: {mismatch}",
		.advice = "compare anyway: --allow-mismatch" },
	{ WHY_NO_BASE, NULL, .reason = "{mismatch}",
		.advice = "record a baseline on that machine: benchgate update-baselines" },

	/* Advice whose condition is not that of the sentence. */
	{ WHY_SINGLE_VALUE, NULL, .advice = FILES },
	{ WHY_NOT_ENOUGH, basis_is_weak, .advice = FILES ", or run the tool in turn (--bench)" },
	{ WHY_TOO_FEW_PROCESSES, basis_is_weak, .advice = FILES },
	{ WHY_AT_LIMIT, basis_is_weak, .advice = FILES },
	{ WHY_DRIFT, basis_is_weak, .advice = "run the tool in turn (--bench)" },
	{ WHY_NOT_ENOUGH, is_judged_in_turn,
		.advice = "try more units (--units {more_units}), or " QUIETER },
	{ WHY_NOT_ENOUGH, NULL,
		.advice = IN_TURN
		", with more processes (--processes {more_processes}), or on " QUIETER },
	{ WHY_NOT_CONFIRMED, is_judged_in_turn,
		.advice = "try more units (--units {more_units}), or " QUIETER },
	{ WHY_NOT_CONFIRMED, is_budget,
		.advice = "try more processes (--processes {more_processes}), or " QUIETER },
	{ WHY_NOT_CONFIRMED, NULL,
		.advice = IN_TURN
		", with more processes (--processes {more_processes}), or on " QUIETER },
	{ WHY_AT_LIMIT, is_judged_in_turn,
		.advice = "try more units (--units {more_units}), or " QUIETER },
	{ WHY_AT_LIMIT, NULL,
		.advice = "try more processes (--processes {more_processes}), or " QUIETER },
	{ WHY_DRIFT, lacks_sessions,
		.advice = IN_TURN
		", or record {lacking_sessions} of it: benchgate update-baselines{from}" },
	{ WHY_DRIFT, NULL,
		.advice = IN_TURN ", record more sessions of it (benchgate update-baselines), or "
				  "set a larger target in the policy" },
	{ WHY_TOO_FEW_PROCESSES, lacks_head_processes,
		.advice = "use --processes " TEXT_OF(JUDGE_MIN_PROCESSES) " or more" },
	{ WHY_TOO_FEW_PROCESSES, NULL,
		.advice = "record more processes for the base: benchgate update-baselines" },
	{ WHY_NOT_REPEATED, NULL, .advice = "try " QUIETER ", or more time (--budget)" },
	{ WHY_DISTURBED, NULL, .advice = "try " QUIETER ", or more time (--budget)" },
	{ WHY_TOO_FEW_UNITS, NULL,
		.advice = "try more units (--units), more time (--budget), or " QUIETER },
};

const struct result *describe_result(const struct comparison *comparison)
{
	return comparison->head ? comparison->head : comparison->base;
}

bool describe_is_exact(const struct comparison *comparison)
{
	return comparison->evidence == EVIDENCE_EXACT;
}

void describe_name(const struct comparison *comparison, struct buf *out)
{
	verdict_add_name(comparison, out);
	if (!comparison->is_limit)
		return;
	buf_adds(out, comparison->metric->more_is_better ? " >= " : " <= ");
	buf_add_printable(out, comparison->tolerance.limit->text);
}

void describe_budget(const struct comparison *comparison, struct buf *out)
{
	buf_adds(out, "its budget of ");
	buf_add_printable(out, comparison->tolerance.limit->text);
}

void describe_shard(const struct verdict *verdict, size_t part, struct buf *out)
{
	if (verdict->nr_parts > 1)
		buf_addf(out, "shard %" PRIu64 ": ", verdict->parts[part].head->shard.index);
}

void describe_drift(const struct comparison *comparison, struct buf *out)
{
	size_t nr = comparison->nr_sessions;
	const char *plural = nr == 1 ? "" : "s";

	if (comparison->drift_source == DRIFT_NONE)
		return;
	if (comparison->base_metric && metric_is_digest(comparison->base_metric))
		buf_adds(out,
			"the base has only a mean and a deviation; the drift between sessions is "
			"assumed to be ");
	else if (comparison->drift_source == DRIFT_OWN)
		buf_addf(out, "the base's %zu sessions differ by ", nr);
	else if (comparison->drift_source == DRIFT_POOLED)
		buf_addf(out, "the base has %zu sessions; the drift of the whole suite is used, ",
			nr);
	else if (comparison->drift_source == DRIFT_CALIBRATED)
		buf_addf(out,
			"the base has %zu session%s; the drift that doctor --calibrate measured "
			"is used, ",
			nr, plural);
	else if (comparison->drift_source == DRIFT_HISTORY)
		buf_adds(out, "runs of the history on this machine differ by ");
	else
		buf_addf(out,
			"the base has %zu session%s; the drift between sessions%s is assumed to be ",
			nr, plural, basis_is_weak(comparison) ? " and processes" : "");
	units_add_ratio(out, comparison->tau_ratio);
}

struct describe_drops describe_drops(const struct result *head)
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
		return (struct describe_drops){ 0, 0, 0 };
	/* Each quad holds two batches of either side. */
	return (struct describe_drops){ 100 * nr_dropped / nr_quads, 50 * base / nr_quads,
		50 * other / nr_quads };
}

static void add_counted(size_t nr, const char *one, const char *many, struct buf *out)
{
	buf_addf(out, "%zu %s", nr, nr == 1 ? one : many);
}

/* Rounding would hide the difference of exact values. */
static void describe_add_value(const struct comparison *comparison, double value, struct buf *out)
{
	if (describe_is_exact(comparison))
		units_add_exact(out, value, comparison->metric->unit);
	else
		units_add(out, value, comparison->metric->unit);
}

/* "12.3 us -> 13.1 us, +6.5 % (95 %: +5.1 .. +7.9 %)" */
static void describe_add_change(const struct comparison *comparison, struct buf *out)
{
	describe_add_value(comparison, comparison->base_estimate.value, out);
	buf_adds(out, " -> ");
	describe_add_value(comparison, comparison->estimate.value, out);
	if (!isfinite(comparison->change_ratio))
		return;
	buf_adds(out, describe_is_exact(comparison) ? ", exactly " : ", ");
	units_add_change(out, comparison->change_ratio);
	if (isnan(comparison->change_low) || describe_is_exact(comparison))
		return;
	buf_adds(out, " (95 %: ");
	units_add_changes(out, comparison->change_low, comparison->change_high);
	buf_addc(out, ')');
}

/* "21.3 us (95 %: 20.9 us .. 21.7 us)" */
static void describe_add_level(const struct comparison *comparison, struct buf *out)
{
	if (describe_is_exact(comparison))
		buf_adds(out, "exactly ");
	describe_add_value(comparison, comparison->estimate.value, out);
	if (describe_is_exact(comparison) || !isfinite(comparison->estimate.low))
		return;
	buf_adds(out, " (95 %: ");
	describe_add_value(comparison, comparison->estimate.low, out);
	buf_adds(out, " .. ");
	describe_add_value(comparison, comparison->estimate.high, out);
	buf_addc(out, ')');
}

static void add_budget(const struct comparison *comparison, struct buf *out)
{
	describe_budget(comparison, out);
}

static void add_measuring_time(const struct comparison *comparison, struct buf *out)
{
	units_add(out, comparison->estimate.value, comparison->metric->unit);
}

static void print_max_time(const struct comparison *comparison, struct buf *out)
{
	buf_add_printable(out, comparison->tolerance.limit->text);
}

static void add_outside(const struct comparison *comparison, struct buf *out)
{
	buf_adds(out, comparison->metric->more_is_better ? "below " : "over ");
	describe_budget(comparison, out);
}

/* The tier, if the threshold comes from the tier alone; else NULL. */
static const char *threshold_tier(
	const struct verdict *verdict, const struct comparison *comparison)
{
	const struct result *result = describe_result(comparison);
	const struct tier *tier;

	if (!verdict->policy)
		return NULL;
	tier = tiers_holding(&verdict->policy->tiers, result->name, result->tier);
	return tier->threshold_ratio == comparison->tolerance.threshold_ratio ? tier->name : NULL;
}

/* "the 2 % threshold of critical" */
static void add_threshold(
	const struct verdict *verdict, const struct comparison *comparison, struct buf *out)
{
	const char *tier = threshold_tier(verdict, comparison);

	buf_adds(out, "the ");
	units_add_ratio(out, comparison->tolerance.threshold_ratio);
	buf_adds(out, " threshold of ");
	buf_add_printable(out, tier ? tier : "the policy");
}

static void add_target(const struct comparison *comparison, struct buf *out)
{
	units_add_ratio(out, comparison->tolerance.target_ratio);
}

/* " (p 0.0004 for all 9 comparisons); confirmed by 10 fresh processes", or "; 8 units in turn with
 * the base" */
static void add_p_value(
	const struct verdict *verdict, const struct comparison *comparison, struct buf *out)
{
	bool in_turn = is_judged_in_turn(comparison);
	size_t family = in_turn ? verdict->family_in_turn : verdict->family;
	double p = comparison->p_adjusted;

	if (describe_is_exact(comparison))
		return;
	if (isfinite(p)) {
		if (p < 1e-4)
			buf_adds(out, " (p < 0.0001");
		else
			buf_addf(out, " (p %.2g", p);
		if (comparison->evidence == EVIDENCE_COUNTED)
			family = 1;
		if (family == 2)
			buf_adds(out, " for both comparisons");
		else if (family > 2)
			buf_addf(out, " for all %zu comparisons", family);
		buf_addc(out, ')');
	}
	if (in_turn)
		buf_addf(out, "; %zu %s in turn with the base", comparison->nr_units,
			comparison->nr_layouts ? "layouts" : "units");
	if (is_second_look(comparison))
		buf_addf(out, "; confirmed by %zu fresh processes", comparison->nr_head);
}

/* An assumption must not look like a measurement. */
static void add_assumption(const struct comparison *comparison, struct buf *out)
{
	if (comparison->drift_source != DRIFT_ASSUMED)
		return;
	buf_adds(out, "; ");
	describe_drift(comparison, out);
}

static void describe_add_drift(const struct comparison *comparison, struct buf *out)
{
	if (comparison->drift_source == DRIFT_NONE)
		return;
	buf_adds(out, "; ");
	describe_drift(comparison, out);
}

static void add_head_processes(const struct comparison *comparison, struct buf *out)
{
	if (is_second_look(comparison))
		add_counted(comparison->nr_head, "fresh process", "fresh processes", out);
	else
		basis_add_values(comparison->metric, comparison->nr_head, out);
}

static void add_base_processes(const struct comparison *comparison, struct buf *out)
{
	const struct metric *base = comparison->base_metric;

	basis_add_values(base ? base : comparison->metric, comparison->nr_base, out);
}

static void add_usable_units(const struct comparison *comparison, struct buf *out)
{
	add_counted(comparison->nr_units, "unit is", "units are", out);
}

static void add_again_units(const struct comparison *comparison, struct buf *out)
{
	buf_addf(out, "%zu", comparison->again.nr_units);
}

static void add_again_change(const struct comparison *comparison, struct buf *out)
{
	units_add_change(out, comparison->again.change_ratio);
}

static void add_more_units(const struct comparison *comparison, struct buf *out)
{
	buf_addf(out, "%zu", 2 * comparison->nr_units);
}

static void add_more_processes(const struct comparison *comparison, struct buf *out)
{
	buf_addf(out, "%zu", 2 * comparison->nr_head);
}

static void add_lacking_sessions(const struct comparison *comparison, struct buf *out)
{
	add_counted(QUESTION_OWN_SESSIONS - comparison->nr_sessions, "more session",
		"more sessions", out);
}

static void add_dropped(const struct comparison *comparison, struct buf *out)
{
	buf_addf(out, "%.0f %%", describe_drops(comparison->head).dropped_pct);
}

static void add_base_disturbed(const struct comparison *comparison, struct buf *out)
{
	buf_addf(out, "%.0f %%", describe_drops(comparison->head).base_pct);
}

static void add_head_disturbed(const struct comparison *comparison, struct buf *out)
{
	buf_addf(out, "%.0f %%", describe_drops(comparison->head).head_pct);
}

static void add_unit(const struct comparison *comparison, struct buf *out)
{
	const char *unit = comparison->metric->unit;

	buf_add_printable(out, *unit ? unit : "plain counts");
}

static void add_fault(
	const struct verdict *verdict, const struct comparison *comparison, struct buf *out)
{
	const struct result *head = comparison->head;

	if (comparison->is_count) {
		count_words_add_lacking(verdict, comparison, out);
		return;
	}
	if (head->word != RESULT_NOT_MEASURED)
		buf_addf(out, "%s: ", result_word_name(head->word));
	buf_add_printable(out, head->reason ? head->reason : "no reason given");
}

static void add_no_base(
	const struct verdict *verdict, const struct comparison *comparison, struct buf *out)
{
	(void)comparison;
	buf_adds(out, verdict->base ? "not in the base" : "there is no base to compare with");
}

static void describe_add_mismatch(
	const struct verdict *verdict, const struct comparison *comparison, struct buf *out)
{
	const char *mismatch = verdict_mismatch(verdict, comparison);

	buf_add_printable(out, mismatch ? mismatch : "another machine");
}

static void add_control(const struct comparison *comparison, struct buf *out)
{
	buf_adds(out, comparison->head->duets.nr ? "measured as a control" : "not measured");
}

/* What the words in braces stand for. */
static const struct {
	const char *name;
	void (*add)(const struct comparison *comparison, struct buf *out);
	void (*add_judged)(const struct verdict *verdict, const struct comparison *comparison,
		struct buf *out); /* instead of add, where it needs the verdict */
} placeholders[] = {
	{ "again_change", .add = add_again_change },
	{ "again_units", .add = add_again_units },
	{ "apart", .add = count_words_add_apart },
	{ "assumption", .add = add_assumption },
	{ "base_disturbed", .add = add_base_disturbed },
	{ "base_processes", .add = add_base_processes },
	{ "budget", .add = add_budget },
	{ "certainty", .add_judged = add_p_value },
	{ "change", .add = describe_add_change },
	{ "control", .add = add_control },
	{ "counts_mismatch", .add_judged = count_words_add_mismatch },
	{ "drift", .add = describe_add_drift },
	{ "dropped", .add = add_dropped },
	{ "fault", .add_judged = add_fault },
	{ "from", .add = basis_add_from },
	{ "head_disturbed", .add = add_head_disturbed },
	{ "head_processes", .add = add_head_processes },
	{ "in_turn", .add = basis_add_in_turn },
	{ "lacking_sessions", .add = add_lacking_sessions },
	{ "level", .add = describe_add_level },
	{ "max_time", .add = print_max_time },
	{ "measuring_time", .add = add_measuring_time },
	{ "mismatch", .add_judged = describe_add_mismatch },
	{ "more_processes", .add = add_more_processes },
	{ "more_units", .add = add_more_units },
	{ "no_base", .add_judged = add_no_base },
	{ "outside", .add = add_outside },
	{ "sure", .add = basis_add_sure },
	{ "target", .add = add_target },
	{ "threshold", .add_judged = add_threshold },
	{ "typical", .add_judged = typical_add_change },
	{ "unit", .add = add_unit },
	{ "units", .add = add_usable_units },
};

static void fill_placeholder(const char *name, size_t len, const struct verdict *verdict,
	const struct comparison *comparison, struct buf *out)
{
	for (size_t i = 0; i < sizeof placeholders / sizeof *placeholders; i++)
		if (strlen(placeholders[i].name) != len ||
			memcmp(placeholders[i].name, name, len) != 0)
			continue;
		else if (placeholders[i].add)
			placeholders[i].add(comparison, out);
		else
			placeholders[i].add_judged(verdict, comparison, out);
}

static void fill_sentence(const char *text, const struct verdict *verdict,
	const struct comparison *comparison, struct buf *out)
{
	while (*text) {
		size_t plain = strcspn(text, "{"), name;

		buf_add(out, text, plain);
		text += plain;
		if (!*text)
			break;
		name = strcspn(++text, "}");
		fill_placeholder(text, name, verdict, comparison, out);
		text += name + 1;
	}
}

static bool row_holds(const struct row *row, const struct comparison *comparison)
{
	return row->why == comparison->why && (!row->when || row->when(comparison));
}

/* Beside a regression that fresh units confirmed. */
static void add_again(const struct comparison *comparison, struct buf *out)
{
	if (comparison->why != WHY_BEYOND_THRESHOLD || !comparison->again.nr_units)
		return;
	buf_addf(out, "; a control moved, so it was measured again in %zu fresh units: ",
		comparison->again.nr_units);
	units_add_change(out, comparison->again.change_ratio);
}

void describe_reason(
	const struct verdict *verdict, const struct comparison *comparison, struct buf *out)
{
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		if (!rows[i].reason || !row_holds(&rows[i], comparison))
			continue;
		fill_sentence(rows[i].reason, verdict, comparison, out);
		break;
	}
	basis_add_note(verdict, comparison, out);
	add_again(comparison, out);
	typical_add_note(verdict, comparison, out);
	count_words_add(verdict, comparison, out);
	accepted_add(comparison, out);
}

void describe_advice(const struct comparison *comparison, struct buf *out)
{
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		if (!rows[i].advice || !row_holds(&rows[i], comparison))
			continue;
		fill_sentence(rows[i].advice, NULL, comparison, out);
		return;
	}
}

const char *describe_group(enum why why)
{
	const char *text = NULL;

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
		if (rows[i].group &&
			(rows[i].why == why || (rows[i].why == WHY_NOT_ENOUGH && !text)))
			text = rows[i].group;
	return text;
}

const char *describe_mismatch(const struct verdict_part *part)
{
	char base[ENV_MACHINE_MAX], head[ENV_MACHINE_MAX];

	if (!part->base || !part->mismatch)
		return NULL;
	env_machine(&part->base->env, base);
	env_machine(&part->head->env, head);
	return strcmp(base, head) == 0 ? "other build" : "other machine";
}

/* A time that did not pass, although its own code is the same on both sides. */
static bool concerns_layout(const struct comparison *comparison)
{
	const struct result *head = comparison->head;

	if (comparison->word == VERDICT_LAYOUT)
		return true;
	return head && comparison->metric && !comparison->is_limit &&
		is_judged_in_turn(comparison) && comparison->word != VERDICT_PASS &&
		metric_is_time(comparison->metric) &&
		(head->code == CODE_SAME || head->code == CODE_MOVED);
}

bool describe_suspects_layout(const struct comparison *comparison)
{
	if (comparison->word == VERDICT_LAYOUT)
		return true;
	return concerns_layout(comparison) && comparison->word != VERDICT_INCONCLUSIVE &&
		comparison->head->branchy && !comparison->head->differs &&
		!comparison->nr_layouts && fabs(comparison->change_ratio) <= LAYOUT_RATIO;
}

static void add_same_code(const struct result *head, bool suspected, struct buf *out)
{
	if (head->code == CODE_SAME)
		buf_adds(out, "all machine code that it reaches is identical on both sides");
	else if (head->differs)
		buf_adds(out,
			"its own machine code is the same on both sides; other things that it uses "
			"differ, or may differ: ");
	else if (suspected)
		buf_adds(out,
			"its own machine code is the same on both sides, but code that it calls is "
			"not");
	if (head->code != CODE_SAME && head->differs)
		buf_add_printable(out, head->differs);
}

void describe_layout(const struct comparison *comparison, struct buf *out)
{
	bool suspected = describe_suspects_layout(comparison);

	if (!concerns_layout(comparison))
		return;
	add_same_code(comparison->head, suspected, out);
	if (!suspected)
		return;
	buf_adds(out,
		comparison->word == VERDICT_LAYOUT
			? "; only its address differs"
			: "; the change may come from code layout alone: the speed of code with "
			  "many branches depends on its address");
	if (!comparison->nr_layouts)
		buf_adds(out,
			"; compare with --layouts 8, or build both sides with "
			"-falign-functions=64");
}
