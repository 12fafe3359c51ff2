/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "report/html_parts.h"

#include "model/units.h"
#include "report/describe.h"
#include "report/escape.h"
#include "report/recommend.h"
#include "report/tally.h"

#include <math.h>

/* The table has the others, and has them first. */
#define MOST_NEEDS 10

bool html_needs_a_look(const struct verdict *verdict, const struct comparison *comparison)
{
	return verdict_action(verdict, comparison) != ACTION_PASS ||
		comparison->word == VERDICT_ACCEPTED;
}

/* Classes of the style sheet. */
static const char *looks_of(enum verdict_word word, enum action action)
{
	if (action == ACTION_FAIL)
		return "bad";
	if (word == VERDICT_PASS || word == VERDICT_IMPROVEMENT)
		return "good";
	return action == ACTION_WARN && word != VERDICT_NEW ? "warn" : "calm";
}

static void add_badge(enum verdict_word word, enum action action, struct buf *out)
{
	buf_addf(out, "<span class=\"badge %s\">%s</span>", looks_of(word, action),
		verdict_word_name(word));
	if (action == ACTION_WARN &&
		(word == VERDICT_REGRESSION || word == VERDICT_MISSING || word == VERDICT_FAILED ||
			word == VERDICT_NOT_MEASURED))
		buf_adds(out, " <small>warns only</small>");
}

void html_add_word(
	const struct verdict *verdict, const struct comparison *comparison, struct buf *out)
{
	add_badge(comparison->word, verdict_action(verdict, comparison), out);
}

/* What those of the run's word do to it, at most. */
static enum action action_of(const struct verdict *verdict)
{
	enum action most = ACTION_PASS;

	for (size_t i = 0; i < verdict->nr; i++) {
		enum action action = verdict_action(verdict, &verdict->items[i]);

		if (verdict->items[i].word == verdict->word && action > most)
			most = action;
	}
	return most;
}

static void add_figure(const char *title, const char *text, struct buf *out)
{
	if (!*text)
		return;
	buf_addf(out, "<div><dt>%s</dt><dd>", title);
	escape_xml(out, text);
	buf_adds(out, "</dd></div>\n");
}

/* "2026-11-21 04:05 UTC, 0123abcd main" */
static void fill_side(const struct run *run, struct buf *text)
{
	const char *commit = run->env.values[ENV_COMMIT], *branch = run->env.values[ENV_BRANCH];

	if (*run->timestamp)
		buf_addf(text, "%.10s %.5s UTC", run->timestamp, run->timestamp + 11);
	if (commit)
		buf_addf(text, "%s%.12s", text->len ? ", " : "", commit);
	if (commit && branch)
		buf_addf(text, " %s", branch);
}

static void add_side(const char *title, const struct run *run, struct buf *out)
{
	struct buf text = BUF_INIT;

	fill_side(run, &text);
	add_figure(title, text.data, out);
	buf_release(&text);
}

static void add_figures(const struct verdict *verdict, const struct tally *tally, struct buf *out)
{
	struct buf text = BUF_INIT;

	buf_adds(out, "<dl class=\"figures\">\n");
	if (isfinite(tally->coverage_ratio))
		buf_addf(&text, "%zu of %zu benchmarks", tally->nr_decided, tally->nr_benchmarks);
	add_figure("decided", text.data, out);
	buf_clear(&text);
	tally_add_worst(tally, &text);
	add_figure("worst", text.data, out);
	buf_clear(&text);
	if (isfinite(tally->regression_ratio))
		units_add_ratio(&text, tally->regression_ratio);
	add_figure("regressions, on average", text.data, out);
	buf_release(&text);
	add_side("head", verdict->head, out);
	if (verdict->base)
		add_side("base", verdict->base, out);
	buf_adds(out, "</dl>\n");
}

static void add_need(const struct verdict *verdict, size_t at, struct buf *out)
{
	struct buf text = BUF_INIT;

	buf_adds(out, "<li>");
	html_add_word(verdict, &verdict->items[at], out);
	buf_addf(out, " <a href=\"#" HTML_ID "%zu\">", at);
	describe_name(&verdict->items[at], &text);
	escape_xml(out, text.data);
	buf_adds(out, "</a>: ");
	buf_clear(&text);
	describe_reason(verdict, &verdict->items[at], &text);
	escape_xml(out, text.data);
	buf_adds(out, ".</li>\n");
	buf_release(&text);
}

/* Those that fail the run before those that only warn. */
static void add_needs(const struct verdict *verdict, struct buf *out)
{
	size_t nr = 0;

	for (size_t i = 0; i < verdict->nr; i++)
		nr += html_needs_a_look(verdict, &verdict->items[i]);
	if (!nr)
		return;
	buf_adds(out, "<section>\n<h2>What needs a look</h2>\n<ul class=\"needs\">\n");
	nr = 0;
	for (int action = ACTION_FAIL; action >= ACTION_PASS; action--)
		for (size_t i = 0; i < verdict->nr; i++)
			if ((int)verdict_action(verdict, &verdict->items[i]) == action &&
				html_needs_a_look(verdict, &verdict->items[i]) && nr++ < MOST_NEEDS)
				add_need(verdict, i, out);
	if (nr > MOST_NEEDS)
		buf_addf(out, "<li>and %zu more, first in the table</li>\n", nr - MOST_NEEDS);
	buf_adds(out, "</ul>\n</section>\n");
}

static void add_advice(const struct verdict *verdict, struct buf *out)
{
	struct recommendations all = recommend(verdict);

	if (all.nr)
		buf_adds(out, "<section>\n<h2>What to do next</h2>\n<ul>\n");
	for (size_t i = 0; i < all.nr; i++) {
		buf_adds(out, "<li>");
		escape_xml(out, all.items[i].text);
		buf_adds(out, ": <code>");
		escape_xml(out, all.items[i].command);
		buf_adds(out, "</code></li>\n");
	}
	if (all.nr)
		buf_adds(out, "</ul>\n</section>\n");
	recommendations_release(&all);
}

static void add_mismatch(const struct verdict *verdict, size_t part, struct buf *out)
{
	const struct verdict_part *of = &verdict->parts[part];

	if (!of->mismatch)
		return;
	buf_adds(out, "<p>");
	describe_shard(verdict, part, out);
	buf_adds(out, of->base ? "The two sides are not comparable: " : "Not compared: ");
	escape_xml(out, of->mismatch);
	buf_adds(out, ".</p>\n");
}

void html_summary(const struct verdict *verdict, struct buf *out)
{
	struct tally tally = tally_of(verdict);
	struct buf counts = BUF_INIT;

	buf_adds(out, "<header>\n<h1>Performance: ");
	add_badge(verdict->word, action_of(verdict), out);
	buf_adds(out, "</h1>\n");
	for (size_t i = 0; i < verdict->nr_parts; i++)
		add_mismatch(verdict, i, out);
	tally_add_counts(verdict, &tally, &counts);
	buf_addf(out, "<p>%s.</p>\n", counts.data);
	buf_release(&counts);
	add_figures(verdict, &tally, out);
	buf_adds(out, "</header>\n");
	add_needs(verdict, out);
	add_advice(verdict, out);
}
