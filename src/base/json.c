/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/json.h"

#include "base/array.h"
#include "base/cjson.h"
#include "base/encode.h"
#include "base/json_lists.h"
#include "base/json_pull.h"
#include "base/json_text.h"
#include "base/mem.h"
#include "base/numbers.h"
#include "base/str.h"

#include <limits.h>
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Large texts: long lists stay text, and a member becomes nodes when it is asked for, in room for
 * one. Beside cJSON's own bits of a type: a list that stays text, and a member of such a list. */
#define JSON_LARGE_LIST (1 << 10)
#define JSON_LARGE_MEMBER (1 << 11)

/* So small a text is a tree at once. */
#define SMALL_BYTES ((size_t)256 << 10)
/* Of a list there is one member at a time, so that its tree may take more of what the text does. */
#define LIST_SHARE 4
/* For one member; only what it takes is ever touched. */
#define MAX_ROOM ((size_t)16 << 20)

/* What an array of the tree owns that stays text. */
struct list {
	const char *start, *at; /* behind the '[', and where the next member is */
	const char *end;        /* at the ']', if all is as it seems */
	const char *checked;    /* what is before was read */
	size_t weight;          /* of that, as json_weigh has it */
	size_t len;             /* of the whole text */
	bool is_wrong;          /* it is not JSON that the parser knows */
	cJSON *array;
	char *room_end;
	cJSON room[];
};

/* Makes an empty array such a list. What it owns takes the place of the text that it has not, for
 * cJSON frees that. */
static void start_list(cJSON *array, const struct json_list *found, size_t len)
{
	size_t room = json_pull_room((size_t)(found->end - found->start));
	struct list *list;

	room = room < MAX_ROOM ? room : MAX_ROOM;
	list = mem_resize(NULL, sizeof *list + room, 1);
	*list = (struct list){ .start = found->start,
		.at = found->start,
		.end = found->end,
		.checked = found->start,
		.len = len,
		.array = array,
		.room_end = (char *)list->room + room };
	free(array->valuestring);
	array->valuestring = (char *)list;
	array->type |= JSON_LARGE_LIST;
}

/* The text without what the lists hold. */
static void add_rest(const char *text, size_t len, const struct json_lists *lists, struct buf *rest)
{
	const char *at = text;

	for (size_t i = 0; i < lists->nr; i++) {
		buf_add(rest, at, (size_t)(lists->items[i].start - at));
		at = lists->items[i].end;
	}
	buf_add(rest, at, (size_t)(text + len - at));
}

static struct json *large_rest(const struct buf *rest, const struct json_lists *lists, size_t len)
{
	struct error ignored = ERROR_INIT;
	struct json *root = json_parse(rest->data, rest->len, &ignored);
	cJSON *member = root ? ((cJSON *)root)->child : NULL;
	size_t order = 0;

	for (size_t i = 0; member && i < lists->nr; i++) {
		for (; order < lists->items[i].order; order++)
			member = member->next;
		start_list(member, &lists->items[i], len);
	}
	return root;
}

struct json *json_large_parse(const char *text, size_t len)
{
	struct json_lists lists = { 0 };
	struct buf rest = BUF_INIT;
	struct json *root = NULL;

	if (json_lists_find(text, len, &lists)) {
		add_rest(text, len, &lists, &rest);
		root = large_rest(&rest, &lists, len);
	}
	buf_release(&rest);
	ARRAY_RELEASE(&lists);
	return root;
}

static struct list *list_of(const cJSON *array)
{
	return (struct list *)(void *)array->valuestring;
}

/* A first look at a member checks it, too. */
static bool check_first_look(struct list *list, const struct json_pull *pull)
{
	if (*pull->at != ',' && pull->at != list->end)
		return false;
	if (pull->at <= list->checked)
		return true;
	list->checked = pull->at;
	list->weight += JSON_TEXT_NODE_BYTES + pull->weight;
	return json_is_light(list->weight, LIST_SHARE * list->len);
}

