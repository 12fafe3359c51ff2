/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/json_pull.h"

#include "base/json_text.h"
#include "base/numbers.h"
#include "base/str.h"

#include <math.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* What is deeper, longer or has more names than this is left to json_parse. */
#define MAX_DEPTH 32
#define MAX_NAMES 64
#define MAX_NUMBER 60

/* Passes the character, or does nothing. */
bool json_pull_char(struct json_pull *pull, char c)
{
	if (*pull->at != c)
		return false;
	pull->at = json_past_blanks(pull->at + 1);
	return true;
}

/* Two letters at least, for `{}` and its comma make a node; a number, and its comma, a double. */
size_t json_pull_room(size_t len)
{
	return len / 2 * sizeof(cJSON) + len + 2 * sizeof(cJSON);
}

static void *take_room(struct json_pull *pull, size_t size)
{
	char *room = pull->room;

	if ((size_t)(pull->room_end - room) < size)
		return NULL;
	pull->room += size;
	return room;
}

static char *take_from_end(struct json_pull *pull, size_t nr)
{
	if ((size_t)(pull->room_end - pull->room) < nr)
		return NULL;
	pull->room_end -= nr;
	return pull->room_end;
}

/* NULL: no room is left. */
static cJSON *json_pull_add_node(struct json_pull *pull, int type)
{
	cJSON *node = take_room(pull, sizeof *node);

	if (node)
		*node = (cJSON){ .type = type | cJSON_IsReference, .prev = pull->array };
	return node;
}

/* Bytes of ASCII that do not stand for themselves in a text, and all that are none. */
static bool is_special(char c)
{
	return (unsigned char)(c - ' ') >= 0x80 - ' ' || c == '"' || c == '\\';
}

/* How many bytes of a text from here on stand for themselves; letters of UTF-8 do. */
static size_t json_pull_count_plain(const char *at)
{
	const char *start = at;
	size_t len;

	do {
		while (!is_special(*at))
			at++;
		len = (unsigned char)*at >= 0x80 ? str_utf8_len(at) : 0;
		at += len;
	} while (len);
	return (size_t)(at - start);
}

/* Of the letter behind a backslash; 0 for \u, which json_parse reads. */
static char escaped(char c)
{
	static const char letters[] = "\"\\/bfnrt", values[] = "\"\\/\b\f\n\r\t";
	const char *at = c ? strchr(letters, c) : NULL;

	return at ? values[at - letters] : '\0';
}

/* A text with escapes, from behind its quote; what they make is no longer than they are. */
static bool pull_escaped(struct json_pull *pull, char **text)
{
	const char *at = pull->at + json_pull_count_plain(pull->at);
	char *start, *to;
	size_t len;

	for (; *at == '\\'; at += json_pull_count_plain(at))
		at += escaped(at[1]) ? 2 : 1;
	start = to = *at == '"' ? take_from_end(pull, (size_t)(at - pull->at) + 1) : NULL;
	if (!to)
		return false;
	for (at = pull->at; *at != '"'; at++) {
		*to = *at == '\\' ? escaped(*++at) : *at;
		if (!*to++)
			return false;
	}
	len = (size_t)(to - start);
	start = pull->room_end += at - pull->at - (ptrdiff_t)len;
	memmove(start, to - len, len);
	start[len] = '\0';
	*text = start;
	pull->at = json_past_blanks(at + 1);
	return true;
}

/* From its quote to the blanks behind it. */
static bool pull_text(struct json_pull *pull, char **text)
{
	size_t len = json_pull_count_plain(++pull->at);

	if (pull->at[len] != '"')
		return pull_escaped(pull, text);
	*text = take_from_end(pull, len + 1);
	if (!*text)
		return false;
	memcpy(*text, pull->at, len);
	(*text)[len] = '\0';
	pull->at = json_past_blanks(pull->at + len + 1);
	return true;
}

/* Behind a number that is finite, or NULL. */
static const char *json_pull_read_number(const char *at, double *number)
{
	const char *end = numbers_read(at, number);

	return end && end - at <= MAX_NUMBER && isfinite(*number) ? end : NULL;
}

