/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "gate/facts.h"

#include "gate/gaps.h"
#include "gate/past.h"
#include "model/units.h"

#include <math.h>
#include <string.h>

#define CONFIDENCE_PCT 95
/* Smaller ones tell nobody more. */
#define LEAST_P 1e-4

static const char *const against_words[] = { "base", "budget", NULL };

enum direction { DIRECTION_WORSE, DIRECTION_BETTER, DIRECTION_NONE };

static const char *const change_point_words[] = { "yes", "maybe", "no", NULL };

static const char *const direction_words[] = {
	[DIRECTION_WORSE] = "worse",
	[DIRECTION_BETTER] = "better",
	[DIRECTION_NONE] = "none",
	NULL,
};

static const char *const flaky_words[] = { "no", "yes", NULL };

static const struct result *facts_result_of(const struct subject *subject)
{
	const struct comparison *comparison = subject->comparison;

	return comparison->head ? comparison->head : comparison->base;
}

static const struct verdict_part *part_of(const struct subject *subject)
{
	return &subject->verdict->parts[subject->comparison->part];
}

static void add_known(const char *text, struct buf *out)
{
	if (text)
		buf_adds(out, text);
}

static void benchmark(const struct subject *subject, struct buf *out)
{
	buf_adds(out, facts_result_of(subject)->name);
}

static void metric(const struct subject *subject, struct buf *out)
{
	if (subject->comparison->metric)
		buf_adds(out, subject->comparison->metric->name);
}

static void facts_metric_name(const struct subject *subject, struct buf *out)
{
	verdict_add_name(subject->comparison, out);
}

/* A policy may claim a benchmark for another tier than its source says. */
static void tier(const struct subject *subject, struct buf *out)
{
	const struct policy *policy = subject->verdict->policy;
	const struct result *result = facts_result_of(subject);
	const struct tier *claiming = policy ? tiers_claiming(&policy->tiers, result->name) : NULL;

	add_known(claiming ? claiming->name : result->tier, out);
}

static void suite(const struct subject *subject, struct buf *out)
{
	add_known(facts_result_of(subject)->suite, out);
}

static void source(const struct subject *subject, struct buf *out)
{
	add_known(facts_result_of(subject)->file, out);
}

static void unit(const struct subject *subject, struct buf *out)
{
	if (subject->comparison->metric)
		buf_adds(out, subject->comparison->metric->unit);
}

static void status(const struct subject *subject, struct buf *out)
{
	buf_adds(out, verdict_word_name(subject->comparison->word));
}

static void action(const struct subject *subject, struct buf *out)
{
	buf_adds(out, action_words[verdict_action(subject->verdict, subject->comparison)]);
}

static void direction(const struct subject *subject, struct buf *out)
{
	double worsening = verdict_worsening(subject->comparison);

	if (!isnan(worsening))
		buf_adds(out,
			direction_words[worsening > 0   ? DIRECTION_WORSE
					: worsening < 0 ? DIRECTION_BETTER
							: DIRECTION_NONE]);
}

static void against(const struct subject *subject, struct buf *out)
{
	const struct comparison *comparison = subject->comparison;

	if (comparison->is_limit || comparison->base)
		buf_adds(out, against_words[comparison->is_limit]);
}

static void evidence(const struct subject *subject, struct buf *out)
{
	buf_adds(out, evidence_words[subject->comparison->evidence]);
}

static void drift_source(const struct subject *subject, struct buf *out)
{
	buf_adds(out, drift_words[subject->comparison->drift_source]);
}

static void code(const struct subject *subject, struct buf *out)
{
	if (subject->comparison->head)
		buf_adds(out, code_words[subject->comparison->head->code]);
}

/* The harness notes what "retry_failed" tried again. */
static void is_flaky(const struct subject *subject, struct buf *out)
{
	const struct result *head = subject->comparison->head;

	if (head)
		buf_adds(out, flaky_words[head->note && strstr(head->note, "flaky: ")]);
}

static void add_machine(const struct run *run, struct buf *out)
{
	char machine[ENV_MACHINE_MAX];

	if (!run)
		return;
	env_machine(&run->env, machine);
	buf_adds(out, machine);
}

static void machine(const struct subject *subject, struct buf *out)
{
	add_machine(part_of(subject)->head, out);
}

static void base_machine(const struct subject *subject, struct buf *out)
{
	add_machine(part_of(subject)->base, out);
}

static void facts_branch(const struct subject *subject, struct buf *out)
{
	add_known(subject->branch, out);
}

