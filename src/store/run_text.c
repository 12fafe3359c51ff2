/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/run_text.h"

#include "base/bytes.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define FORMAT 1
/* Stands in a shape where a number was; no JSON has it. */
#define HOLE '\1'

/* What follows a number's first two bits. */
enum {
	NUMBER_AGAIN,  /* so many times the one before */
	NUMBER_STEP,   /* from the one before, with as many decimals; zigzag */
	NUMBER_PLACES, /* so many decimals; the number without its point comes next */
	NUMBER_TEXT,   /* so many letters, which come next */
};

#define MAX_PLACES 20
#define MAX_WHOLE ((int64_t)1 << 53)

static uint64_t zigzag(int64_t number)
{
	return (uint64_t)number << 1 ^ (number < 0 ? UINT64_MAX : 0);
}

static int64_t unzigzag(uint64_t bits)
{
	return (int64_t)(bits >> 1 ^ (bits & 1 ? UINT64_MAX : 0));
}

/* A history has many millions of them: printf takes several times as long. */
static void spell_decimal(int64_t whole, unsigned places, struct buf *to)
{
	uint64_t left = whole < 0 ? -(uint64_t)whole : (uint64_t)whole;
	char text[32], *at = text + sizeof text;

	for (unsigned i = 0; left || i <= places; i++) {
		if (i && i == places)
			*--at = '.';
		*--at = (char)('0' + left % 10);
		left /= 10;
	}
	if (whole < 0)
		*--at = '-';
	buf_add(to, at, (size_t)(text + sizeof text - at));
}

/* Takes a number that spell_decimal spells so; false for any other. */
static bool take_decimal(const char *text, size_t len, int64_t *whole, unsigned *places)
{
	struct buf again = BUF_INIT;
	bool point = false, minus = len && *text == '-', same;

	*whole = 0;
	*places = 0;
	for (size_t i = minus; i < len; i++) {
		if (text[i] == '.' && !point) {
			point = true;
			continue;
		}
		if (text[i] < '0' || text[i] > '9' || *whole > MAX_WHOLE || *places >= MAX_PLACES)
			return false;
		*whole = 10 * *whole + (text[i] - '0');
		*places += point;
	}
	if (minus)
		*whole = -*whole;
	spell_decimal(*whole, *places, &again);
	same = again.len == len && memcmp(again.data, text, len) == 0;
	buf_release(&again);
	return same;
}

void number_pack_end(struct number_packer *packer, struct buf *to)
{
	if (packer->repeats)
		bytes_add_u64(to, packer->repeats << 2 | NUMBER_AGAIN);
	packer->repeats = 0;
}

void number_pack(struct number_packer *packer, const char *number, size_t len, struct buf *to)
{
	int64_t whole;
	unsigned places;

	if (!take_decimal(number, len, &whole, &places)) {
		number_pack_end(packer, to);
		bytes_add_u64(to, (uint64_t)len << 2 | NUMBER_TEXT);
		buf_add(to, number, len);
		return;
	}
	if (whole == packer->before && places == packer->places) {
		packer->repeats++;
		return;
	}
	number_pack_end(packer, to);
	if (places == packer->places) {
		bytes_add_u64(to, zigzag(whole - packer->before) << 2 | NUMBER_STEP);
	} else {
		bytes_add_u64(to, (uint64_t)places << 2 | NUMBER_PLACES);
		bytes_add_i64(to, whole);
	}
	packer->before = whole;
	packer->places = places;
}

/* The next number as text. */
static void number_unpack(struct number_packer *packer, struct bytes *from, struct buf *text)
{
	uint64_t op, rest;
	const char *letters;

	if (packer->repeats) {
		packer->repeats--;
		spell_decimal(packer->before, packer->places, text);
		return;
	}
	op = bytes_u64(from);
	rest = op >> 2;
	switch (op & 3) {
	case NUMBER_AGAIN:
		from->wrong |= !rest;
		packer->repeats = rest ? rest - 1 : 0;
		break;
	case NUMBER_STEP:
		packer->before = (int64_t)((uint64_t)packer->before + (uint64_t)unzigzag(rest));
		break;
	case NUMBER_PLACES:
		packer->places = (unsigned)(rest <= MAX_PLACES ? rest : 0);
		packer->before = bytes_i64(from);
		from->wrong |= rest > MAX_PLACES;
		break;
	default:
		letters = bytes_take(from, rest);
		if (letters)
			buf_add(text, letters, (size_t)rest);
		return;
	}
	/* Its negative must exist. */
	from->wrong |= packer->before == INT64_MIN;
	if (!from->wrong)
		spell_decimal(packer->before, packer->places, text);
}

