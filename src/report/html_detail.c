/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/array.h"
#include "base/json.h"
#include "model/units.h"
#include "report/cells.h"
#include "report/describe.h"
#include "report/escape.h"
#include "report/html_parts.h"
#include "report/past_words.h"

#include <inttypes.h>
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

/* Where the values go on from: the newest, up to so many. */
#define MAX_PLOTTED 500

static void add_past_points(const struct past *past, size_t from, struct json *to)
{
	struct json *list = json_add_array(to, "points");

	for (size_t i = from; i < past->points.nr; i++) {
		const struct past_point *point = &past->points.items[i];
		struct json *one = json_add_object(list, NULL);

		json_add_number(one, "value", rounded(point->value));
		json_add_text(one, "time", point->time);
		json_add_text(one, "commit", point->commit);
	}
}

static void add_past_places(
	const size_t *places, size_t nr, size_t from, const char *name, struct json *to)
{
	struct json *list = json_add_array(to, name);

	for (size_t i = 0; i < nr; i++)
		if (places[i] >= from)
			json_add_number(list, NULL, (double)(places[i] - from));
}

static void add_past(const struct past *past, struct json *to)
{
	size_t from = past->points.nr > MAX_PLOTTED ? past->points.nr - MAX_PLOTTED : 0;
	struct json *object = json_add_object(to, "history"), *list;

	add_past_points(past, from, object);
	add_past_places(past->changes.spikes, past->changes.nr_spikes, from, "spikes", object);
	add_past_places(past->marks, past->nr_marks, from, "compilers", object);
	list = json_add_array(object, "changes");
	for (size_t i = 0; i < past->changes.nr; i++) {
		const struct changepoint *change = &past->changes.items[i];
		struct json *one;

		if (change->at < from)
			continue;
		one = json_add_object(list, NULL);
		json_add_text(one, "kind", change->kind == CHANGE_STEP ? "step" : "slope");
		json_add_bool(one, "maybe", change->maybe);
		json_add_number(one, "at", (double)(change->at - from));
		json_add_number(one, "end", (double)(change->end - from));
		json_add_number(one, "before", rounded(change->before));
		json_add_number(one, "after", rounded(change->after));
	}
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
	if (comparison->past)
		add_past(comparison->past, to);
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

/* Empties the text; with nothing in it, adds nothing. */
static void add_sentence(const char *class, struct buf *text, struct buf *out)
{
	if (text->len) {
		buf_addf(out, "<p class=\"%s\">", class);
		escape_xml(out, text->data);
		buf_adds(out, ".</p>\n");
	}
	buf_clear(text);
}

static void add_reason(
	const struct verdict *verdict, const struct comparison *comparison, struct buf *out)
{
	struct buf text = BUF_INIT, mend = BUF_INIT;

	describe_reason(verdict, comparison, &text);
	add_sentence("why", &text, out);
	describe_layout(comparison, &text);
	add_sentence("why", &text, out);
	describe_advice(comparison, &mend);
	if (mend.len)
		buf_addf(&text, "Next: %s", mend.data);
	add_sentence("mend", &text, out);
	if (comparison->head && comparison->head->note)
		buf_add_printable(&text, comparison->head->note);
	add_sentence("why", &text, out);
	buf_release(&mend);
	buf_release(&text);
}

static void html_history(const struct comparison *comparison, struct buf *out)
{
	struct past_words words = past_words_of_comparison(comparison);

	if (words.nr)
		buf_adds(out, "<ul class=\"history\">\n");
	for (size_t i = 0; i < words.nr; i++) {
		buf_adds(out, "<li>");
		escape_xml(out, words.items[i].text);
		if (words.items[i].command) {
			buf_adds(out, ". Settle it: <code>");
			escape_xml(out, words.items[i].command);
			buf_adds(out, "</code>");
		}
		buf_adds(out, "</li>\n");
	}
	if (words.nr)
		buf_adds(out, "</ul>\n");
	past_words_release(&words);
}

/* The same. */
static void add_fact(const char *title, struct buf *text, struct buf *out)
{
	if (text->len) {
		buf_addf(out, "<div><dt>%s</dt><dd>", title);
		escape_xml(out, text->data);
		buf_adds(out, "</dd></div>\n");
	}
	buf_clear(text);
}

static void add_place(const struct result *result, struct buf *text)
{
	if (!result->file || !*result->file)
		return;
	buf_adds(text, result->file);
	if (result->line)
		buf_addf(text, ":%" PRIu32, result->line);
}

static void fill_tolerance(const struct comparison *comparison, struct buf *text)
{
	if (!comparison->tolerance.gated || comparison->is_limit ||
		!isfinite(comparison->base_estimate.value))
		return;
	units_add_ratio(text, comparison->tolerance.threshold_ratio);
	buf_adds(text, " threshold, ");
	units_add_ratio(text, comparison->tolerance.target_ratio);
	buf_adds(text, " target");
}

static void fill_counted(const struct comparison *comparison, struct buf *text)
{
	if (comparison->evidence == EVIDENCE_IN_TURN) {
		buf_addf(text, "%zu %s in turn, %.0f %% of their batches dropped",
			comparison->nr_units, comparison->nr_layouts ? "layouts" : "units",
			describe_drops(comparison->head).dropped_pct);
		return;
	}
	if (!comparison->nr_head)
		return;
	buf_addf(text, "%zu%s process%s", comparison->nr_head,
		comparison->evidence == EVIDENCE_SECOND_LOOK ? " fresh" : "",
		comparison->nr_head == 1 ? "" : "es");
	if (comparison->nr_base && !comparison->is_limit)
		buf_addf(text, "; base: %zu of %zu session%s", comparison->nr_base,
			comparison->nr_sessions, comparison->nr_sessions == 1 ? "" : "s");
}

static void fill_tier(const struct comparison *comparison, struct buf *text)
{
	const char *tier = describe_result(comparison)->tier;

	if (tier)
		buf_adds(text, tier);
}

static void fill_source(const struct comparison *comparison, struct buf *text)
{
	add_place(describe_result(comparison), text);
}

struct fact {
	const char *title;
	void (*fill)(const struct comparison *comparison, struct buf *text);
	bool of_metric;
};

/* What no row of the table shows on a phone is here too. */
static const struct fact facts[] = {
	{ "base", cells_base, true },
	{ "head", cells_head, true },
	{ "head, 95 %", cells_interval, true },
	{ "spread", cells_spread, true },
	{ "change, 95 %", cells_change_interval, true },
	{ "bound", cells_bound, true },
	{ "tolerance", fill_tolerance, true },
	{ "counted", fill_counted, true },
	{ "throughput", cells_rate, true },
	{ "tier", fill_tier, false },
	{ "source", fill_source, false },
};

static bool has(const struct comparison *comparison, const struct fact *fact)
{
	return !fact->of_metric || (comparison->metric && comparison->head);
}

static void add_p(
	const struct verdict *verdict, const struct comparison *comparison, struct buf *out)
{
	double p_value = verdict_p_value(verdict, comparison);
	double above = verdict_p_above_threshold(comparison);
	double adjusted = verdict_p_above_threshold_adjusted(verdict, comparison);
	struct buf text = BUF_INIT;

	if (isfinite(p_value) && !comparison->is_limit)
		buf_addf(&text, "%.2g", p_value);
	add_fact("p", &text, out);
	if (isfinite(above))
		buf_addf(&text, "%.2g", above);
	if (isfinite(above) && isfinite(adjusted))
		buf_addf(&text, " (%.2g for all)", adjusted);
	add_fact(comparison->is_limit ? "p" : "p, above the threshold", &text, out);
	buf_release(&text);
}

static void add_facts(
	const struct verdict *verdict, const struct comparison *comparison, struct buf *out)
{
	struct buf text = BUF_INIT;

	buf_adds(out, "<dl>\n");
	for (size_t i = 0; i < sizeof facts / sizeof *facts; i++) {
		if (has(comparison, &facts[i]))
			facts[i].fill(comparison, &text);
		add_fact(facts[i].title, &text, out);
	}
	add_p(verdict, comparison, out);
	buf_adds(out, "</dl>\n");
	buf_release(&text);
}

void html_detail(
	const struct verdict *verdict, const struct comparison *comparison, struct buf *out)
{
	add_reason(verdict, comparison, out);
	html_history(comparison, out);
	add_facts(verdict, comparison, out);
	if (comparison->metric)
		buf_adds(out, "<div class=\"plots\"></div>\n");
}
