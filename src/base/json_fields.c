/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/json_fields.h"

#include "base/str.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A double holds every whole number up to here. */
#define MAX_EXACT (UINT64_C(1) << 53)

static void write_u64(struct json *object, const char *name, uint64_t number)
{
	char text[24];

	snprintf(text, sizeof text, "%" PRIu64, number);
	if (number <= MAX_EXACT)
		json_add_number(object, name, (double)number);
	else
		json_add_text(object, name, text);
}

void json_fields_write(struct json *object, const struct json_field *rows, const void *from)
{
	for (; rows->name; rows++) {
		const void *field = (const char *)from + rows->offset;

		switch (rows->type) {
		case JSON_FIELD_TEXT:
		case JSON_FIELD_MAYBE:
			json_add_text(object, rows->name, *(char *const *)field);
			break;
		case JSON_FIELD_U64:
			write_u64(object, rows->name, *(const uint64_t *)field);
			break;
		case JSON_FIELD_U32:
			write_u64(object, rows->name, *(const uint32_t *)field);
			break;
		case JSON_FIELD_NUMBER:
			json_add_number(object, rows->name, *(const double *)field);
			break;
		case JSON_FIELD_BOOL:
			json_add_bool(object, rows->name, *(const bool *)field);
			break;
		case JSON_FIELD_WORD:
			json_add_text(object, rows->name, rows->words[*(const unsigned *)field]);
			break;
		}
	}
}

static bool read_u64(const struct json *member, uint64_t *value)
{
	double number;

	if (json_type(member) == JSON_TEXT)
		return str_to_u64(json_text(member), value);
	if (json_type(member) != JSON_NUMBER)
		return false;
	number = json_number(member);
	if (number < 0 || number > (double)MAX_EXACT || number != floor(number))
		return false;
	*value = (uint64_t)number;
	return true;
}

static bool read_u32(const struct json *member, uint32_t *value)
{
	uint64_t number;

	if (!read_u64(member, &number) || number > UINT32_MAX)
		return false;
	*value = (uint32_t)number;
	return true;
}

static bool json_fields_read_text(const struct json *member, bool maybe, char **value)
{
	enum json_type type = json_type(member);

	if (type != JSON_TEXT && !(maybe && type == JSON_NULL))
		return false;
	free(*value);
	*value = type == JSON_TEXT ? str_dup(json_text(member)) : NULL;
	return true;
}

/* NaN is written as null. */
static bool json_fields_read_number(const struct json *member, double *value)
{
	enum json_type type = json_type(member);

	if (type != JSON_NUMBER && type != JSON_NULL)
		return false;
	*value = type == JSON_NUMBER ? json_number(member) : NAN;
	return true;
}

static bool json_fields_read_word(
	const struct json *member, const char *const *words, unsigned *value)
{
	for (unsigned i = 0; json_type(member) == JSON_TEXT && words[i]; i++) {
		if (strcmp(words[i], json_text(member)) == 0) {
			*value = i;
			return true;
		}
	}
	return false;
}

static bool read_field(const struct json *member, const struct json_field *row, void *field)
{
	switch (row->type) {
	case JSON_FIELD_TEXT:
	case JSON_FIELD_MAYBE:
		return json_fields_read_text(member, row->type == JSON_FIELD_MAYBE, field);
	case JSON_FIELD_U64:
		return read_u64(member, field);
	case JSON_FIELD_U32:
		return read_u32(member, field);
	case JSON_FIELD_NUMBER:
		return json_fields_read_number(member, field);
	case JSON_FIELD_BOOL:
		if (json_type(member) == JSON_BOOL)
			*(bool *)field = json_bool(member);
		return json_type(member) == JSON_BOOL;
	case JSON_FIELD_WORD:
		return json_fields_read_word(member, row->words, field);
	}
	return false;
}

static int wrong_field(const struct json *member, const struct json_field *row, const char *where,
	struct error *err)
{
	static const char *const rights[] = {
		[JSON_FIELD_TEXT] = "a text",
		[JSON_FIELD_MAYBE] = "a text or null",
		[JSON_FIELD_U64] = "a whole number",
		[JSON_FIELD_U32] = "a whole number below 2^32",
		[JSON_FIELD_NUMBER] = "a number",
		[JSON_FIELD_BOOL] = "true or false",
		[JSON_FIELD_WORD] = "a word",
	};
	struct buf words = BUF_INIT;

