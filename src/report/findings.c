/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "report/findings.h"

#include "base/json.h"

#include <string.h>

static const char *grade_color(enum trust_grade grade)
{
	return grade == TRUST_BAD ? "\033[31;1m" : grade == TRUST_CAUTION ? "\033[33m" : "\033[2m";
}

/* Good and unknown ones take a line; the others also say why they matter and what mends them. */
static void findings_add_finding(
	const struct env *env, const struct finding *finding, bool color, struct buf *out)
{
	const char *value = env->values[finding->id];

	if (color)
		buf_adds(out, grade_color(finding->grade));
	buf_addf(out, "%-8s", trust_grade_name(finding->grade));
	if (color)
		buf_adds(out, "\033[0m");
	buf_addf(out, " %-33s %s\n", env_fields[finding->id].title,
		!value           ? "-"
			: *value ? value
				 : "none");
	if (finding->grade < TRUST_CAUTION)
		return;
	buf_addf(out, "         %s\n", finding->meaning);
	if (finding->mend)
		buf_addf(out, "         $ %s\n", finding->mend);
}

void findings_text(
	const struct env *env, const struct findings *findings, bool color, struct buf *out)
{
	static const char *const sums[] = {
		[TRUST_GOOD] = "a good place to measure",
		[TRUST_UNKNOWN] = "a good place to measure, as far as benchgate can see",
		[TRUST_CAUTION] = "fit to measure, with the cautions above",
		[TRUST_BAD] = "not fit to measure: fix what is bad first",
	};
	char machine[ENV_MACHINE_MAX];

	for (size_t i = 0; i < findings->nr; i++)
		findings_add_finding(env, &findings->items[i], color, out);
	env_machine(env, machine);
	buf_addf(out, "\nmachine %s: %s\n", machine, sums[findings->worst]);
}

static const char *kind_name(enum env_kind kind)
{
	return kind == ENV_IDENTITY || kind == ENV_REFUSES ? "refuses"
		: kind == ENV_WARNS                        ? "warns"
							   : "informs";
}

void requirements_text(const struct requirements *asked, const struct requirement_answer *answers,
	bool color, struct buf *out)
{
	for (size_t i = 0; i < asked->nr; i++) {
		const struct requirement_answer *answer = &answers[i];
		bool fails = answer->word == REQUIREMENT_FAILED;

		if (!i)
			buf_adds(out, "\nwhat the policy file asks of the machine:\n");
		buf_addf(out, "%s%-11s%s %s: ", color && fails ? "\033[31;1m" : "",
			requirement_word_name(answer->word), color && fails ? "\033[0m" : "",
			asked->items[i].place);
		buf_add_printable(out, asked->items[i].asked);
		buf_adds(out, "; here: ");
		buf_add_printable(out, answer->here.data);
		buf_addc(out, '\n');
		if (fails && *answer->mend)
			buf_addf(out, "            to mend it: %s\n", answer->mend);
	}
}

static void add_requirements(
	const struct requirements *asked, const struct requirement_answer *answers, struct json *to)
{
	for (size_t i = 0; i < asked->nr; i++) {
		struct json *row = json_add_object(to, NULL);

		json_add_text(row, "place", asked->items[i].place);
		json_add_text(row, "asked", asked->items[i].asked);
		json_add_text(row, "here", answers[i].here.data);
		json_add_text(row, "status", requirement_word_name(answers[i].word));
		json_add_text(row, "mend", answers[i].mend);
	}
}

void findings_json(const struct env *env, const struct findings *findings,
	const struct requirements *asked, const struct requirement_answer *answers, struct buf *out)
{
	struct json *root = json_new_object(), *fields;
	char machine[ENV_MACHINE_MAX];

	env_machine(env, machine);
	json_add_text(root, "machine", machine);
	json_add_text(root, "trust", trust_grade_name(findings->worst));
	fields = json_add_array(root, "fields");
	for (size_t i = 0; i < findings->nr; i++) {
		const struct finding *finding = &findings->items[i];
		const struct env_field *field = &env_fields[finding->id];
		struct json *to = json_add_object(fields, NULL);

		json_add_text(to, "name", field->name);
		json_add_text(to, "title", field->title);
		json_add_text(to, "value", env->values[finding->id]);
		json_add_text(to, "difference", kind_name(field->kind));
		json_add_text(to, "trust", trust_grade_name(finding->grade));
		json_add_text(to, "meaning", finding->meaning);
		json_add_text(to, "mend", finding->mend);
	}
	add_requirements(asked, answers, json_add_array(root, "environment"));
	json_print(root, out);
	json_free(root);
}
