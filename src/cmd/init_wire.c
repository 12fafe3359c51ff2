/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cmd/init.h"

#include "base/str.h"

#include <string.h>

/* A line of a text, without its end. */
struct line {
	const char *at;
	size_t len;
};

/* False behind the last one. */
static bool next_line(const char **text, struct line *line)
{
	if (!**text)
		return false;
	*line = (struct line){ *text, strcspn(*text, "\n") };
	*text += line->len + ((*text)[line->len] == '\n');
	while (line->len && strchr(" \t\r", line->at[line->len - 1]))
		line->len--;
	return true;
}

static size_t indent_of(const struct line *line)
{
	size_t indent = strspn(line->at, " \t");

	return indent < line->len ? indent : line->len;
}

/* Is that, between its indent and its end, the whole line? */
static bool line_is(const struct line *line, const char *text)
{
	size_t indent = indent_of(line);

	return line->len - indent == strlen(text) &&
		strncmp(line->at + indent, text, line->len - indent) == 0;
}

static void add_until(const char *text, const char *end, struct buf *out)
{
	buf_add(out, text, (size_t)(end - text));
}

/* A text that does not end its last line would swallow what is put behind it. */
static void add_all_lines(const char *text, struct buf *out)
{
	buf_adds(out, text);
	if (*text && text[strlen(text) - 1] != '\n')
		buf_addc(out, '\n');
}

/* An item in front of the first one of a list that is written a line each. */
static bool add_to_list(const char *text, const char *behind, const char *part, struct buf *out)
{
	const char *rest = behind;
	struct line first;
	size_t indent;

	while (next_line(&rest, &first) && (!first.len || first.at[indent_of(&first)] == '#'))
		behind = rest;
	indent = indent_of(&first);
	if (!*behind || !str_starts(first.at + indent, "- "))
		return false;
	add_until(text, behind, out);
	buf_add(out, first.at, indent);
	buf_addf(out, "- local: %s\n", part);
	buf_adds(out, behind);
	return true;
}

bool init_wire_gitlab(const char *text, const char *part, struct buf *out)
{
	const char *rest = text;
	struct line line;

	while (next_line(&rest, &line)) {
		if (line_is(&line, "include:") && !indent_of(&line))
			return add_to_list(text, rest, part, out);
		/* One file in another spelling, or several documents. */
		if (str_starts(line.at, "include") || line_is(&line, "---") ||
			line_is(&line, "...") || str_starts(line.at, "\"include") ||
			str_starts(line.at, "'include") || str_starts(line.at, "{"))
			return false;
	}
	add_all_lines(text, out);
	buf_addf(out, "include:\n  - local: %s\n", part);
	return true;
}

/* The end of a block, by its indent: braces may stand in texts, too. NULL: not found. */
static const char *find_end(const char *rest, const struct line *begin)
{
	size_t indent = indent_of(begin);
	struct line line;

	for (const char *at = rest; next_line(&rest, &line); at = rest)
		if (line_is(&line, "}") && indent_of(&line) == indent &&
			strncmp(line.at, begin->at, indent) == 0)
			return at;
	return NULL;
}

static void add_stage(const struct line *stages, const char *part, struct buf *out)
{
	static const char *const lines[] = { "\tstage('benchgate') {\n",
		"\t\twhen { changeRequest() }\n", "\t\tsteps { script { load '", "\t}\n" };

	for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
		buf_add(out, stages->at, indent_of(stages));
		buf_adds(out, lines[i]);
		if (i == 2)
			buf_addf(out, "%s' } }\n", part);
	}
}

/* Of a declarative pipeline, a last stage of the outermost stages. */
bool init_wire_jenkins(const char *text, const char *part, struct buf *out)
{
	const char *rest = text, *end = NULL;
	struct line line;

	while (!end && next_line(&rest, &line))
		if (line_is(&line, "stages {")) {
			end = find_end(rest, &line);
			break;
		}
	if (!end)
		return false;
	add_until(text, end, out);
	add_stage(&line, part, out);
	buf_adds(out, end);
	return true;
}
