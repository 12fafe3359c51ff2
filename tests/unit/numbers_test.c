/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "support/test.h"

#include "base/numbers.h"
#include "base/random.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define NR(table) (sizeof(table) / sizeof *(table))

static void check_read(const char *text)
{
	double number = -99, expected = strtod(text, NULL);
	const char *end = numbers_read(text, &number);

	if (!end || *end)
		fail_msg("%s is no number", text);
	if (number != expected || signbit(number) != signbit(expected))
		fail_msg("%s is %.17g, not %.17g", text, number, expected);
}

TEST(hard_numbers_are_read_as_strtod_has_them)
{
	static const char *const texts[] = { "0", "-0", "0.0", "-0.000", "0e5", "0e999", "1", "-1",
		"9007199254740991", "9007199254740992", "9007199254740993", "9007199254740993e0",
		"9007199254740993.0", "900719925474099.3", "18446744073709551615",
		"18446744073709551616", "9999999999999999999", "99999999999999999999",
		"184467440737095516160", "1e22", "1e23", "9007199254740991e22",
		"9007199254740991e23", "9007199254740991e-22", "9007199254740991e-23", "8.5e22",
		"1.7976931348623157e308", "1.7976931348623159e308", "1e308", "1e309", "-1e309",
		"2.2250738585072014e-308", "2.2250738585072011e-308", "4.9406564584124654e-324",
		"2.4703282292062327e-324", "2.4703282292062328e-324", "1e-400", "0.1", "0.2", "0.3",
		"1.1e-22", "6.02214076e23", "6.62607015E-34", "1E+5", "1e+00005", "1e-00005",
		"0.000000000000000000000000000000000000001e39", "1e999999999999", "1e-999999999999",
		"100000000000000000000000000000000000000000000e-44",
		"0.00000000000000000000000000000123e30", "1448997445238699",
		"7.2057594037927933e16", "1.00000000000000011102230246251565404236316680908203125",
		"1.00000000000000011102230246251565404236316680908203124",
		"1.00000000000000011102230246251565404236316680908203126" };

	for (size_t i = 0; i < NR(texts); i++)
		check_read(texts[i]);
}

/* Of 1 to 20 digits with a point somewhere and an exponent sometimes. */
static void draw_decimal(struct random *random, char text[64])
{
	size_t nr = 1 + random_below(random, 20), point = random_below(random, 2 * nr), len = 0;

	if (random_below(random, 4) == 0)
		text[len++] = '-';
	text[len++] = (char)('0' + random_below(random, nr > 1 && point > 1 ? 9 : 10) +
		(nr > 1 && point > 1));
	for (size_t i = 1; i < nr; i++) {
		if (i == (point ? point : 1))
			text[len++] = '.';
		text[len++] = (char)('0' + random_below(random, 10));
	}
	if (point <= 1 && nr > 1)
		text[len - nr - 1] = '0';
	if (random_below(random, 3) == 0)
		len += (size_t)snprintf(text + len, 8, "e%d", (int)random_below(random, 700) - 350);
	else if (random_below(random, 2) == 0)
		len += (size_t)snprintf(text + len, 8, "e%d", (int)random_below(random, 60) - 30);
	text[len] = '\0';
}

TEST(a_million_numbers_are_read_as_strtod_has_them)
{
	struct random random = random_seed(11);
	char text[64];

	for (int i = 0; i < 1000000; i++) {
		draw_decimal(&random, text);
		check_read(text);
	}
}

TEST(numbers_that_json_does_not_know_are_refused)
{
	static const char *const bad[] = { "", "+1", ".5", "-.5", "01", "-01", "00", "1.", "1.e5",
		"1e", "1e+", "1e-", "-", "--1", "nan", "inf", "NaN", "Infinity", "-inf", "x",
		" 1" };
	static const struct {
		const char *text;
		size_t len;
	} parts[] = { { "0x10", 1 }, { "1,2", 1 }, { "1 2", 1 }, { "1.5]", 3 }, { "1e5.5", 3 },
		{ "1-2", 1 }, { "12345678901234567890p3", 20 }, { "1e999x", 5 } };
	double number;

	for (size_t i = 0; i < NR(bad); i++)
		if (numbers_read(bad[i], &number))
			fail_msg("%s was read", bad[i]);
	for (size_t i = 0; i < NR(parts); i++)
		assert_ptr_equal(
			numbers_read(parts[i].text, &number), parts[i].text + parts[i].len);
}

/* The shortest of those that read back the same, as printf has it. */
static void print_plainly(double number, char text[NUMBERS_MAX])
{
	for (int digits = 15; digits <= 17; digits++) {
		snprintf(text, NUMBERS_MAX, "%.*g", digits, number);
		if (strtod(text, NULL) == number)
			break;
	}
	if (fabs(number) <= 0x1p53 && number == floor(number))
		snprintf(text, NUMBERS_MAX, "%.0f", number);
}

static void check_print(double number)
{
	char text[NUMBERS_MAX], expected[NUMBERS_MAX];
	size_t len = numbers_print(number, text);

	print_plainly(number, expected);
	assert_string_equal(text, expected);
	assert_int_equal(len, strlen(expected));
	check_read(text);
}

