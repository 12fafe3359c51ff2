/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/json.h"

#include "base/mem.h"
#include "base/str.h"

#include <cjson/cJSON.h>
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* struct json is never defined: a struct json * is a cJSON * under a name that no header of ours
 * need know. */
static cJSON *inside(const struct json *json)
{
	return (cJSON *)json;
}

static struct json *added(struct json *parent, const char *name, cJSON *item)
{
	cJSON *to = inside(parent);

	if (!item ||
		!(name ? cJSON_AddItemToObject(to, name, item) : cJSON_AddItemToArray(to, item)))
		mem_alloc(SIZE_MAX, 1);
	return (struct json *)item;
}

struct json *json_new_object(void)
{
	cJSON *object = cJSON_CreateObject();

	if (!object)
		mem_alloc(SIZE_MAX, 1);
	return (struct json *)object;
}

void json_free(struct json *json)
{
	cJSON_Delete(inside(json));
}

struct json *json_add_object(struct json *parent, const char *name)
{
	return added(parent, name, cJSON_CreateObject());
}

struct json *json_add_array(struct json *parent, const char *name)
{
	return added(parent, name, cJSON_CreateArray());
}

void json_add_text(struct json *parent, const char *name, const char *text)
{
	struct buf clean = BUF_INIT;

	if (!text) {
		added(parent, name, cJSON_CreateNull());
		return;
	}
	while (*text) {
		size_t len = str_utf8_len(text);

		buf_add(&clean, len ? text : "?", len ? len : 1);
		text += len ? len : 1;
	}
	added(parent, name, cJSON_CreateString(clean.data));
	buf_release(&clean);
}

void json_add_number(struct json *parent, const char *name, double number)
{
	added(parent, name, isfinite(number) ? cJSON_CreateNumber(number) : cJSON_CreateNull());
}

void json_add_bool(struct json *parent, const char *name, bool value)
{
	added(parent, name, cJSON_CreateBool(value));
}

void json_add_numbers(struct json *parent, const char *name, const double *numbers, size_t nr)
{
	struct json *array = json_add_array(parent, name);

	for (size_t i = 0; i < nr; i++)
		json_add_number(array, NULL, numbers[i]);
}

/* The shortest decimal that reads back as the same double. */
static void print_number(double number, struct buf *out)
{
	char text[32];

	for (int digits = 15; digits <= 17; digits++) {
		snprintf(text, sizeof text, "%.*g", digits, number);
		if (strtod(text, NULL) == number)
			break;
	}
	if (fabs(number) < 0x1p53 + 1 && number == floor(number))
		snprintf(text, sizeof text, "%.0f", number);
	buf_adds(out, text);
}

static void print_text(const char *value, struct buf *out)
{
	cJSON item = { .type = cJSON_String, .valuestring = (char *)value };
	char *text = cJSON_PrintUnformatted(&item);

	if (!text)
		mem_alloc(SIZE_MAX, 1);
	buf_adds(out, text);
	cJSON_free(text);
}

static void print_value(const cJSON *item, int depth, struct buf *out);

static void start_line(int depth, struct buf *out)
{
	buf_addc(out, '\n');
	buf_fill(out, '\t', (size_t)depth);
}

/* A list of plain values stands on one line: a review of a changed file then sees what changed. */
static void print_members(const cJSON *parent, int depth, struct buf *out)
{
	bool object = cJSON_IsObject(parent), flat = !object;
	const cJSON *child;

	cJSON_ArrayForEach(child, parent)
	{
		flat = flat && !cJSON_IsObject(child) && !cJSON_IsArray(child);
	}
	buf_addc(out, object ? '{' : '[');
	cJSON_ArrayForEach(child, parent)
	{
		if (!flat)
			start_line(depth + 1, out);
		if (object) {
			print_text(child->string, out);
			buf_adds(out, ": ");
		}
		print_value(child, depth + 1, out);
		if (child->next)
			buf_addc(out, ',');
	}
	if (!flat && parent->child)
		start_line(depth, out);
	buf_addc(out, object ? '}' : ']');
}

static void print_value(const cJSON *item, int depth, struct buf *out)
{
	if (cJSON_IsObject(item) || cJSON_IsArray(item))
		print_members(item, depth, out);
	else if (cJSON_IsString(item))
		print_text(item->valuestring, out);
	else if (cJSON_IsNumber(item))
		print_number(item->valuedouble, out);
	else
		buf_adds(out, cJSON_IsTrue(item) ? "true" : cJSON_IsFalse(item) ? "false" : "null");
}

void json_print(const struct json *json, struct buf *out)
{
	print_value(inside(json), 0, out);
	buf_addc(out, '\n');
}

static void place_of(const char *text, const char *at, unsigned *line, unsigned *column)
{
	*line = *column = 1;
	for (; text < at; text++) {
		++*column;
		if (*text == '\n') {
			++*line;
			*column = 1;
		}
	}
}

