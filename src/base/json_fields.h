/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A struct and its JSON object, as rows of a table: the same rows write it and read it back, so
 * that the two cannot drift apart. Reading says which member is wrong and what would be right;
 * members without a row are left alone.
 */
#ifndef BASE_JSON_FIELDS_H
#define BASE_JSON_FIELDS_H

#include "base/array.h"
#include "base/field.h"
#include "base/json.h"

#include <stdint.h>

enum json_field_type {
	JSON_FIELD_TEXT,   /* char *, owned, never NULL */
	JSON_FIELD_MAYBE,  /* char *, owned; null is NULL */
	JSON_FIELD_U64,    /* uint64_t; over 2^53 it is a text of digits */
	JSON_FIELD_U32,    /* uint32_t */
	JSON_FIELD_NUMBER, /* double */
	JSON_FIELD_BOOL,   /* bool */
	JSON_FIELD_WORD,   /* an enum whose values are the places of its words */
};

struct json_field {
	enum json_field_type type;
	const char *name;
	size_t offset;
	const char *const *words; /* JSON_FIELD_WORD: NULL at the end */
};

#define JSON_FIELD_TEXT(name, struct_type, field) \
	{ \
		JSON_FIELD_TEXT, name, FIELD_AT(struct_type, field, char *), NULL \
	}
#define JSON_FIELD_MAYBE(name, struct_type, field) \
	{ \
		JSON_FIELD_MAYBE, name, FIELD_AT(struct_type, field, char *), NULL \
	}
#define JSON_FIELD_U64(name, struct_type, field) \
	{ \
		JSON_FIELD_U64, name, FIELD_AT(struct_type, field, uint64_t), NULL \
	}
#define JSON_FIELD_U32(name, struct_type, field) \
	{ \
		JSON_FIELD_U32, name, FIELD_AT(struct_type, field, uint32_t), NULL \
	}
#define JSON_FIELD_NUMBER(name, struct_type, field) \
	{ \
		JSON_FIELD_NUMBER, name, FIELD_AT(struct_type, field, double), NULL \
	}
#define JSON_FIELD_BOOL(name, struct_type, field) \
	{ \
		JSON_FIELD_BOOL, name, FIELD_AT(struct_type, field, bool), NULL \
	}
#define JSON_FIELD_WORD(name, struct_type, field, enum_type, words) \
	{ \
		JSON_FIELD_WORD, name, FIELD_AT(struct_type, field, enum_type), words \
	}
#define JSON_FIELD_END \
	{ \
		.name = NULL \
	}

void json_fields_write(struct json *object, const struct json_field *rows, const void *from);

/* Every row must be there. Texts that are replaced are freed. `where` names the object in the
 * error: "benchmarks[3]". */
int json_fields_read(const struct json *object, const struct json_field *rows, void *into,
	const char *where, struct error *err);

/* Names the whole file as the place of an error; members of it are named by themselves. */
#define JSON_ROOT "the file"

/* The member of that name and type, or NULL with the error. */
const struct json *json_member(const struct json *object, const char *name, enum json_type type,
	const char *where, struct error *err);

/* Are the file's members "format" and "version" these? */
int json_check_format(
	const struct json *root, const char *format, unsigned version, struct error *err);
/* The same for a format of which older versions are read, too. */
int json_check_versions(const struct json *root, const char *format, unsigned oldest,
	unsigned newest, struct error *err);

/* What a list of numbers and nulls holds, NaN for null, in place of what the array held. */
int json_read_numbers(const struct json *object, const char *name, struct doubles *numbers,
	const char *where, struct error *err);

#endif