static cJSON *make_member(struct list *list, const char *at)
{
	struct json_pull pull = { .at = at,
		.room = (char *)list->room,
		.room_end = list->room_end,
		.array = list->array };
	cJSON *member = NULL;

	if (list->is_wrong || !json_pull_value(&pull, &member) || !check_first_look(list, &pull)) {
		list->is_wrong = true;
		return NULL;
	}
	list->at = pull.at;
	member->type |= JSON_LARGE_MEMBER;
	return member;
}

/* Behind a member. */
static cJSON *make_next(struct list *list, const char *at)
{
	struct json_pull pull = { .at = at };

	return json_pull_char(&pull, ',') ? make_member(list, pull.at) : NULL;
}

static cJSON *json_large_first(const cJSON *array)
{
	return make_member(list_of(array), list_of(array)->start);
}

static cJSON *json_large_next(const cJSON *member)
{
	struct list *list = list_of(member->prev);

	return make_next(list, list->at);
}

static bool list_holds(struct list *list)
{
	bool more = list->checked > list->start || make_member(list, list->start);

	while (more && list->checked != list->end)
		more = make_next(list, list->checked);
	return !list->is_wrong;
}

bool json_large_is_json(const struct json *root)
{
	const cJSON *at;

	cJSON_ArrayForEach(at, (const cJSON *)root)
	{
		if (at->type & JSON_LARGE_LIST && !list_holds(list_of(at)))
			return false;
	}
	return true;
}

int json_read_large(
	const char *text, size_t len, const struct json_reader *reader, struct error *err)
{
	struct json *root = len > SMALL_BYTES ? json_large_parse(text, len) : NULL;
	struct error why = ERROR_INIT;
	bool holds;
	int rc = -1;

	if (root) {
		/* What is made of a text takes about as much room as the text. */
		mem_expect(len + len / 4);
		rc = reader->read(root, reader->context, &why);
	}
	holds = root && json_large_is_json(root);
	json_free(root);
	if (holds) {
		if (rc)
			*err = why;
		return rc;
	}
	if (root && reader->forget)
		reader->forget(reader->context);
	root = json_parse(text, len, err);
	rc = root ? reader->read(root, reader->context, err) : -1;
	json_free(root);
	return rc;
}

static void json_large_keep(cJSON *array)
{
	cJSON *keeper = cjson.CreateArray();

	if (!keeper)
		keeper = mem_alloc(SIZE_MAX, 1);
	keeper->child = array->child;
	cjson.AddItemToArray(array->prev, keeper);
}

struct cjson cjson;

/* struct json is never defined: a struct json * is a cJSON * under a name that no header of ours
 * need know. */
static cJSON *inside(const struct json *json)
{
	return (cJSON *)json;
}

/* Of one of those types? */
static bool is_type(const cJSON *item, int types)
{
	return item && item->type & types;
}

static cJSON *made(cJSON *item)
{
	if (!item)
		mem_alloc(SIZE_MAX, 1);
	return item;
}

/*
 * An array of numbers alone holds them in one block, as members, or both. The block takes the place
 * of the text that an array does not have, for cJSON_Delete frees that, and their number that of
 * the integer.
 */
static double *block_of(const cJSON *array)
{
	return (double *)(void *)array->valuestring;
}

/* Takes the block over. */
static void set_block(cJSON *array, double *block, size_t nr)
{
	free(array->valuestring);
	array->valuestring = (char *)block;
	array->valueint = (int)nr;
}

static void make_members(cJSON *array)
{
	const double *block = block_of(array);

	if (!block || array->child)
		return;
	for (int i = 0; i < array->valueint; i++)
		cjson.AddItemToArray(array, made(cjson.CreateNumber(block[i])));
	if (array->child && array->type & cJSON_IsReference)
		json_large_keep(array);
}

static void make_block(cJSON *array)
{
	size_t nr = 0;
	const cJSON *child;
	double *block;

	if (block_of(array))
		return;
	cJSON_ArrayForEach(child, array)
	{
		if (!is_type(child, cJSON_Number))
			return;
		nr++;
	}
	block = mem_alloc(nr, sizeof *block);
	set_block(array, block, nr);
	cJSON_ArrayForEach(child, array) *block++ = child->valuedouble;
}