static int check_utf8(const char *text, size_t len, struct error *err)
{
	for (const char *at = text; at < text + len;) {
		size_t step = *at ? str_utf8_len(at) : 0;
		unsigned line, column;

		if (!step) {
			place_of(text, at, &line, &column);
			return error_set(
				err, ERR_USAGE, "line %u, column %u: not UTF-8 text", line, column);
		}
		at += step;
	}
	return 0;
}

static int by_name(const void *a, const void *b)
{
	return strcmp((*(const cJSON *const *)a)->string, (*(const cJSON *const *)b)->string);
}

static int check_names(const cJSON *object, struct error *err)
{
	size_t nr = (size_t)cJSON_GetArraySize(object), filled = 0;
	const cJSON **members = mem_alloc(nr, sizeof(void *));
	const cJSON *member, *twice = NULL;

	cJSON_ArrayForEach(member, object) members[filled++] = member;
	qsort(members, nr, sizeof(void *), by_name);
	for (size_t i = 1; i < nr && !twice; i++)
		if (by_name(&members[i - 1], &members[i]) == 0)
			twice = members[i];
	free(members);
	return twice ? error_set(err, ERR_USAGE, "the name \"%s\" stands twice in one object",
			       twice->string)
		     : 0;
}

/* What cJSON lets through and we do not. */
static int check_tree(const cJSON *item, struct error *err)
{
	const cJSON *child;

	if (cJSON_IsNumber(item) && !isfinite(item->valuedouble))
		return error_set(err, ERR_USAGE, "a number is too large");
	if (cJSON_IsObject(item) && check_names(item, err))
		return -1;
	cJSON_ArrayForEach(child, item) if (check_tree(child, err)) return -1;
	return 0;
}

struct json *json_parse(const char *text, size_t len, struct error *err)
{
	const char *end = NULL;
	unsigned line, column;
	cJSON *root;

	if (check_utf8(text, len, err))
		return NULL;
	root = cJSON_ParseWithLengthOpts(text, len + 1, &end, true);
	if (!root) {
		place_of(text, end ? end : text, &line, &column);
		error_set(err, ERR_USAGE, "line %u, column %u: %s", line, column,
			end && !*end ? "ends too early for JSON" : "not JSON from here on");
		return NULL;
	}
	if (check_tree(root, err)) {
		cJSON_Delete(root);
		return NULL;
	}
	return (struct json *)root;
}

void json_strip_comments(char *text)
{
	bool quoted = false;

	for (char *at = text; *at; at++) {
		if (quoted) {
			if (*at == '\\' && at[1])
				at++;
			else if (*at == '"')
				quoted = false;
			continue;
		}
		quoted = *at == '"';
		if (at[0] != '/' || (at[1] != '/' && at[1] != '*'))
			continue;
		if (at[1] == '/') {
			for (; at[1] && at[1] != '\n'; at++)
				*at = ' ';
			*at = ' ';
			continue;
		}
		for (*at++ = ' '; *at && !(at[0] == '*' && at[1] == '/'); at++)
			*at = *at == '\n' ? '\n' : ' ';
		if (*at)
			at[0] = at[1] = ' ';
		else
			at--;
	}
}

enum json_type json_type(const struct json *json)
{
	const cJSON *item = inside(json);

	return cJSON_IsBool(item)      ? JSON_BOOL
		: cJSON_IsNumber(item) ? JSON_NUMBER
		: cJSON_IsString(item) ? JSON_TEXT
		: cJSON_IsArray(item)  ? JSON_ARRAY
		: cJSON_IsObject(item) ? JSON_OBJECT
				       : JSON_NULL;
}

const char *json_type_name(enum json_type type)
{
	static const char *const names[] = {
		[JSON_NULL] = "null",
		[JSON_BOOL] = "true or false",
		[JSON_NUMBER] = "a number",
		[JSON_TEXT] = "a text",
		[JSON_ARRAY] = "a list",
		[JSON_OBJECT] = "an object",
	};

	return names[type];
}

const char *json_text(const struct json *json)
{
	return inside(json)->valuestring;
}

double json_number(const struct json *json)
{
	return inside(json)->valuedouble;
}

bool json_bool(const struct json *json)
{
	return cJSON_IsTrue(inside(json));
}

const struct json *json_first(const struct json *parent)
{
	return (const struct json *)inside(parent)->child;
}

const struct json *json_next(const struct json *json)
{
	return (const struct json *)inside(json)->next;
}

const char *json_name(const struct json *member)
{
	return inside(member)->string;
}

const struct json *json_get(const struct json *object, const char *name)
{
	return (const struct json *)cJSON_GetObjectItemCaseSensitive(inside(object), name);
}
