/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "support/test.h"

#include "base/buf.h"
#include "base/yaml.h"
#include "sys/libyaml.h"

#include <stdlib.h>
#include <string.h>

static struct json *parsed(const char *text)
{
	struct error err = ERROR_INIT;
	struct json *root = yaml_parse(text, strlen(text), &err);

	if (!root)
		fail_msg("%s: %s", text, err.text);
	return root;
}

static void print_line(struct json *root, struct buf *line)
{
	json_print_line(root, line);
	json_free(root);
}

static void becomes(const char *text, const char *json)
{
	struct error err = ERROR_INIT;
	struct buf found = BUF_INIT, expected = BUF_INIT;

	print_line(parsed(text), &found);
	print_line(json_parse(json, strlen(json), &err), &expected);
	assert_string_equal(found.data, expected.data);
	buf_release(&found);
	buf_release(&expected);
}

static void is_wrong(const char *text, size_t len, const char *why)
{
	struct error err = ERROR_INIT;

	assert_null(yaml_parse(text, len, &err));
	assert_int_equal(err.kind, ERR_USAGE);
	assert_string_equal(err.text, why);
}

static void wrong(const char *text, const char *why)
{
	is_wrong(text, strlen(text), why);
}

TEST(keys_values_and_lists_are_read)
{
	becomes("a: b\nc:\n  d: 1\n  e: [x, 2]\nf:\n- g\n- h: i\n",
		"{\"a\":\"b\",\"c\":{\"d\":1,\"e\":[\"x\",2]},\"f\":[\"g\",{\"h\":\"i\"}]}");
	becomes("# a comment\n---\na: {}  # another\nb: []\n...\n", "{\"a\":{},\"b\":[]}");
	becomes("{}", "{}");
	becomes("a: |\n  one\n    two\n\nb: >\n  three\n  four\n",
		"{\"a\":\"one\\n  two\\n\",\"b\":\"three four\\n\"}");
	becomes("a: caf\xc3\xa9 \xf0\x9f\x9a\xa8\n", "{\"a\":\"caf\xc3\xa9 \xf0\x9f\x9a\xa8\"}");
}

TEST(only_what_json_spells_so_is_a_number_true_false_or_null)
{
	becomes("a: [1, -2.5, 1e3, 0]", "{\"a\":[1,-2.5,1000,0]}");
	becomes("a: [true, false, null, ~]\nb:\n", "{\"a\":[true,false,null,null],\"b\":null}");
	becomes("a: ['1', \"true\", '']", "{\"a\":[\"1\",\"true\",\"\"]}");
	/* Other readers of YAML disagree about these. */
	becomes("a: [010, 0x1f, +1, .5, 1_000, 12:30:45, .inf, yes, no, on, True, 2%, 3_minutes]",
		"{\"a\":[\"010\",\"0x1f\",\"+1\",\".5\",\"1_000\",\"12:30:45\",\".inf\",\"yes\",\"no\",\"on\",\"True\","
		"\"2%\",\"3_minutes\"]}");
	becomes("1: a\ntrue: b\n", "{\"1\":\"a\",\"true\":\"b\"}");
}

TEST(what_makes_a_file_longer_than_it_looks_is_refused)
{
	wrong("a: &x 1\nb: *x\n",
		"line 1, column 4: an anchor (&name) is not allowed; write the value where it is used");
	wrong("a: [b, *x]\n",
		"line 1, column 8: an alias (*name) is not allowed; write the value again");
	wrong("&x a: 1\n",
		"line 1, column 1: an anchor (&name) is not allowed; write the value where it is used");
	wrong("a:\n  - !!str 1\n",
		"line 2, column 5: a tag (!name) is not allowed; quote the value to make it a text");
	wrong("!!map {}",
		"line 1, column 1: a tag (!name) is not allowed; quote the value to make it a text");
	wrong("a: &x [1]\n",
		"line 1, column 4: an anchor (&name) is not allowed; write the value where it is used");
	wrong("a: 1\n---\nb: 2\n", "line 2, column 1: a second document (---) is not allowed");
}

TEST(a_mistake_is_told_with_its_place)
{
	wrong("", "the file is empty");
	wrong("# nothing\n", "the file is empty");
	wrong("- a\n",
		"line 1, column 1: the file must be an object: a key, a colon and a value in each line");
	wrong("word\n",
		"line 1, column 1: the file must be an object: a key, a colon and a value in each line");
	wrong("a: 1\nb: 2\na: 3\n", "line 3, column 1: the key 'a' occurs twice");
	wrong("a: {b: 1, b: 1}\n", "line 1, column 11: the key 'b' occurs twice");
	wrong("? [a]\n: b\n", "line 1, column 3: a key must be a text");
	wrong("a: 1e999\n", "line 1, column 4: the number is too large");
	wrong("a: \"x\\0y\"\n", "line 1, column 4: a text must not hold a zero character");
	wrong("a: [1\n", "line 2, column 1: did not find expected ',' or ']'");
	wrong("a:\n\tb: 1\n", "line 2, column 1: a tab must not indent; use blanks");
	wrong("caf\xc3\xa9: 1\nb:\n\tc: 1\n",
		"line 3, column 1: a tab must not indent; use blanks");
	wrong("a: @b\n", "line 1, column 4: found character that cannot start any token");
	wrong("a: b: c\n", "line 1, column 5: mapping values are not allowed in this context");
	wrong("a: \xff\n", "byte 3: invalid leading UTF-8 octet");
	is_wrong("a: \0b\n", 6, "byte 3: control characters are not allowed");
}

TEST(nesting_ends_at_32)
{
	char text[100] = "a: ";

	memset(text + 3, '[', 32);
	memset(text + 3 + 32, ']', 32);
	json_free(parsed(text));
	memset(text + 3, '[', 33);
	memset(text + 3 + 33, ']', 33);
	wrong(text, "line 1, column 36: more than 32 levels deep");
}

TEST(json_is_yaml)
{
	static const char json[] =
		"{\"a\": [1, -2.5e-7, \"x: y # z\", true, null, {\"b c\": []}], \"d\": \"\\\"\\\\\\n\\t\"}";

	becomes(json, json);
}

static int load(void **state)
{
	struct error err = ERROR_INIT;

	(void)state;
	return libyaml_load(&err);
}

TEST_GROUP(load, NULL);
