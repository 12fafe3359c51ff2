/* SPDX-License-Identifier: GPL-3.0-or-later */
/* JSON itself, YAML, and texts of JSON that are changed as trees. */
#include "fuzz/fuzz.h"

#include "base/buf.h"
#include "base/json.h"
#include "base/mem.h"
#include "base/random.h"
#include "base/yaml.h"
#include "sys/libyaml.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

void fuzz_json(const char *bytes, size_t len)
{
	struct error err = ERROR_INIT;
	struct json *json = json_parse(bytes, len, &err), *again;
	struct buf first = BUF_INIT, second = BUF_INIT, line = BUF_INIT;

	if (!json) {
		fuzz_check_error(&err, bytes);
		return;
	}
	json_print(json, &first);
	again = json_parse(first.data, first.len, &err);
	fuzz_check(again, err.text, first.data);
	json_print(again, &second);
	fuzz_check(strcmp(first.data, second.data) == 0, "another value", first.data);
	json_free(again);
	json_print_line(json, &line);
	again = json_parse(line.data, line.len, &err);
	fuzz_check(
		again && strchr(line.data, '\n') == line.data + line.len - 1, "no line", line.data);
	json_free(again);
	json_free(json);
	buf_release(&first);
	buf_release(&second);
	buf_release(&line);
}

/* What it reads can be written as JSON. */
void fuzz_yaml(const char *bytes, size_t len)
{
	struct error err = ERROR_INIT;
	struct buf text = BUF_INIT;
	struct json *json, *again;

	fuzz_check(!libyaml_load(&err), err.text, "");
	json = yaml_parse(bytes, len, &err);
	if (!json) {
		fuzz_check_error(&err, bytes);
		return;
	}
	json_print(json, &text);
	again = json_parse(text.data, text.len, &err);
	fuzz_check(again, err.text, text.data);
	json_free(again);
	json_free(json);
	buf_release(&text);
}

/* What a change does to the value that it meets. */
enum change { CHANGE_DROP, CHANGE_TWICE, CHANGE_VALUE, CHANGE_NAME, CHANGE_WRAP, CHANGE_NR };

struct mutation {
	struct random random;
	size_t left; /* values until the one that is changed */
	enum change change;
	const struct json *root; /* whose values may be put elsewhere */
};

static size_t count_values(const struct json *json)
{
	size_t nr = 1;

	if (json_type(json) < JSON_ARRAY)
		return nr;
	for (const struct json *at = json_first(json); at; at = json_next(at))
		nr += count_values(at);
	return nr;
}

static const struct json *value_at(const struct json *json, size_t *left)
{
	const struct json *found = NULL;

	if (!(*left)--)
		return json;
	if (json_type(json) < JSON_ARRAY)
		return NULL;
	for (const struct json *at = json_first(json); at && !found; at = json_next(at))
		found = value_at(at, left);
	return found;
}

static const double numbers[] = { 0, -1, 1, 2, 0.5, -0.0, 1e-9, 100, 1000, 1e9, 1e15,
	9007199254740992, 9007199254740994, 18446744073709551615.0, 1e308, 5e-324, -1e300 };
static const char *const texts[] = { "", "x", "time", "ns", "a\nb", "\x1b[31m", "::error::x", "9",
	"18446744073709551615", "2026-11-21T04:05:06Z", "2026-12-31", "*", "{benchmark}", "5%",
	"1.5us", "critical", "OK", "REGRESSION", "../x", "\xc3\xa9" };

#define NR(table) (sizeof(table) / sizeof *(table))

static void add_changed(
	struct mutation *mutation, struct json *to, const char *name, const struct json *from)
{
	struct random *random = &mutation->random;
	size_t place = random_below(random, count_values(mutation->root));

	switch (random_below(random, 7)) {
	case 0:
		json_add_text(to, name, texts[random_below(random, NR(texts))]);
		break;
	case 1:
		json_add_number(to, name,
			json_type(from) == JSON_NUMBER && random_below(random, 2)
				? json_number(from) * numbers[random_below(random, NR(numbers))]
				: numbers[random_below(random, NR(numbers))]);
		break;
	case 2:
		json_add_text(to, name, NULL);
		break;
	case 3:
		json_add_bool(to, name, random_below(random, 2));
		break;
	case 4:
		json_add_array(to, name);
		break;
	case 5:
		json_add_object(to, name);
		break;
	default:
		json_add_copy(to, name, value_at(mutation->root, &place));
	}
}

static void add_value(
	struct mutation *mutation, struct json *to, const char *name, const struct json *from);

static void add_members(struct mutation *mutation, struct json *to, const struct json *from)
{
	bool named = json_type(from) == JSON_OBJECT;

	for (const struct json *at = json_first(from); at; at = json_next(at))
		add_value(mutation, to, named ? json_name(at) : NULL, at);
}

static void add_same(
	struct mutation *mutation, struct json *to, const char *name, const struct json *from)
{
	if (json_type(from) == JSON_OBJECT)
		add_members(mutation, json_add_object(to, name), from);
	else if (json_type(from) == JSON_ARRAY)
		add_members(mutation, json_add_array(to, name), from);
	else
		json_add_copy(to, name, from);
}

static void add_value(
	struct mutation *mutation, struct json *to, const char *name, const struct json *from)
{
	static const char *const new_names[] = { "x", "", "name", "time_ns", "version" };

	if (mutation->left--) {
		add_same(mutation, to, name, from);
		return;
	}
	switch (mutation->change) {
	case CHANGE_DROP:
		break;
	case CHANGE_TWICE:
		json_add_copy(to, name, from);
		json_add_copy(to, name ? "twice" : NULL, from);
		break;
	case CHANGE_NAME:
		json_add_copy(to,
			name ? new_names[random_below(&mutation->random, NR(new_names))] : NULL,
			from);
		break;
	case CHANGE_WRAP:
		json_add_copy(json_add_array(to, name), NULL, from);
		break;
	default:
		add_changed(mutation, to, name, from);
	}
}

static struct json *change_tree(const struct json *root, struct mutation *mutation)
{
	struct json *holder = json_new_array(), *changed;

	mutation->root = root;
	mutation->left = random_below(&mutation->random, count_values(root));
	mutation->change = random_below(&mutation->random, 2)
		? CHANGE_VALUE
		: (enum change)random_below(&mutation->random, CHANGE_NR);
	add_value(mutation, holder, NULL, root);
	changed = json_first(holder) && json_type(json_first(holder)) == JSON_OBJECT
		? json_new_object()
		: json_new_array();
	if (json_first(holder))
		json_copy_members(changed, json_first(holder));
	json_free(holder);
	return changed;
}

size_t fuzz_json_change(char *text, size_t len, size_t room, unsigned seed)
{
	struct mutation mutation = { .random = random_seed(seed) };
	struct error ignored = ERROR_INIT;
	char *copy = mem_copy(text, len);
	struct json *root = json_parse(copy, len, &ignored), *changed;
	struct buf out = BUF_INIT;

	free(copy);
	if (!root || json_type(root) < JSON_ARRAY) {
		json_free(root);
		return 0;
	}
	changed = change_tree(root, &mutation);
	json_print_line(changed, &out);
	len = out.len <= room ? out.len : 0;
	memcpy(text, out.data, len);
	json_free(changed);
	json_free(root);
	buf_release(&out);
	return len;
}
