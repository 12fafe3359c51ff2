/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "support/test.h"

#include "base/json_fields.h"
#include "base/json_text.h"
#include "base/str.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

TEST(says_where_a_text_is_not_json)
{
	static const struct {
		const char *text, *error;
	} cases[] = {
		{ "", "line 1, column 1: the JSON text ends too early" },
		{ "{\n\t\"a\": 1,\n\t\"b\"\n}", "line 4, column 1: not valid JSON from here on" },
		{ "[1, 2", "line 1, column 6: the JSON text ends too early" },
		{ "{} {}", "line 1, column 4: not valid JSON from here on" },
		{ "[1e999]", "line 1, column 2: a number is too large" },
		{ "[[1], [1, -1e999, 2]]", "line 1, column 11: a number is too large" },
		{ "{\"\\\"1e999\":\n 1e999}", "line 2, column 2: a number is too large" },
		{ "[[1,\n2],\n[3, 4] x]", "line 3, column 8: not valid JSON from here on" },
		{ "[1, 2]\n[3]", "line 2, column 1: not valid JSON from here on" },
		{ "[\"[1,\", [1, 2, +3]]", "line 1, column 16: not valid JSON from here on" },
		{ "{\"a\": [1, 2], \"b\": [3, 4",
			"line 1, column 25: the JSON text ends too early" },
		{ "[1, 2, \n 03]", "line 2, column 2: not valid JSON from here on" },
		{ "[1, 2,\n\t{\"a\": -.5}]", "line 2, column 8: not valid JSON from here on" },
		{ "{\"a\": {\"b\": 1, \"c\": 2, \"b\": 3}}",
			"the key \"b\" occurs twice in one object" },
		{ "[\"\xff\"]", "line 1, column 3: not UTF-8 text" },
		{ "\n[\"\xed\xa0\x80\"]", "line 2, column 3: not UTF-8 text" },
		{ "{\n\"a\": \"b \\u0000 c\"}", "line 2, column 9: a text must not hold \\u0000" },
		{ "{\"\\u0000\": 1}", "line 1, column 3: a text must not hold \\u0000" },
		{ "[\"\\\\u0000\", \"\\\\\\u0000\"]",
			"line 1, column 16: a text must not hold \\u0000" },
	};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct error err = ERROR_INIT;

		assert_null(json_parse(cases[i].text, strlen(cases[i].text), &err));
		assert_string_equal(err.text, cases[i].error);
	}
}

/* A frame's %s filled in. */
static void check_verdict(const char *frame, const char *number, bool good)
{
	const char *hole = strstr(frame, "%s");
	struct error err = ERROR_INIT;
	struct buf text = BUF_INIT;
	struct json *json;

	buf_add(&text, frame, (size_t)(hole - frame));
	buf_adds(&text, number);
	buf_adds(&text, hole + 2);
	json = json_parse(text.data, text.len, &err);
	if ((json != NULL) != good)
		fail_msg("%s: %s", text.data, json ? "read" : err.text);
	json_free(json);
	buf_release(&text);
}

static void check_verdicts(const char *number, bool good)
{
	static const char *const frames[] = { "%s", "[%s]", "[ %s ]", "[1,%s]", "[1.5, %s\n,2]",
		"{\"a\": %s}", "[\"x\", %s]", "[[%s]]", "{\"a\": [2, %s], \"b\": []}" };

	for (size_t i = 0; i < sizeof frames / sizeof *frames; i++)
		check_verdict(frames[i], number, good);
}

/* cJSON alone takes some of them. */
TEST(numbers_are_as_strict_within_lists_as_elsewhere)
{
	static const char *const good[] = { "0", "-0", "1", "10", "0.5", "-0.5", "1e5", "1E+05",
		"1.25e-3", "0e0", "1e-999", "123456789012345678901234567890", "9007199254740993" };
	static const char *const bad[] = { "+1", "01", "-01", "00", ".5", "-.5", "1.", "-1.",
		"1.e5", "1e", "1e+", "1.5e", "-", "--1", "- 1", "0x10", "1f", "1_0", "1 2", "1,",
		",1", "nan", "NaN", "-nan", "inf", "Infinity", "-Infinity", "1e5.5", "1.5.5", "1-2",
		"1e999", "-1e999", "\xc2\xa0" };

	for (size_t i = 0; i < sizeof good / sizeof *good; i++)
		check_verdicts(good[i], true);
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		check_verdicts(bad[i], false);
}

