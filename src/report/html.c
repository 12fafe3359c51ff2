/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * All that the page needs is in it, and its policy lets it load nothing: it opens from an artifact
 * store, a mail, a disk. What the verdict says is HTML already; the script adds sorting, filtering
 * and, when a row is unfolded, its plots.
 */
#include "report/formats.h"

#include "base/array.h"
#include "base/version.h"
#include "gate/trust.h"
#include "report/describe.h"
#include "report/escape.h"
#include "report/flame_report.h"
#include "report/functions.h"
#include "report/gap_columns.h"
#include "report/html_parts.h"
#include "report/targets.h"

#include <string.h>

/* Files of assets/, built in; and those of uPlot, which the web pages have too. */
extern const char report_css[];
extern const char report_js[];
extern const char uplot_css[];
extern const char uplot_js[];
extern const char uplot_LICENSE[];
extern const char flame_css[], flame_js[];

static void add_head(const struct verdict *verdict, bool has_flames, struct buf *out)
{
	buf_adds(out,
		"<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
		"<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
		"<meta name=\"color-scheme\" content=\"light dark\">\n"
		"<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; "
		"style-src 'unsafe-inline'; script-src 'unsafe-inline'; img-src data:; "
		"base-uri 'none'; form-action 'none'\">\n"
		"<link rel=\"icon\" href=\"data:,\">\n");
	buf_addf(
		out, "<title>%s: performance</title>\n<style>\n", verdict_word_name(verdict->word));
	buf_adds(out, uplot_css);
	buf_adds(out, report_css);
	buf_adds(out, has_flames ? flame_css : "");
	buf_adds(out, "</style>\n</head>\n<body>\n<main>\n");
}

static void add_choice(const char *word, const char *what, size_t nr, struct buf *out)
{
	buf_addf(out,
		"<label><input type=\"radio\" name=\"word\" value=\"%s\"%s> <span>%s <b>%zu</b></span></label>\n",
		word, *word ? "" : " checked", what, nr);
}

static void add_words(const struct verdict *verdict, struct buf *out)
{
	buf_adds(out, "<fieldset>\n<legend>Verdict</legend>\n");
	add_choice("", "all", verdict->nr, out);
	for (int word = 0; word < VERDICT_NR_WORDS; word++) {
		const char *name = verdict_word_name((enum verdict_word)word);
		size_t nr = verdict_count(verdict, (enum verdict_word)word);

		if (nr)
			add_choice(name, name, nr, out);
	}
	buf_adds(out, "</fieldset>\n");
}

static const char *tier_at(const struct verdict *verdict, size_t at)
{
	const char *tier = describe_result(&verdict->items[at])->tier;

	return tier ? tier : "";
}

static bool is_first_of_tier(const struct verdict *verdict, size_t at)
{
	for (size_t i = 0; i < at; i++)
		if (strcmp(tier_at(verdict, i), tier_at(verdict, at)) == 0)
			return false;
	return true;
}

static void add_tiers(const struct verdict *verdict, struct buf *out)
{
	buf_adds(out, "<label>Tier <select id=\"tier\">\n<option value=\"\">all</option>\n");
	for (size_t i = 0; i < verdict->nr; i++) {
		if (!*tier_at(verdict, i) || !is_first_of_tier(verdict, i))
			continue;
		buf_adds(out, "<option>");
		escape_xml(out, tier_at(verdict, i));
		buf_adds(out, "</option>\n");
	}
	buf_adds(out, "</select></label>\n");
}

static void add_comparisons(const struct verdict *verdict, struct buf *out)
{
	buf_adds(out, "<section>\n<h2>Benchmarks</h2>\n");
	if (!verdict->nr) {
		buf_adds(out, "<p>There is none.</p>\n</section>\n");
		return;
	}
	buf_adds(out,
		"<div class=\"filters\">\n"
		"<label>Name <input type=\"search\" id=\"name\" autocomplete=\"off\"></label>\n");
	add_tiers(verdict, out);
	add_words(verdict, out);
	buf_adds(out, "<p id=\"shown\" role=\"status\"></p>\n</div>\n");
	html_table(verdict, out);
	buf_adds(out, "</section>\n");
}

static void html_target(const struct verdict *verdict, const struct target *target, struct buf *out)
{
	struct buf cell = BUF_INIT;

	buf_adds(out, "<tr><th scope=\"row\">");
	targets_add_metric(target, &cell);
	escape_xml(out, cell.data);
	buf_clear(&cell);
	buf_adds(out, "</th><td>");
	targets_add_limit(target, &cell);
	escape_xml(out, cell.data);
	buf_clear(&cell);
	buf_adds(out, "</td><td>");
	targets_add_current(target, &cell);
	escape_xml(out, cell.data);
	buf_adds(out, "</td><td>");
	html_add_word(verdict, target->comparison, out);
	buf_adds(out, "</td></tr>\n");
	buf_release(&cell);
}

