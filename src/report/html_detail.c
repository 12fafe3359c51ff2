/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "report/html_parts.h"

#include "model/units.h"
#include "report/cells.h"
#include "report/describe.h"
#include "report/escape.h"

#include <inttypes.h>
#include <math.h>

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
	add_facts(verdict, comparison, out);
	if (comparison->metric)
		buf_adds(out, "<div class=\"plots\"></div>\n");
}
