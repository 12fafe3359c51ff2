/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "support/test.h"

#include "model/columns_json.h"

#include "base/array.h"

#include <math.h>
#include <string.h>

struct plum {
	bool ripe;
	uint64_t nr_stones;
	double weight;
	char worm; /* not spelt */
};

static const struct column plum_columns[] = {
	COLUMN_COUNT("stones", struct plum, nr_stones),
	COLUMN_FLAG("ripe", struct plum, ripe),
	COLUMN_NUMBER("weight", struct plum, weight),
};

static const struct columns of_plum = COLUMNS(plum_columns, struct plum, "plum");

static const struct plum plums[] = { { true, 5, 0.25, 'w' }, { false, 0, NAN, 'x' },
	{ true, UINT64_C(1) << 53, -1e300, 'y' } };

static char *printed(const struct plum *rows, size_t nr)
{
	struct json *root = json_new_object();
	struct buf text = BUF_INIT;

	columns_json_add(root, &of_plum, rows, nr);
	json_print(root, &text);
	json_free(root);
	return buf_detach(&text);
}

static int read_text(const char *text, struct column_rows *rows, struct error *err)
{
	struct json *root = json_parse(text, strlen(text), err);
	int rc;

	assert_non_null(root);
	rc = columns_json_read(root, &(struct column_place){ &of_plum, "basket" }, rows, err);
	json_free(root);
	return rc;
}

TEST(each_column_is_a_list)
{
	char *text = printed(plums, 3);

	assert_string_equal(text,
		"{\n"
		"\t\"stones\": [5,0,9007199254740992],\n"
		"\t\"ripe\": [1,0,1],\n"
		"\t\"weight\": [0.25,null,-1e+300]\n"
		"}\n");
	free(text);
	text = printed(NULL, 0);
	assert_string_equal(text,
		"{\n"
		"\t\"stones\": [],\n"
		"\t\"ripe\": [],\n"
		"\t\"weight\": []\n"
		"}\n");
	free(text);
}

TEST(rows_are_read_back_the_same)
{
	char *text = printed(plums, 3);
	struct column_rows rows = { 0 };
	struct error err = ERROR_INIT;
	const struct plum *got;

	assert_int_equal(read_text(text, &rows, &err), 0);
	assert_int_equal(rows.nr, 3);
	got = rows.items;
	for (size_t i = 0; i < 3; i++) {
		assert_int_equal(got[i].ripe, plums[i].ripe);
		assert_true(got[i].nr_stones == plums[i].nr_stones);
		assert_true(got[i].weight == plums[i].weight ||
			(isnan(got[i].weight) && isnan(plums[i].weight)));
		/* What has no column is 0. */
		assert_int_equal(got[i].worm, 0);
	}
	free(rows.items);
	free(text);
}

TEST(no_rows_are_read_as_none)
{
	struct column_rows rows = { 0 };
	struct error err = ERROR_INIT;

	assert_int_equal(
		read_text("{\"stones\": [], \"ripe\": [], \"weight\": []}", &rows, &err), 0);
	assert_int_equal(rows.nr, 0);
	free(rows.items);
}

struct cherry {
	uint32_t nr_leaves;
};

static const struct column cherry_columns[] = {
	COLUMN_SMALL("leaves", struct cherry, nr_leaves),
};

static int read_cherries(const char *text, struct column_rows *rows, struct error *err)
{
	static const struct columns of_cherry = COLUMNS(cherry_columns, struct cherry, "cherry");
	struct json *root = json_parse(text, strlen(text), err);
	int rc = columns_json_read(root, &(struct column_place){ &of_cherry, "bowl" }, rows, err);

	json_free(root);
	return rc;
}