static struct json *added(struct json *parent, const char *name, cJSON *item)
{
	cJSON *to = inside(parent);
	struct buf clean = BUF_INIT;
	bool done;

	if (name) {
		done = cjson.AddItemToObject(to, encode_valid(name, &clean), made(item));
		buf_release(&clean);
	} else {
		make_members(to);
		set_block(to, NULL, 0);
		done = cjson.AddItemToArray(to, made(item));
	}
	return done ? (struct json *)item : mem_alloc(SIZE_MAX, 1);
}

struct json *json_new_object(void)
{
	return (struct json *)made(cjson.CreateObject());
}

struct json *json_new_array(void)
{
	return (struct json *)made(cjson.CreateArray());
}

void json_free(struct json *json)
{
	if (json)
		cjson.Delete(inside(json));
}

struct json *json_add_object(struct json *parent, const char *name)
{
	return added(parent, name, cjson.CreateObject());
}

struct json *json_add_array(struct json *parent, const char *name)
{
	return added(parent, name, cjson.CreateArray());
}

void json_add_text(struct json *parent, const char *name, const char *text)
{
	struct buf clean = BUF_INIT;

	if (!text) {
		added(parent, name, cjson.CreateNull());
		return;
	}
	added(parent, name, cjson.CreateString(encode_valid(text, &clean)));
	buf_release(&clean);
}

void json_add_number(struct json *parent, const char *name, double number)
{
	added(parent, name, isfinite(number) ? cjson.CreateNumber(number) : cjson.CreateNull());
}

void json_add_bool(struct json *parent, const char *name, bool value)
{
	added(parent, name, cjson.CreateBool(value));
}

void json_add_numbers(struct json *parent, const char *name, const double *numbers, size_t nr)
{
	struct json *array = json_add_array(parent, name);
	bool finite = true;
	double *block;

	for (size_t i = 0; i < nr; i++)
		finite = finite && isfinite(numbers[i]);
	if (finite) {
		block = mem_alloc(nr, sizeof *block);
		if (nr)
			memcpy(block, numbers, nr * sizeof *block);
		set_block(inside(array), block, nr);
		return;
	}
	for (size_t i = 0; i < nr; i++)
		json_add_number(array, NULL, numbers[i]);
}

static void print_number(double number, struct buf *out)
{
	char text[NUMBERS_MAX];

	buf_add(out, text, numbers_print(number, text));
}

static void print_block(const cJSON *array, struct buf *out)
{
	const double *block = block_of(array);

	for (int i = 0; i < array->valueint; i++) {
		if (i)
			buf_addc(out, ',');
		print_number(block[i], out);
	}
}

/* Of what could steer a terminal, cJSON escapes a part. The value stays what it was. */
static void print_text(const char *value, struct buf *out)
{
	cJSON item = { .type = cJSON_String, .valuestring = (char *)value };
	char *text = cjson.PrintUnformatted(&item);

	if (!text)
		mem_alloc(SIZE_MAX, 1);
	for (const char *at = text; at && *at; at++) {
		size_t len = str_utf8_len(at);

		if (str_is_control(at) || str_is_ci_command(text, at)) {
			/* The last byte of a control of two is its number. */
			at += len - 1;
			buf_addf(out, "\\u%04x", (unsigned char)*at);
		} else {
			buf_addc(out, *at);
		}
	}
	cjson.free(text);
}

/* A depth at which nothing starts a line, nor in what is deeper. */
#define ONE_LINE INT_MIN

static void print_value(const cJSON *item, int depth, struct buf *out);

static void start_line(int depth, struct buf *out)
{
	buf_addc(out, '\n');
	buf_fill(out, '\t', (size_t)depth);
}