static void html_targets(const struct verdict *verdict, struct buf *out)
{
	struct targets targets = targets_of(verdict);

	if (targets.nr)
		buf_adds(out,
			"<section>\n<h2>Targets</h2>\n<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"Targets\">\n"
			"<table class=\"targets\">\n<thead><tr><th scope=\"col\">Metric</th><th scope=\"col\">Target</th>"
			"<th scope=\"col\">Current</th><th scope=\"col\">Status</th></tr></thead>\n<tbody>\n");
	for (size_t i = 0; i < targets.nr; i++)
		html_target(verdict, &targets.items[i], out);
	if (targets.nr)
		buf_adds(out, "</tbody>\n</table>\n</div>\n</section>\n");
	targets_release(&targets);
}

/* A row's first cell is its heading. */
static void html_cell(struct buf *cell, size_t column, struct buf *out)
{
	buf_adds(out, column ? "<td>" : "<th scope=\"row\">");
	escape_xml(out, cell->data);
	buf_adds(out, column ? "</td>" : "</th>");
	buf_clear(cell);
}

static void html_gap(const struct gap *gap, size_t nr_columns, struct buf *out)
{
	struct buf cell = BUF_INIT;

	buf_adds(out, "<tr>");
	for (size_t i = 0; i < nr_columns; i++) {
		gap_columns[i].fill(gap, &cell);
		html_cell(&cell, i, out);
	}
	buf_adds(out, "</tr>\n");
	buf_release(&cell);
}

static void html_gaps(const struct verdict *verdict, struct buf *out)
{
	const struct gaps *gaps = gaps_of(verdict);
	size_t nr_columns;

	if (!gaps)
		return;
	nr_columns = gap_nr_columns(gaps);
	buf_adds(out,
		"<section>\n<h2>Competitors</h2>\n<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"Competitors\">\n"
		"<table class=\"targets\">\n<thead><tr>");
	for (size_t i = 0; i < nr_columns; i++)
		buf_addf(out, "<th scope=\"col\">%s</th>", gap_columns[i].heading);
	buf_adds(out, "</tr></thead>\n<tbody>\n");
	for (size_t i = 0; i < gaps->nr; i++)
		html_gap(&gaps->items[i], nr_columns, out);
	buf_adds(out, "</tbody>\n</table>\n</div>\n");
	for (size_t i = 0; i < gaps->notes.nr; i++) {
		buf_adds(out, "<p>");
		escape_xml(out, gaps->notes.items[i]);
		buf_adds(out, "</p>\n");
	}
	buf_adds(out, "</section>\n");
}

static void html_function(const struct function_row *row, struct buf *out)
{
	struct buf cell = BUF_INIT;

	buf_adds(out, "<tr>");
	for (size_t i = 0; i < FUNCTIONS_NR_CELLS; i++) {
		functions_add_cell(row, i, &cell);
		html_cell(&cell, i, out);
	}
	buf_adds(out, "</tr>\n");
	buf_release(&cell);
}

static void html_functions(const struct verdict *verdict, struct buf *out)
{
	struct function_rows rows = functions_rows(verdict);

	if (rows.nr) {
		buf_adds(out,
			"<section>\n<h2>" FUNCTIONS_TITLE
			"</h2>\n<p>Instructions that a function executes itself, an iteration.</p>\n"
			"<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"" FUNCTIONS_TITLE
			"\">\n<table class=\"targets\">\n<thead><tr>");
		for (size_t i = 0; i < FUNCTIONS_NR_CELLS; i++)
			buf_addf(out, "<th scope=\"col\">%s</th>", functions_titles[i]);
		buf_adds(out, "</tr></thead>\n<tbody>\n");
	}
	for (size_t i = 0; i < rows.nr; i++)
		html_function(&rows.items[i], out);
	if (rows.nr)
		buf_adds(out, "</tbody>\n</table>\n</div>\n");
	if (rows.nr_left_out)
		buf_addf(out, "<p>%zu smaller changes are in the JSON report.</p>\n",
			rows.nr_left_out);
	if (rows.nr)
		buf_adds(out, "</section>\n");
	ARRAY_RELEASE(&rows);
}

static void add_warnings(const struct verdict *verdict, size_t part, struct buf *out)
{
	const struct verdict_part *of = &verdict->parts[part];
	struct findings findings = trust_judge(&of->head->env);
	struct buf differences = BUF_INIT;

	if (of->base && env_differences(&of->base->env, &of->head->env, ENV_WARNS, &differences)) {
		buf_adds(out, "<li>");
		describe_shard(verdict, part, out);
		buf_adds(out, "The base was made with another ");
		escape_xml(out, differences.data);
		buf_adds(out, ".</li>\n");
	}
	for (size_t i = 0; i < findings.nr; i++) {
		if (findings.items[i].grade < TRUST_CAUTION)
			continue;
		buf_adds(out, "<li>");
		describe_shard(verdict, part, out);
		buf_addf(out, "%s: %s</li>\n", env_fields[findings.items[i].id].title,
			findings.items[i].meaning);
	}
	buf_release(&differences);
}