/* Of a list from behind its '[', if it has numbers alone: to its ']'. */
static bool pull_numbers(struct json_pull *pull, cJSON *list)
{
	double *block = (double *)(void *)pull->room;
	size_t nr = 0, max = (size_t)(pull->room_end - pull->room) / sizeof *block;
	const char *at = pull->at;

	while (*at != ']' || nr) {
		at = nr < max ? json_pull_read_number(at, &block[nr]) : NULL;
		if (!at)
			return false;
		nr++;
		at = json_past_blanks(at);
		if (*at == ']')
			break;
		if (*at != ',')
			return false;
		at = json_past_blanks(at + 1);
	}
	pull->at = at;
	pull->room += nr * sizeof *block;
	pull->weight += nr * sizeof *block;
	list->valuestring = (char *)block;
	list->valueint = (int)nr;
	return true;
}

static bool pull_array(struct json_pull *pull, cJSON *array)
{
	cJSON **link = &array->child;

	pull->weight += JSON_TEXT_LIST_BYTES;
	json_pull_char(pull, '[');
	if (!pull_numbers(pull, array)) {
		do {
			pull->weight += JSON_TEXT_NODE_BYTES;
			if (!json_pull_value(pull, link))
				return false;
			link = &(*link)->next;
		} while (json_pull_char(pull, ','));
	}
	return json_pull_char(pull, ']');
}

/* The keys of one object, to find one that occurs twice. */
struct names {
	const char *items[MAX_NAMES];
	size_t nr;
	uint64_t marks; /* a bit for those that look alike */
};

static bool json_pull_add_name(struct names *names, const char *name, size_t len)
{
	uint64_t mark = UINT64_C(1) << ((len + 7 * (size_t)*name + 3 * (size_t)name[len / 2]) % 64);

	if (names->nr == MAX_NAMES)
		return false;
	for (size_t i = 0; names->marks & mark && i < names->nr; i++)
		if (strcmp(names->items[i], name) == 0)
			return false;
	names->marks |= mark;
	names->items[names->nr++] = name;
	return true;
}

/* A name, its colon and its value. */
static bool pull_member(struct json_pull *pull, struct names *names, cJSON **link)
{
	const char *end = pull->room_end;
	char *name;

	pull->weight += JSON_TEXT_NODE_BYTES + JSON_TEXT_TEXT_BYTES;
	if (*pull->at != '"' || !pull_text(pull, &name) ||
		!json_pull_add_name(names, name, (size_t)(end - name) - 1) ||
		!json_pull_char(pull, ':') || !json_pull_value(pull, link))
		return false;
	(*link)->string = name;
	return true;
}

static bool pull_object(struct json_pull *pull, cJSON *object)
{
	cJSON **link = &object->child;
	struct names names;

	names.nr = 0;
	names.marks = 0;
	json_pull_char(pull, '{');
	if (json_pull_char(pull, '}'))
		return true;
	do {
		if (!pull_member(pull, &names, link))
			return false;
		link = &(*link)->next;
	} while (json_pull_char(pull, ','));
	return json_pull_char(pull, '}');
}

static bool pull_word(struct json_pull *pull, cJSON **value)
{
	static const struct {
		const char *word;
		int type;
	} words[] = { { "null", cJSON_NULL }, { "true", cJSON_True }, { "false", cJSON_False } };

	for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
		size_t len = strlen(words[i].word);

		if (strncmp(pull->at, words[i].word, len) != 0)
			continue;
		*value = json_pull_add_node(pull, words[i].type);
		pull->at = json_past_blanks(pull->at + len);
		return *value;
	}
	return false;
}

static bool pull_nested(struct json_pull *pull, bool object, cJSON **value)
{
	bool done = false;

	if (++pull->depth > MAX_DEPTH)
		return false;
	*value = json_pull_add_node(pull, object ? cJSON_Object : cJSON_Array);
	if (*value)
		done = object ? pull_object(pull, *value) : pull_array(pull, *value);
	pull->depth--;
	return done;
}

static bool pull_number(struct json_pull *pull, cJSON **value)
{
	const char *end;

	*value = json_pull_add_node(pull, cJSON_Number);
	end = *value ? json_pull_read_number(pull->at, &(*value)->valuedouble) : NULL;
	if (end)
		pull->at = json_past_blanks(end);
	return end;
}

bool json_pull_value(struct json_pull *pull, cJSON **value)
{
	char c = *pull->at;

	if (c == '{' || c == '[')
		return pull_nested(pull, c == '{', value);
	if (c == 'n' || c == 't' || c == 'f')
		return pull_word(pull, value);
	if (c != '"')
		return pull_number(pull, value);
	pull->weight += JSON_TEXT_TEXT_BYTES;
	*value = json_pull_add_node(pull, cJSON_String);
	return *value && pull_text(pull, &(*value)->valuestring);
}