/* A list of plain values stands on one line: a review of a changed file then sees what changed. */
static void print_members(const cJSON *parent, int depth, struct buf *out)
{
	bool object = is_type(parent, cJSON_Object), flat = !object;
	const cJSON *child;

	cJSON_ArrayForEach(child, parent)
	{
		flat = flat && !is_type(child, cJSON_Object) && !is_type(child, cJSON_Array);
	}
	flat = flat || depth < 0;
	buf_addc(out, object ? '{' : '[');
	if (!parent->child)
		print_block(parent, out);
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
	if (is_type(item, cJSON_Object) || is_type(item, cJSON_Array))
		print_members(item, depth, out);
	else if (is_type(item, cJSON_String))
		print_text(item->valuestring, out);
	else if (is_type(item, cJSON_Number))
		print_number(item->valuedouble, out);
	else
		buf_adds(out,
			is_type(item, cJSON_True)            ? "true"
				: is_type(item, cJSON_False) ? "false"
							     : "null");
}

void json_print_line(const struct json *json, struct buf *out)
{
	print_value(inside(json), ONE_LINE, out);
	buf_addc(out, '\n');
}

void json_print(const struct json *json, struct buf *out)
{
	print_value(inside(json), 0, out);
	buf_addc(out, '\n');
}

#define FEW_SLOTS 64

/* The second member of a name, by a table of hashes with room to spare. */
static const cJSON *find_twice(const cJSON *object, const cJSON **slots, size_t nr_slots)
{
	const cJSON *member;
	size_t at;

	cJSON_ArrayForEach(member, object)
	{
		at = str_hash(STR_HASH_START, member->string) & (nr_slots - 1);
		for (; slots[at]; at = (at + 1) & (nr_slots - 1))
			if (strcmp(slots[at]->string, member->string) == 0)
				return member;
		slots[at] = member;
	}
	return NULL;
}

static int check_names(const cJSON *object, struct error *err)
{
	const cJSON *few[FEW_SLOTS] = { NULL }, **slots = few, *twice;
	size_t nr = 0, nr_slots = FEW_SLOTS;
	const cJSON *member;

	cJSON_ArrayForEach(member, object) nr++;
	while (nr_slots < 2 * nr)
		nr_slots *= 2;
	if (nr_slots > FEW_SLOTS)
		slots = mem_alloc(nr_slots, sizeof(void *));
	twice = find_twice(object, slots, nr_slots);
	if (slots != few)
		free(slots);
	return twice ? error_set(err, ERR_USAGE, "the key \"%s\" occurs twice in one object",
			       twice->string)
		     : 0;
}

/* A walk over a tree in the order of the text. */
struct walk {
	const char *text;
	struct numbers_list *next; /* the list that comes next, of nr_left */
	size_t nr_left;
	size_t nr_arrays; /* met so far */
};

static void put_back(struct walk *walk, cJSON *array)
{
	if (walk->nr_left && walk->next->order == walk->nr_arrays) {
		set_block(array, walk->next->items, walk->next->nr);
		walk->next->items = NULL;
		walk->next++;
		walk->nr_left--;
	}
	walk->nr_arrays++;
}

/* Where the first number is that no double holds. */
static const char *find_too_large(const char *text)
{
	bool in_text = false;

	for (const char *at = text, *end; *at; at = end) {
		double number = 0;

		end = in_text || !strchr("-0123456789", *at) ? NULL : numbers_read(at, &number);
		if (end && isinf(number))
			return at;
		if (!end)
			end = at + 1 + (in_text && *at == '\\' && at[1]);
		in_text ^= *at == '"';
	}
	return text;
}

static int too_large(const char *text, struct error *err)
{
	unsigned line, column;

	json_place(text, find_too_large(text), &line, &column);
	return error_set(err, ERR_USAGE, "line %u, column %u: a number is too large", line, column);
}

/* Puts the lists back, and finds what cJSON lets through and we do not. */
static int finish_tree(struct walk *walk, cJSON *item, struct error *err)
{
	cJSON *child;

	if (is_type(item, cJSON_Number) && !isfinite(item->valuedouble))
		return too_large(walk->text, err);
	if (is_type(item, cJSON_Array))
		put_back(walk, item);
	if (is_type(item, cJSON_Object) && check_names(item, err))
		return -1;
	cJSON_ArrayForEach(child, item) if (finish_tree(walk, child, err)) return -1;
	return 0;
}

static int not_json(const char *text, const char *at, struct error *err)
{
	unsigned line, column;

	json_place(text, at, &line, &column);
	return error_set(err, ERR_USAGE, "line %u, column %u: %s", line, column,
		*at ? "not valid JSON from here on" : "the JSON text ends too early");
}

