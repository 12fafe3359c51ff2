/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "report/verdict_json.h"

#include "base/json.h"
#include "report/layout.h"
#include "report/phrase.h"
#include "report/why.h"

#include <math.h>

/* What can be detected takes tens of microseconds to find out: of more it is left out. */
#define MAX_DETECTABLE 1000

static const char *const evidence_words[] = {
	[EVIDENCE_NONE] = "none",
	[EVIDENCE_FIRST_LOOK] = "first-look",
	[EVIDENCE_SECOND_LOOK] = "second-look",
	[EVIDENCE_IN_TURN] = "in-turn",
	[EVIDENCE_IDENTICAL] = "identical",
	[EVIDENCE_EXACT] = "exact",
};

static const char *const drift_words[] = {
	[DRIFT_NONE] = "none",
	[DRIFT_OWN] = "own",
	[DRIFT_POOLED] = "pooled",
	[DRIFT_CALIBRATED] = "calibrated",
	[DRIFT_ASSUMED] = "assumed",
};

static void add_names(
	const struct verdict *verdict, const struct comparison *comparison, struct json *to)
{
	const struct result *result = phrase_result(comparison);
	const struct metric *metric = comparison->metric;
	struct buf why = BUF_INIT;

	why_add(verdict, comparison, &why);
	json_add_text(to, "benchmark", result->name);
	json_add_text(to, "metric", metric ? metric->name : NULL);
	json_add_text(to, "tier", result->tier);
	json_add_text(to, "word", verdict_word_name(comparison->word));
	json_add_text(to, "action", action_words[verdict_action(verdict, comparison)]);
	json_add_text(to, "why", why.data);
	json_add_text(to, "unit", metric ? metric->unit : NULL);
	buf_release(&why);
}

static void add_change(const struct comparison *comparison, struct json *to)
{
	bool asked = comparison->tolerance.gated && !comparison->is_limit;

	json_add_number(to, "base", comparison->is_limit ? NAN : comparison->base_estimate.value);
	json_add_number(to, "head", comparison->estimate.value);
	json_add_number(to, "change", comparison->change_ratio);
	json_add_number(to, "low", comparison->change_low);
	json_add_number(to, "high", comparison->change_high);
	json_add_number(to, "p", comparison->p);
	json_add_number(to, "p_adjusted", comparison->p_adjusted);
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
	json_add_number(to, "drop_ratio", phrase_drops(comparison->head).dropped_pct / 100);
	json_add_number(to, "spent", (double)comparison->head->spent_ns / 1e9);
}

static void add_code(const struct comparison *comparison, struct json *to)
{
	if (!comparison->head || !comparison->head->code)
		return;
	json_add_text(to, "code", code_words[comparison->head->code]);
	json_add_bool(to, "layout_suspected", layout_is_suspected(comparison));
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
	add_code(comparison, to);
	json_add_number(to, "detectable",
		tested && judged && verdict->nr <= MAX_DETECTABLE
			? verdict_detectable(verdict, comparison)
			: NAN);
}

void verdict_json(const struct verdict *verdict, struct buf *out)
{
	struct json *root = json_new_object(), *comparisons;

	json_add_text(root, "format", "benchgate-verdict");
	json_add_number(root, "version", VERDICT_JSON_VERSION);
	json_add_text(root, "word", verdict_word_name(verdict->word));
	json_add_number(root, "duration", (double)verdict->head->duration_ns / 1e9);
	json_add_text(root, "mismatch", verdict->mismatch);
	comparisons = json_add_array(root, "comparisons");
	for (size_t i = 0; i < verdict->nr; i++) {
		struct json *to = json_add_object(comparisons, NULL);

		add_names(verdict, &verdict->items[i], to);
		add_change(&verdict->items[i], to);
		add_evidence(verdict, &verdict->items[i], to);
	}
	json_print(root, out);
	json_free(root);
}
