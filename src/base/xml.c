/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/xml.h"

#include "base/buf.h"
#include "base/encode.h"
#include "base/str.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define MAX_DEPTH 16
#define MAX_NAME 64

struct reader {
	const char *start, *at;
	struct buf path;          /* of the element that is open */
	size_t starts[MAX_DEPTH]; /* of each name in it */
	size_t depth;
	struct buf text; /* of the element that is open */
	bool is_leaf;    /* nothing was closed in it */
	bool is_over;    /* the outermost was closed */
	xml_leaf *leaf;
	void *context;
	struct error *err;
};

static int xml_wrong(const struct reader *reader, const char *what)
{
	return error_set(reader->err, ERR_IO, "not valid XML: %s at byte %zu", what,
		(size_t)(reader->at - reader->start) + 1);
}

static bool xml_is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

/* Passes over all up to the text that ends it. */
static int skip_past(struct reader *reader, const char *end, const char *what)
{
	const char *found = strstr(reader->at, end);

	if (!found)
		return xml_wrong(reader, what);
	reader->at = found + strlen(end);
	return 0;
}

/* "#10" or "#xa", up to its semicolon; 0: none that may be. */
static uint32_t xml_code_of(const char *name)
{
	bool is_hex = name[1] == 'x';
	const char *digits = name + 1 + is_hex;
	size_t len = strspn(digits, is_hex ? "0123456789abcdefABCDEF" : "0123456789");
	unsigned long code = len && len < 8 ? strtoul(digits, NULL, is_hex ? 16 : 10) : 0;

	if (digits[len] != ';' || code > 0x10ffff || (code >= 0xd800 && code < 0xe000))
		return 0;
	return (uint32_t)code;
}

static int read_entity(struct reader *reader)
{
	static const struct {
		const char *name;
		char c;
	} named[] = { { "lt;", '<' }, { "gt;", '>' }, { "amp;", '&' }, { "quot;", '"' },
		{ "apos;", '\'' } };
	const char *name = reader->at + 1;
	uint32_t code = *name == '#' ? xml_code_of(name) : 0;

	for (size_t i = 0; i < sizeof named / sizeof *named; i++)
		if (str_starts(name, named[i].name))
			code = (unsigned char)named[i].c;
	if (!code)
		return xml_wrong(reader, "an unknown entity");
	encode_utf8(&reader->text, code);
	reader->at = strchr(name, ';') + 1;
	return 0;
}

static int read_cdata(struct reader *reader)
{
	const char *begin = reader->at + strlen("<![CDATA[");

	if (skip_past(reader, "]]>", "a CDATA section without an end"))
		return -1;
	buf_add(&reader->text, begin, (size_t)(reader->at - begin) - strlen("]]>"));
	return 0;
}

static size_t xml_name_len(const char *name)
{
	return strcspn(name, " \t\r\n/>=<&\"'");
}

static int open_element(struct reader *reader, const char *name, size_t len)
{
	if (!len || len > MAX_NAME)
		return xml_wrong(reader, "an element whose name is empty or too long");
	if (reader->depth == MAX_DEPTH)
		return xml_wrong(reader, "elements nested too deep");
	if (reader->is_over)
		return xml_wrong(reader, "a second root element");
	reader->starts[reader->depth++] = reader->path.len;
	if (reader->path.len)
		buf_addc(&reader->path, '/');
	buf_add(&reader->path, name, len);
	buf_clear(&reader->text);
	reader->is_leaf = true;
	return 0;
}

static void close_element(struct reader *reader)
{
	size_t start = reader->starts[--reader->depth];

	if (reader->is_leaf)
		reader->leaf(reader->context, reader->path.data, reader->text.data);
	reader->is_leaf = false;
	reader->is_over = !reader->depth;
	reader->path.data[start] = '\0';
	reader->path.len = start;
	buf_clear(&reader->text);
}

/* A > may stand in the value of an attribute. */
static const char *end_of_tag(const char *at)
{
	char quote = 0;

	for (; *at && (quote || *at != '>'); at++) {
		if (quote && *at == quote)
			quote = 0;
		else if (!quote && (*at == '"' || *at == '\''))
			quote = *at;
		else if (!quote && *at == '<')
			return NULL;
	}
	return *at ? at : NULL;
}

static int read_start(struct reader *reader)
{
	const char *name = reader->at + 1, *end = end_of_tag(name);

	if (!end)
		return xml_wrong(reader, "an element without an end");
	if (open_element(reader, name, xml_name_len(name)))
		return -1;
	if (end[-1] == '/')
		close_element(reader);
	reader->at = end + 1;
	return 0;
}

static int read_end(struct reader *reader)
{
	const char *name = reader->at + 2, *open;
	size_t len = xml_name_len(name), start;

	if (!reader->depth)
		return xml_wrong(reader, "an end tag without a start tag");
	start = reader->starts[reader->depth - 1];
	open = reader->path.data + start + (start != 0);
	if (strlen(open) != len || strncmp(open, name, len) != 0)
		return xml_wrong(reader, "the end tag of another element");
	for (name += len; xml_is_blank(*name); name++)
		;
	if (*name != '>')
		return xml_wrong(reader, "an element without an end");
	close_element(reader);
	reader->at = name + 1;
	return 0;
}

static int read_tag(struct reader *reader)
{
	if (str_starts(reader->at, "<?"))
		return skip_past(reader, "?>", "an instruction without an end");
	if (str_starts(reader->at, "<!--"))
		return skip_past(reader, "-->", "a comment without an end");
	if (str_starts(reader->at, "<![CDATA[") && reader->depth)
		return read_cdata(reader);
	if (str_starts(reader->at, "<!"))
		return xml_wrong(reader, "a declaration");
	return str_starts(reader->at, "</") ? read_end(reader) : read_start(reader);
}

static int xml_read_text(struct reader *reader)
{
	size_t len = strcspn(reader->at, "<&");

	if (!reader->depth && (len != strspn(reader->at, " \t\r\n") || reader->at[len] == '&'))
		return xml_wrong(reader, "text outside the root element");
	buf_add(&reader->text, reader->at, len);
	reader->at += len;
	return *reader->at == '&' ? read_entity(reader) : 0;
}

int xml_read(const char *text, size_t len, xml_leaf *leaf, void *context, struct error *err)
{
	struct reader reader = { .start = text,
		.at = str_starts(text, "\xef\xbb\xbf") ? text + 3 : text,
		.path = BUF_INIT,
		.text = BUF_INIT,
		.leaf = leaf,
		.context = context,
		.err = err };
	int rc = 0;

	while (!rc && *reader.at)
		rc = *reader.at == '<' ? read_tag(&reader) : xml_read_text(&reader);
	if (!rc && (size_t)(reader.at - text) != len)
		rc = xml_wrong(&reader, "a zero byte");
	else if (!rc && !reader.is_over)
		rc = xml_wrong(&reader, "the text ends too early");
	buf_release(&reader.text);
	buf_release(&reader.path);
	return rc;
}