static void commit(const struct subject *subject, struct buf *out)
{
	add_known(subject->commit, out);
}

static bool is_more_better(const struct comparison *comparison)
{
	return comparison->metric && comparison->metric->more_is_better;
}

static double facts_change(const struct subject *subject)
{
	return 100 * verdict_worsening(subject->comparison);
}

static double reported_change(const struct subject *subject)
{
	return 100 * subject->comparison->change_ratio;
}

/* One end of the interval, the worse above the better; what is exact is that interval. */
static double change_end(const struct comparison *comparison, bool worse)
{
	bool more = is_more_better(comparison);
	double end = comparison->evidence == EVIDENCE_EXACT ? comparison->change_ratio
		: worse != more                             ? comparison->change_high
							    : comparison->change_low;

	return 100 * verdict_worsening_of(end, more);
}

static double change_low(const struct subject *subject)
{
	return change_end(subject->comparison, false);
}

static double change_high(const struct subject *subject)
{
	return change_end(subject->comparison, true);
}

static double facts_bound(const struct subject *subject)
{
	const struct comparison *comparison = subject->comparison;

	return 100 * verdict_worsening_of(comparison->bound_ratio, is_more_better(comparison));
}

static double p_value(const struct subject *subject)
{
	return verdict_p_value(subject->verdict, subject->comparison);
}

static double p_above_threshold(const struct subject *subject)
{
	return verdict_p_above_threshold(subject->comparison);
}

static double p_above_threshold_adjusted(const struct subject *subject)
{
	return verdict_p_above_threshold_adjusted(subject->verdict, subject->comparison);
}

/* Of what is asked about the base. */
static double tolerated(const struct comparison *comparison, double ratio)
{
	return comparison->tolerance.gated && !comparison->is_limit ? 100 * ratio : (double)NAN;
}

static double facts_threshold(const struct subject *subject)
{
	return tolerated(subject->comparison, subject->comparison->tolerance.threshold_ratio);
}

static double target(const struct subject *subject)
{
	return tolerated(subject->comparison, subject->comparison->tolerance.target_ratio);
}

static double drift(const struct subject *subject)
{
	return subject->comparison->drift_source ? 100 * subject->comparison->tau_ratio
						 : (double)NAN;
}

static double facts_spread(const struct subject *subject)
{
	return subject->comparison->estimate.spread_pct;
}

static double facts_detectable(const struct subject *subject)
{
	return 100 * verdict_detectable(subject->verdict, subject->comparison);
}

static double confidence(const struct subject *subject)
{
	(void)subject;
	return CONFIDENCE_PCT;
}

static double baseline_value(const struct subject *subject)
{
	return subject->comparison->is_limit ? (double)NAN
					     : subject->comparison->base_estimate.value;
}

static double current_value(const struct subject *subject)
{
	return subject->comparison->estimate.value;
}

static double limit_value(const struct subject *subject)
{
	const struct comparison *comparison = subject->comparison;

	return comparison->is_limit && comparison->why != WHY_LIMIT_UNIT
		? comparison->tolerance.limit->value
		: (double)NAN;
}

static double processes(const struct subject *subject)
{
	return (double)subject->comparison->nr_head;
}

static double base_processes(const struct subject *subject)
{
	return (double)subject->comparison->nr_base;
}

static double units(const struct subject *subject)
{
	return (double)subject->comparison->nr_units;
}

static double sessions(const struct subject *subject)
{
	return (double)subject->comparison->nr_sessions;
}

/* What a history says. Once of each metric: a budget is another comparison of the same one. */

static const struct past *past_of(const struct subject *subject)
{
	return subject->comparison->is_limit ? NULL : subject->comparison->past;
}

static double trend(const struct subject *subject)
{
	const struct past *past = past_of(subject);

	return past ? 100 * verdict_worsening_of(expm1(past->trend.slope), past->more_is_better)
		    : (double)NAN;
}

static void is_change_point(const struct subject *subject, struct buf *out)
{
	const struct past *past = past_of(subject);
	const struct changepoint *step = past ? past_newest_step(past) : NULL;

	if (past && past->points.nr >= CHANGEPOINTS_MIN_VALUES)
		buf_adds(out, change_point_words[step ? step->maybe : 2]);
}

static double anomaly(const struct subject *subject)
{
	return past_of(subject) ? 100 * (1 - past_of(subject)->anomaly_p) : (double)NAN;
}