TEST(small_counts_are_below_2_to_the_32)
{
	struct column_rows rows = { 0 };
	struct error err = ERROR_INIT;
	const struct cherry *got;

	assert_int_equal(read_cherries("{\"leaves\": [0, 4294967295]}", &rows, &err), 0);
	got = rows.items;
	assert_int_equal(got[0].nr_leaves, 0);
	assert_int_equal(got[1].nr_leaves, UINT32_MAX);
	assert_true(column_cell(cherry_columns, &got[1]) == UINT32_MAX);
	free(rows.items);
	rows = (struct column_rows){ 0 };
	assert_int_equal(read_cherries("{\"leaves\": [0, 4294967296]}", &rows, &err), -1);
	assert_string_equal(
		err.text, "bowl.leaves[1] is 4.2949673e+09; it must be a whole number below 2^32");
	free(rows.items);
}

/* A double holds no larger one exactly. */
TEST(counts_beyond_what_a_number_holds_are_the_largest_that_it_does)
{
	const struct plum many = { .nr_stones = UINT64_MAX };
	char *text = printed(&many, 1);

	assert_non_null(strstr(text, "\"stones\": [9007199254740992]"));
	assert_true(column_cell(&plum_columns[0], &many) == 0x1p53);
	free(text);
}

static const struct {
	const char *text, *error;
} wrongs[] = {
	{ "[]", "basket is a list; it must be an object" },
	{ "{}", "basket has no \"stones\"" },
	{ "{\"stones\": [1], \"weight\": [1]}", "basket has no \"ripe\"" },
	{ "{\"stones\": 1, \"ripe\": [1], \"weight\": [1]}",
		"basket.stones is a number; it must be a list" },
	{ "{\"stones\": [1, \"2\"], \"ripe\": [1, 1], \"weight\": [1, 1]}",
		"basket.stones[1] is a text; it must be a number" },
	{ "{\"stones\": [1, -2], \"ripe\": [1, 1], \"weight\": [1, 1]}",
		"basket.stones[1] is -2; it must be a whole number" },
	{ "{\"stones\": [0.5], \"ripe\": [1], \"weight\": [1]}",
		"basket.stones[0] is 0.5; it must be a whole number" },
	{ "{\"stones\": [1e16], \"ripe\": [1], \"weight\": [1]}",
		"basket.stones[0] is 1e+16; it must be a whole number" },
	{ "{\"stones\": [null], \"ripe\": [1], \"weight\": [1]}",
		"basket.stones[0] is null; it must be a whole number" },
	{ "{\"stones\": [1], \"ripe\": [2], \"weight\": [1]}",
		"basket.ripe[0] is 2; it must be 0 or 1" },
	{ "{\"stones\": [1], \"ripe\": [null], \"weight\": [1]}",
		"basket.ripe[0] is null; it must be 0 or 1" },
	{ "{\"stones\": [1], \"ripe\": [true], \"weight\": [1]}",
		"basket.ripe[0] is true or false; it must be a number" },
	{ "{\"stones\": [1, 2], \"ripe\": [1], \"weight\": [1, 1]}",
		"basket.ripe has 1 items, and stones has 2; each must have one a plum" },
	{ "{\"stones\": [1], \"ripe\": [1], \"weight\": [1, 1]}",
		"basket.weight has 2 items, and stones has 1; each must have one a plum" },
	{ "{\"stones\": [1], \"ripe\": [1], \"weight\": []}",
		"basket.weight has 0 items, and stones has 1; each must have one a plum" },
	{ "{\"stones\": [1], \"ripe\": [1], \"weight\": [[1]]}",
		"basket.weight[0] is a list; it must be a number" },
};

TEST(what_is_wrong_is_told_with_its_place)
{
	for (size_t i = 0; i < sizeof wrongs / sizeof *wrongs; i++) {
		struct column_rows rows = { 0 };
		struct error err = ERROR_INIT;

		assert_int_equal(read_text(wrongs[i].text, &rows, &err), -1);
		assert_string_equal(err.text, wrongs[i].error);
		free(rows.items);
	}
}