	for (size_t i = 0; row->type == JSON_FIELD_WORD && row->words[i]; i++)
		buf_addf(&words, "%s\"%s\"", i ? ", " : "one of ", row->words[i]);
	if (json_type(member) == JSON_TEXT)
		error_set(err, ERR_USAGE, "%s.%s is \"%.40s\"; it must be %s", where, row->name,
			json_text(member), words.len ? words.data : rights[row->type]);
	else if (json_type(member) == JSON_NUMBER)
		error_set(err, ERR_USAGE, "%s.%s is %.9g; it must be %s", where, row->name,
			json_number(member), words.len ? words.data : rights[row->type]);
	else
		error_set(err, ERR_USAGE, "%s.%s is %s; it must be %s", where, row->name,
			json_type_name(json_type(member)),
			words.len ? words.data : rights[row->type]);
	buf_release(&words);
	return -1;
}

int json_fields_read(const struct json *object, const struct json_field *rows, void *into,
	const char *where, struct error *err)
{
	const struct json *member, *next = NULL;

	if (json_type(object) != JSON_OBJECT)
		return error_set(err, ERR_USAGE, "%s is %s; it must be an object", where,
			json_type_name(json_type(object)));
	for (; rows->name; rows++) {
		/* What was written by rows stands in their order. */
		next = next ? json_next(next) : json_first(object);
		member = next && strcmp(json_name(next), rows->name) == 0
			? next
			: json_get(object, rows->name);
		next = member;
		if (!member)
			return error_set(err, ERR_USAGE, "%s has no \"%s\"", where, rows->name);
		if (!read_field(member, rows, (char *)into + rows->offset))
			return wrong_field(member, rows, where, err);
	}
	return 0;
}

const struct json *json_member(const struct json *object, const char *name, enum json_type type,
	const char *where, struct error *err)
{
	bool at_root = strcmp(where, JSON_ROOT) == 0;
	const struct json *member;

	if (json_type(object) != JSON_OBJECT) {
		error_set(err, ERR_USAGE, "%s is %s; it must be an object", where,
			json_type_name(json_type(object)));
		return NULL;
	}
	member = json_get(object, name);
	if (!member)
		error_set(err, ERR_USAGE, "%s has no \"%s\"", where, name);
	else if (json_type(member) != type)
		error_set(err, ERR_USAGE, "%s%s%s is %s; it must be %s", at_root ? "" : where,
			at_root ? "" : ".", name, json_type_name(json_type(member)),
			json_type_name(type));
	return member && json_type(member) == type ? member : NULL;
}

static int json_fields_not_a_number(
	const struct json *list, const char *where, const char *name, struct error *err)
{
	const struct json *at = json_first(list);
	size_t nr = 0;

	for (; json_type(at) == JSON_NUMBER || json_type(at) == JSON_NULL; at = json_next(at))
		nr++;
	return error_set(err, ERR_USAGE, "%s.%s[%zu] is %s; it must be a number", where, name, nr,
		json_type_name(json_type(at)));
}

static bool is_numeric(const struct json *list)
{
	for (const struct json *at = json_first(list); at; at = json_next(at))
		if (json_type(at) != JSON_NUMBER && json_type(at) != JSON_NULL)
			return false;
	return true;
}

/* What a list holds, NaN for null. */
int json_read_numbers(const struct json *from, const char *name, struct doubles *numbers,
	const char *where, struct error *err)
{
	const struct json *list = json_member(from, name, JSON_ARRAY, where, err);
	const double *block;
	size_t nr;

	if (!list)
		return -1;
	block = json_numbers(list, &nr);
	if (block) {
		numbers->nr = numbers->alloc = nr;
		numbers->items = mem_resize(numbers->items, nr, sizeof *block);
		memcpy(numbers->items, block, nr * sizeof *block);
		return 0;
	}
	if (!is_numeric(list))
		return json_fields_not_a_number(list, where, name, err);
	numbers->nr = 0;
	for (const struct json *at = json_first(list); at; at = json_next(at))
		*ARRAY_ADD(numbers) = json_type(at) == JSON_NUMBER ? json_number(at) : NAN;
	return 0;
}

int json_check_versions(const struct json *root, const char *format, unsigned oldest,
	unsigned newest, struct error *err)
{
	const struct json *said = json_member(root, "format", JSON_TEXT, JSON_ROOT, err);
	const struct json *number =
		said ? json_member(root, "version", JSON_NUMBER, JSON_ROOT, err) : NULL;

	if (!number)
		return -1;
	if (strcmp(json_text(said), format) != 0)
		return error_set(err, ERR_USAGE, "format is \"%.40s\"; it must be \"%s\"",
			json_text(said), format);
	for (unsigned version = oldest; version <= newest; version++)
		if (json_number(number) == version)
			return 0;
	return error_set(err, ERR_USAGE, "version is %.9g; this benchgate reads version %u%s",
		json_number(number), newest, oldest < newest ? " and older ones" : "");
}

int json_check_format(
	const struct json *root, const char *format, unsigned version, struct error *err)
{
	return json_check_versions(root, format, version, version, err);
}