static double days_to_budget(const struct subject *subject)
{
	const struct comparison *comparison = subject->comparison;

	return comparison->past && comparison->is_limit && comparison->why != WHY_LIMIT_UNIT
		? past_crossing(comparison->past, comparison->tolerance.limit->value).days
		: (double)NAN;
}

/* What is known of competitors, once of each metric, too. */

static const struct gap *gap_of(const struct subject *subject)
{
	const struct comparison *comparison = subject->comparison;

	return subject->verdict->gaps && comparison->metric && !comparison->is_limit
		? gaps_widest(subject->verdict->gaps, facts_result_of(subject)->name,
			  comparison->metric->name)
		: NULL;
}

static void competitor(const struct subject *subject, struct buf *out)
{
	const struct gap *gap = gap_of(subject);

	add_known(gap ? gap->competitor->name : NULL, out);
}

static void ours_is(const struct subject *subject, struct buf *out)
{
	const struct gap *gap = gap_of(subject);

	add_known(gap ? gap_words[gap->word] : NULL, out);
}

static double to_competitor(const struct subject *subject)
{
	const struct gap *gap = gap_of(subject);

	return gap ? gap_percent(gap) : (double)NAN;
}

static double to_competitor_low(const struct subject *subject)
{
	const struct gap *gap = gap_of(subject);

	return gap ? gap_low_percent(gap) : (double)NAN;
}

static double trend_of_gap(const struct subject *subject)
{
	const struct gap *gap = gap_of(subject);

	return gap ? gap_trend_percent(gap) : (double)NAN;
}

static double shard(const struct subject *subject)
{
	const struct shard *shard = &part_of(subject)->head->shard;

	return shard->of ? (double)shard->index : (double)NAN;
}

#define TEXT(name, getter, what) \
	{ \
		name, FACT_TEXT, what, NULL, getter, NULL \
	}
#define WORD(name, getter, words, what) \
	{ \
		name, FACT_TEXT, what, NULL, getter, words \
	}
#define NUMBER(name, kind, getter, what) \
	{ \
		name, kind, what, getter, NULL, NULL \
	}

