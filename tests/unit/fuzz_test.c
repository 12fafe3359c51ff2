/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the fuzzer begins with, and what it once found, without the fuzzer. */
#include "support/test.h"

#include "base/random.h"
#include "fuzz/fuzz.h"
#include "sys/file.h"

#include <dirent.h>
#include <stdlib.h>
#include <string.h>

#define CORPUS "tests/fuzz/"
#define MAX_BYTES ((size_t)1 << 20)

typedef void use_input(const struct fuzz_target *target, struct buf *input);

static void read_kept(const struct fuzz_target *target, const char *name, struct buf *input)
{
	struct buf path = BUF_INIT;
	struct error err = ERROR_INIT;

	buf_addf(&path, CORPUS "%s/%s", target->name, name);
	if (file_read(path.data, MAX_BYTES, input, &err))
		fail_msg("%s", err.text);
	buf_release(&path);
}

static DIR *corpus_of(const struct fuzz_target *target)
{
	struct buf path = BUF_INIT;
	DIR *folder;

	buf_addf(&path, CORPUS "%s", target->name);
	folder = opendir(path.data);
	buf_release(&path);
	assert_non_null(folder);
	return folder;
}

static size_t replay_target(const struct fuzz_target *target, use_input *use)
{
	DIR *folder = corpus_of(target);
	const struct dirent *entry;
	size_t nr = 0;

	while ((entry = readdir(folder))) {
		struct buf input = BUF_INIT;

		if (*entry->d_name == '.')
			continue;
		read_kept(target, entry->d_name, &input);
		use(target, &input);
		buf_release(&input);
		nr++;
	}
	closedir(folder);
	return nr;
}

static void use_as_it_is(const struct fuzz_target *target, struct buf *input)
{
	fuzz_target_run(target, input->data, input->len);
}

TEST(each_target_has_inputs_and_none_is_a_finding)
{
	for (const struct fuzz_target *target = fuzz_targets; target->name; target++)
		assert_true(replay_target(target, use_as_it_is) > 1);
}

/* Bytes that mean something, more often than chance would have them. */
static const char likely[] = "()<>=!~&|%'\"{}[],:0123456789.e-+ \nANDORnot";

static void change_bytes(struct random *random, struct buf *copy)
{
	for (size_t nr = 1 + random_below(random, 3); nr; nr--)
		copy->data[random_below(random, copy->len)] = random_below(random, 4)
			? likely[random_below(random, sizeof likely - 1)]
			: (char)random_below(random, 256);
	if (random_below(random, 2))
		copy->len = random_below(random, copy->len);
}

/* As large as what it was made of, and some more. */
static void change_tree(struct random *random, struct buf *copy)
{
	size_t len = copy->len;

	buf_fill(copy, ' ', len + 100);
	copy->len = fuzz_json_change(copy->data, len, 2 * len + 100, (unsigned)random_next(random));
	if (!copy->len)
		copy->len = len;
}

#define NEAR_COPIES 20

static void use_near_copies(const struct fuzz_target *target, struct buf *input)
{
	struct random random = random_seed(input->len);

	for (int i = 0; i < NEAR_COPIES && input->len; i++) {
		struct buf copy = BUF_INIT;

		buf_add(&copy, input->data, input->len);
		if (target->is_json && i % 4)
			change_tree(&random, &copy);
		else
			change_bytes(&random, &copy);
		fuzz_target_run(target, copy.data, copy.len);
		buf_release(&copy);
	}
}

TEST(nor_is_what_is_near_one)
{
	for (const struct fuzz_target *target = fuzz_targets; target->name; target++)
		replay_target(target, use_near_copies);
}

static bool is_target(const char *name)
{
	for (const struct fuzz_target *target = fuzz_targets; target->name; target++)
		if (strcmp(target->name, name) == 0)
			return true;
	return false;
}

/* A folder that no target reads would be replayed by nobody. */
TEST(each_corpus_has_a_target)
{
	DIR *folder = opendir(CORPUS);
	const struct dirent *entry;

	assert_non_null(folder);
	while ((entry = readdir(folder)))
		if (!strchr(entry->d_name, '.'))
			assert_true(is_target(entry->d_name));
	closedir(folder);
}

/* Some changes put a value where it was. */
TEST(a_tree_is_changed_into_another)
{
	static const char tree[] = "{\"a\":[1,2,{\"b\":\"c\"}],\"d\":null}";
	size_t nr_other = 0, nr_changed = 0;

	for (unsigned seed = 0; seed < 200; seed++) {
		char text[400];
		size_t len;

		memcpy(text, tree, sizeof tree);
		len = fuzz_json_change(text, sizeof tree - 1, sizeof text, seed);
		nr_changed += len > 0;
		nr_other += len != sizeof tree || memcmp(text, tree, sizeof tree - 1) != 0;
	}
	assert_int_equal(nr_changed, 200);
	assert_true(nr_other > 150);
	assert_int_equal(fuzz_json_change((char[]){ "no tree" }, 7, 8, 1), 0);
}
