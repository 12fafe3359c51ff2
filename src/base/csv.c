/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/csv.h"

#include "base/buf.h"

#include <string.h>

static size_t count_in_line(const char *line, char c)
{
	size_t nr = 0;

	for (; *line && *line != '\n'; line++)
		nr += *line == c;
	return nr;
}

void csv_open(struct csv *csv, const char *text)
{
	static const char separators[] = ";\t";

	*csv = (struct csv){ .at = text, .separator = ',' };
	for (const char *separator = separators; *separator; separator++)
		if (count_in_line(text, *separator) > count_in_line(text, csv->separator))
			csv->separator = *separator;
}

/* From behind the quote to behind the one that ends it. */
static void read_quoted(struct csv *csv, struct buf *field)
{
	for (; *csv->at; csv->at++) {
		if (*csv->at == '"' && *++csv->at != '"')
			break;
		csv->lines_in_row += *csv->at == '\n';
		buf_addc(field, *csv->at);
	}
}

static bool ends_field(const struct csv *csv)
{
	return !*csv->at || *csv->at == '\n' || *csv->at == csv->separator ||
		(*csv->at == '\r' && csv->at[1] == '\n');
}

static void csv_read_field(struct csv *csv)
{
	struct buf field = BUF_INIT;

	csv->at += strspn(csv->at, " ");
	while (!ends_field(csv)) {
		if (*csv->at == '"' && !field.len) {
			csv->at++;
			read_quoted(csv, &field);
		} else {
			buf_addc(&field, *csv->at++);
		}
	}
	while (field.len && field.data[field.len - 1] == ' ')
		field.data[--field.len] = '\0';
	if (csv->fields.nr < CSV_MAX_FIELDS)
		texts_add(&csv->fields, field.data);
	buf_release(&field);
}

bool csv_next(struct csv *csv)
{
	texts_release(&csv->fields);
	csv->line += csv->lines_in_row;
	for (; *csv->at == '\n' || *csv->at == '\r'; csv->at++)
		csv->line += *csv->at == '\n';
	if (!*csv->at)
		return false;
	csv->line += !csv->line;
	csv->lines_in_row = 0;
	for (;;) {
		csv_read_field(csv);
		if (*csv->at != csv->separator || !*csv->at)
			break;
		csv->at++;
	}
	return true;
}

const char *csv_field(const struct csv *csv, size_t at)
{
	return at < csv->fields.nr ? csv->fields.items[at] : NULL;
}

void csv_release(struct csv *csv)
{
	texts_release(&csv->fields);
}
