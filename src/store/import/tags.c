/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/import/tags.h"

#include "base/str.h"
#include "base/xml.h"

#include <stdio.h>
#include <string.h>

static void pass_leaf(void *context, const char *path, const char *text)
{
	(void)context;
	(void)path;
	(void)text;
}

int tags_check(const char *text, size_t len, struct error *err)
{
	return xml_read(text, len, pass_leaf, NULL, err);
}

/* Behind what begins here and is no tag; NULL: it is one. */
static const char *past_other(const char *at)
{
	static const struct {
		const char *start, *end;
	} others[] = { { "<!--", "-->" }, { "<![CDATA[", "]]>" }, { "<?", "?>" }, { "<!", ">" } };

	for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
		const char *end;

		if (!str_starts(at, others[i].start))
			continue;
		end = strstr(at, others[i].end);
		return end ? end + strlen(others[i].end) : at + strlen(at);
	}
	return NULL;
}

/* At the '>' that ends a tag, or at the end of the text. */
static const char *tag_end(const char *at)
{
	char quote = 0;

	for (; *at && (quote || *at != '>'); at++)
		if (quote ? *at == quote : *at == '"' || *at == '\'')
			quote = quote ? 0 : *at;
	return at;
}

bool tags_next(struct tag *tag)
{
	const char *at = strchr(tag->at, '<'), *other;
	size_t len;

	while (at && (other = past_other(at)))
		at = strchr(other, '<');
	if (!at)
		return false;
	tag->is_end = at[1] == '/';
	at += 1 + tag->is_end;
	len = strcspn(at, " \t\r\n/>");
	snprintf(tag->name, sizeof tag->name, "%.*s", len < 63 ? (int)len : 63, at);
	tag->attributes = at + len;
	tag->end = tag_end(tag->attributes);
	tag->is_empty = tag->end > tag->attributes && tag->end[-1] == '/';
	tag->at = tag->end + (*tag->end == '>');
	return true;
}

static void add_resolved(const char *from, const char *to, struct buf *value)
{
	static const struct {
		const char *name;
		char c;
	} entities[] = { { "&lt;", '<' }, { "&gt;", '>' }, { "&amp;", '&' }, { "&quot;", '"' },
		{ "&apos;", '\'' }, { "&#39;", '\'' }, { "&#34;", '"' }, { "&#x27;", '\'' } };

	while (from < to) {
		size_t i = 0;

		while (i < sizeof entities / sizeof *entities &&
			!str_starts(from, entities[i].name))
			i++;
		if (i < sizeof entities / sizeof *entities) {
			buf_addc(value, entities[i].c);
			from += strlen(entities[i].name);
		} else {
			buf_addc(value, *from++);
		}
	}
}

bool tags_attribute(const struct tag *tag, const char *name, struct buf *value)
{
	size_t len = strlen(name);

	buf_clear(value);
	for (const char *at = tag->attributes; at < tag->end;) {
		const char *start, *end;

		at += strspn(at, " \t\r\n/");
		start = at + strcspn(at, "\"'>");
		if (start >= tag->end || !(*start == '"' || *start == '\''))
			return false;
		end = strchr(start + 1, *start);
		if (!end)
			return false;
		if (strncmp(at, name, len) == 0 && strchr(" \t\r\n=", at[len])) {
			add_resolved(start + 1, end, value);
			return true;
		}
		at = end + 1;
	}
	return false;
}
