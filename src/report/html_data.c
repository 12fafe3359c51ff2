/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "report/html_parts.h"

#include "base/array.h"
#include "base/json.h"
#include "report/describe.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

/* More figures than a plot can show would make the file three times as large. */
static double rounded(double value)
{
	char text[32];

	snprintf(text, sizeof text, "%.6g", value);
	return strtod(text, NULL);
}

static void add_values(const struct doubles *values, const char *name, struct json *to)
{
	struct doubles few = { 0 };

	for (size_t i = 0; i < values->nr; i++)
		*ARRAY_ADD(&few) = rounded(values->items[i]);
	json_add_numbers(to, name, few.items, few.nr);
	ARRAY_RELEASE(&few);
}

static void add_estimate(const struct estimate *estimate, const char *name, struct json *to)
{
	struct json *object;

	if (!isfinite(estimate->value))
		return;
	object = json_add_object(to, name);
	json_add_number(object, "value", rounded(estimate->value));
	json_add_number(object, "low", rounded(estimate->low));
	json_add_number(object, "high", rounded(estimate->high));
}

static void add_sessions(const struct sessions *sessions, struct json *to)
{
	struct json *list;

	if (!sessions->nr)
		return;
	list = json_add_array(to, "sessions");
	for (size_t i = 0; i < sessions->nr; i++) {
		struct json *one = json_add_object(list, NULL);

		json_add_text(one, "of", sessions->items[i].timestamp);
		json_add_number(one, "values", (double)sessions->items[i].nr_values);
	}
}

static void add_sides(const struct comparison *comparison, struct json *to)
{
	/* What only the base has is shown by the base's metric. */
	const struct metric *base = comparison->head ? comparison->base_metric : comparison->metric;

	if (base && !comparison->is_limit) {
		add_values(&base->values, "base", to);
		add_sessions(&base->sessions, to);
	}
	if (!comparison->head)
		return;
	if (base && !comparison->is_limit)
		add_estimate(&comparison->base_estimate, "base_estimate", to);
	add_values(&comparison->metric->values, "head", to);
	add_estimate(&comparison->estimate, "head_estimate", to);
	if (comparison->evidence == EVIDENCE_SECOND_LOOK)
		json_add_number(to, "screened", (double)comparison->head->nr_screened);
}

static void add_duets(const struct comparison *comparison, struct json *to)
{
	const struct doubles *ratios = &comparison->metric->ratios;
	const struct duets *duets = &comparison->head->duets;
	struct json *list = json_add_array(to, "duets");

	for (size_t i = 0; i < ratios->nr && i < duets->nr; i++) {
		bool counts = duet_counts(&duets->items[i]);
		struct json *one = json_add_object(list, NULL);

		json_add_number(one, "change", counts ? rounded(expm1(ratios->items[i])) : NAN);
		json_add_bool(one, "base_first", duets->items[i].base_first);
	}
}

static void add_change(const struct comparison *comparison, struct json *to)
{
	bool asked = comparison->tolerance.gated && !comparison->is_limit;

	json_add_number(to, "change", rounded(comparison->change_ratio));
	json_add_number(to, "low", rounded(comparison->change_low));
	json_add_number(to, "high", rounded(comparison->change_high));
	json_add_number(to, "threshold", asked ? comparison->tolerance.threshold_ratio : NAN);
	json_add_number(to, "target", asked ? comparison->tolerance.target_ratio : NAN);
}

static void add_comparison(const struct comparison *comparison, struct json *to)
{
	struct buf name = BUF_INIT;

	describe_name(comparison, &name);
	json_add_text(to, "name", name.data);
	buf_release(&name);
	if (!comparison->metric)
		return;
	json_add_text(to, "unit", comparison->metric->unit);
	json_add_bool(to, "more_is_better", comparison->metric->more_is_better);
	add_sides(comparison, to);
	if (comparison->is_limit)
		json_add_number(to, "limit", comparison->tolerance.limit->value);
	else
		add_change(comparison, to);
	if (comparison->evidence == EVIDENCE_IN_TURN && !comparison->is_limit)
		add_duets(comparison, to);
}

/* Where JSON has a < it is in a text; as such it could end the script element. */
static void add_for_script(const char *text, struct buf *out)
{
	for (; *text; text++)
		if (*text == '<')
			buf_adds(out, "\\u003c");
		else
			buf_addc(out, *text);
}

void html_data(const struct verdict *verdict, struct buf *out)
{
	struct json *root = json_new_object();
	struct json *list = json_add_array(root, "comparisons");
	struct buf text = BUF_INIT;

	for (size_t i = 0; i < verdict->nr; i++)
		add_comparison(&verdict->items[i], json_add_object(list, NULL));
	json_print(root, &text);
	add_for_script(text.data, out);
	buf_release(&text);
	json_free(root);
}
