/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "report/escape.h"

#include <ctype.h>
#include <string.h>

/* Some characters, and what stands for each. */
struct stand_in {
	char c;
	const char *text;
	char before; /* only before this one; 0: always */
};

/* The tables end with a row of 0. */
static void add_with(struct buf *out, const char *text, const struct stand_in *stand_ins)
{
	struct buf clean = BUF_INIT;

	buf_add_printable(&clean, text);
	for (const char *at = clean.data; *at; at++) {
		const struct stand_in *row = stand_ins;

		while (row->c && (row->c != *at || (row->before && row->before != at[1])))
			row++;
		if (row->c)
			buf_adds(out, row->text);
		else
			buf_addc(out, *at);
	}
	buf_release(&clean);
}

void escape_xml(struct buf *out, const char *text)
{
	static const struct stand_in rows[] = { { '&', "&amp;", 0 }, { '<', "&lt;", 0 },
		{ '>', "&gt;", 0 }, { '"', "&quot;", 0 }, { '\'', "&#39;", 0 }, { 0, NULL, 0 } };

	add_with(out, text, rows);
}

/* The comment is nothing to a reader, and keeps @name and #12 from being what they look like. */
void escape_markdown(struct buf *out, const char *text)
{
	static const struct stand_in rows[] = { { '&', "&amp;", 0 }, { '<', "&lt;", 0 },
		{ '>', "&gt;", 0 }, { '\\', "\\\\", 0 }, { '`', "\\`", 0 }, { '*', "\\*", 0 },
		{ '_', "\\_", 0 }, { '[', "\\[", 0 }, { ']', "\\]", 0 }, { '|', "\\|", 0 },
		{ '~', "\\~", 0 }, { '$', "\\$", 0 }, { '!', "\\!", 0 }, { '@', "@<!-- -->", 0 },
		{ '#', "#<!-- -->", 0 }, { ':', ":<!-- -->", '/' }, { 0, NULL, 0 } };

	add_with(out, text, rows);
}

/* A fence longer than any run of backquotes in it. In a table a bar would end the cell even in
 * code; elsewhere it must not be escaped. */
void escape_code(struct buf *out, const char *text, bool in_table)
{
	static const struct stand_in in_tables[] = { { '|', "\\|", 0 }, { 0, NULL, 0 } };
	const struct stand_in *rows = in_table ? in_tables : in_tables + 1;
	size_t run = 0, longest = 0;
	bool padded = *text == '`' || !*text || text[strlen(text) - 1] == '`';

	for (const char *at = text; *at; at++) {
		run = *at == '`' ? run + 1 : 0;
		if (run > longest)
			longest = run;
	}
	buf_fill(out, '`', longest + 1);
	if (padded)
		buf_addc(out, ' ');
	add_with(out, text, rows);
	if (padded)
		buf_addc(out, ' ');
	buf_fill(out, '`', longest + 1);
}

void escape_label(struct buf *out, const char *text)
{
	static const struct stand_in rows[] = { { '\\', "\\\\", 0 }, { '"', "\\\"", 0 },
		{ 0, NULL, 0 } };

	add_with(out, text, rows);
}

/* Of what begins with one of these, spreadsheets make a formula; some end a cell at a ';'. A quote
 * before it makes it a text. */
#define FORMULAS "=+-@"

void escape_csv(struct buf *out, const char *text)
{
	static const struct stand_in rows[] = { { '"', "\"\"", 0 }, { ';', ";'", '=' },
		{ ';', ";'", '+' }, { ';', ";'", '-' }, { ';', ";'", '@' }, { 0, NULL, 0 } };
	bool quoted = strpbrk(text, ",;\"\n\r") || *text == ' ';

	if (quoted)
		buf_addc(out, '"');
	if (*text && strchr(FORMULAS, *text))
		buf_addc(out, '\'');
	add_with(out, text, rows);
	if (quoted)
		buf_addc(out, '"');
}

void escape_message(struct buf *out, const char *text)
{
	static const struct stand_in rows[] = { { '%', "%25", 0 }, { 0, NULL, 0 } };

	add_with(out, text, rows);
}

void escape_property(struct buf *out, const char *text)
{
	static const struct stand_in rows[] = { { '%', "%25", 0 }, { ':', "%3A", 0 },
		{ ',', "%2C", 0 }, { 0, NULL, 0 } };

	add_with(out, text, rows);
}

void escape_shell(struct buf *out, const char *text)
{
	static const struct stand_in rows[] = { { '\'', "'\\''", 0 }, { 0, NULL, 0 } };
	const char *at = text;

	while (isalnum((unsigned char)*at) || (*at && strchr("_-./:=+,@%", *at)))
		at++;
	if (*text && !*at) {
		buf_adds(out, text);
		return;
	}
	buf_addc(out, '\'');
	add_with(out, text, rows);
	buf_addc(out, '\'');
}
