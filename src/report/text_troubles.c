/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "report/text_parts.h"

#include "report/describe.h"

/* So many undecided for one reason have a line each; more share one. */
#define MAX_ALIKE 5
/* Names in a line that many share: what is new is seen in the table, too, and what is undecided is
 * what somebody must look at. */
#define MAX_NEW 3
#define MAX_UNDECIDED 20
#define NR_WHYS (WHY_NO_BASE + 1)

static bool is_said(const struct page *page, const struct comparison *comparison)
{
	return comparison->word == VERDICT_ACCEPTED || comparison->word == VERDICT_FAILED ||
		verdict_action(page->verdict, comparison) != ACTION_PASS;
}

/* What was measured has an id, and is not ours to change. */
static bool is_base_on_record(const struct page *page)
{
	const struct run *base = page->verdict->base;

	return base && !*base->id;
}

static void text_troubles_add_mend(const struct page *page, const struct comparison *comparison)
{
	struct buf mend = BUF_INIT;

	if (comparison->word != VERDICT_MISSING || is_base_on_record(page))
		describe_advice(comparison, &mend);
	if (mend.len)
		buf_addf(page->out, "  %s\n", mend.data);
	buf_release(&mend);
}

static void text_troubles_add_layout(const struct page *page, const struct comparison *comparison)
{
	struct buf layout = BUF_INIT;

	describe_layout(comparison, &layout);
	if (layout.len)
		buf_addf(page->out, "  %s\n", layout.data);
	buf_release(&layout);
}

static void text_troubles_add_word(const struct page *page, const struct comparison *comparison)
{
	text_add(page, text_word_color(comparison->word), verdict_word_name(comparison->word));
	buf_addc(page->out, ' ');
}

static void text_troubles_add_mark(const struct page *page, const struct comparison *comparison)
{
	const char *mark = text_mark(page, comparison);

	if (mark)
		buf_addf(page->out, " (%s)", mark);
}

static void text_troubles_add_trouble(const struct page *page, const struct comparison *comparison)
{
	text_troubles_add_word(page, comparison);
	verdict_add_name(comparison, page->out);
	text_troubles_add_mark(page, comparison);
	if (comparison->word != VERDICT_INCONCLUSIVE && comparison->word != VERDICT_LAYOUT &&
		text_only_warns(page->verdict, comparison))
		buf_adds(page->out, " (warns only)");
	buf_adds(page->out, ": ");
	describe_reason(page->verdict, comparison, page->out);
	buf_addc(page->out, '\n');
	text_troubles_add_layout(page, comparison);
	text_troubles_add_mend(page, comparison);
}

/* The first few names of many, and how many there are besides. */
struct names {
	size_t nr, max;
	struct buf *out;
};

static void names_add(struct names *names, const struct comparison *comparison, bool whole)
{
	if (names->nr++ >= names->max)
		return;
	if (names->nr > 1)
		buf_adds(names->out, ", ");
	if (whole)
		buf_add_printable(names->out, comparison->head->name);
	else
		verdict_add_name(comparison, names->out);
}

static void names_end(const struct names *names)
{
	if (names->nr > names->max)
		buf_addf(names->out, " and %zu more", names->nr - names->max);
}

static void add_word_of(const struct page *page, enum verdict_word word)
{
	const struct verdict *verdict = page->verdict;

	for (size_t i = 0; i < verdict->nr; i++)
		if (verdict->items[i].word == word && is_said(page, &verdict->items[i]))
			text_troubles_add_trouble(page, &verdict->items[i]);
}

/* NULL where none is. */
static const struct comparison *first_refused(const struct verdict *verdict, size_t part)
{
	for (size_t i = 0; i < verdict->nr; i++)
		if (verdict->items[i].part == part && verdict->items[i].word == VERDICT_REFUSED)
			return &verdict->items[i];
	return NULL;
}

