/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "report/explanation_report.h"

#include "base/str.h"
#include "report/explanation_words.h"

#include <string.h>

/* What a cell of words takes at most; names of C++ are long. */
#define MAX_WIDTH 60

static size_t shown_columns(const char *text)
{
	size_t columns = str_columns(text);

	return columns > MAX_WIDTH ? MAX_WIDTH : columns;
}

/* Cut, where it is too long. */
static void add_words(const char *text, size_t width, struct buf *out)
{
	struct buf shown = BUF_INIT;

	buf_add_printable(&shown, text);
	if (str_columns(shown.data) > MAX_WIDTH) {
		size_t len = 0, columns = 0;

		while (columns < MAX_WIDTH - 3) {
			size_t step = str_utf8_len(shown.data + len);

			len += step ? step : 1;
			columns++;
		}
		buf_add(out, shown.data, len);
		buf_adds(out, "...");
	} else {
		buf_adds(out, shown.data);
		buf_fill(out, ' ', width - str_columns(shown.data));
	}
	buf_release(&shown);
}

static size_t column_width(const struct explanation_table *table, size_t column)
{
	size_t width = shown_columns(table->heads[column]);

	for (size_t i = column; i < table->cells.nr; i += table->nr_columns)
		if (shown_columns(table->cells.items[i]) > width)
			width = shown_columns(table->cells.items[i]);
	return width;
}

static void add_cell(
	const struct explanation_table *table, size_t column, const char *text, struct buf *out)
{
	size_t width = column_width(table, column);

	if (!width)
		return;
	buf_adds(out, "  ");
	if (column >= table->nr_texts)
		buf_fill(out, ' ', width - shown_columns(text));
	add_words(text, column >= table->nr_texts ? shown_columns(text) : width, out);
}

static void end_line_of_cells(struct buf *out)
{
	while (out->len && out->data[out->len - 1] == ' ')
		out->data[--out->len] = '\0';
	buf_addc(out, '\n');
}

static void add_text_table(const struct explanation_table *table, struct buf *out)
{
	buf_addc(out, '\n');
	for (size_t i = 0; i < table->nr_columns; i++)
		add_cell(table, i, table->heads[i], out);
	end_line_of_cells(out);
	for (size_t row = 0; row < table->cells.nr; row += table->nr_columns) {
		for (size_t i = 0; i < table->nr_columns; i++)
			add_cell(table, i, table->cells.items[row + i], out);
		end_line_of_cells(out);
	}
}

static void add_text_subject(const struct explain_account *account,
	const struct explain_subject *subject, struct buf *out)
{
	struct buf summary = BUF_INIT;
	struct explanation_tables tables = { 0 };
	struct texts advice = { 0 };

	buf_addc(out, '\n');
	buf_add_printable(out, subject->name);
	buf_adds(out, ": ");
	if (subject->trouble) {
		buf_adds(out, "cannot be explained: ");
		buf_add_printable(out, subject->trouble);
		buf_addc(out, '\n');
		return;
	}
	explanation_words_summary(&subject->explanation, &summary);
	buf_add_printable(out, summary.data);
	buf_addc(out, '\n');
	if (subject->note) {
		buf_add_printable(out, subject->note);
		buf_addc(out, '\n');
	}
	buf_clear(&summary);
	source_changes_add_cause(&account->changes, &subject->explanation, &summary);
	if (summary.len) {
		buf_add_printable(out, summary.data);
		buf_addc(out, '\n');
	}
	buf_clear(&summary);
	explanation_words_code(subject, &summary);
	if (summary.len) {
		buf_add_printable(out, summary.data);
		buf_addc(out, '\n');
	}
	tables = explanation_tables(account, subject);
	for (size_t i = 0; i < tables.nr; i++)
		add_text_table(&tables.items[i], out);
	explanation_tables_release(&tables);
	explanation_advice(subject, &advice);
	for (size_t i = 0; i < advice.nr; i++) {
		buf_adds(out, i ? "" : "\nwhere work would pay:\n");
		buf_adds(out, "  ");
		buf_add_printable(out, advice.items[i]);
		buf_addc(out, '\n');
	}
	texts_release(&advice);
	buf_release(&summary);
}

static void add_text_sides(const struct explain_account *account, struct buf *out)
{
	buf_adds(out, "base: ");
	buf_add_printable(out, account->said[SIDE_BASE]);
	buf_adds(out, ", head: ");
	buf_add_printable(out, account->said[SIDE_HEAD]);
	if (account->tool) {
		buf_adds(out, "; ");
		buf_add_printable(out, account->tool);
	}
	if (account->why) {
		buf_adds(out, " (");
		buf_add_printable(out, account->why);
		buf_addc(out, ')');
	}
	buf_addc(out, '\n');
}

void explanation_text_subject(const struct explain_account *account,
	const struct explain_subject *subject, struct buf *out)
{
	add_text_sides(account, out);
	add_text_subject(account, subject, out);
	buf_defuse(out);
}

void explanation_text_code(const struct explain_subject *subject, struct buf *out)
{
	struct explanation_tables tables = explanation_code_tables(subject);

	for (size_t i = 0; i < tables.nr; i++)
		add_text_table(&tables.items[i], out);
	explanation_tables_release(&tables);
	buf_defuse(out);
}

void explanation_text(const struct explain_account *account, struct buf *out)
{
	struct buf hottest = BUF_INIT;

	add_text_sides(account, out);
	for (size_t i = 0; i < account->subjects.nr; i++)
		add_text_subject(account, &account->subjects.items[i], out);
	explanation_suite_advice(account, &hottest);
	if (hottest.len) {
		buf_addc(out, '\n');
		buf_add_printable(out, hottest.data);
		buf_addc(out, '\n');
	}
	buf_release(&hottest);
	buf_defuse(out);
}
