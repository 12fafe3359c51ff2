/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/json.h"

#include "base/mem.h"

#include <cjson/cJSON.h>
#include <math.h>
#include <stdint.h>
#include <stdlib.h>

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

/* The length of the UTF-8 sequence at text, 0 when it is none (Unicode 15, table 3-7). */
static size_t utf8_len(const unsigned char *text)
{
	size_t len = text[0] < 0x80 ? 1
		: text[0] < 0xc2    ? 0
		: text[0] < 0xe0    ? 2
		: text[0] < 0xf0    ? 3
				    : 4;

	if (text[0] > 0xf4 || !len)
		return 0;
	for (size_t i = 1; i < len; i++)
		if ((text[i] & 0xc0) != 0x80)
			return 0;
	if ((text[0] == 0xe0 && text[1] < 0xa0) || (text[0] == 0xed && text[1] > 0x9f) ||
		(text[0] == 0xf0 && text[1] < 0x90) || (text[0] == 0xf4 && text[1] > 0x8f))
		return 0;
	return len;
}

void json_add_text(struct json *parent, const char *name, const char *text)
{
	struct buf clean = BUF_INIT;

	if (!text) {
		added(parent, name, cJSON_CreateNull());
		return;
	}
	while (*text) {
		size_t len = utf8_len((const unsigned char *)text);

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

/* Everything that fits one short line stands on one: a review of a changed file then sees what
 * changed. */
static void print_value(const cJSON *item, int depth, struct buf *out)
{
	bool object = cJSON_IsObject(item);
	bool flat = !object && !cJSON_IsObject(item->child) && !cJSON_IsArray(item->child);
	char *text;

	if (!object && (!cJSON_IsArray(item) || flat)) {
		text = cJSON_PrintUnformatted(item);
		buf_adds(out, text ? text : "null");
		cJSON_free(text);
		return;
	}
	buf_adds(out, object ? "{" : "[");
	for (const cJSON *child = item->child; child; child = child->next) {
		buf_addc(out, '\n');
		buf_fill(out, '\t', (size_t)depth + 1);
		if (object) {
			cJSON key = { .type = cJSON_String, .valuestring = child->string };

			text = cJSON_PrintUnformatted(&key);
			buf_addf(out, "%s: ", text ? text : "\"\"");
			cJSON_free(text);
		}
		print_value(child, depth + 1, out);
		if (child->next)
			buf_addc(out, ',');
	}
	if (item->child) {
		buf_addc(out, '\n');
		buf_fill(out, '\t', (size_t)depth);
	}
	buf_adds(out, object ? "}" : "]");
}

void json_print(const struct json *json, struct buf *out)
{
	print_value(inside(json), 0, out);
	buf_addc(out, '\n');
}
