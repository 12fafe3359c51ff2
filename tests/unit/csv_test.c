/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "support/test.h"

#include "base/buf.h"
#include "base/csv.h"

TEST(a_row_has_its_fields_whatever_stands_in_them)
{
	struct csv csv;

	csv_open(&csv, "name; value\n\n \"a;\"\"b\"\"\n\" ; 1,5\r\nlast");
	assert_true(csv_next(&csv));
	assert_string_equal(csv_field(&csv, 1), "value");
	assert_true(csv_next(&csv));
	assert_int_equal(csv.line, 3);
	assert_string_equal(csv_field(&csv, 0), "a;\"b\"\n");
	assert_string_equal(csv_field(&csv, 1), "1,5");
	assert_true(csv_next(&csv));
	assert_int_equal(csv.line, 5);
	assert_null(csv_field(&csv, 1));
	assert_false(csv_next(&csv));
	csv_release(&csv);
}

TEST(a_row_of_commas_takes_no_room)
{
	struct buf text = BUF_INIT;
	struct csv csv;

	buf_fill(&text, ',', 5000);
	buf_adds(&text, "\nnext");
	csv_open(&csv, text.data);
	assert_true(csv_next(&csv));
	assert_int_equal(csv.fields.nr, CSV_MAX_FIELDS);
	assert_true(csv_next(&csv));
	assert_string_equal(csv_field(&csv, 0), "next");
	csv_release(&csv);
	buf_release(&text);
}
