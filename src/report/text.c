/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "report/text.h"

#include "gate/trust.h"
#include "report/formats.h"
#include "report/recommend.h"
#include "report/text_parts.h"
#include "report/why.h"

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
		[VERDICT_UNGATED] = TEXT_DIM,
	};

	return colors[word];
}

bool text_only_warns(const struct verdict *verdict, const struct comparison *comparison)
{
	return comparison->word != VERDICT_NEW &&
		verdict_action(verdict, comparison) == ACTION_WARN;
}

static void add_note(const struct result *result, struct buf *out)
{
	buf_adds(out, "note: ");
	buf_add_printable(out, result->name);
	buf_adds(out, ": ");
	buf_add_printable(out, result->note);
	buf_addc(out, '\n');
}

/* Code that nobody runs must not be taken for code that users do. */
static void add_build_note(const struct env *env, struct buf *out)
{
	struct findings findings = trust_judge(env);

	for (size_t i = 0; i < findings.nr; i++)
		if (findings.items[i].id == ENV_SUITE_BUILD && findings.items[i].grade == TRUST_BAD)
			buf_addf(out, "note: the suite was built %s: %s\n",
				env->values[ENV_SUITE_BUILD], findings.items[i].meaning);
}

/* What does not forbid to compare, and may still be what changed. */
static void add_base_notes(const struct page *page)
{
	const struct verdict *verdict = page->verdict;
	struct buf differences = BUF_INIT;

	if (page->mark) {
		buf_adds(page->out, "note: compared with what is not comparable: ");
		buf_add_printable(page->out, verdict->mismatch);
		buf_addc(page->out, '\n');
	}
	if (verdict->base &&
		env_differences(&verdict->base->env, &verdict->head->env, ENV_WARNS, &differences))
		buf_addf(page->out, "note: the base was recorded with another %s\n",
			differences.data);
	buf_release(&differences);
}

static void add_digest_note(const struct page *page)
{
	const struct verdict *verdict = page->verdict;
	size_t nr = 0;

	for (size_t i = 0; i < verdict->nr; i++)
		nr += verdict->items[i].base_metric && verdict->items[i].base_metric->digest.nr;
	if (nr)
		buf_addf(page->out,
			"note: %zu judged from mean and standard deviation, all that the base has, and a drift of 2 %%\n",
			nr);
}

static void add_identical_note(const struct page *page)
{
	const struct verdict *verdict = page->verdict;
	size_t nr = 0;

	for (size_t i = 0; i < verdict->head->nr; i++)
		nr += verdict->head->items[i].identical;
	if (nr)
		buf_addf(page->out,
			"note: %zu cannot have changed: base and head are the same bytes, with the same libraries\n",
			nr);
}

static void add_notes(const struct page *page)
{
	const struct run *run = page->verdict->head;

	add_build_note(&run->env, page->out);
	add_base_notes(page);
	add_digest_note(page);
	text_blind(page);
	add_identical_note(page);
	for (size_t i = 0; i < run->nr; i++)
		if (run->items[i].note)
			add_note(&run->items[i], page->out);
}

/* What is not said beside the benchmark that it is about. */
static void add_recommendations(const struct page *page)
{
	struct recommendations all = recommend(page->verdict);

	for (size_t i = 0; i < all.nr; i++)
		if (!all.items[i].said)
			buf_addf(page->out, "next: %s: %s\n", all.items[i].text,
				all.items[i].command);
	recommendations_release(&all);
}

/* Then the sum says it all. */
static bool all_is_well(const struct page *page, size_t start)
{
	return page->out->len == start && page->verdict->word == VERDICT_PASS && !page->mark &&
		!page->style->verbose && !verdict_count(page->verdict, VERDICT_IMPROVEMENT);
}

void text_report(const struct verdict *verdict, struct text_style style, struct buf *out)
{
	bool refused = verdict_count(verdict, VERDICT_REFUSED);
	struct page page = { verdict, &style, refused ? NULL : why_mark(verdict), out };
	size_t start = out->len;

	text_troubles(&page);
	if (!all_is_well(&page, start))
		text_table(&page);
	if (style.verbose)
		text_how(&page);
	add_notes(&page);
	add_recommendations(&page);
	text_sum(&page);
}

void text_plain(const struct verdict *verdict, struct buf *out)
{
	text_report(verdict, (struct text_style){ .width = 140 }, out);
}
