/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What needs eyes is open, the rest is folded. GitHub takes 65,536 characters of a comment, so rows
 * that would go over are counted instead of written: the parts come in order of weight, and each
 * leaves room for those behind it.
 */
#include "report/formats.h"

#include "gate/trust.h"
#include "report/cells.h"
#include "report/escape.h"
#include "report/layout.h"
#include "report/phrase.h"
#include "report/recommend.h"
#include "report/tally.h"
#include "report/why.h"

#include <math.h>

/* Where each part must have ended. */
#define TABLE_MAX 20000
#define REASONS_MAX 40000
#define ADVICE_MAX 44000
#define REST_MAX 60000

static bool is_news(const struct verdict *verdict, const struct comparison *comparison)
{
	return verdict_action(verdict, comparison) != ACTION_PASS ||
		comparison->word == VERDICT_ACCEPTED || comparison->word == VERDICT_IMPROVEMENT;
}

/* Of a budget, which; of all but the time, which metric. */
static void add_name(const struct comparison *comparison, bool in_table, struct buf *out)
{
	struct buf name = BUF_INIT;

	why_add_name(comparison, &name);
	if (comparison->is_limit)
		buf_addf(&name, " %s %s", comparison->metric->more_is_better ? ">=" : "<=",
			comparison->tolerance.limit->text);
	escape_code(out, name.data, in_table);
	buf_release(&name);
}

static void add_cell(void (*fill)(const struct comparison *, struct buf *),
	const struct comparison *comparison, struct buf *out)
{
	struct buf cell = BUF_INIT;

	if (comparison->metric)
		fill(comparison, &cell);
	buf_adds(out, " | ");
	escape_markdown(out, cell.data);
	buf_release(&cell);
}

static void add_row(const struct comparison *comparison, struct buf *out)
{
	buf_addf(out, "| %s | ", verdict_word_name(comparison->word));
	add_name(comparison, true, out);
	add_cell(cells_base, comparison, out);
	add_cell(cells_head, comparison, out);
	add_cell(cells_change, comparison, out);
	add_cell(cells_change_interval, comparison, out);
	add_cell(cells_bound, comparison, out);
	buf_adds(out, " |\n");
}

static void add_table_head(struct buf *out)
{
	buf_adds(out,
		"| verdict | benchmark | base | head | change | 95 % interval | surely |\n"
		"| --- | --- | ---: | ---: | ---: | ---: | ---: |\n");
}

/* Adds the line where it fits; false where it does not. */
static bool add_if_fits(struct buf *line, size_t max, struct buf *out)
{
	bool fits = out->len + line->len <= max;

	if (fits)
		buf_adds(out, line->data);
	buf_clear(line);
	return fits;
}

static void add_left_out(size_t nr, struct buf *out)
{
	if (nr)
		buf_addf(out, "\n%zu more %s left out here; the other reports have them all.\n", nr,
			nr == 1 ? "is" : "are");
}

static size_t count_news(const struct verdict *verdict, bool news)
{
	size_t nr = 0;

	for (size_t i = 0; i < verdict->nr; i++)
		nr += is_news(verdict, &verdict->items[i]) == news;
	return nr;
}

static void add_rows(const struct verdict *verdict, bool news, size_t max, struct buf *out)
{
	struct buf row = BUF_INIT;
	size_t nr_left_out = 0;

	add_table_head(out);
	for (size_t i = 0; i < verdict->nr; i++) {
		if (is_news(verdict, &verdict->items[i]) != news)
			continue;
		add_row(&verdict->items[i], &row);
		nr_left_out += !add_if_fits(&row, max, out);
	}
	add_left_out(nr_left_out, out);
	buf_release(&row);
}

static void add_reason(
	const struct verdict *verdict, const struct comparison *comparison, struct buf *out)
{
	struct buf why = BUF_INIT;

	buf_addf(out, "- **%s** ", verdict_word_name(comparison->word));
	add_name(comparison, false, out);
	buf_adds(out, ": ");
	why_add(verdict, comparison, &why);
	escape_markdown(out, why.data);
	buf_clear(&why);
	layout_add(comparison, &why);
	if (why.len) {
		buf_adds(out, ". ");
		escape_markdown(out, why.data);
	}
	buf_adds(out, ".\n");
	buf_release(&why);
}

