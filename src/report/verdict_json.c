/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "report/verdict_json.h"

#include "base/array.h"
#include "base/json.h"
#include "gate/gaps.h"
#include "report/analysis.h"
#include "report/describe.h"
#include "report/functions.h"
#include "report/past_words.h"
#include "report/recommend.h"
#include "report/targets.h"

#include <math.h>

/* What can be detected takes tens of microseconds to find out: of more it is left out. */
#define MAX_DETECTABLE 1000

static void add_names(
	const struct verdict *verdict, const struct comparison *comparison, struct json *to)
{
	const struct result *result = describe_result(comparison);
	const struct metric *metric = comparison->metric;
	struct buf why = BUF_INIT;

	describe_reason(verdict, comparison, &why);
	json_add_text(to, "benchmark", result->name);
	json_add_text(to, "name", metric ? metric->name : NULL);
	json_add_text(to, "tier", result->tier);
	json_add_text(to, "status", verdict_word_name(comparison->word));
	json_add_text(to, "action", action_words[verdict_action(verdict, comparison)]);
	json_add_text(to, "why", why.data);
	json_add_text(to, "unit", metric ? metric->unit : NULL);
	buf_release(&why);
}

static void verdict_json_add_change(
	const struct verdict *verdict, const struct comparison *comparison, struct json *to)
{
	bool asked = comparison->tolerance.gated && !comparison->is_limit;

	json_add_number(to, "value", comparison->estimate.value);
	json_add_number(
		to, "baseline", comparison->is_limit ? NAN : comparison->base_estimate.value);
	json_add_number(to, "change", comparison->change_ratio);
	json_add_number(to, "low", comparison->change_low);
	json_add_number(to, "high", comparison->change_high);
	json_add_number(to, "p_value", verdict_p_value(verdict, comparison));
	json_add_number(to, "p_above_threshold", verdict_p_above_threshold(comparison));
	json_add_number(to, "p_above_threshold_adjusted",
		verdict_p_above_threshold_adjusted(verdict, comparison));
	json_add_number(to, "threshold", asked ? comparison->tolerance.threshold_ratio : NAN);
	json_add_number(to, "target", asked ? comparison->tolerance.target_ratio : NAN);
	json_add_number(to, "bound", comparison->bound_ratio);
	json_add_number(
		to, "limit", comparison->is_limit ? comparison->tolerance.limit->value : NAN);
}

/* Batches that were switched away from do not count; where there are threads, all do. */
static double nr_dropped(const struct result *head)
{
	uint64_t nr = 0;

	for (size_t i = 0; head && head->nr_threads == 1 && i < head->processes.nr; i++)
		nr += head->processes.items[i].nr_disturbed;
	return (double)nr;
}

static void add_in_turn(const struct comparison *comparison, struct json *to)
{
	json_add_number(to, "units", (double)comparison->nr_units);
	if (comparison->nr_layouts)
		json_add_number(to, "layouts", (double)comparison->nr_layouts);
	if (comparison->again.nr_units) {
		struct json *again = json_add_object(to, "again");

		json_add_number(again, "units", (double)comparison->again.nr_units);
		json_add_number(again, "change", comparison->again.change_ratio);
		json_add_number(again, "p_adjusted", comparison->again.p_adjusted);
	}
	json_add_number(to, "drop_ratio", describe_drops(comparison->head).dropped_pct / 100);
	json_add_number(to, "spent", (double)comparison->head->spent_ns / 1e9);
}

/* Beside the mean, which the change is of. */
static void verdict_json_add_typical(
	const struct verdict *verdict, const struct comparison *comparison, struct json *to)
{
	const struct aspect *typical = &comparison->aspects[ASPECT_TYPICAL];

	if (!typical->metric)
		return;
	json_add_number(to, "typical_change", typical->change_ratio);
	json_add_number(to, "typical_low", typical->change_low);
	json_add_number(to, "typical_high", typical->change_high);
	json_add_number(to, "typical_p_value", typical->p_changed);
	json_add_number(to, "typical_p_above_threshold_adjusted",
		verdict_p_of_typical(verdict, comparison));
}

