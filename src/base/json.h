/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * JSON, the only door to cJSON, which the process must have opened (cjson_load of sys/cjson.h). A
 * tree is owned by who made its root (json_free); what is added to a parent belongs to the parent.
 * Running out of memory dies as everywhere else. Numbers survive a round trip exactly.
 */
#ifndef BASE_JSON_H
#define BASE_JSON_H

#include "base/buf.h"
#include "base/error.h"

#include <stdbool.h>
#include <stddef.h>

struct json;

struct json *json_new_object(void);
struct json *json_new_array(void);
void json_free(struct json *json);

/* Each adds under a name to an object, or, with name NULL, to an array. Bytes of a name or a text
 * that are not UTF-8 become '?'. */
struct json *json_add_object(struct json *parent, const char *name);
struct json *json_add_array(struct json *parent, const char *name);
/* NULL text is null; NaN and infinities are null too, for JSON has none. */
void json_add_text(struct json *parent, const char *name, const char *text);
void json_add_number(struct json *parent, const char *name, double number);
void json_add_bool(struct json *parent, const char *name, bool value);
void json_add_numbers(struct json *parent, const char *name, const double *numbers, size_t nr);

/* Copies of what belongs to another tree: of a value, and of all that an object or array has. */
void json_copy_members(struct json *to, const struct json *from);
void json_add_copy(struct json *parent, const char *name, const struct json *value);

enum json_type {
	JSON_NULL,
	JSON_BOOL,
	JSON_NUMBER,
	JSON_TEXT,
	JSON_ARRAY,
	JSON_OBJECT,
};

/*
 * Reads what was written by people or by other programs: UTF-8, finite numbers spelt as JSON has
 * them, no name twice in an object, no NUL in a text. The text ends in a NUL behind its len bytes.
 * NULL on error, which says line and column where that can be told; a text whose tree would be far
 * larger than itself is refused before there is one.
 */
struct json *json_parse(const char *text, size_t len, struct error *err);

/*
 * What reads a tree that may be large: a list of objects right in its root object is read by
 * json_first and json_next alone, and each of its members is gone when the next one is asked for:
 * memory holds one. Such a list is checked as it is read, so that it may all turn out to be wrong:
 * then it is forgotten, and read again from a tree that was checked before.
 */
struct json_reader {
	int (*read)(const struct json *root, void *context, struct error *err);
	void (*forget)(void *context); /* what was read; or NULL */
	void *context;
};

/* json_parse of a text that may be large, its reading, and json_free. */
int json_read_large(
	const char *text, size_t len, const struct json_reader *reader, struct error *err);

/* Turns line and block comments into blanks, in place, so that lines and columns stay what they
 * are. */
void json_strip_comments(char *text);

enum json_type json_type(const struct json *json);
const char *json_type_name(enum json_type type); /* "a number" and the like */
const char *json_text(const struct json *json);  /* of a JSON_TEXT, borrowed */
double json_number(const struct json *json);     /* of a JSON_NUMBER */
bool json_bool(const struct json *json);         /* of a JSON_BOOL */

/* What an array of nothing but numbers holds, borrowed until something is added to it; an empty one
 * is such an array. NULL for any other. */
const double *json_numbers(const struct json *array, size_t *nr);

/* The members of an object or array in turn: for (at = json_first(parent); at; at = json_next(at)).
 * Those of an array that json_numbers reads are made when they are first asked for: long ones are
 * better read there. */
const struct json *json_first(const struct json *parent);
const struct json *json_next(const struct json *json);
const char *json_name(const struct json *member); /* of an object's member */
/* NULL when there is none. */
const struct json *json_get(const struct json *object, const char *name);

/* As text: a value a line, arrays of numbers on one line, a newline at the end. What could steer a
 * terminal or a CI system that reads the log is escaped, and reads back as what it was. */
void json_print(const struct json *json, struct buf *out);
/* All of it on one line. */
void json_print_line(const struct json *json, struct buf *out);

/* A large text whose long lists stay text until they are asked for; the root must not outlive it.
 * NULL when it has no such lists, or is not surely JSON: json_parse must look at it then. */
struct json *json_large_parse(const char *text, size_t len);
/* Are they JSON that json_parse takes? What was not read yet is looked at now. */
bool json_large_is_json(const struct json *root);

#endif
