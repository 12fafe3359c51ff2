/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/opts.h"

#include "base/error.h"
#include "base/str.h"

#include <string.h>

struct spelling {
	const char *text; /* as given: "--tier", "-t" */
	const char *name; /* what of it names the option; not terminated */
	size_t len;
	const char *value; /* what was glued to it, or NULL */
};

static const struct opt *row_named(const struct opt *rows, const char *name, size_t len)
{
	for (; rows->name; rows++)
		if (strlen(rows->name) == len && strncmp(rows->name, name, len) == 0)
			return rows;
	return NULL;
}

static const struct opt *row_lettered(const struct opt *rows, char letter)
{
	for (; rows->name; rows++)
		if (rows->letter == letter)
			return rows;
	return NULL;
}

static int unknown_option(const struct opt *rows, const char *text, struct error *err)
{
	char given[64] = "";
	struct unknown unknown = { .given = given, .before = "--", .see = "--help" };

	memcpy(given, text + 2, strnlen(text + 2, sizeof given - 1));
	given[strcspn(given, "=")] = '\0';
	for (const struct opt *row = rows; row->name; row++)
		unknown_offer(&unknown, row->name);
	return unknown_error(&unknown, err, "unknown option %s", text);
}

static int opts_set_number(
	const struct opt *row, const char *value, uint64_t *field, struct error *err)
{
	const char *example;

	if (row->type == OPT_TYPE_COUNT) {
		if (str_to_u64(value, field))
			return 0;
		example = "a whole number, like 10";
	} else if (row->type == OPT_TYPE_DURATION_NS) {
		if (str_to_duration(value, field))
			return 0;
		example = "a duration, like 500ms, 2s or 3min";
	} else {
		if (str_to_size(value, field))
			return 0;
		example = "a size, like 64MiB";
	}
	return error_set(err, ERR_USAGE, "--%s takes %s; '%s' is not", row->name, example, value);
}

static int set_field(const struct opt *row, const char *value, void *into, struct error *err)
{
	void *field = (char *)into + row->offset;

	switch (row->type) {
	case OPT_TYPE_FLAG:
		*(bool *)field = true;
		return 0;
	case OPT_TYPE_LEVEL:
		++*(unsigned *)field;
		return 0;
	case OPT_TYPE_WORD:
		if (row->choices && !str_in_list(row->choices, value))
			return error_set(err, ERR_USAGE, "--%s takes one of %s; '%s' is not",
				row->name, row->choices, value);
		*(const char **)field = value;
		return 0;
	case OPT_TYPE_WORDS:
		*ARRAY_ADD((struct words *)field) = value;
		return 0;
	default:
		return opts_set_number(row, value, field, err);
	}
}

/* Takes one option off the front of *given. */
static int take_option(const struct opt *row, struct spelling spelling, struct arguments *given,
	void *into, struct error *err)
{
	const char *value = spelling.value;

	if (!row->value) {
		if (value)
			return error_set(err, ERR_USAGE, "--%s takes no value", row->name);
	} else if (!value) {
		if (!given->nr)
			return error_set(err, ERR_USAGE, "%s needs a value: %s", spelling.text,
				row->choices ? row->choices : row->value);
		value = *given->items++;
		given->nr--;
	}
	return set_field(row, value, into, err);
}

static int take_long(
	const struct opt *rows, char *text, struct arguments *given, void *into, struct error *err)
{
	const char *equals = strchr(text, '=');
	struct spelling spelling = { text, text + 2,
		equals ? (size_t)(equals - text - 2) : strlen(text + 2),
		equals ? equals + 1 : NULL };
	const struct opt *row = row_named(rows, spelling.name, spelling.len);

	if (!row)
		return unknown_option(rows, text, err);
	return take_option(row, spelling, given, into, err);
}

/* -qv is -q -v; -j4 and -j 4 are the same. */
static int take_letters(
	const struct opt *rows, char *text, struct arguments *given, void *into, struct error *err)
{
	for (const char *letter = text + 1; *letter; letter++) {
		const struct opt *row = row_lettered(rows, *letter);
		struct spelling spelling = { text, letter, 1, NULL };

		if (!row)
			return error_set(err, ERR_USAGE, "unknown option -%c in %s", *letter, text);
		if (row->value && letter[1])
			spelling.value = letter + 1;
		if (take_option(row, spelling, given, into, err))
			return -1;
		if (row->value)
			break;
	}
	return 0;
}

int opts_parse(const struct opt *rows, struct arguments given, void *into, struct words *operands,
	struct error *err)
{
	while (given.nr) {
		char *text = *given.items++;
		int rc = 0;

		given.nr--;
		if (strcmp(text, "--") == 0)
			break;
		if (text[0] != '-' || !text[1])
			*ARRAY_ADD(operands) = text;
		else if (text[1] == '-')
			rc = take_long(rows, text, &given, into, err);
		else
			rc = take_letters(rows, text, &given, into, err);
		if (rc)
			return -1;
	}
	for (; given.nr; given.nr--)
		*ARRAY_ADD(operands) = *given.items++;
	return 0;
}

/* -qv is left to opts_parse, which knows the other letters. */
static bool is_of_rows(const struct opt *rows, const char *text)
{
	if (text[0] != '-' || !text[1])
		return false;
	if (text[1] == '-')
		return row_named(rows, text + 2, strcspn(text + 2, "="));
	return !text[2] && row_lettered(rows, text[1]);
}

int opts_take(const struct opt *rows, struct arguments *given, void *into, struct error *err)
{
	struct arguments left = *given;

	given->nr = 0;
	while (left.nr && strcmp(*left.items, "--") != 0) {
		char *text = *left.items++;
		int rc = 0;

		left.nr--;
		if (!is_of_rows(rows, text))
			given->items[given->nr++] = text;
		else if (text[1] == '-')
			rc = take_long(rows, text, &left, into, err);
		else
			rc = take_letters(rows, text, &left, into, err);
		if (rc)
			return -1;
	}
	for (; left.nr; left.nr--)
		given->items[given->nr++] = *left.items++;
	return 0;
}

void opts_spell(const struct opt *row, struct buf *out)
{
	if (row->letter)
		buf_addf(out, "-%c, ", row->letter);
	else
		buf_adds(out, "    ");
	buf_addf(out, "--%s", row->name);
	if (row->value)
		buf_addf(out, "=%s", row->value);
}

void opts_explain(const struct opt *row, struct buf *out)
{
	buf_adds(out, row->help);
	if (row->add_names) {
		buf_adds(out, ": ");
		row->add_names(out);
	}
}
