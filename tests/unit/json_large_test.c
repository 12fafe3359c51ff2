/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A large text is read as any other. */
#include "support/test.h"

#include "base/random.h"
#include "fuzz/json_large.h"
#include "sys/file.h"

#include <dirent.h>

#define NR(table) (sizeof(table) / sizeof *(table))

/* How many of the texts json_large_parse took, and how many it left. */
struct count {
	size_t nr_taken, nr_left;
};

static void count_text(struct count *count, const char *text, size_t len)
{
	if (json_large_holds(text, len))
		count->nr_taken++;
	else
		count->nr_left++;
}

/* Bytes that mean something, more often than chance would have them. */
static const char likely[] = "{}[]\",:\\ \n0123456789.e-+nulltrue";

static void count_changed(struct count *count, const struct buf *text)
{
	struct random random = random_seed(text->len);

	for (int i = 0; i < 2000 && text->len; i++) {
		char *copy = mem_copy(text->data, text->len);

		for (size_t nr = 1 + random_below(&random, 2); nr; nr--)
			copy[random_below(&random, text->len)] = random_below(&random, 8)
				? likely[random_below(&random, sizeof likely - 1)]
				: (char)random_below(&random, 256);
		count_text(count, copy,
			random_below(&random, 4) ? text->len : random_below(&random, text->len));
		free(copy);
	}
}

static struct count read_folder(
	const char *path, void (*read)(struct count *count, const struct buf *text))
{
	struct count count = { 0 };
	DIR *folder = opendir(path);
	const struct dirent *entry;

	assert_non_null(folder);
	while ((entry = readdir(folder))) {
		struct buf name = BUF_INIT, text = BUF_INIT;
		struct error err = ERROR_INIT;

		buf_addf(&name, "%s/%s", path, entry->d_name);
		if (*entry->d_name != '.' && file_read(name.data, 1 << 20, &text, &err))
			fail_msg("%s", err.text);
		if (text.len)
			read(&count, &text);
		buf_release(&name);
		buf_release(&text);
	}
	closedir(folder);
	return count;
}

static void count_as_it_is(struct count *count, const struct buf *text)
{
	count_text(count, text->data, text->len);
}

TEST(what_is_kept_is_read_the_same_both_ways)
{
	struct count count = read_folder("tests/fuzz/json_large", count_as_it_is);

	assert_true(count.nr_taken >= 6);
	assert_true(count.nr_left >= 6);
	read_folder("tests/data/baselines", count_as_it_is);
}

TEST(so_is_what_is_near_it)
{
	struct count count = read_folder("tests/fuzz/json_large", count_changed);

	assert_true(count.nr_taken > 1000);
	assert_true(count.nr_left > 1000);
	read_folder("tests/data/baselines", count_changed);
}

/* A text that is large, with the member in its middle and what is left out behind. */
static void add_large(struct buf *text, const char *member, const char *behind)
{
	buf_adds(text, "{\"benchmarks\": [{}");
	for (int i = 0; i < 40000; i++)
		buf_addf(text, ",\n%s", i == 20000 ? member : "{\"name\": \"a\"}");
	buf_adds(text, behind);
}

/* One that looks at the first member of the list alone. */
static int read_first(const struct json *root, void *context, struct error *err)
{
	(void)context;
	(void)err;
	assert_non_null(json_first(json_get(root, "benchmarks")));
	return 0;
}

static const struct json_reader reader = { .read = read_first };

TEST(an_error_of_a_large_text_names_its_place)
{
	static const struct {
		const char *member, *behind, *error;
	} cases[] = {
		{ "{\"a\": 1}", "]}", NULL },
		{ "{\"a\": 1,}", "]}", "line 20002, column 10: not valid JSON from here on" },
		{ "{\"a\": 01}", "]}", "line 20002, column 7: not valid JSON from here on" },
		{ "{\"a\": 1, \"a\": 2}", "]}", "the key \"a\" occurs twice in one object" },
		{ "{\"a\": 1e999}", "]}", "line 20002, column 7: a number is too large" },
		{ "{\"a\": \"\xff\"}", "]}", "line 20002, column 8: not UTF-8 text" },
		{ "{\"a\": \"\\u0000\"}", "]}",
			"line 20002, column 8: a text must not hold \\u0000" },
		{ "{}", "]", "line 40001, column 15: the JSON text ends too early" },
		{ "{}", "]} x", "line 40001, column 17: not valid JSON from here on" },
		{ "{}", "], \"benchmarks\": 1}",
			"the key \"benchmarks\" occurs twice in one object" },
	};

	for (size_t i = 0; i < NR(cases); i++) {
		struct buf text = BUF_INIT;
		struct error err = ERROR_INIT;
		int rc;

		add_large(&text, cases[i].member, cases[i].behind);
		rc = json_read_large(text.data, text.len, &reader, &err);
		if (cases[i].error)
			assert_string_equal(err.text, cases[i].error);
		assert_int_equal(!rc, !cases[i].error);
		buf_release(&text);
	}
}

/* Nodes of the member before are gone: a second look at the list begins anew. */
TEST(members_take_the_place_of_each_other)
{
	static const char text[] = "{\"a\": [{\"x\": [1, 2]}, {\"x\": [3]}, {\"x\": []}]}";
	struct json *root = json_large_parse(text, sizeof text - 1);
	const struct json *list = json_get(root, "a"), *first, *at;
	double sum = 0;
	size_t nr = 0;

	first = json_first(list);
	for (int i = 0; i < 2; i++)
		for (at = json_first(list); at; at = json_next(at)) {
			const double *numbers = json_numbers(json_get(at, "x"), &nr);

			assert_ptr_equal(at, first);
			for (size_t j = 0; j < nr; j++)
				sum += numbers[j];
		}
	assert_true(sum == 12);
	json_free(root);
}

/* Little text, and a tree that is far larger. */
TEST(a_text_that_takes_too_much_memory_is_refused_as_before)
{
	struct buf text = BUF_INIT;
	struct error err = ERROR_INIT, before = ERROR_INIT;
	struct json *large;

	buf_adds(&text, "{\"benchmarks\": [{}");
	for (int i = 0; i < 2000000; i++)
		buf_adds(&text, ",[]");
	buf_adds(&text, "]}");
	large = json_large_parse(text.data, text.len);
	assert_non_null(large);
	assert_false(json_large_is_json(large));
	json_free(large);
	assert_int_equal(json_read_large(text.data, text.len, &reader, &err), -1);
	assert_null(json_parse(text.data, text.len, &before));
	assert_string_equal(err.text, before.text);
	assert_non_null(strstr(err.text, "of memory"));
	buf_release(&text);
}