/* cJSON takes more for a number than JSON does. */
static cJSON *parse_rest(const char *text, const struct numbers_lifted *lifted, struct error *err)
{
	const char *end = NULL;
	cJSON *root = cjson.ParseWithLengthOpts(lifted->rest, lifted->len + 1, &end, true);
	struct walk walk = { .text = text, .next = lifted->items, .nr_left = lifted->nr };
	int rc;

	if (!root)
		rc = not_json(text,
			text + (end ? numbers_place(lifted, (size_t)(end - lifted->rest)) : 0),
			err);
	else if (lifted->wrong)
		rc = not_json(text, lifted->wrong, err);
	else
		rc = finish_tree(&walk, root, err);
	if (!rc)
		return root;
	cjson.Delete(root);
	return NULL;
}

struct json *json_parse(const char *text, size_t len, struct error *err)
{
	struct numbers_lifted lifted = NUMBERS_LIFTED_INIT;
	cJSON *root = NULL;

	if (json_check_text(text, len, err))
		return NULL;
	numbers_lift(text, len, &lifted);
	root = parse_rest(text, &lifted, err);
	numbers_release(&lifted);
	return (struct json *)root;
}

enum json_type json_type(const struct json *json)
{
	const cJSON *item = inside(json);

	return is_type(item, cJSON_True | cJSON_False) ? JSON_BOOL
		: is_type(item, cJSON_Number)          ? JSON_NUMBER
		: is_type(item, cJSON_String)          ? JSON_TEXT
		: is_type(item, cJSON_Array)           ? JSON_ARRAY
		: is_type(item, cJSON_Object)          ? JSON_OBJECT
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
	return is_type(inside(json), cJSON_True);
}

const double *json_numbers(const struct json *array, size_t *nr)
{
	cJSON *item = inside(array);

	if (!is_type(item, cJSON_Array) || is_type(item, JSON_LARGE_LIST))
		return NULL;
	make_block(item);
	*nr = (size_t)item->valueint;
	return block_of(item);
}

const struct json *json_first(const struct json *parent)
{
	if (is_type(inside(parent), JSON_LARGE_LIST))
		return (const struct json *)json_large_first(inside(parent));
	if (is_type(inside(parent), cJSON_Array))
		make_members(inside(parent));
	return (const struct json *)inside(parent)->child;
}

const struct json *json_next(const struct json *json)
{
	if (is_type(inside(json), JSON_LARGE_MEMBER))
		return (const struct json *)json_large_next(inside(json));
	return (const struct json *)inside(json)->next;
}

const char *json_name(const struct json *member)
{
	return inside(member)->string;
}

const struct json *json_get(const struct json *object, const char *name)
{
	const cJSON *member;

	if (!is_type(inside(object), cJSON_Object))
		return NULL;
	/* Most names differ in one of their first two letters. */
	cJSON_ArrayForEach(member, inside(object))
	{
		if (*member->string == *name && (!*name || member->string[1] == name[1]) &&
			strcmp(member->string, name) == 0)
			return (const struct json *)member;
	}
	return NULL;
}

void json_copy_members(struct json *to, const struct json *from)
{
	bool named = json_type(from) == JSON_OBJECT;

	for (const struct json *at = json_first(from); at; at = json_next(at))
		json_add_copy(to, named ? json_name(at) : NULL, at);
}

void json_add_copy(struct json *parent, const char *name, const struct json *value)
{
	switch (json_type(value)) {
	case JSON_NULL:
		json_add_text(parent, name, NULL);
		break;
	case JSON_BOOL:
		json_add_bool(parent, name, json_bool(value));
		break;
	case JSON_NUMBER:
		json_add_number(parent, name, json_number(value));
		break;
	case JSON_TEXT:
		json_add_text(parent, name, json_text(value));
		break;
	case JSON_ARRAY:
		json_copy_members(json_add_array(parent, name), value);
		break;
	case JSON_OBJECT:
		json_copy_members(json_add_object(parent, name), value);
		break;
	}
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
