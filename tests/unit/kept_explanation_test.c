/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a result keeps of its explanation, as JSON: foreign files have anything there. */
#include "support/test.h"

#include "base/str.h"
#include "model/kept_explanation_json.h"

#include <math.h>
#include <string.h>

#define BEGIN \
	"{\"explained\": {\"base\": \"v1\",\"head\": \"v2\",\"base_commit\": null,\"tool\": null," \
	"\"summary\": \"s\",\"cause\": null,\"function\": null,\"file\": null,\"line\": 0," \
	"\"part\": null,\"unit\": \"instructions\",\"iterations\": 10,\"report\": \"r\"," \
	"\"code\": null,\"left_out\": 0,"
#define LISTS(functions, files, of, parents, base, head) \
	"\"functions\": [" functions "],\"files\": [" files "],\"stacks\": {\"function\": [" of \
	"],\"parent\": [" parents "],\"base\": [" base "],\"head\": [" head "]}}}"

static int read_kept(const char *text, struct kept_explanation *kept, struct error *err)
{
	struct json *root = json_parse(text, strlen(text), err);
	int rc;

	if (!root)
		fail_msg("%s", err->text);
	*kept = (struct kept_explanation){ .base = NULL };
	rc = kept_explanation_json_read(root, kept, "benchmarks[0]", err);
	json_free(root);
	return rc;
}

TEST(what_is_kept_reads_back_as_it_was)
{
	static const char text[] = BEGIN LISTS("\"x\",\"</script>\",\"g\"", "\"\",\"a.c\",\"\"",
		"0,1,2,2", "0,0,1,0", "0,1.5,2,0", "0,1,2,0.25") "\n";
	struct json *again = json_new_object();
	struct kept_explanation kept;
	struct error err = ERROR_INIT;
	struct buf out = BUF_INIT;
	double *all;

	if (read_kept(text, &kept, &err))
		fail_msg("%s", err.text);
	assert_string_equal(kept.names.items[1], "</script>");
	assert_true(isnan(kept.part));
	all = kept_explanation_all(&kept, 0);
	assert_float_equal(all[0], 3.5, 0);
	assert_float_equal(all[1], 3.5, 0);
	free(all);
	all = kept_explanation_all(&kept, 1);
	assert_float_equal(all[0], 3.25, 0);
	free(all);
	kept_explanation_json_add(again, &kept);
	json_print_line(again, &out);
	assert_string_equal(out.data, text);
	kept_explanation_release(&kept);
	json_free(again);
	buf_release(&out);
}

TEST(what_is_no_explanation_is_refused_with_its_place)
{
	static const struct {
		const char *text, *said;
	} cases[] = {
		{ "{\"explained\": []}",
			"benchmarks[0].explained is a list; it must be an object" },
		{ "{\"explained\": {}}", "benchmarks[0].explained has no \"base\"" },
		{ BEGIN LISTS("", "", "", "", "", ""),
			"benchmarks[0].explained.stacks has 0 items; it must have 1 to 20000" },
		{ BEGIN LISTS("\"x\"", "", "0", "0", "0", "0"),
			"benchmarks[0].explained has 1 functions and 0 files; it must have a file for each function" },
		{ BEGIN LISTS("\"x\", 7", "\"\", \"\"", "0", "0", "0", "0"),
			"benchmarks[0].explained.functions[1] is a number; it must be a text" },
		{ BEGIN LISTS("\"x\"", "\"\"", "0,0", "0", "0", "0"),
			"benchmarks[0].explained.stacks.parent has 1 items, and function has 2; each must have one a stack" },
		{ BEGIN LISTS("\"x\"", "\"\"", "0,1", "0,0", "0,0", "0,0"), "item 1 must" },
		{ BEGIN LISTS("\"x\"", "\"\"", "0,0", "0,1", "0,0", "0,0"), "item 1 must" },
		{ BEGIN LISTS("\"x\"", "\"\"", "0,0", "0,7", "0,0", "0,0"), "item 1 must" },
		{ BEGIN LISTS("\"x\"", "\"\"", "0", "1", "0", "0"), "item 0 must" },
		{ BEGIN LISTS("\"x\"", "\"\"", "0", "0", "-1", "0"), "item 0 must" },
		{ BEGIN LISTS("\"x\"", "\"\"", "0", "0", "0", "null"), "item 0 must" },
		{ BEGIN LISTS("\"x\"", "\"\"", "0", "0", "0", "1e300"), "item 0 must" },
		{ BEGIN LISTS("\"x\"", "\"\"", "0", "0.5", "0", "0"),
			"benchmarks[0].explained.stacks.parent[0] is 0.5; it must be a whole number" },
	};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct kept_explanation kept;
		struct error err = ERROR_INIT;

		assert_int_equal(read_kept(cases[i].text, &kept, &err), -1);
		if (!strstr(err.text, cases[i].said))
			fail_msg("%zu: %s", i, err.text);
		kept_explanation_release(&kept);
	}
}

/* A chain of calls, each below the one before it. */
static int read_chain(size_t len, struct error *err)
{
	struct buf text = BUF_INIT, zeros = BUF_INIT;
	struct kept_explanation kept;
	int rc;

	for (size_t i = 0; i < len; i++)
		buf_adds(&zeros, i ? ",0" : "0");
	buf_addf(&text,
		BEGIN
		"\"functions\": [\"x\"], \"files\": [\"\"], \"stacks\": {\"function\": [%s], \"parent\": [0",
		zeros.data);
	for (size_t i = 1; i < len; i++)
		buf_addf(&text, ",%zu", i - 1);
	buf_addf(&text, "], \"base\": [%s], \"head\": [%s]}}}", zeros.data, zeros.data);
	rc = read_kept(text.data, &kept, err);
	kept_explanation_release(&kept);
	buf_release(&text);
	buf_release(&zeros);
	return rc;
}

TEST(stacks_are_neither_too_deep_nor_too_many)
{
	struct error err = ERROR_INIT;

	assert_int_equal(read_chain(201, &err), 0);
	assert_int_equal(read_chain(202, &err), -1);
	assert_non_null(strstr(err.text, "stacks: item 201 must"));
	assert_int_equal(read_chain(20001, &err), -1);
	assert_non_null(strstr(err.text, "stacks has 20001 items; it must have 1 to 20000"));
}

TEST(a_long_name_is_refused)
{
	struct buf text = BUF_INIT;
	struct kept_explanation kept;
	struct error err = ERROR_INIT;

	buf_adds(&text, BEGIN "\"functions\": [\"");
	buf_fill(&text, 'x', 1001);
	buf_adds(&text, "\"], \"files\": [], \"stacks\": {}}}");
	assert_int_equal(read_kept(text.data, &kept, &err), -1);
	assert_string_equal(
		err.text, "benchmarks[0].explained has a text of 1001 bytes; it may have 1000");
	kept_explanation_release(&kept);
	buf_release(&text);
}
