/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "support/test.h"

#include "base/array.h"
#include "base/buf.h"
#include "store/acceptances.h"
#include "sys/file.h"

#include "support/playground.h"

#include <math.h>

static const char good[] = "{\n"
			   "\t\"format\": \"benchgate-accepted\",\n"
			   "\t\"version\": 1,\n"
			   "\t\"accepted\": [\n"
			   "\t\t{\n"
			   "\t\t\t\"benchmark\": \"sort/*\",\n"
			   "\t\t\t\"reason\": \"safer, and \\\"slower\\\"\",\n"
			   "\t\t\t\"until\": \"2026-12-31\",\n"
			   "\t\t\t\"max\": 0.07999999999999999,\n"
			   "\t\t\t\"timestamp\": \"2026-11-21T04:05:06Z\",\n"
			   "\t\t\t\"commit\": \"c0ffee\",\n"
			   "\t\t\t\"by\": \"somebody\"\n"
			   "\t\t},\n"
			   "\t\t{\n"
			   "\t\t\t\"benchmark\": \"parse\",\n"
			   "\t\t\t\"reason\": \"\",\n"
			   "\t\t\t\"until\": null,\n"
			   "\t\t\t\"max\": null,\n"
			   "\t\t\t\"timestamp\": \"2026-11-22T04:05:06Z\",\n"
			   "\t\t\t\"commit\": null,\n"
			   "\t\t\t\"by\": null\n"
			   "\t\t}\n"
			   "\t]\n"
			   "}\n";

TEST_WITH(what_is_read_is_written_back_the_same, open_playground, close_playground)
{
	struct acceptances read = { 0 };
	struct buf text = BUF_INIT;
	struct error err = ERROR_INIT;

	write_file("accepted.json", good, strlen(good));
	assert_int_equal(acceptances_read(inside("accepted.json"), &read, &err), 0);
	assert_int_equal(read.nr, 2);
	assert_string_equal(read.items[0].benchmark, "sort/*");
	assert_string_equal(read.items[0].until, "2026-12-31");
	assert_true(read.items[0].max_ratio == 0.07999999999999999);
	assert_null(read.items[1].until);
	assert_null(read.items[1].by);
	assert_true(isnan(read.items[1].max_ratio));
	assert_int_equal(acceptances_write(inside("new/deep/accepted.json"), &read, &err), 0);
	assert_int_equal(file_read(inside("new/deep/accepted.json"), 4096, &text, &err), 0);
	assert_string_equal(text.data, good);
	buf_release(&text);
	acceptances_release(&read);
}

TEST_WITH(a_missing_file_is_an_empty_list, open_playground, close_playground)
{
	struct acceptances read = { 0 };
	struct error err = ERROR_INIT;

	assert_int_equal(acceptances_read(inside("nowhere/accepted.json"), &read, &err), 0);
	assert_int_equal(read.nr, 0);
	assert_int_equal(acceptances_read(inside(""), &read, &err), -1);
	assert_int_equal(err.kind, ERR_IO);
	assert_non_null(strstr(err.text, "Is a directory"));
}

/* Reads text as a file and checks that the error names the file and what is wrong in it. */
static void check_refused(const char *text, size_t len, const char *expected)
{
	struct acceptances read = { 0 };
	struct error err = ERROR_INIT;
	char whole[512];

	write_file("accepted.json", text, len);
	assert_int_equal(acceptances_read(inside("accepted.json"), &read, &err), -1);
	assert_int_equal(err.kind, ERR_USAGE);
	snprintf(whole, sizeof whole, "%s: %s", inside("accepted.json"), expected ? expected : "");
	if (expected)
		assert_string_equal(err.text, whole);
	else
		assert_memory_equal(err.text, whole, strlen(whole));
	acceptances_release(&read);
}

TEST_WITH(a_spoilt_file_is_refused_with_the_place, open_playground, close_playground)
{
	static const struct {
		const char *what, *by, *error;
	} cases[] = {
		{ "benchgate-accepted", "benchgate-run",
			"format is \"benchgate-run\"; it must be \"benchgate-accepted\"" },
		{ "\"version\": 1", "\"version\": 2",
			"version is 2; this benchgate reads version 1" },
		{ "\"sort/*\"", "\"\"",
			"accepted[0].benchmark is empty; it must be a name or a pattern" },
		{ "\"sort/*\"", "null", "accepted[0].benchmark is null; it must be a text" },
		{ "\"reason\": \"\"", "\"raisin\": \"\"", "accepted[1] has no \"reason\"" },
		{ "2026-12-31", "2026-02-30",
			"accepted[0].until is \"2026-02-30\"; it must be a day such as 2026-12-31" },
		{ "2026-12-31", "soon",
			"accepted[0].until is \"soon\"; it must be a day such as 2026-12-31" },
		{ "\"until\": null", "\"until\": 7",
			"accepted[1].until is 7; it must be a text or null" },
		{ "0.07", "-0.07", "accepted[0].max is -0.08; it must not be negative" },
		{ "\"max\": null", "\"max\": \"8%\"",
			"accepted[1].max is \"8%\"; it must be a number" },
		{ "\"accepted\": [", "\"accepted\": {\"a\": 1}, \"rest\": [",
			"accepted is an object; it must be a list" },
		{ "[\n\t\t{", "[ 1, {", "accepted[0] is a number; it must be an object" },
	};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		const char *at = strstr(good, cases[i].what);
		struct buf bad = BUF_INIT;

		assert_non_null(at);
		buf_add(&bad, good, (size_t)(at - good));
		buf_adds(&bad, cases[i].by);
		buf_adds(&bad, at + strlen(cases[i].what));
		check_refused(bad.data, bad.len, cases[i].error);
		buf_release(&bad);
	}
}

TEST_WITH(a_truncated_file_is_refused_wherever_it_ends, open_playground, close_playground)
{
	for (size_t len = 0; len + 2 < sizeof good; len++)
		check_refused(good, len, NULL);
}