static void json_history(const struct comparison *comparison, struct json *to)
{
	const struct past *past = comparison->past;
	struct past_words words = past_words_of_comparison(comparison);
	struct json *object, *list;

	if (!past)
		return;
	object = json_add_object(to, "history");
	json_add_number(object, "points", (double)past->points.nr);
	json_add_number(object, "trend_per_week", expm1(past->trend.slope));
	json_add_number(object, "trend_low", expm1(past->trend.interval.low));
	json_add_number(object, "trend_high", expm1(past->trend.interval.high));
	json_add_bool(object, "creeps", past->creeps);
	json_add_number(object, "anomaly_p", past->anomaly_p);
	list = json_add_array(object, "findings");
	for (size_t i = 0; i < words.nr; i++) {
		struct json *one = json_add_object(list, NULL);

		json_add_text(one, "kind", past_kinds[words.items[i].kind]);
		json_add_bool(one, "recent", words.items[i].is_recent);
		json_add_text(one, "commit", past->points.items[words.items[i].at].commit);
		json_add_text(one, "time", past->points.items[words.items[i].at].time);
		json_add_text(one, "text", words.items[i].text);
		json_add_text(one, "command", words.items[i].command);
	}
	past_words_release(&words);
}

static void add_code(const struct comparison *comparison, struct json *to)
{
	if (!comparison->head || !comparison->head->code)
		return;
	json_add_text(to, "code", code_words[comparison->head->code]);
	json_add_bool(to, "layout_suspected", describe_suspects_layout(comparison));
}

static void add_trade_object(const struct trade *trade, struct json *to)
{
	static const char *const words[] = { [TRADE_HOLDS] = "holds",
		[TRADE_TOO_MUCH_WORSE] = "too-much-worse",
		[TRADE_NOT_BETTER_ENOUGH] = "not-better-enough",
		[TRADE_NOT_COMPARED] = "not-compared" };
	const struct tradeoff *rule = trade->rule;
	struct json *object, *weights;

	if (!rule)
		return;
	object = json_add_object(to, "tradeoff");
	json_add_text(object, "name", rule->name);
	json_add_text(object, "outcome", words[trade->word]);
	json_add_number(object, "worse_by", rule->worse_by_ratio);
	json_add_text(object, "paying_metric", rule->payment.metric);
	json_add_number(object, "paying_change", trade->paid_ratio);
	json_add_number(object, "better_by", rule->payment.better_by_ratio);
	weights = rule->payment.weights.nr ? json_add_object(object, "weights") : NULL;
	for (size_t i = 0; i < rule->payment.weights.nr; i++)
		json_add_number(weights, rule->payment.weights.items[i].benchmark,
			rule->payment.weights.items[i].factor);
	json_add_text(object, "reason", rule->reason);
}

static void add_note_text(const struct comparison *comparison, struct json *to)
{
	if (comparison->head && comparison->head->note)
		json_add_text(to, "note", comparison->head->note);
}

static void add_evidence(
	const struct verdict *verdict, const struct comparison *comparison, struct json *to)
{
	bool tested = comparison->evidence == EVIDENCE_FIRST_LOOK ||
		comparison->evidence == EVIDENCE_SECOND_LOOK ||
		comparison->evidence == EVIDENCE_IN_TURN;
	bool judged = comparison->tolerance.gated || comparison->is_limit;

	json_add_text(to, "evidence", evidence_words[comparison->evidence]);
	json_add_text(to, "drift_source", drift_words[comparison->drift_source]);
	json_add_number(to, "drift", comparison->drift_source ? comparison->tau_ratio : NAN);
	json_add_number(to, "processes", (double)comparison->nr_head);
	json_add_number(to, "dropped_batches", nr_dropped(comparison->head));
	json_add_number(to, "base_processes", (double)comparison->nr_base);
	json_add_number(to, "sessions", (double)comparison->nr_sessions);
	if (comparison->evidence == EVIDENCE_IN_TURN)
		add_in_turn(comparison, to);
	verdict_json_add_typical(verdict, comparison, to);
	add_code(comparison, to);
	add_note_text(comparison, to);
	json_history(comparison, to);
	if (comparison->metric && comparison->basis != BASIS_PROCESSES)
		json_add_text(to, "basis", basis_words[comparison->basis]);
	add_trade_object(&comparison->trade, to);
	json_add_number(to, "detectable",
		tested && judged && verdict->nr <= MAX_DETECTABLE
			? verdict_detectable(verdict, comparison)
			: NAN);
}

