/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/json_fields.h"
#include "base/str.h"

#include <math.h>
#include <string.h>

static void says_where_a_text_is_not_json(void **state)
{
	static const struct {
		const char *text, *error;
	} cases[] = {
		{ "", "line 1, column 1: ends too early for JSON" },
		{ "{\n\t\"a\": 1,\n\t\"b\"\n}", "line 4, column 1: not JSON from here on" },
		{ "[1, 2", "line 1, column 6: ends too early for JSON" },
		{ "{} {}", "line 1, column 4: not JSON from here on" },
		{ "[1e999]", "a number is too large" },
		{ "{\"a\": {\"b\": 1, \"c\": 2, \"b\": 3}}",
			"the name \"b\" stands twice in one object" },
		{ "[\"\xff\"]", "line 1, column 3: not UTF-8 text" },
		{ "\n[\"\xed\xa0\x80\"]", "line 2, column 3: not UTF-8 text" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct error err = ERROR_INIT;

		assert_null(json_parse(cases[i].text, strlen(cases[i].text), &err));
		assert_string_equal(err.text, cases[i].error);
	}
}

static void survives_a_million_brackets(void **state)
{
	struct buf text = BUF_INIT;
	struct error err = ERROR_INIT;

	(void)state;
	buf_fill(&text, '[', 1000000);
	assert_null(json_parse(text.data, text.len, &err));
	buf_release(&text);
}

static void strips_comments_and_keeps_places(void **state)
{
	static const struct {
		const char *with, *without;
	} cases[] = {
		{ "1 // one\n2", "1       \n2" },
		{ "1 /* a\nb */ 2", "1     \n     2" },
		{ "\"// no \\\" // comment\" // x", "\"// no \\\" // comment\"     " },
		{ "1 / 2", "1 / 2" },
		{ "/* open", "       " },
		{ "/", "/" },
		{ "//", "  " },
		{ "/**/1", "    1" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		char *text = str_dup(cases[i].with);

		json_strip_comments(text);
		assert_string_equal(text, cases[i].without);
		free(text);
	}
}

struct thing {
	char *name, *note;
	uint64_t large;
	uint32_t small;
	double number;
	bool flag;
	unsigned word;
};

static const char *const words[] = { "red", "green", NULL };

static const struct json_field rows[] = {
	JSON_FIELD_TEXT("name", struct thing, name),
	JSON_FIELD_MAYBE("note", struct thing, note),
	JSON_FIELD_U64("large", struct thing, large),
	JSON_FIELD_U32("small", struct thing, small),
	JSON_FIELD_NUMBER("number", struct thing, number),
	JSON_FIELD_BOOL("flag", struct thing, flag),
	JSON_FIELD_WORD("word", struct thing, word, unsigned, words),
	JSON_FIELD_END,
};

static void what_rows_write_they_read(void **state)
{
	static const uint64_t larges[] = { 0, 1, UINT64_C(1) << 53, (UINT64_C(1) << 53) + 1,
		UINT64_MAX };

	(void)state;
	for (size_t i = 0; i < sizeof larges / sizeof *larges; i++) {
		struct thing out = { .name = str_dup("n"),
			.large = larges[i],
			.small = UINT32_MAX,
			.number = 0.1,
			.flag = true,
			.word = 1 };
		struct thing in = { .note = str_dup("is replaced") };
		struct json *object = json_new_object();
		struct error err = ERROR_INIT;

		json_fields_write(object, rows, &out);
		assert_int_equal(json_fields_read(object, rows, &in, "thing", &err), 0);
		assert_string_equal(in.name, "n");
		assert_null(in.note);
		assert_true(in.large == out.large && in.small == out.small);
		assert_true(in.number == out.number && in.flag && in.word == 1);
		json_free(object);
		free(in.name);
		free(out.name);
	}
}

static void says_which_member_is_wrong(void **state)
{
	static const char good[] =
		"\"name\":\"n\",\"note\":null,\"large\":1,\"small\":1,\"number\":1,\"flag\":true";
	static const struct {
		const char *text, *error;
	} cases[] = {
		{ "[]", "thing is a list; it must be an object" },
		{ "{}", "thing has no \"name\"" },
		{ "{\"name\":null}", "thing.name is null; it must be a text" },
		{ "{\"name\":\"n\",\"note\":4}", "thing.note is 4; it must be a text or null" },
		{ "{\"name\":\"n\",\"note\":null,\"large\":-1}",
			"thing.large is -1; it must be a whole number" },
		{ "{\"name\":\"n\",\"note\":null,\"large\":1.5}",
			"thing.large is 1.5; it must be a whole number" },
		{ "{\"name\":\"n\",\"note\":null,\"large\":\"x\"}",
			"thing.large is \"x\"; it must be a whole number" },
		{ "{\"name\":\"n\",\"note\":null,\"large\":1,\"small\":4294967296}",
			"thing.small is 4.2949673e+09; it must be a whole number below 2^32" },
	};
	struct thing thing = { .name = NULL };
	struct error err = ERROR_INIT;
	struct buf text = BUF_INIT;
	struct json *object;

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		object = json_parse(cases[i].text, strlen(cases[i].text), &err);
		assert_non_null(object);
		assert_int_equal(json_fields_read(object, rows, &thing, "thing", &err), -1);
		assert_string_equal(err.text, cases[i].error);
		json_free(object);
	}
	buf_addf(&text, "{%s,\"word\":\"blue\"}", good);
	object = json_parse(text.data, text.len, &err);
	assert_int_equal(json_fields_read(object, rows, &thing, "thing", &err), -1);
	assert_string_equal(
		err.text, "thing.word is \"blue\"; it must be one of \"red\", \"green\"");
	json_free(object);
	buf_release(&text);
	free(thing.name);
	free(thing.note);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(says_where_a_text_is_not_json),
		cmocka_unit_test(survives_a_million_brackets),
		cmocka_unit_test(strips_comments_and_keeps_places),
		cmocka_unit_test(what_rows_write_they_read),
		cmocka_unit_test(says_which_member_is_wrong),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