static void check_numbers(const struct json *list, const double *expected, size_t nr)
{
	size_t nr_numbers = 99;
	const double *numbers = json_numbers(list, &nr_numbers);
	const struct json *member = json_first(list);

	assert_non_null(numbers);
	assert_int_equal(nr_numbers, nr);
	for (size_t i = 0; i < nr; i++, member = json_next(member)) {
		assert_true(numbers[i] == expected[i]);
		assert_int_equal(json_type(member), JSON_NUMBER);
		assert_true(json_number(member) == expected[i]);
	}
	assert_null(member);
	assert_ptr_equal(json_numbers(list, &nr_numbers), numbers);
}

TEST(lists_of_numbers_are_read_at_once_or_one_by_one)
{
	static const char text[] =
		"{\"none\": [], \"one\": [ 1 ], \"some\": [-0.25,\n\t2e3 , 3], \"in [1]\": \"[2]\\\"[3]\","
		" \"lists\": [[4], [], [[5, 6]], [null, 7]], \"mixed\": [8, true, [9]]}";
	static const double numbers[] = { 1, -0.25, 2e3, 3, 4, 5, 6, 9 };
	struct error err = ERROR_INIT;
	struct json *json = json_parse(text, strlen(text), &err);
	const struct json *at;
	struct buf out = BUF_INIT;
	size_t nr;

	assert_non_null(json);
	check_numbers(json_get(json, "none"), NULL, 0);
	check_numbers(json_get(json, "one"), &numbers[0], 1);
	json_print(json_get(json, "some"), &out);
	assert_string_equal(out.data, "[-0.25,2000,3]\n");
	check_numbers(json_get(json, "some"), &numbers[1], 3);
	at = json_first(json_get(json, "lists"));
	check_numbers(at, &numbers[4], 1);
	check_numbers(at = json_next(at), NULL, 0);
	assert_null(json_numbers(at = json_next(at), &nr));
	check_numbers(json_first(at), &numbers[5], 2);
	assert_null(json_numbers(json_next(at), &nr));
	assert_null(json_numbers(json_get(json, "mixed"), &nr));
	check_numbers(json_next(json_next(json_first(json_get(json, "mixed")))), &numbers[7], 1);
	assert_null(json_numbers(json, &nr));
	assert_null(json_numbers(json_get(json, "in [1]"), &nr));
	buf_release(&out);
	json_free(json);
}

TEST(a_list_of_numbers_can_grow)
{
	static const double numbers[] = { 1, 2, 3 };
	struct json *json = json_new_object();
	struct json *list = json_add_array(json, "list");
	struct buf out = BUF_INIT;
	size_t nr;

	json_add_numbers(json, "more", numbers, 3);
	check_numbers(json_get(json, "more"), numbers, 3);
	for (size_t i = 0; i < 3; i++) {
		check_numbers(list, numbers, i);
		json_add_number(list, NULL, numbers[i]);
	}
	check_numbers(list, numbers, 3);
	json_add_text(list, NULL, "x");
	assert_null(json_numbers(list, &nr));
	json_print(list, &out);
	assert_string_equal(out.data, "[1,2,3,\"x\"]\n");
	buf_release(&out);
	json_free(json);
}

TEST(a_name_that_stands_twice_is_found_among_many)
{
	for (unsigned nr = 2; nr < 300; nr += nr / 3 + 1) {
		struct buf text = BUF_INIT;
		struct error err = ERROR_INIT;
		struct json *json;

		buf_adds(&text, "{");
		for (unsigned i = 0; i < nr; i++)
			buf_addf(&text, "%s\"n%u\": 1", i ? "," : "", i);
		buf_adds(&text, "}");
		json = json_parse(text.data, text.len, &err);
		assert_non_null(json);
		json_free(json);
		buf_clear(&text);
		buf_addf(&text, "{\"n%u\": 1", nr - 1);
		for (unsigned i = 0; i < nr; i++)
			buf_addf(&text, ",\"n%u\": 1", i);
		buf_adds(&text, "}");
		assert_null(json_parse(text.data, text.len, &err));
		assert_non_null(strstr(err.text, "occurs twice in one object"));
		buf_release(&text);
	}
}

