/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "explain/bisect_steps.h"

#include "base/array.h"
#include "base/json_fields.h"

#include <stdio.h>
#include <string.h>

static const struct json_field step_rows[] = {
	JSON_FIELD_TEXT("benchmark", struct bisect_step, benchmark),
	JSON_FIELD_MAYBE("metric", struct bisect_step, metric),
	JSON_FIELD_TEXT("base", struct bisect_step, base),
	JSON_FIELD_TEXT("head", struct bisect_step, head),
	JSON_FIELD_WORD(
		"purpose", struct bisect_step, purpose, enum bisect_purpose, bisect_purpose_words),
	JSON_FIELD_NUMBER("limit", struct bisect_step, limit),
	JSON_FIELD_WORD(
		"answer", struct bisect_step, told.answer, enum bisect_answer, bisect_answer_words),
	JSON_FIELD_NUMBER("change", struct bisect_step, told.change),
	JSON_FIELD_NUMBER("low", struct bisect_step, told.low),
	JSON_FIELD_NUMBER("high", struct bisect_step, told.high),
	JSON_FIELD_U64("units", struct bisect_step, nr_units),
	JSON_FIELD_NUMBER("seconds", struct bisect_step, seconds),
	JSON_FIELD_MAYBE("trouble", struct bisect_step, trouble),
	JSON_FIELD_END,
};

static const struct json_field whole_rows[] = {
	JSON_FIELD_TEXT("key", struct bisect_steps, key),
	JSON_FIELD_NUMBER("seconds", struct bisect_steps, seconds),
	JSON_FIELD_U64("builds", struct bisect_steps, nr_builds),
	JSON_FIELD_NUMBER("build_seconds", struct bisect_steps, build_seconds),
	JSON_FIELD_END,
};

void bisect_steps_release(struct bisect_steps *steps)
{
	for (size_t i = 0; i < steps->nr; i++) {
		struct bisect_step *step = &steps->items[i];

		free(step->benchmark);
		free(step->metric);
		free(step->base);
		free(step->head);
		free(step->trouble);
	}
	ARRAY_RELEASE(steps);
	free(steps->key);
	steps->key = NULL;
}

const struct bisect_step *bisect_steps_find(const struct bisect_steps *steps, const char *benchmark,
	const char *base, const char *head, const struct bisect_question *question)
{
	for (size_t i = 0; i < steps->nr; i++) {
		const struct bisect_step *step = &steps->items[i];

		if (step->purpose == question->purpose && step->limit == question->high &&
			strcmp(step->benchmark, benchmark) == 0 && strcmp(step->base, base) == 0 &&
			strcmp(step->head, head) == 0)
			return step;
	}
	return NULL;
}

void bisect_steps_print(const struct bisect_steps *steps, struct buf *out)
{
	struct json *root = json_new_object(), *list;

	json_add_text(root, "format", "benchgate-bisect");
	json_add_number(root, "version", BISECT_STEPS_VERSION);
	json_fields_write(root, whole_rows, steps);
	list = json_add_array(root, "steps");
	for (size_t i = 0; i < steps->nr; i++)
		json_fields_write(json_add_object(list, NULL), step_rows, &steps->items[i]);
	json_print(root, out);
	json_free(root);
}

static int read_bisect_steps(const struct json *root, struct bisect_steps *steps, struct error *err)
{
	const struct json *list;
	char where[64];

	if (json_check_format(root, "benchgate-bisect", BISECT_STEPS_VERSION, err) ||
		json_fields_read(root, whole_rows, steps, JSON_ROOT, err))
		return -1;
	list = json_member(root, "steps", JSON_ARRAY, JSON_ROOT, err);
	if (!list)
		return -1;
	for (const struct json *at = json_first(list); at; at = json_next(at)) {
		struct bisect_step *step = ARRAY_ADD(steps);

		*step = (struct bisect_step){ .benchmark = NULL };
		snprintf(where, sizeof where, "steps[%zu]", steps->nr - 1);
		if (json_fields_read(at, step_rows, step, where, err))
			return -1;
	}
	return 0;
}

int bisect_steps_parse(const char *text, size_t len, struct bisect_steps *steps, struct error *err)
{
	struct json *root = json_parse(text, len, err);
	int rc = root ? read_bisect_steps(root, steps, err) : -1;

	json_free(root);
	return rc;
}