static void add_reasons(const struct verdict *verdict, struct buf *out)
{
	struct buf line = BUF_INIT;
	size_t nr_left_out = 0;

	buf_addc(out, '\n');
	for (size_t i = 0; i < verdict->nr; i++) {
		if (!is_news(verdict, &verdict->items[i]))
			continue;
		add_reason(verdict, &verdict->items[i], &line);
		nr_left_out += !add_if_fits(&line, REASONS_MAX, out);
	}
	add_left_out(nr_left_out, out);
	buf_release(&line);
}

static void add_recommendations(const struct verdict *verdict, struct buf *out)
{
	struct recommendations all = recommend(verdict);
	struct buf line = BUF_INIT;

	if (all.nr)
		buf_adds(out, "\n**What to do next**\n\n");
	for (size_t i = 0; i < all.nr; i++) {
		buf_adds(&line, "- ");
		escape_markdown(&line, all.items[i].text);
		buf_adds(&line, ": ");
		escape_code(&line, all.items[i].command, false);
		buf_addc(&line, '\n');
		add_if_fits(&line, ADVICE_MAX, out);
	}
	buf_release(&line);
	recommendations_release(&all);
}

static void add_environment(const char *title, const struct env *env, struct buf *out)
{
	struct buf line = BUF_INIT;

	buf_addf(out, "\n%s:\n\n", title);
	for (int id = 0; id < ENV_NR_FIELDS; id++) {
		if (!env->values[id])
			continue;
		buf_addf(&line, "- %s: ", env_fields[id].title);
		escape_code(&line, env->values[id], false);
		buf_addc(&line, '\n');
		add_if_fits(&line, MARKDOWN_MAX - 500, out);
	}
	buf_release(&line);
}

static void add_warnings(const struct verdict *verdict, struct buf *out)
{
	struct findings findings = trust_judge(&verdict->head->env);
	struct buf differences = BUF_INIT;

	if (verdict->base &&
		env_differences(
			&verdict->base->env, &verdict->head->env, ENV_WARNS, &differences)) {
		buf_adds(out, "\nThe base was made with another ");
		escape_markdown(out, differences.data);
		buf_adds(out, ".\n");
	}
	for (size_t i = 0; i < findings.nr; i++)
		if (findings.items[i].grade >= TRUST_CAUTION)
			buf_addf(out, "\n%s: %s\n", env_fields[findings.items[i].id].title,
				findings.items[i].meaning);
	buf_release(&differences);
}

static void add_folded(const char *title, size_t nr, struct buf *out)
{
	buf_adds(out, "\n<details><summary>");
	if (nr)
		buf_addf(out, "%zu ", nr);
	buf_addf(out, "%s</summary>\n\n", title);
}

static void add_head(const struct verdict *verdict, struct buf *out)
{
	struct tally tally = tally_of(verdict);

	buf_addf(out, "## Performance: %s\n\n", verdict_word_name(verdict->word));
	if (verdict->mismatch) {
		buf_adds(out, "The two sides are not comparable: ");
		escape_markdown(out, verdict->mismatch);
		buf_adds(out, ".\n\n");
	}
	tally_add_counts(verdict, &tally, out);
	buf_adds(out, ".\n");
	if (isfinite(tally.coverage_ratio))
		buf_addf(out, "Decided: %zu of %zu benchmarks.\n", tally.nr_decided,
			tally.nr_benchmarks);
	if (tally.worst) {
		struct buf worst = BUF_INIT;

		tally_add_worst(&tally, &worst);
		buf_adds(out, "Worst: ");
		escape_markdown(out, worst.data);
		buf_adds(out, ".\n");
		buf_release(&worst);
	}
	buf_addc(out, '\n');
}

void markdown_report(const struct verdict *verdict, struct buf *out)
{
	size_t nr_news = count_news(verdict, true), nr_others = count_news(verdict, false);

	add_head(verdict, out);
	if (nr_news) {
		add_rows(verdict, true, TABLE_MAX, out);
		add_reasons(verdict, out);
	}
	add_recommendations(verdict, out);
	if (nr_others) {
		add_folded(verdict->base ? "without news" : "measured", nr_others, out);
		add_rows(verdict, false, REST_MAX, out);
		buf_adds(out, "\n</details>\n");
	}
	add_folded("Environment and warnings", 0, out);
	add_warnings(verdict, out);
	add_environment("Head", &verdict->head->env, out);
	if (verdict->base)
		add_environment("Base", &verdict->base->env, out);
	buf_adds(out, "\n</details>\n");
}