/* Where in the text we are. */
struct scan {
	const char *at;
	size_t depth;
	bool in_list; /* the bracket of depth 2 is one of a list */
	struct buf shape, numbers;
	struct number_packer packer;
};

static bool is_number_char(char c)
{
	return (c >= '0' && c <= '9') || c == '-' || c == '+' || c == '.' || c == 'e' || c == 'E';
}

static void scan_text(struct scan *scan)
{
	const char *begin = scan->at++;

	while (*scan->at && *scan->at != '"')
		scan->at += *scan->at == '\\' && scan->at[1] ? 2 : 1;
	scan->at += *scan->at == '"';
	buf_add(&scan->shape, begin, (size_t)(scan->at - begin));
}

static void scan_number(struct scan *scan)
{
	const char *begin = scan->at;

	while (is_number_char(*scan->at))
		scan->at++;
	number_pack(&scan->packer, begin, (size_t)(scan->at - begin), &scan->numbers);
	buf_addc(&scan->shape, HOLE);
}

/* One object in a list of the root ends here. */
static bool scan_ends_piece(struct scan *scan, char c)
{
	if (c == '{' || c == '[') {
		scan->depth++;
		if (scan->depth == 2)
			scan->in_list = c == '[';
	} else if ((c == '}' || c == ']') && scan->depth) {
		scan->depth--;
		return c == '}' && scan->depth == 2 && scan->in_list;
	}
	return false;
}

/* Up to the end of a piece, or of the text. */
static void scan_piece(struct scan *scan)
{
	bool ends = false;

	while (*scan->at && !ends) {
		if (*scan->at == '"') {
			scan_text(scan);
		} else if (*scan->at == '-' || (*scan->at >= '0' && *scan->at <= '9')) {
			scan_number(scan);
		} else {
			ends = scan_ends_piece(scan, *scan->at);
			buf_addc(&scan->shape, *scan->at++);
		}
	}
	number_pack_end(&scan->packer, &scan->numbers);
	scan->packer = (struct number_packer){ 0 };
}

/* The first object of a list of the root; what is before it is of this run alone. */
static size_t head_len(const char *text)
{
	const char *benchmarks = strstr(text, "\n\t\"benchmarks\": [");

	return benchmarks ? (size_t)(benchmarks - text) : 0;
}

/* Numbers of shapes that go up by one are one entry. */
struct streak {
	int64_t first, before;
	uint64_t nr;
};

static void streak_end(struct streak *streak, struct buf *to)
{
	if (!streak->nr)
		return;
	bytes_add_u64(to, streak->nr);
	bytes_add_i64(to, (int64_t)((uint64_t)streak->first - (uint64_t)streak->before));
	streak->before = (int64_t)((uint64_t)streak->first + streak->nr);
	streak->nr = 0;
}

static void streak_add(struct streak *streak, int64_t number, struct buf *to)
{
	if (streak->nr && (uint64_t)number != (uint64_t)streak->first + streak->nr)
		streak_end(streak, to);
	if (!streak->nr)
		streak->first = number;
	streak->nr++;
}

