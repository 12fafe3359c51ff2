/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "report/explanation_report.h"

#include "base/json.h"
#include "report/explanation_words.h"

#include <math.h>

#define EXPLANATION_VERSION 1

static const char *const explanation_side_names[NR_SIDES] = { "base", "head" };
static const char *const explanation_kind_names[] = {
	[EXPLAINED_BOTH] = "both",
	[EXPLAINED_NEW] = "new",
	[EXPLAINED_GONE] = "gone",
	[EXPLAINED_INLINED] = "inlined",
	[EXPLAINED_OUTLINED] = "no longer inlined",
};

/* An event that was not counted is not there. */
static void add_cost_json(struct json *to, const char *name, const struct explanation *explanation,
	const struct cost *cost)
{
	struct json *object = json_add_object(to, name);

	for (int i = 0; i < NR_COST_EVENTS; i++)
		if (explanation->has[i])
			json_add_number(object, cost_event_names[i], cost->of[i]);
}

static void add_function_json(struct json *list, const struct explanation *explanation, size_t at)
{
	const struct explained_function *function = &explanation->functions.items[at];
	struct json *to = json_add_object(list, NULL);

	json_add_text(to, "function", function->name);
	json_add_text(to, "file", function->file);
	json_add_bool(to, "shared", function->is_shared);
	json_add_text(to, "kind", explanation_kind_names[function->kind]);
	json_add_text(to, "other",
		function->other == COSTS_NONE ? NULL
					      : explanation->functions.items[function->other].name);
	json_add_text(to, "was", function->was);
	json_add_number(to, "part", function->is_shared ? 0 : explanation_part(explanation, at));
	if (explanation->event == COST_TIME)
		json_add_number(to, "part_error", explanation_part_error(explanation, at));
	for (int side = 0; side < NR_SIDES; side++) {
		const struct explained *said = &function->side[side];
		struct json *object;

		if (!said->there)
			continue;
		object = json_add_object(to, explanation_side_names[side]);
		json_add_number(object, "line", said->line ? (double)said->line : NAN);
		json_add_number(object, "calls", said->calls);
		json_add_number(object, "allocations", said->allocations);
		add_cost_json(object, "own", explanation, &said->own);
		add_cost_json(object, "all", explanation, &said->all);
		add_cost_json(object, "charge", explanation, &said->charge);
	}
}

static void add_explained_line_json(
	struct json *list, const struct explanation *explanation, const struct explained_line *line)
{
	struct json *to = json_add_object(list, NULL);

	json_add_text(to, "function", explanation->functions.items[line->function].name);
	json_add_text(to, "file", line->file);
	json_add_text(to, "text", line->text);
	for (int side = 0; side < NR_SIDES; side++) {
		struct json *object = json_add_object(to, explanation_side_names[side]);

		json_add_number(object, "line", line->line[side] ? (double)line->line[side] : NAN);
		add_cost_json(object, "charge", explanation, &line->charge[side]);
	}
}

static void add_calls_json(struct json *list, const struct explanation *explanation)
{
	for (size_t i = 0; i < explanation->calls.nr; i++) {
		const struct explained_call *call = &explanation->calls.items[i];
		struct json *to;

		if (call->calls[SIDE_BASE] == call->calls[SIDE_HEAD])
			continue;
		to = json_add_object(list, NULL);
		json_add_text(to, "caller", explanation->functions.items[call->from].name);
		json_add_text(to, "calls", explanation->functions.items[call->to].name);
		json_add_number(to, "base", call->calls[SIDE_BASE]);
		json_add_number(to, "head", call->calls[SIDE_HEAD]);
	}
}