/* Only where there are any. */
static void add_functions(const struct comparison *comparison, struct json *to)
{
	struct profile_changes changes = functions_of(comparison);
	struct json *list = changes.nr ? json_add_array(to, "functions") : NULL;

	for (size_t i = 0; i < changes.nr; i++) {
		struct json *row = json_add_object(list, NULL);

		json_add_text(row, "function", changes.items[i].function);
		json_add_number(row, "base", changes.items[i].base);
		json_add_number(row, "head", changes.items[i].head);
		if (changes.items[i].is_least)
			json_add_bool(row, "at_least", true);
	}
	ARRAY_RELEASE(&changes);
}

static void verdict_json_add_metrics(const struct verdict *verdict, struct json *to)
{
	struct json *metrics = json_add_array(to, "metrics");

	for (size_t i = 0; i < verdict->nr; i++) {
		struct json *metric = json_add_object(metrics, NULL);

		add_names(verdict, &verdict->items[i], metric);
		if (verdict->parts[verdict->items[i].part].head->shard.of)
			json_add_number(metric, "shard",
				(double)verdict->parts[verdict->items[i].part].head->shard.index);
		verdict_json_add_change(verdict, &verdict->items[i], metric);
		add_evidence(verdict, &verdict->items[i], metric);
		add_functions(&verdict->items[i], metric);
	}
}

static void json_targets(const struct verdict *verdict, struct json *to)
{
	struct targets targets = targets_of(verdict);
	struct json *list = json_add_array(to, "targets");

	for (size_t i = 0; i < targets.nr; i++) {
		const struct target *target = &targets.items[i];
		const struct comparison *comparison = target->comparison;
		struct json *row = json_add_object(list, NULL);

		json_add_text(row, "benchmark", describe_result(comparison)->name);
		json_add_text(row, "metric", target->metric);
		json_add_text(row, "target", target->limit->text);
		json_add_number(row, "limit", target->limit->value);
		json_add_number(
			row, "current", comparison->metric ? comparison->estimate.value : NAN);
		json_add_text(row, "unit",
			comparison->metric ? comparison->metric->unit : target->limit->unit);
		json_add_text(row, "status", targets_status(target));
	}
	targets_release(&targets);
}

static void json_gap(const struct gap *gap, struct json *row)
{
	json_add_text(row, "competitor", gap->competitor->name);
	json_add_text(row, "version", gap->competitor->version);
	json_add_text(row, "benchmark", gap->benchmark);
	json_add_text(row, "their_benchmark", gap->theirs);
	json_add_text(row, "metric", gap->metric);
	json_add_text(row, "unit", gap->unit);
	json_add_number(row, "ours", gap->our_value);
	json_add_number(row, "theirs", gap->their_value);
	json_add_number(row, "gap_percent", gap_percent(gap));
	json_add_number(row, "gap_low_percent", gap_low_percent(gap));
	json_add_number(row, "gap_high_percent", gap_high_percent(gap));
	json_add_number(row, "gap_trend_percent_per_week", gap_trend_percent(gap));
	json_add_number(row, "p_adjusted", gap->p);
	json_add_text(row, "ours_is", gap_words[gap->word]);
	json_add_text(row, "evidence", gap_source_words[gap->source]);
}

/* Only where they were asked for. */
static void json_competitors(const struct verdict *verdict, struct json *to)
{
	struct json *list, *notes;

	if (!verdict->gaps)
		return;
	list = json_add_array(to, "competitors");
	for (size_t i = 0; i < verdict->gaps->nr; i++)
		json_gap(&verdict->gaps->items[i], json_add_object(list, NULL));
	notes = json_add_array(to, "competitor_notes");
	for (size_t i = 0; i < verdict->gaps->notes.nr; i++)
		json_add_text(notes, NULL, verdict->gaps->notes.items[i]);
}

static void add_controls(const struct verdict *verdict, struct json *to)
{
	struct json *controls = NULL, *one;

	for (size_t i = 0; i < verdict->nr_parts; i++) {
		const struct control *control = &verdict->parts[i].control;

		if (!control->result)
			continue;
		if (!controls)
			controls = json_add_array(to, "controls");
		one = json_add_object(controls, NULL);
		json_add_text(one, "benchmark", control->result->name);
		json_add_number(one, "change", control->change_ratio);
		json_add_number(one, "p_adjusted", control->p_adjusted);
		json_add_bool(one, "moved", control->moved);
	}
}

static const char *verdict_json_known(const char *text)
{
	return text && *text ? text : NULL;
}

