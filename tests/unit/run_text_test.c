/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "support/test.h"

#include "store/run_text.h"

#include "base/texts.h"

#include <stdlib.h>
#include <string.h>

static int keep(void *context, const char *shape, size_t len, int64_t *number)
{
	struct texts *texts = context;

	assert_int_equal(strlen(shape), len);
	for (size_t i = 0; i < texts->nr; i++)
		if (strcmp(texts->items[i], shape) == 0) {
			*number = (int64_t)i + 1;
			return 0;
		}
	texts_add(texts, shape);
	*number = (int64_t)texts->nr;
	return 0;
}

static int get(void *context, int64_t number, struct buf *shape)
{
	struct texts *texts = context;

	if (number < 1 || (size_t)number > texts->nr)
		return -1;
	buf_adds(shape, texts->items[number - 1]);
	return 0;
}

/* Returns how many bytes it took. */
static size_t comes_back(struct texts *kept, const char *text)
{
	struct shapes shapes = { kept, keep, get };
	struct buf given = BUF_INIT, packed = BUF_INIT, back = BUF_INIT;
	bool damaged;
	size_t len;

	buf_adds(&given, text);
	assert_int_equal(run_text_pack(&given, &shapes, &packed), 0);
	assert_int_equal(run_text_unpack(packed.data, packed.len, &shapes, &back, &damaged), 0);
	assert_false(damaged);
	assert_string_equal(back.data, text);
	len = packed.len;
	/* Whatever is missing at the end is missed. */
	for (size_t i = 0; i < packed.len; i++)
		assert_int_equal(run_text_unpack(packed.data, i, &shapes, &back, &damaged), -1);
	buf_release(&given);
	buf_release(&packed);
	buf_release(&back);
	return len;
}

#define RUN(id, list, values) \
	"{\n\t\"id\": \"" id \
	"\",\n\t\"benchmarks\": [\n\t\t{\n\t\t\t\"name\": \"a 1 \\\"2\\\\\",\n\t\t\t\"list\": [" list \
	"]\n\t\t},\n\t\t{\n\t\t\t\"name\": \"b\",\n\t\t\t\"in\": { \"x\": 1 }\n\t\t}\n\t],\n\t\"metrics\": [\n\t\t{\n\t\t\t\"values\": [" values \
	"]\n\t\t}\n\t]\n}\n"

TEST(a_text_comes_back_byte_for_byte)
{
	static const char *const texts[] = {
		"",
		"{}",
		"[1,2]\n",
		RUN("1", "1,2,3", "1.5,1.6"),
		RUN("2", "", "-0.001,1e5,1E-300,0.10,-0,-0.0,1.e1,00,12.345678901234567"),
		RUN("3", "0,0,0,0,0", "9007199254740992,-9007199254740992,90071992547409931,3,3"),
		"{\n\t\"benchmarks\": [{\"a\": -}, {\"b\": 1-2}, \"unfinished \\",
		"]]}}{{1}",
	};
	struct texts kept = { 0 };

	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
		comes_back(&kept, texts[i]);
	texts_release(&kept);
}

TEST(what_differs_in_numbers_alone_is_kept_once)
{
	struct texts kept = { 0 };
	size_t nr;

	comes_back(&kept, RUN("1", "1,2,3", "1,2"));
	nr = kept.nr;
	assert_int_equal(nr, 4);
	/* Two numbers that are near each other, and 1000 equal ones, take a few bytes. */
	assert_true(comes_back(&kept, RUN("2", "10000,20000,30000", "3000000,3000001")) < 50);
	assert_int_equal(kept.nr, nr);
	texts_release(&kept);
}

TEST(damaged_bytes_are_no_text)
{
	struct texts kept = { 0 };
	struct shapes shapes = { &kept, keep, get };
	struct buf given = BUF_INIT, packed = BUF_INIT, back = BUF_INIT_MAX(10000);
	bool damaged;

	buf_adds(&given, RUN("1", "1,2,3", "1.5,1.6"));
	run_text_pack(&given, &shapes, &packed);
	for (size_t i = 0; i < packed.len; i++)
		for (int bit = 0; bit < 8; bit++) {
			packed.data[i] = (char)(packed.data[i] ^ 1 << bit);
			buf_clear(&back);
			/* It fails, or gives another text; it never runs away. */
			run_text_unpack(packed.data, packed.len, &shapes, &back, &damaged);
			packed.data[i] = (char)(packed.data[i] ^ 1 << bit);
		}
	buf_release(&given);
	buf_release(&packed);
	buf_release(&back);
	texts_release(&kept);
}

static int keep_at_the_end(void *context, const char *shape, size_t len, int64_t *number)
{
	int64_t *nr = context;

	(void)shape;
	(void)len;
	*number = (*nr)++ % 2 ? INT64_MIN : INT64_MAX;
	return 0;
}

/* A history that others wrote may number its shapes so. */
TEST(shapes_may_have_any_number)
{
	int64_t nr = 0;
	struct shapes shapes = { &nr, keep_at_the_end, get };
	struct buf given = BUF_INIT, packed = BUF_INIT;

	buf_adds(&given, RUN("1", "1,2,3", "1.5,1.6"));
	assert_int_equal(run_text_pack(&given, &shapes, &packed), 0);
	assert_true(nr > 2);
	buf_release(&given);
	buf_release(&packed);
}