/* UTF-8 is looked at eight bytes at a time where it is plain. */
TEST(a_byte_that_is_not_utf8_is_found_anywhere)
{
	for (size_t len = 1; len < 40; len++) {
		for (size_t at = 0; at < len; at++) {
			struct buf text = BUF_INIT;
			struct error err = ERROR_INIT;
			char expected[64];

			buf_fill(&text, ' ', len);
			text.data[at] = at % 2 ? '\xff' : '\0';
			snprintf(expected, sizeof expected, "line 1, column %zu: not UTF-8 text",
				at + 1);
			assert_null(json_parse(text.data, text.len, &err));
			assert_string_equal(err.text, expected);
			buf_release(&text);
		}
	}
}

/* Whatever is changed or cut off: read or refused, with nothing leaked or overrun. */
TEST(survives_spoilt_lists)
{
	static const char good[] =
		"{\"a\": [1.5, 2, -3e2], \"b\": [[4], [\"[\", 5e1]], \"c\": [6]}";
	static const char marks[] = "[]{},:\"\\-+.eE0 x";

	for (size_t at = 0; at < sizeof good - 1; at++) {
		for (size_t i = 0; i < sizeof marks; i++) {
			char *bad = mem_copy(good, marks[i] ? sizeof good - 1 : at);
			struct error err = ERROR_INIT;

			if (marks[i])
				bad[at] = marks[i];
			json_free(json_parse(bad, strlen(bad), &err));
			free(bad);
		}
	}
}

TEST(survives_a_million_brackets)
{
	struct buf text = BUF_INIT;
	struct error err = ERROR_INIT;

	buf_fill(&text, '[', 1000000);
	assert_null(json_parse(text.data, text.len, &err));
	buf_release(&text);
}

/* As long as that and more: the piece, again and again. */
static void fill_list(struct buf *text, const char *start, const char *piece, size_t len)
{
	buf_clear(text);
	buf_adds(text, start);
	while (text->len < len)
		buf_adds(text, piece);
	buf_adds(text, "1]");
}

TEST(a_text_whose_tree_would_be_far_larger_is_refused)
{
	static const struct {
		const char *start, *piece;
	} cases[] = { { "[null,", "1," }, { "[", "{}," }, { "[", "[1]," }, { "[", "\"\"," },
		{ "[", "true," }, { "[[1,1,1,1],", "1," }, { "[x", "[1]," } };
	struct buf text = BUF_INIT;

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct error err = ERROR_INIT;

		fill_list(&text, cases[i].start, cases[i].piece, (size_t)24 << 20);
		assert_null(json_parse(text.data, text.len, &err));
		assert_non_null(strstr(err.text, " MiB of memory; a file of this size may take "));
	}
	buf_release(&text);
}

TEST(a_long_list_of_numbers_is_read)
{
	struct error err = ERROR_INIT;
	struct buf text = BUF_INIT;
	struct json *json;
	size_t nr;

	fill_list(&text, "[", "1,", (size_t)24 << 20);
	json = json_parse(text.data, text.len, &err);
	assert_non_null(json);
	assert_non_null(json_numbers(json, &nr));
	assert_int_equal(nr, text.len / 2);
	json_free(json);
	buf_release(&text);
}

TEST(a_tree_weighs_what_its_nodes_do)
{
	assert_int_equal(json_weigh("[1,2,3,4]") - json_weigh("[1,2]"), 2 * sizeof(double));
	assert_int_equal(json_weigh("[1, 2, null]"), json_weigh("[null, 1, 2]"));
	assert_int_equal(json_weigh("[[1, 2], 3, 4]"), json_weigh("[3, [1, 2], 4]"));
	assert_int_equal(json_weigh("{\"a\": 1}"), json_weigh("{\"a\": null}"));
	assert_true(json_weigh("{\"a\": 1, \"b\": 2}") > json_weigh("{\"a\": \"[[[[{{{{,,,,\"}"));
	assert_int_equal(json_weigh("\"\\\"[1,2,3]"), json_weigh("\"\""));
}

TEST(strips_comments_and_keeps_places)
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

TEST(what_rows_write_they_read)
{
	static const uint64_t larges[] = { 0, 1, UINT64_C(1) << 53, (UINT64_C(1) << 53) + 1,
		UINT64_MAX };

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

TEST(says_which_member_is_wrong)
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
