/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/numbers.h"

#include "base/array.h"

#include <float.h>
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Powers of ten that a double holds exactly. */
static const double powers[] = { 1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12,
	1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22 };

#define MAX_POWER 22
/* A double holds every whole number up to here. */
#define MAX_EXACT (UINT64_C(1) << 53)
/* Digits that a uint64_t holds, whatever they are; and those that a double keeps. */
#define MAX_DIGITS 19
#define SURE_DIGITS 15

/* A number as it is spelt. */
struct decimal {
	uint64_t digits; /* nr of them, with leading zeros; meaningless when they are too many */
	size_t nr;
	int exponent; /* of ten */
	bool negative;
};

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static inline const char *read_digits(const char *at, struct decimal *decimal)
{
	const char *start = at;
	uint64_t digits = decimal->digits;

	for (; is_digit(*at); at++)
		digits = 10 * digits + (uint64_t)(*at - '0');
	decimal->digits = digits;
	decimal->nr += (size_t)(at - start);
	return at;
}

static const char *read_exponent(const char *at, struct decimal *decimal)
{
	bool negative = *at == '-';
	int exponent = 0;

	at += *at == '+' || *at == '-';
	if (!is_digit(*at))
		return NULL;
	for (; is_digit(*at); at++)
		if (exponent < 100000)
			exponent = 10 * exponent + (*at - '0');
	decimal->exponent += negative ? -exponent : exponent;
	return at;
}

/* NULL when JSON does not spell numbers so: no leading +, no zero before a digit, digits on both
 * sides of a point. A large file has millions: a call, and a struct in memory, are half of it. */
__attribute__((always_inline)) static inline const char *read_decimal(
	const char *at, struct decimal *decimal)
{
	const char *start;

	decimal->negative = *at == '-';
	at += decimal->negative;
	if (!is_digit(*at) || (*at == '0' && is_digit(at[1])))
		return NULL;
	at = read_digits(at, decimal);
	if (*at == '.') {
		start = ++at;
		at = read_digits(at, decimal);
		if (at == start)
			return NULL;
		decimal->exponent = -(int)(at - start);
	}
	return *at == 'e' || *at == 'E' ? read_exponent(at + 1, decimal) : at;
}

/* Two exact doubles, multiplied or divided once, are rounded once: W. D. Clinger, "How to Read
 * Floating Point Numbers Accurately", 1990. */
static bool is_simple(const struct decimal *decimal)
{
	return FLT_EVAL_METHOD == 0 && decimal->nr <= MAX_DIGITS && decimal->digits <= MAX_EXACT &&
		decimal->exponent >= -MAX_POWER && decimal->exponent <= MAX_POWER;
}

#if LDBL_MANT_DIG == 64
/* Powers of ten that a mantissa of 64 bits holds exactly. */
static const long double long_powers[] = { 1e0L, 1e1L, 1e2L, 1e3L, 1e4L, 1e5L, 1e6L, 1e7L, 1e8L,
	1e9L, 1e10L, 1e11L, 1e12L, 1e13L, 1e14L, 1e15L, 1e16L, 1e17L, 1e18L, 1e19L, 1e20L, 1e21L,
	1e22L, 1e23L, 1e24L, 1e25L, 1e26L, 1e27L };

/* The same with 11 bits more, which tell of all but the nearest to a half which double is nearest.
 * Results that are subnormal or overflow are left out: no such power leads there. */
static bool read_long(const struct decimal *decimal, double *number)
{
	int power = decimal->exponent < 0 ? -decimal->exponent : decimal->exponent;
	long double value = (long double)decimal->digits;
	uint64_t mantissa, rest;

	if (decimal->nr > MAX_DIGITS || power > 27 || !decimal->digits)
		return false;
	value = decimal->exponent < 0 ? value / long_powers[power] : value * long_powers[power];
	memcpy(&mantissa, &value, sizeof mantissa);
	rest = mantissa & 0x7ff;
	if (rest >= 0x3ff && rest <= 0x401)
		return false;
	*number = (double)(decimal->negative ? -value : value);
	return true;
}
#else
static bool read_long(const struct decimal *decimal, double *number)
{
	(void)decimal;
	(void)number;
	return false;
}
#endif

const char *numbers_read(const char *text, double *number)
{
	struct decimal decimal = { 0 };
	const char *end = read_decimal(text, &decimal);
	double value;

	if (!end)
		return NULL;
	value = (double)(int64_t)decimal.digits;
	if (!is_simple(&decimal)) {
		if (!read_long(&decimal, number))
			*number = strtod(text, NULL);
		return end;
	}
	if (decimal.exponent < 0)
		value /= powers[-decimal.exponent];
	else
		value *= powers[decimal.exponent];
	*number = decimal.negative ? -value : value;
	return end;
}

/* The digits of a whole number and, before the last nr_decimals, a point. */
static size_t print_decimal(uint64_t digits, int nr_decimals, bool negative, char text[NUMBERS_MAX])
{
	char reversed[NUMBERS_MAX];
	size_t nr = 0, len = 0;

	for (int i = 0; digits || i <= nr_decimals; i++) {
		if (i && i == nr_decimals)
			reversed[nr++] = '.';
		reversed[nr++] = (char)('0' + digits % 10);
		digits /= 10;
	}
	if (negative)
		text[len++] = '-';
	while (nr)
		text[len++] = reversed[--nr];
	text[len] = '\0';
	return len;
}

