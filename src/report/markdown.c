/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What needs eyes is open, the rest is folded. GitHub takes 65,536 characters of a comment, so rows
 * that would go over are counted instead of written: the parts come in order of weight, and each
 * leaves room for those behind it.
 */
#include "report/formats.h"

#include "base/array.h"
#include "gate/trust.h"
#include "report/cells.h"
#include "report/describe.h"
#include "report/escape.h"
#include "report/functions.h"
#include "report/gap_columns.h"
#include "report/past_words.h"
#include "report/recommend.h"
#include "report/tally.h"
#include "report/targets.h"

#include <math.h>

/* Where each part must have ended. */
#define MISMATCH_MAX 10000
#define TABLE_MAX 20000
#define TARGETS_MAX 26000
#define REASONS_MAX 40000
#define HISTORY_MAX 43000
#define ADVICE_MAX 46000
#define FUNCTIONS_MAX 50000
#define REST_MAX 60000

static bool is_news(const struct verdict *verdict, const struct comparison *comparison)
{
	return verdict_action(verdict, comparison) != ACTION_PASS ||
		comparison->word == VERDICT_ACCEPTED || comparison->word == VERDICT_IMPROVEMENT;
}

static void markdown_add_name(const struct comparison *comparison, bool in_table, struct buf *out)
{
	struct buf name = BUF_INIT;

	describe_name(comparison, &name);
	escape_code(out, name.data, in_table);
	buf_release(&name);
}

static void markdown_add_cell(void (*fill)(const struct comparison *, struct buf *),
	const struct comparison *comparison, struct buf *out)
{
	struct buf cell = BUF_INIT;

	if (comparison->metric)
		fill(comparison, &cell);
	buf_adds(out, " | ");
	escape_markdown(out, cell.data);
	buf_release(&cell);
}

static void markdown_add_row(const struct comparison *comparison, struct buf *out)
{
	buf_addf(out, "| %s | ", verdict_word_name(comparison->word));
	markdown_add_name(comparison, true, out);
	markdown_add_cell(cells_base, comparison, out);
	markdown_add_cell(cells_head, comparison, out);
	markdown_add_cell(cells_change, comparison, out);
	markdown_add_cell(cells_change_interval, comparison, out);
	markdown_add_cell(cells_bound, comparison, out);
	buf_adds(out, " |\n");
}

