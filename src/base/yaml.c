/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/yaml.h"

#include "base/buf.h"
#include "base/libyaml.h"
#include "base/numbers.h"

#include <math.h>
#include <stdbool.h>
#include <string.h>

/* libyaml takes memory and time with the square of the depth. */
#define MAX_DEPTH 32

struct libyaml libyaml;

struct reader {
	yaml_parser_t parser;
	const char *text;
	size_t len;
	unsigned depth;
	struct error *err;
};

static int yaml_wrong_at(const struct reader *reader, yaml_mark_t mark, const char *what)
{
	return error_set(reader->err, ERR_USAGE, "line %zu, column %zu: %s", mark.line + 1,
		mark.column + 1, what);
}

/* The mark counts characters, not bytes. */
static bool is_tab(const struct reader *reader, yaml_mark_t mark)
{
	const char *at = reader->text, *end = at + reader->len;

	for (size_t i = 0; i < mark.index && at < end; i++)
		do
			at++;
		while (at < end && (*at & 0xc0) == 0x80);
	return at < end && *at == '\t';
}

/* The caller frees the event, also after an error. */
static int next_event(struct reader *reader, yaml_event_t *event)
{
	yaml_parser_t *parser = &reader->parser;

	if (libyaml.parser_parse(parser, event))
		return 0;
	memset(event, 0, sizeof *event);
	/* Bytes that are no UTF-8 have no place of their own. */
	if (parser->error == YAML_READER_ERROR)
		return error_set(reader->err, ERR_USAGE, "byte %zu: %s", parser->problem_offset,
			parser->problem);
	if (is_tab(reader, parser->problem_mark))
		return yaml_wrong_at(
			reader, parser->problem_mark, "a tab must not indent; use blanks");
	return yaml_wrong_at(reader, parser->problem_mark, parser->problem);
}

static const unsigned char *anchor_of(const yaml_event_t *event)
{
	switch (event->type) {
	case YAML_SCALAR_EVENT:
		return event->data.scalar.anchor;
	case YAML_SEQUENCE_START_EVENT:
		return event->data.sequence_start.anchor;
	case YAML_MAPPING_START_EVENT:
		return event->data.mapping_start.anchor;
	default:
		return NULL;
	}
}

static const unsigned char *tag_of(const yaml_event_t *event)
{
	switch (event->type) {
	case YAML_SCALAR_EVENT:
		return event->data.scalar.tag;
	case YAML_SEQUENCE_START_EVENT:
		return event->data.sequence_start.tag;
	case YAML_MAPPING_START_EVENT:
		return event->data.mapping_start.tag;
	default:
		return NULL;
	}
}

/* What makes a file longer or stranger than it looks. */
static int check_plain(const struct reader *reader, const yaml_event_t *event)
{
	if (event->type == YAML_ALIAS_EVENT)
		return yaml_wrong_at(reader, event->start_mark,
			"an alias (*name) is not allowed; write the value again");
	if (anchor_of(event))
		return yaml_wrong_at(reader, event->start_mark,
			"an anchor (&name) is not allowed; write the value where it is used");
	if (tag_of(event))
		return yaml_wrong_at(reader, event->start_mark,
			"a tag (!name) is not allowed; quote the value to make it a text");
	if (event->type == YAML_SCALAR_EVENT &&
		strlen((const char *)event->data.scalar.value) != event->data.scalar.length)
		return yaml_wrong_at(
			reader, event->start_mark, "a text must not hold a zero character");
	return 0;
}

static bool is_one_of(const char *text, const char *const words[])
{
	while (*words && strcmp(text, *words) != 0)
		words++;
	return *words;
}

static int add_scalar(const struct reader *reader, const yaml_event_t *event, struct json *parent,
	const char *name)
{
	static const char *const nulls[] = { "", "~", "null", NULL };
	static const char *const bools[] = { "true", "false", NULL };
	bool plain = event->data.scalar.style == YAML_PLAIN_SCALAR_STYLE;
	const char *text = (const char *)event->data.scalar.value, *end;
	double number;

	if (plain && is_one_of(text, nulls)) {
		json_add_text(parent, name, NULL);
	} else if (plain && is_one_of(text, bools)) {
		json_add_bool(parent, name, *text == 't');
	} else if (plain && (end = numbers_read(text, &number)) && !*end) {
		if (!isfinite(number))
			return yaml_wrong_at(reader, event->start_mark, "the number is too large");
		json_add_number(parent, name, number);
	} else {
		json_add_text(parent, name, text);
	}
	return 0;
}

static int yaml_read_value(
	struct reader *reader, const yaml_event_t *event, struct json *parent, const char *name);