/* Which run, and with which it was compared. */
static void verdict_json_add_run(const struct verdict *verdict, struct json *to)
{
	const struct run *head = verdict->head, *base = verdict->base;
	struct json *run = json_add_object(to, "benchmark_run");

	json_add_text(run, "id", verdict_json_known(head->id));
	json_add_text(run, "timestamp", verdict_json_known(head->timestamp));
	json_add_text(run, "status", run_status_words[verdict_status(verdict)]);
	json_add_text(run, "commit", head->env.values[ENV_COMMIT]);
	json_add_text(run, "branch", head->env.values[ENV_BRANCH]);
	json_add_text(run, "base_id", base ? verdict_json_known(base->id) : NULL);
	json_add_text(run, "base_timestamp", base ? verdict_json_known(base->timestamp) : NULL);
	json_add_text(run, "base_commit", base ? base->env.values[ENV_COMMIT] : NULL);
}

static void verdict_json_add_system(const struct env *env, struct json *to)
{
	struct json *system = json_add_object(to, "system_info");
	char machine[ENV_MACHINE_MAX];

	env_machine(env, machine);
	json_add_text(system, "machine", machine);
	for (int id = 0; id < ENV_NR_FIELDS; id++)
		if (env_fields[id].number)
			json_add_number(
				system, env_fields[id].name, env_number(env, (enum env_id)id));
		else
			json_add_text(system, env_fields[id].name, env->values[id]);
}

static bool is_of_shards(const struct verdict *verdict)
{
	return verdict->head->shard.of;
}

/* Each with its own machine and its own base. */
static void add_shard(const struct verdict_part *part, struct json *shards)
{
	const struct run *head = part->head, *base = part->base;
	struct json *to = json_add_object(shards, NULL);

	json_add_number(to, "shard", (double)head->shard.index);
	json_add_number(to, "of", (double)head->shard.of);
	json_add_text(to, "id", verdict_json_known(head->id));
	json_add_text(to, "timestamp", verdict_json_known(head->timestamp));
	json_add_text(to, "status", run_status_words[head->status]);
	json_add_text(to, "base_id", base ? verdict_json_known(base->id) : NULL);
	json_add_text(to, "base_timestamp", base ? verdict_json_known(base->timestamp) : NULL);
	json_add_text(to, "base_commit", base ? base->env.values[ENV_COMMIT] : NULL);
	json_add_text(to, "mismatch", part->mismatch);
	verdict_json_add_system(&head->env, to);
}

static void add_shards(const struct verdict *verdict, struct json *to)
{
	struct json *shards = json_add_array(to, "shards");

	for (size_t i = 0; i < verdict->nr_parts; i++)
		if (!verdict->parts[i].absent)
			add_shard(&verdict->parts[i], shards);
}

/* A sentence each, with the command where there is one. */
static void add_sentences(const struct recommendations *all, struct json *list)
{
	struct buf text = BUF_INIT;

	for (size_t i = 0; i < all->nr; i++) {
		buf_clear(&text);
		buf_adds(&text, all->items[i].text);
		if (all->items[i].command)
			buf_addf(&text, ": %s", all->items[i].command);
		json_add_text(list, NULL, text.data);
	}
	buf_release(&text);
}

/* For people, and in parts for programs. */
static void verdict_json_add_recommendations(const struct verdict *verdict, struct json *to)
{
	struct recommendations all = recommend(verdict);
	struct json *list;

	add_sentences(&all, json_add_array(to, "recommendations"));
	list = json_add_array(to, "advice");
	for (size_t i = 0; i < all.nr; i++) {
		struct json *one = json_add_object(list, NULL);

		json_add_text(one, "about", all.items[i].about);
		json_add_text(one, "text", all.items[i].text);
		json_add_text(one, "command", all.items[i].command);
	}
	recommendations_release(&all);
}

void verdict_json(const struct verdict *verdict, struct buf *out)
{
	struct json *root = json_new_object();

	json_add_text(root, "format", "benchgate-verdict");
	json_add_number(root, "version", VERDICT_JSON_VERSION);
	verdict_json_add_run(verdict, root);
	analysis_add(verdict, root);
	verdict_json_add_recommendations(verdict, root);
	add_controls(verdict, root);
	verdict_json_add_metrics(verdict, root);
	json_targets(verdict, root);
	json_competitors(verdict, root);
	verdict_json_add_system(&verdict->head->env, root);
	if (is_of_shards(verdict))
		add_shards(verdict, root);
	json_print(root, out);
	json_free(root);
}