/* One line for all that have the same base: it is this that is refused. */
static void add_refusals(const struct page *page)
{
	const struct verdict *verdict = page->verdict;

	for (size_t part = 0; part < verdict->nr_parts; part++) {
		const struct comparison *refused = first_refused(verdict, part);

		if (!refused)
			continue;
		text_add(
			page, text_word_color(VERDICT_REFUSED), verdict_word_name(VERDICT_REFUSED));
		buf_adds(page->out, verdict->nr_parts > 1 ? " " : ": ");
		describe_shard(verdict, part, page->out);
		describe_reason(verdict, refused, page->out);
		buf_addc(page->out, '\n');
		text_troubles_add_mend(page, refused);
	}
}

static void text_troubles_add_many(const struct page *page, enum why why)
{
	const struct verdict *verdict = page->verdict;
	const struct comparison *first = NULL;
	struct names names = { 0, MAX_UNDECIDED, page->out };

	for (size_t i = 0; i < verdict->nr; i++) {
		const struct comparison *comparison = &verdict->items[i];

		if (comparison->word != VERDICT_INCONCLUSIVE || comparison->why != why)
			continue;
		if (!first)
			text_troubles_add_word(page, first = comparison);
		names_add(&names, comparison, false);
	}
	if (!first)
		return;
	names_end(&names);
	text_troubles_add_mark(page, first);
	buf_addf(page->out, ": %s\n", describe_group(why));
	text_troubles_add_mend(page, first);
}

static void add_inconclusive(const struct page *page)
{
	const struct verdict *verdict = page->verdict;
	size_t counts[NR_WHYS] = { 0 };

	for (size_t i = 0; i < verdict->nr; i++)
		if (verdict->items[i].word == VERDICT_INCONCLUSIVE &&
			is_said(page, &verdict->items[i]))
			counts[verdict->items[i].why]++;
	for (size_t i = 0; i < verdict->nr; i++)
		if (verdict->items[i].word == VERDICT_INCONCLUSIVE &&
			counts[verdict->items[i].why] <= MAX_ALIKE &&
			is_said(page, &verdict->items[i]))
			text_troubles_add_trouble(page, &verdict->items[i]);
	for (int why = 0; why < NR_WHYS; why++)
		if (counts[why] > MAX_ALIKE)
			text_troubles_add_many(page, (enum why)why);
}

static bool is_new_as_a_whole(const struct verdict *verdict, const struct comparison *comparison)
{
	const struct run *base = verdict->parts[comparison->part].base;

	return !base || !run_find(base, comparison->head->name);
}

/* A benchmark that is new as a whole is named once, whatever metrics it has. */
static void add_new(const struct page *page)
{
	const struct verdict *verdict = page->verdict;
	const struct result *last = NULL;
	struct names names = { 0, MAX_NEW, page->out };

	for (size_t i = 0; verdict->base && i < verdict->nr; i++) {
		const struct comparison *comparison = &verdict->items[i];
		bool whole;

		if (comparison->word != VERDICT_NEW || comparison->head == last)
			continue;
		whole = is_new_as_a_whole(verdict, comparison);
		if (!names.nr)
			text_troubles_add_word(page, comparison);
		names_add(&names, comparison, whole);
		last = whole ? comparison->head : NULL;
	}
	if (!names.nr)
		return;
	names_end(&names);
	buf_adds(page->out, ": not in the base");
	if (is_base_on_record(page))
		buf_addf(page->out, "; benchgate update-baselines records %s",
			names.nr > 1 ? "them" : "it");
	buf_addc(page->out, '\n');
}

void text_troubles(const struct page *page)
{
	static const enum verdict_word before[] = { VERDICT_REGRESSION, VERDICT_MISSING,
		VERDICT_FAILED, VERDICT_NOT_MEASURED, VERDICT_WARNING };
	size_t start = page->out->len;

	for (size_t i = 0; i < sizeof before / sizeof *before; i++)
		add_word_of(page, before[i]);
	add_refusals(page);
	add_word_of(page, VERDICT_LAYOUT);
	add_word_of(page, VERDICT_ACCEPTED);
	add_inconclusive(page);
	add_new(page);
	if (page->out->len > start)
		buf_addc(page->out, '\n');
}