static int read_items(struct reader *reader, struct json *array)
{
	yaml_event_t event;
	bool ended = false;
	int rc = 0;

	while (!rc && !ended) {
		rc = next_event(reader, &event);
		ended = event.type == YAML_SEQUENCE_END_EVENT;
		if (!rc && !ended)
			rc = yaml_read_value(reader, &event, array, NULL);
		libyaml.event_delete(&event);
	}
	return rc;
}

static int check_key(
	const struct reader *reader, const yaml_event_t *event, const struct json *object)
{
	struct buf what = BUF_INIT;
	int rc = check_plain(reader, event);

	if (rc)
		return rc;
	if (event->type != YAML_SCALAR_EVENT)
		return yaml_wrong_at(reader, event->start_mark, "a key must be a text");
	if (json_get(object, (const char *)event->data.scalar.value)) {
		buf_addf(&what, "the key '%.60s' occurs twice", event->data.scalar.value);
		rc = yaml_wrong_at(reader, event->start_mark, what.data);
	}
	buf_release(&what);
	return rc;
}

static int yaml_read_member(struct reader *reader, const yaml_event_t *key, struct json *object)
{
	yaml_event_t event;
	int rc = check_key(reader, key, object);

	if (rc)
		return rc;
	rc = next_event(reader, &event);
	if (!rc)
		rc = yaml_read_value(reader, &event, object, (const char *)key->data.scalar.value);
	libyaml.event_delete(&event);
	return rc;
}

static int read_members(struct reader *reader, struct json *object)
{
	yaml_event_t event;
	bool ended = false;
	int rc = 0;

	while (!rc && !ended) {
		rc = next_event(reader, &event);
		ended = event.type == YAML_MAPPING_END_EVENT;
		if (!rc && !ended)
			rc = yaml_read_member(reader, &event, object);
		libyaml.event_delete(&event);
	}
	return rc;
}

static int yaml_read_value(
	struct reader *reader, const yaml_event_t *event, struct json *parent, const char *name)
{
	int rc = check_plain(reader, event);

	if (rc)
		return rc;
	if (event->type == YAML_SCALAR_EVENT)
		return add_scalar(reader, event, parent, name);
	if (reader->depth == MAX_DEPTH)
		return yaml_wrong_at(reader, event->start_mark, "more than 32 levels deep");
	reader->depth++;
	rc = event->type == YAML_SEQUENCE_START_EVENT
		? read_items(reader, json_add_array(parent, name))
		: read_members(reader, json_add_object(parent, name));
	reader->depth--;
	return rc;
}

static int yaml_read_root(struct reader *reader, const yaml_event_t *event, struct json *root)
{
	int rc = check_plain(reader, event);

	if (rc)
		return rc;
	if (event->type == YAML_MAPPING_START_EVENT)
		return read_members(reader, root);
	return yaml_wrong_at(reader, event->start_mark,
		"the file must be an object: a key, a colon and a value in each line");
}

/* All events: the stream and its one document begin, the root, both end. */
static int read_stream(struct reader *reader, struct json *root)
{
	yaml_event_t event;
	bool ended = false, seen = false;
	int rc = 0;

	while (!rc && !ended) {
		rc = next_event(reader, &event);
		ended = event.type == YAML_STREAM_END_EVENT;
		if (!rc && event.type == YAML_DOCUMENT_START_EVENT && seen)
			rc = yaml_wrong_at(
				reader, event.start_mark, "a second document (---) is not allowed");
		else if (!rc && event.type != YAML_STREAM_START_EVENT &&
			event.type != YAML_DOCUMENT_START_EVENT &&
			event.type != YAML_DOCUMENT_END_EVENT && !ended) {
			rc = yaml_read_root(reader, &event, root);
			seen = true;
		}
		libyaml.event_delete(&event);
	}
	if (!rc && !seen)
		rc = error_set(reader->err, ERR_USAGE, "the file is empty");
	return rc;
}

struct json *yaml_parse(const char *text, size_t len, struct error *err)
{
	struct reader reader = { .text = text, .len = len, .err = err };
	struct json *root;
	int rc;

	/* It fails only if memory runs out. */
	if (!libyaml.parser_initialize(&reader.parser)) {
		error_set(err, ERR_IO, "out of memory");
		return NULL;
	}
	root = json_new_object();
	libyaml.parser_set_encoding(&reader.parser, YAML_UTF8_ENCODING);
	libyaml.parser_set_input_string(&reader.parser, (const unsigned char *)text, len);
	rc = read_stream(&reader, root);
	libyaml.parser_delete(&reader.parser);
	if (!rc)
		return root;
	json_free(root);
	return NULL;
}