static void add_value(const struct run *run, int id, struct buf *out)
{
	buf_adds(out, "<td>");
	escape_xml(out, run->env.values[id] ? run->env.values[id] : "");
	buf_adds(out, "</td>");
}

static bool is_known(const struct verdict *verdict, int id)
{
	for (size_t i = 0; i < verdict->nr_parts; i++) {
		const struct verdict_part *part = &verdict->parts[i];

		if (part->head->env.values[id] || (part->base && part->base->env.values[id]))
			return true;
	}
	return false;
}

static void add_sides(const struct verdict *verdict, struct buf *out)
{
	for (size_t i = 0; i < verdict->nr_parts; i++) {
		if (verdict->parts[i].absent)
			continue;
		if (verdict->parts[i].base) {
			buf_adds(out, "<th scope=\"col\">");
			describe_shard(verdict, i, out);
			buf_adds(out, "base</th>");
		}
		buf_adds(out, "<th scope=\"col\">");
		describe_shard(verdict, i, out);
		buf_adds(out, "head</th>");
	}
}

static void add_values(const struct verdict *verdict, int id, struct buf *out)
{
	for (size_t i = 0; i < verdict->nr_parts; i++) {
		if (verdict->parts[i].absent)
			continue;
		if (verdict->parts[i].base)
			add_value(verdict->parts[i].base, id, out);
		add_value(verdict->parts[i].head, id, out);
	}
}

static void add_environment(const struct verdict *verdict, struct buf *out)
{
	buf_adds(out, "<details>\n<summary><h2>Environment and warnings</h2></summary>\n<ul>\n");
	for (size_t i = 0; i < verdict->nr_parts; i++)
		if (!verdict->parts[i].absent)
			add_warnings(verdict, i, out);
	buf_adds(out,
		"</ul>\n<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"Environment\">\n"
		"<table class=\"environment\">\n<thead><tr><th scope=\"col\">what</th>");
	add_sides(verdict, out);
	buf_adds(out, "</tr></thead>\n<tbody>\n");
	for (int id = 0; id < ENV_NR_FIELDS; id++) {
		if (!is_known(verdict, id))
			continue;
		buf_addf(out, "<tr><th scope=\"row\">%s</th>", env_fields[id].title);
		add_values(verdict, id, out);
		buf_adds(out, "</tr>\n");
	}
	buf_adds(out, "</tbody>\n</table>\n</div>\n</details>\n");
}

static struct flame_list flames_of(const struct verdict *verdict)
{
	struct flame_list list = { 0 };

	for (size_t i = 0; i < verdict->nr_parts; i++)
		if (verdict->parts[i].head)
			flame_list_run(verdict->parts[i].head, &list);
	return list;
}

static void add_flames(const struct flame_list *flames, struct buf *out)
{
	if (!flames->nr)
		return;
	buf_adds(out, "<details open>\n<summary><h2>Where the work is done</h2></summary>\n");
	flame_add_sections(flames, out);
	buf_adds(out, "</details>\n");
}

static void add_scripts(const struct verdict *verdict, bool has_flames, struct buf *out)
{
	buf_adds(out, "<script type=\"application/json\" id=\"data\">\n");
	html_data(verdict, out);
	buf_adds(out, "</script>\n<!--\nWhat follows is uPlot, under this licence:\n\n");
	buf_adds(out, uplot_LICENSE);
	buf_adds(out, "-->\n<script>\n");
	buf_adds(out, uplot_js);
	buf_adds(out, "</script>\n<script>\n");
	buf_adds(out, report_js);
	buf_adds(out, "</script>\n");
	if (has_flames)
		buf_addf(out, "<script>\n%sdrawFlames();\n</script>\n", flame_js);
}

void html_report(const struct verdict *verdict, struct buf *out)
{
	struct flame_list flames = flames_of(verdict);

	add_head(verdict, flames.nr, out);
	html_summary(verdict, out);
	html_targets(verdict, out);
	html_gaps(verdict, out);
	html_functions(verdict, out);
	add_comparisons(verdict, out);
	add_flames(&flames, out);
	add_environment(verdict, out);
	buf_addf(out, "</main>\n<footer>Made by benchgate %s; plots by uPlot.</footer>\n",
		BENCHGATE_VERSION);
	add_scripts(verdict, flames.nr, out);
	buf_adds(out, "</body>\n</html>\n");
	ARRAY_RELEASE(&flames);
}