static void add_explanation_json(struct json *to, const struct explain_subject *subject)
{
	const struct explanation *explanation = &subject->explanation;
	struct buf summary = BUF_INIT;
	struct texts advice = { 0 };
	struct json *list;

	explanation_words_summary(explanation, &summary);
	json_add_text(to, "summary", summary.data);
	json_add_text(to, "by", cost_event_names[explanation->event]);
	add_cost_json(to, "base", explanation, &explanation->total[SIDE_BASE]);
	add_cost_json(to, "head", explanation, &explanation->total[SIDE_HEAD]);
	if (explanation->event == COST_TIME) {
		struct json *samples = json_add_object(to, "samples");

		for (int side = 0; side < NR_SIDES; side++)
			json_add_number(samples, explanation_side_names[side],
				(double)explanation->nr_samples[side]);
	}
	list = json_add_array(to, "functions");
	for (size_t i = 0; i < explanation->functions.nr; i++)
		add_function_json(list, explanation, i);
	list = json_add_array(to, "lines");
	for (size_t i = 0; i < explanation->lines.nr; i++)
		add_explained_line_json(list, explanation, &explanation->lines.items[i]);
	add_calls_json(json_add_array(to, "changed_calls"), explanation);
	explanation_advice(subject, &advice);
	list = json_add_array(to, "advice");
	for (size_t i = 0; i < advice.nr; i++)
		json_add_text(list, NULL, advice.items[i]);
	texts_release(&advice);
	buf_release(&summary);
}

static void add_machine_code_json(struct json *to, const struct explain_subject *subject)
{
	struct json *object = json_add_object(to, "machine_code");
	struct buf words = BUF_INIT;

	explanation_words_code(subject, &words);
	json_add_text(object, "summary", words.len ? words.data : NULL);
	for (int side = 0; side < NR_SIDES; side++) {
		struct json *list = json_add_array(object, explanation_side_names[side]);

		for (size_t i = 0; i < subject->code[side].nr; i++) {
			struct json *item = json_add_object(list, NULL);

			json_add_number(
				item, "address", (double)subject->code[side].items[i].address);
			json_add_text(item, "text", subject->code[side].items[i].text);
			json_add_number(item, "executed", subject->code[side].items[i].executed);
		}
	}
	buf_release(&words);
}

static void add_source_changes_json(struct json *list, const struct source_changes *changes)
{
	for (size_t i = 0; i < changes->nr; i++) {
		const struct source_change *change = &changes->items[i];
		struct json *to = json_add_object(list, NULL);

		json_add_text(to, "file", change->file);
		json_add_text(to, "context", *change->context ? change->context : NULL);
		for (int side = 0; side < NR_SIDES; side++) {
			struct json *lines = json_add_object(to, explanation_side_names[side]);

			json_add_number(lines, "line", change->line[side]);
			json_add_number(lines, "lines", change->nr[side]);
		}
	}
}

static void add_cause_json(struct json *to, const struct source_changes *changes,
	const struct explanation *explanation)
{
	struct buf cause = BUF_INIT;

	source_changes_add_cause(changes, explanation, &cause);
	json_add_text(to, "cause", cause.len ? cause.data : NULL);
	buf_release(&cause);
}

void explanation_json(const struct explain_account *account, struct buf *out)
{
	struct json *root = json_new_object(), *list;
	struct buf hottest = BUF_INIT;

	json_add_text(root, "format", "benchgate-explanation");
	json_add_number(root, "version", EXPLANATION_VERSION);
	json_add_text(root, "base", account->said[SIDE_BASE]);
	json_add_text(root, "head", account->said[SIDE_HEAD]);
	json_add_text(root, "tool", account->tool);
	json_add_text(root, "why", account->why);
	add_source_changes_json(json_add_array(root, "changed_between"), &account->changes);
	list = json_add_array(root, "benchmarks");
	for (size_t i = 0; i < account->subjects.nr; i++) {
		const struct explain_subject *subject = &account->subjects.items[i];
		struct json *to = json_add_object(list, NULL);

		json_add_text(to, "benchmark", subject->name);
		json_add_text(to, "trouble", subject->trouble);
		json_add_text(to, "note", subject->note);
		if (!subject->trouble) {
			json_add_number(to, "iterations", (double)subject->iterations);
			add_explanation_json(to, subject);
			add_cause_json(to, &account->changes, &subject->explanation);
			add_machine_code_json(to, subject);
		}
	}
	explanation_suite_advice(account, &hottest);
	json_add_text(root, "hottest", hottest.len ? hottest.data : NULL);
	buf_release(&hottest);
	json_print(root, out);
	json_free(root);
}
