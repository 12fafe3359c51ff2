/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "gate/requirements_json.h"

#include "base/array.h"
#include "base/error.h"
#include "base/str.h"
#include "gate/policy_keys.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define HASH_DIGITS 64
#define MAX_COUNT 1e6

static bool value_is_good(const struct requirement_kind *kind, const struct json *value)
{
	bool is_text = json_type(value) == JSON_TEXT && *json_text(value);
	const char *unit;
	double number;

	switch (kind->type) {
	case REQUIREMENT_TEXT:
	case REQUIREMENT_TEXTS:
		return is_text;
	case REQUIREMENT_NUMBER:
		number = json_type(value) == JSON_NUMBER ? json_number(value) : 0;
		return number >= 1 && number <= MAX_COUNT && number == floor(number);
	case REQUIREMENT_SIZE:
		return is_text && str_to_amount(json_text(value), &number, &unit) &&
			strcmp(unit, "B") == 0 && number > 0 && number < 0x1p63;
	case REQUIREMENT_RATE:
		return is_text && requirement_rate_from(json_text(value), &number);
	case REQUIREMENT_FLAG:
		return json_type(value) == JSON_BOOL;
	case REQUIREMENT_HASHES:
		return is_text && strcmp(json_text(value), "pinned_sha256") == 0;
	case REQUIREMENT_FILES:
		return is_text && strlen(json_text(value)) == HASH_DIGITS &&
			strspn(json_text(value), "0123456789abcdefABCDEF") == HASH_DIGITS;
	}
	return false;
}

static int add_requirement(const struct requirement_kind *kind, const struct json *value,
	const char *place, struct requirements *asked, struct error *err)
{
	static const char *const rights[] = {
		[REQUIREMENT_TEXT] = "a text that is not empty",
		[REQUIREMENT_TEXTS] = "a text or a list of texts, none of them empty",
		[REQUIREMENT_NUMBER] = "a whole number from 1 to 1000000",
		[REQUIREMENT_SIZE] = "a size above 0, such as \"128GB\"",
		[REQUIREMENT_RATE] = "a rate above 0, such as \"10Gbps\" or \"100 Mbit/s\"",
		[REQUIREMENT_FLAG] = "true or false",
		[REQUIREMENT_HASHES] = "\"pinned_sha256\"",
		[REQUIREMENT_FILES] = "the 64 digits of a SHA-256",
	};
	struct buf text = BUF_INIT;
	struct requirement *row;

	if (!value_is_good(kind, value))
		return policy_wrong(value, place, rights[kind->type], err);
	if (kind->type == REQUIREMENT_FLAG && !json_bool(value))
		return 0;
	if (json_type(value) == JSON_TEXT)
		buf_adds(&text, json_text(value));
	else if (json_type(value) == JSON_NUMBER)
		buf_addf(&text, "%.9g", json_number(value));
	else
		buf_adds(&text, "true");
	row = ARRAY_ADD(asked);
	*row = (struct requirement){
		.kind = kind,
		.place = str_dup(place),
		.asked = buf_detach(&text),
		.path = kind->type == REQUIREMENT_FILES ? str_dup(json_name(value)) : NULL,
	};
	return 0;
}

/* Of a list and of an object each member is a requirement. */
static int add_members(const struct requirement_kind *kind, const struct json *value,
	const char *place, struct requirements *asked, struct error *err)
{
	int rc = 0;

	for (const struct json *at = json_first(value); at && !rc; at = json_next(at)) {
		struct buf inner = BUF_INIT;

		buf_adds(&inner, place);
		if (kind->type == REQUIREMENT_FILES)
			buf_addf(&inner, ".%.200s", json_name(at));
		rc = add_requirement(kind, at, inner.data, asked, err);
		buf_release(&inner);
	}
	return rc;
}

static int read_requirement(const struct requirement_kind *kind, const struct json *value,
	const char *place, struct requirements *asked, struct error *err)
{
	enum json_type type = json_type(value);

	if (kind->type == REQUIREMENT_FILES && type != JSON_OBJECT)
		return policy_wrong(value, place, "an object of SHA-256 by paths", err);
	if (kind->type == REQUIREMENT_FILES ||
		(kind->type == REQUIREMENT_TEXTS && type == JSON_ARRAY))
		return add_members(kind, value, place, asked, err);
	return add_requirement(kind, value, place, asked, err);
}

static bool belongs_to(const struct requirement_kind *kind, const char *section)
{
	return !section || (kind->section && strcmp(kind->section, section) == 0);
}

static int unknown_requirement(
	const char *name, const char *section, const char *place, struct error *err)
{
	struct unknown unknown = { .given = name, .kinds = "keys" };

	for (const struct requirement_kind *kind = requirement_kinds; kind->key; kind++)
		if (belongs_to(kind, section))
			unknown_offer(&unknown, kind->key);
	return unknown_error(&unknown, err, "unknown key '%s'", place);
}

static int read_key(const struct json *value, const char *section, const char *place,
	struct requirements *asked, struct error *err);

static int read_requirements(const struct json *json, const char *section, const char *place,
	struct requirements *asked, struct error *err)
{
	int rc = 0;

	if (json_type(json) != JSON_OBJECT)
		return policy_wrong(
			json, place, section ? "an object" : "an object or a list of objects", err);
	for (const struct json *at = json_first(json); at && !rc; at = json_next(at)) {
		struct buf inner = BUF_INIT;

		buf_addf(&inner, "%s.%.60s", place, json_name(at));
		rc = read_key(at, section, inner.data, asked, err);
		buf_release(&inner);
	}
	return rc;
}

static int read_key(const struct json *value, const char *section, const char *place,
	struct requirements *asked, struct error *err)
{
	const char *name = json_name(value);

	if (!section &&
		(strcmp(name, REQUIREMENT_COMPUTE) == 0 ||
			strcmp(name, REQUIREMENT_ISOLATION) == 0))
		return read_requirements(value, name, place, asked, err);
	for (const struct requirement_kind *kind = requirement_kinds; kind->key; kind++)
		if (strcmp(kind->key, name) == 0 && belongs_to(kind, section))
			return read_requirement(kind, value, place, asked, err);
	return unknown_requirement(name, section, place, err);
}

/* "dependency_versions" holds where at least one file is pinned. */
static void note_pinned(struct requirements *asked)
{
	const char *pinned = NULL;

	for (size_t i = 0; i < asked->nr; i++)
		if (asked->items[i].kind->type == REQUIREMENT_FILES)
			pinned = asked->items[i].path;
	for (size_t i = 0; i < asked->nr; i++)
		if (asked->items[i].kind->type == REQUIREMENT_HASHES)
			str_set(&asked->items[i].path, pinned);
}

int requirements_read(const struct json *json, struct requirements *asked, struct error *err)
{
	int rc = 0;

	if (!json)
		return 0;
	if (json_type(json) != JSON_ARRAY)
		rc = read_requirements(json, NULL, "environment", asked, err);
	else
		for (const struct json *at = json_first(json); at && !rc; at = json_next(at))
			rc = read_requirements(at, NULL, "environment", asked, err);
	note_pinned(asked);
	return rc;
}
