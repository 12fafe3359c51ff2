/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Members of JSON and attributes of XML as numbers, and where one stands that is none. */
#include "store/import/reading.h"

#include "base/buf.h"
#include "base/str.h"

#include <math.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

/* Does it begin here, as JSON spells it? */
static bool is_spelt(const struct json *value, const char *at)
{
	const char *text = json_type(value) == JSON_TEXT ? json_text(value) : "";
	size_t plain = strcspn(text, "\\\"\n\t");

	switch (json_type(value)) {
	case JSON_TEXT:
		/* It may stand for a word without quotes. */
		if (strcmp(text, "NaN") == 0 && strncasecmp(at, text, 3) == 0)
			return true;
		return *at == '"' && strncmp(at + 1, text, plain) == 0 &&
			at[plain + 1] == (text[plain] ? '\\' : '"');
	case JSON_NULL:
		return str_starts(at, "null");
	case JSON_BOOL:
		return str_starts(at, json_bool(value) ? "true" : "false");
	case JSON_ARRAY:
		return *at == '[';
	case JSON_OBJECT:
		return *at == '{';
	case JSON_NUMBER:
		break;
	}
	return false;
}

/* Is what stands here the value of that member, or, without a name, one of a list? */
static bool is_value_of(const char *text, const char *at, const char *name)
{
	size_t len = name ? strlen(name) : 0;

	while (at > text && strchr(" \t\r\n", at[-1]))
		at--;
	if (!name)
		return at > text && strchr("[,", at[-1]);
	if (at == text || *--at != ':')
		return false;
	while (at > text && strchr(" \t\r\n", at[-1]))
		at--;
	return (size_t)(at - text) > len + 1 && at[-1] == '"' &&
		strncmp(at - 1 - len, name, len) == 0 && at[-2 - (ptrdiff_t)len] == '"';
}

/* Trees do not know where their values stood: the first of that spelling is it. NULL: it is
 * not found. */
static const char *find_value(
	const struct import *import, const char *name, const struct json *value)
{
	for (const char *at = import->text; *at; at++)
		if (is_spelt(value, at) && is_value_of(import->text, at, name))
			return at;
	return NULL;
}

size_t import_line_of(const struct import *import, const char *at)
{
	size_t nr = 1;

	for (const char *from = import->text; from < at; from++)
		nr += *from == '\n';
	return nr;
}

void import_wrong(struct import *import, size_t line, const char *what, const char *shown)
{
	struct buf text = BUF_INIT;

	if (import->wrong.kind != ERR_NONE)
		return;
	buf_add_printable(&text, shown);
	error_set(&import->wrong, ERR_IO, "%.100s is %.60s; it must be a number", what, text.data);
	if (line)
		error_wrap(&import->wrong, "line %zu", line);
	buf_release(&text);
}

static void wrong_json(struct import *import, const char *name, const struct json *value)
{
	enum json_type type = json_type(value);
	const char *at = find_value(import, name, value);
	struct buf shown = BUF_INIT;

	if (type == JSON_TEXT)
		buf_addf(&shown, "'%.50s'", json_text(value));
	else
		buf_adds(&shown, json_type_name(type));
	import_wrong(import, at ? import_line_of(import, at) : 0, name ? name : "a value of a list",
		shown.data);
	buf_release(&shown);
}

/* Words that stand for a number and are none; a list that somebody cut ends in dots. */
static bool is_no_mistake(const char *name, const struct json *value)
{
	const char *text = json_type(value) == JSON_TEXT ? json_text(value) : "";

	return name ? strcmp(text, "NaN") == 0 || strcmp(text, "Infinity") == 0 ||
			strcmp(text, "-Infinity") == 0
		    : str_starts(text, "...");
}

const struct json *import_get(const struct json *object, const char *name)
{
	return object ? json_get(object, name) : NULL;
}

static const struct json *member_of(
	const struct json *object, const char *name, enum json_type type)
{
	const struct json *member = import_get(object, name);

	return member && json_type(member) == type ? member : NULL;
}

const char *import_text(const struct json *object, const char *name)
{
	const struct json *member = member_of(object, name, JSON_TEXT);

	return member ? json_text(member) : NULL;
}

double import_number(struct import *import, const struct json *object, const char *name)
{
	const struct json *member = import_get(object, name);

	return member && json_type(member) != JSON_NULL ? import_value(import, name, member) : NAN;
}

double import_needed(
	struct import *import, const struct json *object, const char *name, const char *of)
{
	const struct json *member = import_get(object, name);
	char what[128];

	if (member && json_type(member) == JSON_NUMBER)
		return json_number(member);
	if (member) {
		wrong_json(import, name, member);
		return NAN;
	}
	snprintf(what, sizeof what, "%.40s of %.80s", name, of);
	import_wrong(import, 0, what, "missing");
	return NAN;
}

const double *import_numbers(struct import *import, const struct json *list, size_t *nr)
{
	const double *numbers = list ? json_numbers(list, nr) : NULL;

	for (const struct json *at = list && !numbers ? import_first(list) : NULL; at;
		at = json_next(at))
		import_value(import, NULL, at);
	return numbers;
}

double import_tag_number(struct import *import, const struct tag *tag, const char *name)
{
	struct buf text = BUF_INIT;
	const char *at;
	double number = NAN;

	if (tags_attribute(tag, name, &text) && text.len && strcasecmp(text.data, "nan") != 0) {
		at = text.data;
		if (!import_take_number(&at, &number) || *at) {
			number = NAN;
			import_wrong(
				import, import_line_of(import, tag->attributes), name, text.data);
		}
	}
	buf_release(&text);
	return number;
}

double import_value(struct import *import, const char *name, const struct json *value)
{
	if (json_type(value) == JSON_NUMBER)
		return json_number(value);
	if (!is_no_mistake(name, value))
		wrong_json(import, name, value);
	return NAN;
}

const struct json *import_list(const struct json *object, const char *name)
{
	return member_of(object, name, JSON_ARRAY);
}

const struct json *import_object(const struct json *object, const char *name)
{
	return member_of(object, name, JSON_OBJECT);
}

const struct json *import_first(const struct json *list)
{
	return list ? json_first(list) : NULL;
}

size_t import_samples(struct import *import, const char *benchmark, const struct metric_kind *kind,
	const struct json *list, double factor)
{
	size_t nr = 0;
	const double *numbers = list ? json_numbers(list, &nr) : NULL;

	for (size_t i = 0; i < nr && numbers; i++)
		import_sample(import, benchmark, kind, numbers[i] * factor);
	if (numbers || !list)
		return nr;
	nr = 0;
	for (const struct json *at = json_first(list); at; at = json_next(at)) {
		import_sample(import, benchmark, kind, import_value(import, NULL, at) * factor);
		nr += json_type(at) == JSON_NUMBER;
	}
	return nr;
}
