/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/json_large.h"

#include "base/array.h"
#include "base/json_pull.h"
#include "base/json_text.h"

#include <stdint.h>
#include <stdlib.h>

#define MAX_APART 65536 /* bytes of what stands beside the lists, each */
/* Of a list there is one member at a time, so that its tree may take more of what the text does. */
#define LIST_SHARE 4

/* A list of objects right in the root object. */
struct found {
	const char *start, *end;    /* behind its '[', at its ']' */
	size_t order;               /* of its name among those of the root */
	struct json_pull_room room; /* enough for any one member */
};

struct founds {
	struct found *items;
	size_t nr, alloc;
	size_t weight; /* of the whole text */
};

/* What an array of the tree owns that stays text. */
struct list {
	const char *start, *at; /* behind the '[', and where the next member is */
	const char *end;        /* at the ']' */
	struct json_pull_place place;
	cJSON nodes[];
};

static void make_room(struct json_pull_room *room, const struct json_pull_room *used)
{
	if (room->nr_nodes < used->nr_nodes)
		room->nr_nodes = used->nr_nodes;
	if (room->nr_numbers < used->nr_numbers)
		room->nr_numbers = used->nr_numbers;
	if (room->nr_letters < used->nr_letters)
		room->nr_letters = used->nr_letters;
}

/* From behind its '[' to the blanks behind its ']'. */
static bool find_list(struct json_pull *pull, size_t order, struct founds *founds)
{
	struct found list = { .start = pull->at, .order = order };
	cJSON *none;

	pull->weight += JSON_TEXT_LIST_BYTES;
	do {
		pull->weight += JSON_TEXT_NODE_BYTES;
		pull->used = (struct json_pull_room){ 0 };
		if (!json_pull_value(pull, &none))
			return false;
		make_room(&list.room, &pull->used);
	} while (json_pull_char(pull, ','));
	list.end = pull->at;
	*ARRAY_ADD(founds) = list;
	return json_pull_char(pull, ']');
}

/* Whether a name of the root stands there twice is seen by who reads the rest. */
static bool find_in_member(
	struct json_pull *pull, size_t order, const char *end, struct founds *founds)
{
	const char *value;
	char *name;
	cJSON *none;

	pull->weight += JSON_TEXT_NODE_BYTES + JSON_TEXT_TEXT_BYTES;
	if (*pull->at != '"' || !json_pull_text(pull, &name) || !json_pull_char(pull, ':'))
		return false;
	value = pull->at;
	pull->limit = end;
	if (json_pull_char(pull, '[') && *pull->at == '{')
		return find_list(pull, order, founds);
	pull->at = value;
	if (end - value > MAX_APART)
		pull->limit = value + MAX_APART;
	return json_pull_value(pull, &none);
}

static bool find_lists(const char *text, size_t len, struct founds *founds)
{
	struct json_pull pull = { .at = text, .weight = JSON_TEXT_NODE_BYTES, .depth = 1 };
	size_t order = 0;

	json_pull_blanks(&pull);
	if (!json_pull_char(&pull, '{'))
		return false;
	do {
		if (!find_in_member(&pull, order++, text + len, founds))
			return false;
	} while (json_pull_char(&pull, ','));
	founds->weight = pull.weight;
	return json_pull_char(&pull, '}') && pull.at == text + len && founds->nr;
}

/* Makes an empty array such a list. What it owns takes the place of the text that it has not, for
 * cJSON frees that. */
static void start_list(cJSON *array, const struct found *found)
{
	size_t nodes = found->room.nr_nodes * sizeof(cJSON);
	size_t numbers = found->room.nr_numbers * sizeof(double);
	struct list *list =
		mem_resize(NULL, sizeof *list + nodes + numbers + found->room.nr_letters, 1);
	char *behind = (char *)list->nodes + nodes;

	list->start = list->at = found->start;
	list->end = found->end;
	list->place = (struct json_pull_place){ .array = array,
		.nodes = list->nodes,
		.numbers = (double *)(void *)behind,
		.letters = behind + numbers };
	free(array->valuestring);
	array->valuestring = (char *)list;
	array->type |= JSON_LARGE_LIST;
}

/* The text without what the lists hold. */
static void add_rest(const char *text, size_t len, const struct founds *founds, struct buf *rest)
{
	const char *at = text;

	for (size_t i = 0; i < founds->nr; i++) {
		buf_add(rest, at, (size_t)(founds->items[i].start - at));
		at = founds->items[i].end;
	}
	buf_add(rest, at, (size_t)(text + len - at));
}

static struct json *parse_rest(const struct buf *rest, const struct founds *founds)
{
	struct error ignored = ERROR_INIT;
	struct json *root = json_parse(rest->data, rest->len, &ignored);
	cJSON *member = root ? ((cJSON *)root)->child : NULL;
	size_t order = 0;

	for (size_t i = 0; member && i < founds->nr; i++) {
		for (; order < founds->items[i].order; order++)
			member = member->next;
		start_list(member, &founds->items[i]);
	}
	return root;
}

struct json *json_large_parse(const char *text, size_t len)
{
	struct founds founds = { 0 };
	struct buf rest = BUF_INIT;
	struct json *root = NULL;

	if (find_lists(text, len, &founds) && json_is_light(founds.weight, LIST_SHARE * len)) {
		add_rest(text, len, &founds, &rest);
		root = parse_rest(&rest, &founds);
	}
	buf_release(&rest);
	ARRAY_RELEASE(&founds);
	return root;
}

/* So small a text is a tree at once. */
#define SMALL_BYTES ((size_t)256 << 10)

struct json *json_parse_large(const char *text, size_t len, struct error *err)
{
	struct json *root = len > SMALL_BYTES ? json_large_parse(text, len) : NULL;

	return root ? root : json_parse(text, len, err);
}

static struct list *list_of(const cJSON *array)
{
	return (struct list *)(void *)array->valuestring;
}

/* The text was checked when the list was found. */
static cJSON *make_member(struct list *list, const char *at)
{
	struct json_pull pull = { .at = at, .limit = list->end, .to = &list->place };
	cJSON *member = NULL;

	if (!json_pull_value(&pull, &member))
		return NULL;
	list->at = pull.at;
	member->type |= JSON_LARGE_MEMBER;
	return member;
}

cJSON *json_large_first(const cJSON *array)
{
	return make_member(list_of(array), list_of(array)->start);
}

cJSON *json_large_next(const cJSON *member)
{
	struct list *list = list_of(member->prev);
	struct json_pull pull = { .at = list->at };

	return json_pull_char(&pull, ',') ? make_member(list, pull.at) : NULL;
}

void json_large_keep(cJSON *array)
{
	cJSON *keeper = cjson.CreateArray();

	if (!keeper)
		keeper = mem_alloc(SIZE_MAX, 1);
	keeper->child = array->child;
	cjson.AddItemToArray(array->prev, keeper);
}