int run_text_pack(const struct buf *text, const struct shapes *shapes, struct buf *packed)
{
	size_t head = head_len(text->data);
	struct scan scan = {
		.at = text->data + head, .depth = 1, .shape = BUF_INIT, .numbers = BUF_INIT
	};
	struct streak streak = { 0, 0, 0 };
	struct buf pieces = BUF_INIT;
	int64_t number;
	int rc = 0;

	if (memchr(text->data, HOLE, text->len))
		rc = -1;
	while (*scan.at && !rc) {
		buf_clear(&scan.shape);
		scan_piece(&scan);
		rc = shapes->keep(shapes->context, scan.shape.data, scan.shape.len, &number);
		if (!rc)
			streak_add(&streak, number, &pieces);
	}
	streak_end(&streak, &pieces);
	bytes_add_u64(packed, FORMAT);
	bytes_add_u64(packed, head);
	buf_add(packed, text->data, head);
	bytes_add_u64(packed, pieces.len);
	buf_add(packed, pieces.data, pieces.len);
	buf_add(packed, scan.numbers.data, scan.numbers.len);
	buf_release(&pieces);
	buf_release(&scan.shape);
	buf_release(&scan.numbers);
	return rc;
}

static void fill_shape(const struct buf *shape, struct bytes *numbers, struct buf *text)
{
	struct number_packer packer = { 0 };
	const char *at = shape->data, *end = shape->data + shape->len;

	while (at < end && !numbers->wrong && !text->full) {
		const char *hole = memchr(at, HOLE, (size_t)(end - at));

		buf_add(text, at, (size_t)((hole ? hole : end) - at));
		if (!hole)
			break;
		number_unpack(&packer, numbers, text);
		at = hole + 1;
	}
	numbers->wrong |= packer.repeats > 0;
}

static int fill_shapes(
	struct bytes *pieces, struct bytes *numbers, const struct shapes *shapes, struct buf *text)
{
	struct buf shape = BUF_INIT;
	int64_t number = 0;
	int rc = 0;

	while (!rc && bytes_are_left(pieces) && !numbers->wrong && !text->full) {
		uint64_t nr = bytes_u64(pieces);

		number = (int64_t)((uint64_t)number + (uint64_t)bytes_i64(pieces));
		for (uint64_t i = 0; i < nr && !rc && !numbers->wrong && !text->full; i++) {
			buf_clear(&shape);
			rc = shapes->get(shapes->context, number, &shape);
			number = (int64_t)((uint64_t)number + 1);
			if (!rc)
				fill_shape(&shape, numbers, text);
		}
	}
	buf_release(&shape);
	return rc;
}

/* The head, which is borrowed, and the list of shapes; the numbers follow in `from`. */
static const char *open_packed(struct bytes *from, size_t *head_len, struct bytes *pieces)
{
	uint64_t format = bytes_u64(from), nr = bytes_u64(from);
	const char *head = bytes_take(from, nr), *list;

	*head_len = head ? (size_t)nr : 0;
	nr = bytes_u64(from);
	list = bytes_take(from, nr);
	*pieces = bytes_of(list, list ? (size_t)nr : 0);
	from->wrong |= format != FORMAT;
	return head;
}

int run_text_pieces(const void *packed, size_t len,
	void (*take)(void *context, int64_t first, uint64_t nr), void *context)
{
	struct bytes from = bytes_of(packed, len), pieces;
	size_t ignored;
	int64_t number = 0;

	open_packed(&from, &ignored, &pieces);
	while (bytes_are_left(&pieces) && !from.wrong) {
		uint64_t nr = bytes_u64(&pieces);

		number = (int64_t)((uint64_t)number + (uint64_t)bytes_i64(&pieces));
		if (!pieces.wrong)
			take(context, number, nr);
		number = (int64_t)((uint64_t)number + nr);
	}
	return from.wrong || pieces.wrong ? -1 : 0;
}

int run_text_unpack(const void *packed, size_t len, const struct shapes *shapes, struct buf *text,
	bool *damaged)
{
	struct bytes from = bytes_of(packed, len), pieces;
	size_t nr;
	const char *head = open_packed(&from, &nr, &pieces);
	int rc = 0;

	if (head)
		buf_add(text, head, nr);
	*damaged = from.wrong;
	if (!*damaged)
		rc = fill_shapes(&pieces, &from, shapes, text);
	*damaged |= pieces.wrong || from.wrong || bytes_are_left(&from) || text->full;
	return rc || *damaged ? -1 : 0;
}
