/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "report/text.h"

#include "gate/trust.h"
#include "report/describe.h"
#include "report/explain.h"
#include "report/formats.h"
#include "report/functions.h"
#include "report/recommend.h"
#include "report/text_parts.h"

#define RED "\033[31;1m"
#define GREEN "\033[32m"
#define YELLOW "\033[33m"
#define PLAIN "\033[0m"

void text_add(const struct page *page, const char *color, const char *text)
{
	bool colored = page->style->color && *color && *text;

	if (colored)
		buf_adds(page->out, color);
	buf_adds(page->out, text);
	if (colored)
		buf_adds(page->out, PLAIN);
}

const char *text_word_color(enum verdict_word word)
{
	static const char *const colors[VERDICT_NR_WORDS] = {
		[VERDICT_PASS] = "",
		[VERDICT_REGRESSION] = RED,
		[VERDICT_IMPROVEMENT] = GREEN,
		[VERDICT_INCONCLUSIVE] = YELLOW,
		[VERDICT_NEW] = "",
		[VERDICT_MISSING] = RED,
		[VERDICT_FAILED] = RED,
		[VERDICT_NOT_MEASURED] = YELLOW,
		[VERDICT_REFUSED] = YELLOW,
		[VERDICT_ACCEPTED] = YELLOW,
		[VERDICT_LAYOUT] = YELLOW,
		[VERDICT_WARNING] = YELLOW,
		[VERDICT_UNGATED] = TEXT_DIM,
	};

	return colors[word];
}

bool text_only_warns(const struct verdict *verdict, const struct comparison *comparison)
{
	return comparison->word != VERDICT_NEW && comparison->word != VERDICT_WARNING &&
		verdict_action(verdict, comparison) == ACTION_WARN;
}

const char *text_mark(const struct page *page, const struct comparison *comparison)
{
	if (comparison->evidence == EVIDENCE_IDENTICAL && comparison->head->duets.nr)
		return comparison->head->code == CODE_SAME ? "identical code" : "identical";
	return page->marks ? describe_mismatch(&page->verdict->parts[comparison->part]) : NULL;
}

static void text_add_note(const struct result *result, struct buf *out)
{
	buf_adds(out, "note: ");
	buf_add_printable(out, result->name);
	buf_adds(out, ": ");
	buf_add_printable(out, result->note);
	buf_addc(out, '\n');
}

/* Code that nobody runs must not be taken for code that users do. */
static void add_build_note(const struct page *page, size_t part)
{
	const struct env *env = &page->verdict->parts[part].head->env;
	struct findings findings = trust_judge(env);

	for (size_t i = 0; i < findings.nr; i++) {
		if (findings.items[i].id != ENV_SUITE_BUILD || findings.items[i].grade != TRUST_BAD)
			continue;
		buf_adds(page->out, "note: ");
		describe_shard(page->verdict, part, page->out);
		buf_addf(page->out, "the suite was built %s: %s\n", env->values[ENV_SUITE_BUILD],
			findings.items[i].meaning);
	}
}

/* What does not forbid to compare, and may still be what changed. */
static void add_base_notes(const struct page *page, size_t part)
{
	const struct verdict_part *of = &page->verdict->parts[part];
	struct buf differences = BUF_INIT;

	if (page->marks && describe_mismatch(of)) {
		buf_adds(page->out, "note: ");
		describe_shard(page->verdict, part, page->out);
		buf_adds(page->out, "base and head are not comparable: ");
		buf_add_printable(page->out, of->mismatch);
		buf_addc(page->out, '\n');
	}
	if (of->base && env_differences(&of->base->env, &of->head->env, ENV_WARNS, &differences)) {
		buf_adds(page->out, "note: ");
		describe_shard(page->verdict, part, page->out);
		buf_addf(page->out, "the base was recorded with another %s\n", differences.data);
	}
	buf_release(&differences);
}

static void add_digest_note(const struct page *page)
{
	const struct verdict *verdict = page->verdict;
	size_t nr = 0;

	for (size_t i = 0; i < verdict->nr; i++)
		nr += verdict->items[i].base_metric &&
			metric_is_digest(verdict->items[i].base_metric);
	if (nr)
		buf_addf(page->out,
			"note: %zu judged with an assumed drift of 2 %%, because the base has only mean and standard deviation\n",
			nr);
}

static void add_identical_note(const struct page *page, bool by_code, const char *what)
{
	const struct verdict *verdict = page->verdict;
	size_t nr = 0;

	for (size_t part = 0; part < verdict->nr_parts; part++) {
		const struct run *head = verdict->parts[part].head;

		for (size_t i = 0; i < head->nr; i++)
			nr += head->items[i].identical &&
				by_code == (head->items[i].code == CODE_SAME);
	}
	if (nr)
		buf_addf(page->out, "note: %zu cannot have changed: %s\n", nr, what);
}

static void text_add_notes(const struct page *page)
{
	const struct verdict *verdict = page->verdict;

	for (size_t part = 0; part < verdict->nr_parts; part++)
		add_build_note(page, part);
	for (size_t part = 0; part < verdict->nr_parts; part++)
		add_base_notes(page, part);
	add_digest_note(page);
	text_blind(page);
	add_identical_note(page, false, "base and head are the same bytes and use the same files");
	add_identical_note(page, true,
		"identical code: the machine code, constants and files that they use are the same in base and head");
	for (size_t part = 0; part < verdict->nr_parts; part++)
		for (size_t i = 0; i < verdict->parts[part].head->nr; i++)
			if (verdict->parts[part].head->items[i].note)
				text_add_note(&verdict->parts[part].head->items[i], page->out);
}

/* What is not said beside the benchmark that it is about. */
static void text_add_recommendations(const struct page *page)
{
	struct recommendations all = recommend(page->verdict);

	for (size_t i = 0; i < all.nr; i++)
		if (!all.items[i].said && !(all.items[i].guest && page->style->knows_guest))
			buf_addf(page->out, "next: %s: %s\n", all.items[i].text,
				all.items[i].command);
	recommendations_release(&all);
}

/* Then the sum says it all. */
static bool all_is_well(const struct page *page, size_t start)
{
	return page->out->len == start && page->verdict->word == VERDICT_PASS && !page->marks &&
		!page->style->verbose && !verdict_count(page->verdict, VERDICT_IMPROVEMENT);
}

void text_report(const struct verdict *verdict, struct text_style style, struct buf *out)
{
	struct page page = { verdict, &style, false, out };
	size_t start = out->len, table;

	for (size_t i = 0; i < verdict->nr_parts; i++)
		page.marks |= describe_mismatch(&verdict->parts[i]) != NULL;
	page.marks &= !verdict_count(verdict, VERDICT_REFUSED);
	text_troubles(&page);
	table = out->len;
	if (!all_is_well(&page, start))
		text_table(&page);
	text_targets(&page, out->len > table);
	text_gaps(&page, out->len > table);
	functions_add_lines(verdict, out);
	if (style.verbose)
		text_how(&page);
	if (style.verbose > 1)
		explain_all(verdict, out);
	text_add_notes(&page);
	text_past(&page);
	text_add_recommendations(&page);
	text_sum(&page);
}

void text_plain(const struct verdict *verdict, struct buf *out)
{
	text_report(verdict, (struct text_style){ .width = 140 }, out);
}