/* One with so few digits that what reads back is unique, and neither small nor large enough for an
 * exponent. 0: there is none such. */
static size_t print_simple(double number, char text[NUMBERS_MAX])
{
	double size = fabs(number);

	if (size < 1e-4)
		return 0;
	for (int i = 0; i <= MAX_POWER && size * powers[i] < powers[SURE_DIGITS]; i++) {
		double digits = nearbyint(size * powers[i]);

		if (digits / powers[i] == size)
			return print_decimal((uint64_t)digits, i, number < 0, text);
	}
	return 0;
}

size_t numbers_print(double number, char text[NUMBERS_MAX])
{
	size_t len;

	if (fabs(number) <= (double)MAX_EXACT && number == floor(number))
		return print_decimal((uint64_t)fabs(number), 0, signbit(number), text);
	len = print_simple(number, text);
	for (int digits = SURE_DIGITS; !len && digits <= 17; digits++) {
		int printed = snprintf(text, NUMBERS_MAX, "%.*g", digits, number);

		if (digits == 17 || strtod(text, NULL) == number)
			len = (size_t)printed;
	}
	return len;
}

static const char *skip_blanks(const char *at)
{
	while (*at == ' ' || *at == '\t' || *at == '\n' || *at == '\r')
		at++;
	return at;
}

/* The numbers of a list, from behind its '['; NULL when it holds anything else, or nothing. */
static const char *numbers_read_list(const char *at, struct doubles *numbers)
{
	for (numbers->nr = 0;; at++) {
		double *number = ARRAY_ADD(numbers);

		at = numbers_read(skip_blanks(at), number);
		if (!at || !isfinite(*number))
			return NULL;
		at = skip_blanks(at);
		if (*at == ']')
			return at;
		if (*at != ',')
			return NULL;
	}
}

/* Behind the quote that ends it. */
static const char *skip_string(const char *at)
{
	for (at++; *at && *at != '"'; at++)
		at += *at == '\\' && at[1];
	return at + (*at == '"');
}

static const char *numbers_skip_number(const char *at, struct numbers_lifted *lifted)
{
	struct decimal decimal = { 0 };
	const char *end = read_decimal(at, &decimal);

	if (end)
		return end;
	if (!lifted->wrong)
		lifted->wrong = at;
	for (at++; is_digit(*at);)
		at++;
	return at;
}

#define LONG_LIST 65536

struct lifting {
	struct numbers_lifted *to;
	struct doubles numbers; /* of the list at hand */
	const char *kept;       /* before it all is in the rest */
	size_t nr_lists;
};

static void keep_up_to(struct lifting *lifting, const char *at)
{
	size_t len = (size_t)(at - lifting->kept);

	memcpy(lifting->to->rest + lifting->to->len, lifting->kept, len);
	lifting->to->len += len;
	lifting->kept = at;
}

/* A short list is copied, for the next to use the room again. Two copies of a long one could be
 * most of what there is in memory. */
static double *take_numbers(struct doubles *numbers)
{
	bool is_long = numbers->nr > LONG_LIST;
	double *items = mem_resize(is_long ? numbers->items : NULL, numbers->nr, sizeof *items);

	if (is_long)
		*numbers = (struct doubles){ 0 };
	else
		memcpy(items, numbers->items, numbers->nr * sizeof *items);
	return items;
}

/* From behind a '[' to its ']', or not at all. */
static const char *lift_list(struct lifting *lifting, const char *at)
{
	const char *end = numbers_read_list(at, &lifting->numbers);
	size_t order = lifting->nr_lists++, nr = lifting->numbers.nr;
	double *items;

	if (!end)
		return at;
	keep_up_to(lifting, at);
	items = take_numbers(&lifting->numbers);
	*ARRAY_ADD(lifting->to) =
		(struct numbers_list){ order, lifting->to->len, (size_t)(end - at), items, nr };
	lifting->kept = end;
	return end;
}

void numbers_lift(const char *text, size_t len, struct numbers_lifted *lifted)
{
	struct lifting lifting = { .to = lifted, .kept = text };
	const char *at = text;

	lifted->rest = mem_resize(NULL, len + 1, 1);
	while (*at) {
		if (*at == '"')
			at = skip_string(at);
		else if (*at == '[')
			at = lift_list(&lifting, at + 1);
		else if (*at == '-' || is_digit(*at))
			at = numbers_skip_number(at, lifted);
		else
			at++;
	}
	keep_up_to(&lifting, text + len);
	lifted->rest[lifted->len] = '\0';
	ARRAY_RELEASE(&lifting.numbers);
}

size_t numbers_place(const struct numbers_lifted *lifted, size_t at)
{
	size_t removed = 0;

	for (size_t i = 0; i < lifted->nr && lifted->items[i].at < at; i++)
		removed += lifted->items[i].removed;
	return at + removed;
}

void numbers_release(struct numbers_lifted *lifted)
{
	for (size_t i = 0; i < lifted->nr; i++)
		free(lifted->items[i].items);
	ARRAY_RELEASE(lifted);
	free(lifted->rest);
	*lifted = (struct numbers_lifted)NUMBERS_LIFTED_INIT;
}