const struct fact facts[] = {
	TEXT("benchmark", benchmark, "the benchmark's name"),
	TEXT("metric", metric, "the metric's name, such as time"),
	TEXT("metric_name", facts_metric_name,
		"both: \"sort\" for its time, \"sort allocs\" for another metric"),
	TEXT("tier", tier, "the benchmark's tier"),
	TEXT("suite", suite, "the file of the suite that has it"),
	TEXT("source", source, "the benchmark's source file"),
	WORD("status", status, verdict_words, "the word of the verdict"),
	WORD("action", action, action_words, "what that word does to the run by the policy"),
	WORD("direction", direction, direction_words, "which way it changed"),
	WORD("against", against, against_words, "what it was compared with"),
	WORD("evidence", evidence, evidence_words, "what the verdict rests on"),
	WORD("drift_source", drift_source, drift_words,
		"where the drift between sessions is known from"),
	WORD("code", code, code_words, "how alike the machine code of both sides is"),
	WORD("is_flaky", is_flaky, flaky_words,
		"did it fail, and work when \"retry_failed\" tried it again?"),
	TEXT("branch", facts_branch, "the branch that was measured"),
	TEXT("branch_name", facts_branch, "the same"),
	TEXT("commit", commit, "the commit that was measured"),
	TEXT("commit_hash", commit, "the same"),
	TEXT("machine", machine, "the name of the machine that measured"),
	TEXT("base_machine", base_machine, "the name of the machine that the base was measured on"),
	TEXT("unit", unit, "the metric's unit: ns, B, or its own"),
	NUMBER("change_percent", FACT_CHANGE, facts_change,
		"the change; above 0 is worse, whichever way is better"),
	NUMBER("change_low_percent", FACT_CHANGE, change_low,
		"the better end of its 95 % interval, worse above 0"),
	NUMBER("change_high_percent", FACT_CHANGE, change_high,
		"the worse end of its 95 % interval, worse above 0"),
	NUMBER("reported_change_percent", FACT_CHANGE, reported_change,
		"the change of the value itself, as in the reports"),
	NUMBER("bound_percent", FACT_CHANGE, facts_bound,
		"the change is at most this, worse above 0"),
	NUMBER("p_value", FACT_P, p_value, "of \"it did not change\", two-sided"),
	NUMBER("p_above_threshold", FACT_P, p_above_threshold,
		"of \"it changed that way by no more than is tolerated\""),
	NUMBER("p_above_threshold_adjusted", FACT_P, p_above_threshold_adjusted,
		"the same, adjusted for all comparisons"),
	NUMBER("threshold_percent", FACT_PERCENT, facts_threshold,
		"the largest change that is tolerated"),
	NUMBER("target_percent", FACT_PERCENT, target, "the change that a PASS rules out"),
	NUMBER("detectable_percent", FACT_PERCENT, facts_detectable,
		"the smallest change that is detected with 90 % power"),
	NUMBER("drift_percent", FACT_PERCENT, drift, "the drift between sessions reckoned with"),
	NUMBER("spread_percent", FACT_PERCENT, facts_spread, "how much processes differ"),
	NUMBER("confidence_level", FACT_PERCENT, confidence, "of the intervals: 95"),
	NUMBER("baseline_value", FACT_VALUE, baseline_value,
		"the base's level, in the metric's unit"),
	NUMBER("current_value", FACT_VALUE, current_value,
		"the level measured, in the metric's unit"),
	NUMBER("limit_value", FACT_VALUE, limit_value, "the budget, in the metric's unit"),
	NUMBER("processes", FACT_COUNT, processes, "processes measured that the verdict rests on"),
	NUMBER("base_processes", FACT_COUNT, base_processes, "the same of the base"),
	NUMBER("units", FACT_COUNT, units, "units taken in turn with the base"),
	NUMBER("sessions", FACT_COUNT, sessions, "sessions of the base"),
	NUMBER("shard", FACT_COUNT, shard, "the shard that measured it, from 1"),
	NUMBER("trend_percent_per_week", FACT_CHANGE, trend,
		"by the history: how fast it changes now; above 0 is worse"),
	WORD("is_change_point", is_change_point, change_point_words,
		"by the history: is there a step in its present window? maybe: the newest runs only"),
	NUMBER("anomaly", FACT_PERCENT, anomaly,
		"by the history: how sure it is that the newest value is unusual"),
	NUMBER("days_to_budget", FACT_COUNT, days_to_budget,
		"by the history: days until the budget is exceeded"),
	TEXT("competitor", competitor, "the best of the competitors that were measured"),
	WORD("ours_is", ours_is, gap_words, "what ours is compared with that one"),
	NUMBER("gap_percent", FACT_CHANGE, to_competitor,
		"how far ours is from that one; above 0 is worse"),
	NUMBER("gap_low_percent", FACT_CHANGE, to_competitor_low,
		"the better end of that gap's 95 % interval, worse above 0"),
	NUMBER("gap_trend_percent_per_week", FACT_CHANGE, trend_of_gap,
		"by the history: how fast that gap grows now"),
	{ .name = NULL },
};

const struct fact *fact_named(const char *name, size_t len)
{
	for (const struct fact *fact = facts; fact->name; fact++)
		if (strlen(fact->name) == len && memcmp(fact->name, name, len) == 0)
			return fact;
	return NULL;
}

bool fact_is_percent(const struct fact *fact)
{
	return fact->kind == FACT_PERCENT || fact->kind == FACT_CHANGE;
}

static void facts_print_text(
	const struct fact *fact, const struct subject *subject, struct buf *out)
{
	struct buf text = BUF_INIT;

	fact->text(subject, &text);
	buf_add_printable(out, text.len ? text.data : "unknown");
	buf_release(&text);
}

static void print_p(double p, struct buf *out)
{
	if (p < LEAST_P)
		buf_addf(out, "<%g", LEAST_P);
	else
		buf_addf(out, "%.2g", p);
}

static void facts_print_value(double value, const struct comparison *comparison, struct buf *out)
{
	const char *unit = comparison->metric ? comparison->metric->unit : "";

	if (comparison->evidence == EVIDENCE_EXACT)
		units_add_exact(out, value, unit);
	else
		units_add(out, value, unit);
}

void fact_print(const struct fact *fact, const struct subject *subject, struct buf *out)
{
	double number = fact->number ? fact->number(subject) : 0;

	if (fact->kind == FACT_TEXT)
		facts_print_text(fact, subject, out);
	else if (!isfinite(number))
		buf_adds(out, "unknown");
	else if (fact->kind == FACT_CHANGE)
		units_add_change(out, number / 100);
	else if (fact->kind == FACT_PERCENT)
		units_add_ratio(out, number / 100);
	else if (fact->kind == FACT_P)
		print_p(number, out);
	else if (fact->kind == FACT_VALUE)
		facts_print_value(number, subject->comparison, out);
	else
		buf_addf(out, "%.0f", number);
}