static void add_table_head(struct buf *out)
{
	buf_adds(out,
		"| verdict | benchmark | base | head | change | 95 % interval | bound |\n"
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
		buf_addf(out, "\n%zu more %s not shown here; the other reports have all.\n", nr,
			nr == 1 ? "is" : "are");
}

/* Budgets are in the table of targets. */
static bool is_row(const struct verdict *verdict, const struct comparison *comparison, bool news)
{
	return !comparison->is_limit && is_news(verdict, comparison) == news;
}

static size_t count_rows(const struct verdict *verdict, bool news)
{
	size_t nr = 0;

	for (size_t i = 0; i < verdict->nr; i++)
		nr += is_row(verdict, &verdict->items[i], news);
	return nr;
}

static void add_rows(const struct verdict *verdict, bool news, size_t max, struct buf *out)
{
	struct buf row = BUF_INIT;
	size_t nr_left_out = 0;

	add_table_head(out);
	for (size_t i = 0; i < verdict->nr; i++) {
		if (!is_row(verdict, &verdict->items[i], news))
			continue;
		markdown_add_row(&verdict->items[i], &row);
		nr_left_out += !add_if_fits(&row, max, out);
	}
	add_left_out(nr_left_out, out);
	buf_release(&row);
}

static void markdown_target(const struct target *target, struct buf *out)
{
	struct buf cell = BUF_INIT;

	buf_adds(out, "| ");
	targets_add_metric(target, &cell);
	escape_code(out, cell.data, true);
	buf_clear(&cell);
	buf_adds(out, " | ");
	targets_add_limit(target, &cell);
	escape_markdown(out, cell.data);
	buf_clear(&cell);
	buf_adds(out, " | ");
	targets_add_current(target, &cell);
	escape_markdown(out, cell.data);
	buf_addf(out, " | %s |\n", targets_status(target));
	buf_release(&cell);
}

static void markdown_targets(const struct verdict *verdict, struct buf *out)
{
	struct targets targets = targets_of(verdict);
	struct buf row = BUF_INIT;
	size_t nr_left_out = 0;

	if (targets.nr)
		buf_adds(out,
			"\n| Metric | Target | Current | Status |\n"
			"| --- | ---: | ---: | --- |\n");
	for (size_t i = 0; i < targets.nr; i++) {
		markdown_target(&targets.items[i], &row);
		nr_left_out += !add_if_fits(&row, TARGETS_MAX, out);
	}
	add_left_out(nr_left_out, out);
	buf_release(&row);
	targets_release(&targets);
}

static void markdown_gap(const struct gap *gap, size_t nr_columns, struct buf *out)
{
	struct buf cell = BUF_INIT;

	buf_addc(out, '|');
	for (size_t i = 0; i < nr_columns; i++) {
		gap_columns[i].fill(gap, &cell);
		buf_addc(out, ' ');
		if (i)
			escape_markdown(out, cell.data);
		else
			escape_code(out, cell.data, true);
		buf_adds(out, " |");
		buf_clear(&cell);
	}
	buf_addc(out, '\n');
	buf_release(&cell);
}

static void markdown_gaps(const struct verdict *verdict, struct buf *out)
{
	const struct gaps *gaps = gaps_of(verdict);
	struct buf row = BUF_INIT;
	size_t nr_left_out = 0, nr_columns;

	if (!gaps)
		return;
	nr_columns = gap_nr_columns(gaps);
	if (gaps->nr) {
		buf_adds(out, "\n|");
		for (size_t i = 0; i < nr_columns; i++)
			buf_addf(out, " %s |", gap_columns[i].heading);
		buf_addf(out, "\n| --- | --- | ---: | ---: | ---: | ---: | --- | --- |%s\n",
			nr_columns == NR_GAP_COLUMNS ? " ---: |" : "");
	}
	for (size_t i = 0; i < gaps->nr; i++) {
		markdown_gap(&gaps->items[i], nr_columns, &row);
		nr_left_out += !add_if_fits(&row, TARGETS_MAX, out);
	}
	add_left_out(nr_left_out, out);
	for (size_t i = 0; i < gaps->notes.nr; i++) {
		buf_adds(out, i ? "- " : "\n- ");
		escape_markdown(out, gaps->notes.items[i]);
		buf_addc(out, '\n');
	}
	buf_release(&row);
}

static void markdown_add_reason(
	const struct verdict *verdict, const struct comparison *comparison, struct buf *out)
{
	struct buf why = BUF_INIT;

	buf_addf(out, "- **%s** ", verdict_word_name(comparison->word));
	markdown_add_name(comparison, false, out);
	buf_adds(out, ": ");
	describe_reason(verdict, comparison, &why);
	escape_markdown(out, why.data);
	buf_clear(&why);
	describe_layout(comparison, &why);
	if (why.len) {
		buf_adds(out, ". ");
		escape_markdown(out, why.data);
	}
	/* Notes are of the benchmark: once, with its time. */
	if (!comparison->is_count && comparison->head && comparison->head->note) {
		buf_adds(out, ". ");
		escape_markdown(out, comparison->head->note);
	}
	buf_adds(out, ".\n");
	buf_release(&why);
}

static void add_reasons(const struct verdict *verdict, struct buf *out)
{
	struct buf line = BUF_INIT;
	size_t nr_left_out = 0, nr = 0;

	for (size_t i = 0; i < verdict->nr; i++) {
		if (!is_news(verdict, &verdict->items[i]))
			continue;
		if (!nr++)
			buf_addc(out, '\n');
		markdown_add_reason(verdict, &verdict->items[i], &line);
		nr_left_out += !add_if_fits(&line, REASONS_MAX, out);
	}
	add_left_out(nr_left_out, out);
	buf_release(&line);
}

struct history_lines {
	struct buf *out;
	size_t nr, nr_left_out;
};

static void markdown_history_line(const char *name, const struct past_word *word, void *context)
{
	struct history_lines *lines = context;
	struct buf line = BUF_INIT;

	if (!lines->nr++)
		buf_adds(&line, "\n**History**\n\n");
	buf_adds(&line, "- ");
	if (name) {
		escape_code(&line, name, false);
		buf_adds(&line, ": ");
	}
	escape_markdown(&line, word->text);
	if (word->command) {
		buf_adds(&line, ". Settle it: ");
		escape_code(&line, word->command, false);
	}
	buf_addc(&line, '\n');
	lines->nr_left_out += !add_if_fits(&line, HISTORY_MAX, lines->out);
	buf_release(&line);
}

static void markdown_history(const struct verdict *verdict, struct buf *out)
{
	struct history_lines lines = { out, 0, 0 };

	past_words_each(verdict, markdown_history_line, &lines);
	add_left_out(lines.nr_left_out, out);
}

static void markdown_add_recommendations(const struct verdict *verdict, struct buf *out)
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

#define ENVIRONMENT_MAX (MARKDOWN_MAX - 500)

static void markdown_add_environment(const char *title, const struct env *env, struct buf *out)
{
	struct buf line = BUF_INIT;

	buf_addf(&line, "\n%s:\n\n", title);
	add_if_fits(&line, ENVIRONMENT_MAX, out);
	for (int id = 0; id < ENV_NR_FIELDS; id++) {
		if (!env->values[id])
			continue;
		buf_addf(&line, "- %s: ", env_fields[id].title);
		escape_code(&line, env->values[id], false);
		buf_addc(&line, '\n');
		add_if_fits(&line, ENVIRONMENT_MAX, out);
	}
	buf_release(&line);
}

/* Shards that nobody gave have none. */
static void add_environments(const struct verdict *verdict, struct buf *out)
{
	for (size_t i = 0; i < verdict->nr_parts; i++) {
		const struct verdict_part *part = &verdict->parts[i];
		struct buf title = BUF_INIT;

		if (part->absent)
			continue;
		describe_shard(verdict, i, &title);
		buf_adds(&title, "Head");
		markdown_add_environment(title.data, &part->head->env, out);
		buf_clear(&title);
		describe_shard(verdict, i, &title);
		buf_adds(&title, "Base");
		if (part->base)
			markdown_add_environment(title.data, &part->base->env, out);
		buf_release(&title);
	}
}

static void markdown_add_warnings(const struct verdict *verdict, size_t part, struct buf *out)
{
	const struct verdict_part *of = &verdict->parts[part];
	struct findings findings = trust_judge(&of->head->env);
	struct buf differences = BUF_INIT, line = BUF_INIT;

	if (of->base && env_differences(&of->base->env, &of->head->env, ENV_WARNS, &differences)) {
		buf_addc(&line, '\n');
		describe_shard(verdict, part, &line);
		buf_adds(&line, "The base was made with another ");
		escape_markdown(&line, differences.data);
		buf_adds(&line, ".\n");
		add_if_fits(&line, ENVIRONMENT_MAX, out);
	}
	for (size_t i = 0; i < findings.nr; i++) {
		if (findings.items[i].grade < TRUST_CAUTION)
			continue;
		buf_addc(&line, '\n');
		describe_shard(verdict, part, &line);
		buf_addf(&line, "%s: %s\n", env_fields[findings.items[i].id].title,
			findings.items[i].meaning);
		add_if_fits(&line, ENVIRONMENT_MAX, out);
	}
	buf_release(&line);
	buf_release(&differences);
}

static void add_folded(const char *title, size_t nr, struct buf *out)
{
	buf_adds(out, "\n<details><summary>");
	if (nr)
		buf_addf(out, "%zu ", nr);
	buf_addf(out, "%s</summary>\n\n", title);
}

static void markdown_add_mismatch(const struct verdict *verdict, size_t part, struct buf *out)
{
	struct buf line = BUF_INIT;

	if (!verdict->parts[part].mismatch)
		return;
	describe_shard(verdict, part, &line);
	buf_adds(&line,
		verdict->parts[part].base ? "The two sides are not comparable: "
					  : "Not compared: ");
	escape_markdown(&line, verdict->parts[part].mismatch);
	buf_adds(&line, ".\n\n");
	add_if_fits(&line, MISMATCH_MAX, out);
	buf_release(&line);
}

static void markdown_add_head(const struct verdict *verdict, struct buf *out)
{
	struct tally tally = tally_of(verdict);

	buf_addf(out, "## Performance: %s\n\n", verdict_word_name(verdict->word));
	for (size_t i = 0; i < verdict->nr_parts; i++)
		markdown_add_mismatch(verdict, i, out);
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

static void markdown_function(const struct function_row *row, struct buf *out)
{
	struct buf cell = BUF_INIT;

	for (size_t i = 0; i < FUNCTIONS_NR_CELLS; i++) {
		functions_add_cell(row, i, &cell);
		buf_adds(out, i ? " | " : "| ");
		escape_markdown(out, cell.data);
		buf_clear(&cell);
	}
	buf_adds(out, " |\n");
	buf_release(&cell);
}

static void markdown_functions(const struct verdict *verdict, struct buf *out)
{
	struct function_rows rows = functions_rows(verdict);
	size_t nr_left_out = rows.nr_left_out;
	struct buf line = BUF_INIT;

	if (rows.nr) {
		add_folded(FUNCTIONS_TITLE, 0, out);
		for (size_t i = 0; i < FUNCTIONS_NR_CELLS; i++)
			buf_addf(out, "| %s ", functions_titles[i]);
		buf_adds(out, "|\n| --- | --- | ---: | ---: | ---: |\n");
	}
	for (size_t i = 0; i < rows.nr; i++) {
		markdown_function(&rows.items[i], &line);
		nr_left_out += !add_if_fits(&line, FUNCTIONS_MAX, out);
	}
	add_left_out(nr_left_out, out);
	if (rows.nr)
		buf_adds(out, "\n</details>\n");
	ARRAY_RELEASE(&rows);
	buf_release(&line);
}

void markdown_report(const struct verdict *verdict, struct buf *out)
{
	size_t nr_news = count_rows(verdict, true), nr_others = count_rows(verdict, false);

	markdown_add_head(verdict, out);
	if (nr_news)
		add_rows(verdict, true, TABLE_MAX, out);
	markdown_targets(verdict, out);
	markdown_gaps(verdict, out);
	add_reasons(verdict, out);
	markdown_history(verdict, out);
	markdown_add_recommendations(verdict, out);
	markdown_functions(verdict, out);
	if (nr_others) {
		add_folded(verdict->base ? "unchanged" : "measured", nr_others, out);
		add_rows(verdict, false, REST_MAX, out);
		buf_adds(out, "\n</details>\n");
	}
	add_folded("Environment and warnings", 0, out);
	for (size_t i = 0; i < verdict->nr_parts; i++)
		if (!verdict->parts[i].absent)
			markdown_add_warnings(verdict, i, out);
	add_environments(verdict, out);
	buf_adds(out, "\n</details>\n");
}
