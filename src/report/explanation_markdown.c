/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "report/explanation_report.h"

#include "report/escape.h"
#include "report/explanation_words.h"

static void add_markdown_table(const struct explanation_table *table, struct buf *out)
{
	buf_addf(out, "\n%s\n\n", table->title);
	for (size_t i = 0; i < table->nr_columns; i++)
		buf_addf(out, "| %s ", table->heads[i]);
	buf_adds(out, "|\n");
	for (size_t i = 0; i < table->nr_columns; i++)
		buf_adds(out, i < table->nr_texts ? "|---" : "|---:");
	buf_adds(out, "|\n");
	for (size_t row = 0; row < table->cells.nr; row += table->nr_columns) {
		for (size_t i = 0; i < table->nr_columns; i++) {
			buf_adds(out, "| ");
			escape_markdown(out, table->cells.items[row + i]);
			buf_addc(out, ' ');
		}
		buf_adds(out, "|\n");
	}
}

static void add_markdown_subject(const struct explain_account *account,
	const struct explain_subject *subject, struct buf *out)
{
	struct explanation_tables tables = { 0 };
	struct texts advice = { 0 };
	struct buf summary = BUF_INIT;

	buf_adds(out, "\n### ");
	escape_markdown(out, subject->name);
	buf_adds(out, "\n\n");
	if (subject->trouble)
		buf_addf(&summary, "cannot be explained: %s", subject->trouble);
	else
		explanation_words_summary(&subject->explanation, &summary);
	escape_markdown(out, summary.data);
	buf_addc(out, '\n');
	if (subject->note) {
		escape_markdown(out, subject->note);
		buf_addc(out, '\n');
	}
	if (!subject->trouble) {
		buf_clear(&summary);
		source_changes_add_cause(&account->changes, &subject->explanation, &summary);
		if (summary.len)
			buf_adds(&summary, ". ");
		explanation_words_code(subject, &summary);
		if (summary.len)
			buf_addc(out, '\n');
		escape_markdown(out, summary.data);
		buf_adds(out, summary.len ? "\n" : "");
		tables = explanation_tables(account, subject);
	}
	for (size_t i = 0; i < tables.nr; i++)
		add_markdown_table(&tables.items[i], out);
	if (!subject->trouble)
		explanation_advice(subject, &advice);
	for (size_t i = 0; i < advice.nr; i++) {
		buf_adds(out, i ? "- " : "\nWhere work would pay:\n\n- ");
		escape_markdown(out, advice.items[i]);
		buf_addc(out, '\n');
	}
	texts_release(&advice);
	explanation_tables_release(&tables);
	buf_release(&summary);
}

void explanation_markdown(const struct explain_account *account, struct buf *out)
{
	struct buf hottest = BUF_INIT;

	buf_adds(out, "## Explanation\n\nbase: ");
	escape_markdown(out, account->said[SIDE_BASE]);
	buf_adds(out, ", head: ");
	escape_markdown(out, account->said[SIDE_HEAD]);
	if (account->tool) {
		buf_adds(out, "; ");
		escape_markdown(out, account->tool);
	}
	if (account->why) {
		buf_adds(out, " (");
		escape_markdown(out, account->why);
		buf_addc(out, ')');
	}
	buf_addc(out, '\n');
	for (size_t i = 0; i < account->subjects.nr; i++)
		add_markdown_subject(account, &account->subjects.items[i], out);
	explanation_suite_advice(account, &hottest);
	if (hottest.len) {
		buf_adds(out, "\n### All of them\n\n");
		escape_markdown(out, hottest.data);
		buf_addc(out, '\n');
	}
	buf_release(&hottest);
}
