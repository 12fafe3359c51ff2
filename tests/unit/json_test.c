/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "support/test.h"

#include "base/json.h"

#include "base/random.h"

#include <math.h>
#include <stdlib.h>

#define NR(table) (sizeof(table) / sizeof *(table))

/* What one value in an object looks like; the caller's to free. */
static char *print_and_free(struct json *json)
{
	struct buf out = BUF_INIT;

	json_print(json, &out);
	json_free(json);
	return buf_detach(&out);
}

static char *text_of(const char *text)
{
	struct json *json = json_new_object();

	json_add_text(json, "x", text);
	return print_and_free(json);
}

static void check_round_trip(double number)
{
	struct json *json = json_new_object();
	char *text, *end;
	double read;

	json_add_number(json, "x", number);
	text = print_and_free(json);
	assert_memory_equal(text, "{\n\t\"x\": ", 8);
	read = strtod(text + 8, &end);
	assert_string_equal(end, "\n}\n");
	if (read != number)
		fail_msg("%.17g was printed as %.17g", number, read);
	free(text);
}

TEST(numbers_survive_a_round_trip_exactly)
{
	static const double numbers[] = { 0, 1, -1, 0.1, 0.1 + 0.2, 1. / 3, 2. / 3, 1e21, 1e-7,
		123456789.123456789, 9007199254740991, 9007199254740992, 4503599627370497.5,
		2147483647, 2147483648, -2147483649., 1234567890123457, 5e-324,
		2.2250738585072014e-308, 1.7976931348623157e308, 1.0000000000000002 };

	for (size_t i = 0; i < NR(numbers); i++)
		check_round_trip(numbers[i]);
}

TEST(numbers_of_all_sizes_survive_a_round_trip_exactly)
{
	struct random random = random_seed(9);

	for (int i = 0; i < 2000; i++) {
		double number = (double)random_next(&random) / 0x1p64;

		check_round_trip(ldexp(number, (int)random_below(&random, 200) - 100));
	}
}

TEST(what_is_no_number_is_null)
{
	static const double odd[] = { NAN, -NAN, INFINITY, -INFINITY };
	struct json *json = json_new_object();
	char *text;

	json_add_numbers(json, "x", odd, NR(odd));
	json_add_number(json, "y", NAN);
	text = print_and_free(json);
	assert_string_equal(text, "{\n\t\"x\": [null,null,null,null],\n\t\"y\": null\n}\n");
	free(text);
}

TEST(texts_are_escaped_and_bytes_that_are_not_utf8_replaced)
{
	static const struct {
		const char *text, *expected;
	} cases[] = {
		{ NULL, "null" },
		{ "", "\"\"" },
		{ "plain /text/", "\"plain /text/\"" },
		{ "\"quoted\" \\", "\"\\\"quoted\\\" \\\\\"" },
		{ "tab\tline\nreturn\r", "\"tab\\tline\\nreturn\\r\"" },
		{ "\x01\x1b[31m\x1f", "\"\\u0001\\u001b[31m\\u001f\"" },
		{ "\xc3\xa9 \xe2\x82\xac \xf0\x9f\x8f\x81",
			"\"\xc3\xa9 \xe2\x82\xac \xf0\x9f\x8f\x81\"" },
		{ "\xed\x9f\xbf\xee\x80\x80\xf4\x8f\xbf\xbf",
			"\"\xed\x9f\xbf\xee\x80\x80\xf4\x8f\xbf\xbf\"" },
		{ "\xff", "\"?\"" },
		{ "a\x80z", "\"a?z\"" },
		{ "\xc3", "\"?\"" },
		{ "\xc3z", "\"?z\"" },
		{ "\xe2\x82", "\"??\"" },
		{ "\xe2\x82z", "\"??z\"" },
		{ "\xf0\x9f\x8f", "\"???\"" },
		{ "\xc0\xaf", "\"??\"" },
		{ "\xc1\xbf", "\"??\"" },
		{ "\xe0\x9f\xbf", "\"???\"" },
		{ "\xed\xa0\x80", "\"???\"" },
		{ "\xf0\x8f\xbf\xbf", "\"????\"" },
		{ "\xf4\x90\x80\x80", "\"????\"" },
		{ "\xf5\x80\x80\x80", "\"????\"" },
		{ "\xc3\xa9\xc3", "\"\xc3\xa9?\"" },
		/* What some terminals obey, and what CI systems do in their logs */
		{ "\x7f\xc2\x80\xc2\x9f\xc2\xa0", "\"\\u007f\\u0080\\u009f\xc2\xa0\"" },
		{ "##[x ##vso[y ::z", "\"\\u0023#[x \\u0023#vso[y \\u003a:z\"" },
		{ "::std::x", "\"::std::x\"" },
	};

	for (size_t i = 0; i < NR(cases); i++) {
		char *text = text_of(cases[i].text);

		text[strlen(text) - 3] = '\0';
		assert_string_equal(text + 8, cases[i].expected);
		free(text);
	}
}

TEST(a_name_is_cleaned_as_a_text_is)
{
	struct json *root = json_new_object();
	char *text;

	json_add_object(root, "\xff##[x]\xc2\x9b");
	json_add_array(root, "\xc3");
	json_add_bool(root, "\xe2\x82z", true);
	text = print_and_free(root);
	assert_string_equal(
		text, "{\n\t\"?\\u0023#[x]\\u009b\": {},\n\t\"?\": [],\n\t\"??z\": true\n}\n");
	free(text);
}

TEST(what_is_escaped_reads_back_as_it_was)
{
	static const char name[] = "##[x] ::y \xc2\x9b\x7f";
	struct json *root = json_new_object();
	struct error err = ERROR_INIT;
	char *text;

	json_add_text(root, name, name);
	text = print_and_free(root);
	root = json_parse(text, strlen(text), &err);
	assert_non_null(root);
	assert_string_equal(json_text(json_get(root, name)), name);
	json_free(root);
	free(text);
}

TEST(each_value_has_a_line_and_plain_arrays_one)
{
	static const double numbers[] = { 1, 2.5, 3 };
	struct json *root = json_new_object(), *inner, *array;
	char *text;

	json_add_bool(root, "yes", true);
	json_add_bool(root, "no", false);
	json_add_numbers(root, "numbers", numbers, 3);
	json_add_numbers(root, "none", numbers, 0);
	json_add_object(root, "empty");
	inner = json_add_object(root, "a \"name\"");
	json_add_text(inner, "text", "x");
	array = json_add_array(root, "rows");
	json_add_number(json_add_object(array, NULL), "n", 1);
	json_add_object(array, NULL);
	array = json_add_array(root, "words");
	json_add_text(array, NULL, "one");
	json_add_text(array, NULL, NULL);
	text = print_and_free(root);
	assert_string_equal(text,
		"{\n"
		"\t\"yes\": true,\n"
		"\t\"no\": false,\n"
		"\t\"numbers\": [1,2.5,3],\n"
		"\t\"none\": [],\n"
		"\t\"empty\": {},\n"
		"\t\"a \\\"name\\\"\": {\n"
		"\t\t\"text\": \"x\"\n"
		"\t},\n"
		"\t\"rows\": [\n"
		"\t\t{\n"
		"\t\t\t\"n\": 1\n"
		"\t\t},\n"
		"\t\t{}\n"
		"\t],\n"
		"\t\"words\": [\"one\",null]\n"
		"}\n");
	free(text);
}

TEST(nothing_but_an_object_is_short)
{
	char *text = print_and_free(json_new_object());

	assert_string_equal(text, "{}\n");
	free(text);
	json_free(NULL);
}