TEST(numbers_are_printed_as_printf_would_at_its_shortest)
{
	static const double hard[] = { 0, -0.0, 0.1, 0.1 + 0.2, 1e-4, 9.9999e-5, 1.00001e-4, 1e15,
		1e15 + 0.5, 999999999999999.9, 99999999999999.95, 123456789012345.6, 0x1p53,
		-0x1p53, 0x1p53 + 2, 1e16, 1e17, 1e21, 1e22, 1e300, 5e-324, 1.7976931348623157e308,
		2.2250738585072014e-308, 1. / 3, 12345.678901234567, 0.05, 1.5, -2.25, 100.125 };
	struct random random = random_seed(12);
	char text[64];

	for (size_t i = 0; i < NR(hard); i++)
		check_print(hard[i]);
	for (int i = 0; i < 200000; i++) {
		draw_decimal(&random, text);
		if (isfinite(strtod(text, NULL)))
			check_print(strtod(text, NULL));
		snprintf(text, sizeof text, "%.9g",
			exp((double)random_below(&random, 60) - 30) * (double)random_next(&random) /
				0x1p64);
		check_print(strtod(text, NULL));
	}
}

/* What was lifted, as "2@5-3: 1 2 3;", and behind it the rest. */
static void check_lift(const char *text, const char *expected)
{
	struct numbers_lifted lifted = NUMBERS_LIFTED_INIT;
	char shown[256] = "";
	size_t len = 0;

	numbers_lift(text, strlen(text), &lifted);
	for (size_t i = 0; i < lifted.nr; i++) {
		const struct numbers_list *list = &lifted.items[i];

		len += (size_t)snprintf(shown + len, sizeof shown - len,
			"%zu@%zu-%zu:", list->order, list->at, list->removed);
		for (size_t j = 0; j < list->nr; j++)
			len += (size_t)snprintf(
				shown + len, sizeof shown - len, " %g", list->items[j]);
		len += (size_t)snprintf(shown + len, sizeof shown - len, "; ");
	}
	assert_int_equal(lifted.len, strlen(lifted.rest));
	snprintf(shown + len, sizeof shown - len, "%s", lifted.rest);
	assert_string_equal(shown, expected);
	numbers_release(&lifted);
}

TEST(lists_of_nothing_but_numbers_are_lifted)
{
	check_lift("", "");
	check_lift("[1]", "0@1-1: 1; []");
	check_lift("[ 1 ,\n\t-2.5\r]", "0@1-11: 1 -2.5; []");
	check_lift("[]", "[]");
	check_lift("[ ]", "[ ]");
	check_lift("[[1],[2,3]]", "1@2-1: 1; 2@5-3: 2 3; [[],[]]");
	check_lift("[[],[2]]", "2@5-1: 2; [[],[]]");
	check_lift("[1,null] [2]", "1@10-1: 2; [1,null] []");
	check_lift("[1,true,[2]]", "1@9-1: 2; [1,true,[]]");
	check_lift("[1e999] [2]", "1@9-1: 2; [1e999] []");
	check_lift("\"[1]\" [2]", "0@7-1: 2; \"[1]\" []");
	check_lift("\"\\\"[1]\\\\\" [2]", "0@11-1: 2; \"\\\"[1]\\\\\" []");
	check_lift("\"[1]", "\"[1]");
	check_lift("\"\\", "\"\\");
	check_lift("[1,", "[1,");
	check_lift("[1", "[1");
	check_lift("[1,]", "[1,]");
	check_lift("[,1]", "[,1]");
	check_lift("[1 2]", "[1 2]");
	check_lift("[01]", "[01]");
	check_lift("[1}", "[1}");
}

TEST(a_place_in_the_rest_is_found_in_the_text)
{
	static const char text[] = "{\"a\":[1,2],\"b\":[\"x\",[3]],\"c\":[ 4 ],\"d\":!}";
	struct numbers_lifted lifted = NUMBERS_LIFTED_INIT;

	numbers_lift(text, strlen(text), &lifted);
	assert_string_equal(lifted.rest, "{\"a\":[],\"b\":[\"x\",[]],\"c\":[],\"d\":!}");
	for (const char *mark = "{abxcd!"; *mark; mark++)
		assert_int_equal(
			numbers_place(&lifted, (size_t)(strchr(lifted.rest, *mark) - lifted.rest)),
			strchr(text, *mark) - text);
	assert_int_equal(numbers_place(&lifted, lifted.len), strlen(text));
	numbers_release(&lifted);
}

TEST(the_first_number_that_is_wrong_is_told)
{
	static const struct {
		const char *text;
		int at;
	} cases[] = { { "[1, 2.5e3, \"01\"]", -1 }, { "[1, 01, 02]", 4 }, { "{\"a\": -.5}", 6 },
		{ "1.", 0 }, { "[-]", 1 }, { "1", -1 }, { "x", -1 } };

	for (size_t i = 0; i < NR(cases); i++) {
		struct numbers_lifted lifted = NUMBERS_LIFTED_INIT;

		numbers_lift(cases[i].text, strlen(cases[i].text), &lifted);
		assert_int_equal(
			lifted.wrong ? (int)(lifted.wrong - cases[i].text) : -1, cases[i].at);
		numbers_release(&lifted);
	}
}
