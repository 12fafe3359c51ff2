/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "support/test.h"

#include "suite/push.h"

#include "base/str.h"
#include "sys/process.h"

#include "support/repository.h"

#define NR(table) (sizeof(table) / sizeof *(table))
#define ZEROS "0000000000000000000000000000000000000000"

TEST(each_line_is_a_ref)
{
	struct pushes pushes = { 0 };
	struct error err = ERROR_INIT;

	assert_int_equal(pushes_read("", &pushes, &err), 0);
	assert_int_equal(pushes_read("\n", &pushes, &err), 0);
	assert_int_equal(pushes.nr, 0);
	assert_int_equal(pushes_read("refs/heads/a 12 refs/heads/b 34\n"
				     "(delete) 00 refs/heads/c 56",
				 &pushes, &err),
		0);
	assert_int_equal(pushes.nr, 2);
	assert_string_equal(pushes.items[0].local_ref, "refs/heads/a");
	assert_string_equal(pushes.items[0].local, "12");
	assert_string_equal(pushes.items[0].remote_ref, "refs/heads/b");
	assert_string_equal(pushes.items[0].remote, "34");
	assert_string_equal(pushes.items[1].local, "00");
	pushes_release(&pushes);
}

TEST(what_is_no_such_line_is_said)
{
	static const char *const wrong[] = { "one", "one two three", "a b c d e",
		"refs/heads/a 12 refs/heads/b 34\nrest" };

	for (size_t i = 0; i < NR(wrong); i++) {
		struct pushes pushes = { 0 };
		struct error err = ERROR_INIT;

		assert_int_equal(pushes_read(wrong[i], &pushes, &err), -1);
		assert_non_null(strstr(err.text, "' is not a line for a pre-push hook"));
		pushes_release(&pushes);
	}
}

TEST(a_path_is_seen_from_a_folder)
{
	static const struct {
		const char *prefix, *path, *seen;
	} cases[] = {
		{ "", "a", "a" },
		{ "", "a/b", "a/b" },
		{ "a/", "a/b", "b" },
		{ "a/", "b", "../b" },
		{ "a/", "ab", "../ab" },
		{ "a/", "a", "../a" },
		{ "a/b/", "a/b/c/d", "c/d" },
		{ "a/b/", "a/c", "../c" },
		{ "a/b/", "b/c", "../../b/c" },
		{ "a/b/", "c/b/d", "../../c/b/d" },
	};

	for (size_t i = 0; i < NR(cases); i++) {
		char *seen = push_path_from(cases[i].prefix, cases[i].path);

		assert_string_equal(seen, cases[i].seen);
		free(seen);
	}
}

/* Of one line, whose hashes are said by names; "": zeros. */
static struct push_range range_of(
	const char *ref, const char *local, const char *remote, const char *otherwise)
{
	struct buf asked = BUF_INIT;
	char *hashes[2];
	const char *names[2] = { local, remote };
	struct push push;
	struct push_range range;

	for (int i = 0; i < 2; i++) {
		buf_clear(&asked);
		buf_addf(&asked, "rev-parse %s", names[i]);
		hashes[i] = *names[i] ? git_said(asked.data) : str_dup(ZEROS);
	}
	push = (struct push){ (char *)ref, hashes[0], (char *)"refs/heads/there", hashes[1] };
	range = push_range_of(inside(REPOSITORY), "origin", &push, otherwise);
	free(hashes[1]);
	free(hashes[0]);
	buf_release(&asked);
	return range;
}

static void is_range(struct push_range range, const char *base, const char *head)
{
	struct buf asked = BUF_INIT;
	char *hash;

	assert_int_equal(range.base != NULL, base != NULL);
	assert_int_equal(range.head != NULL, head != NULL);
	for (int i = 0; i < 2; i++) {
		const char *name = i ? head : base, *is = i ? range.head : range.base;

		if (!name)
			continue;
		buf_clear(&asked);
		buf_addf(&asked, "rev-parse %s", name);
		hash = git_said(asked.data);
		assert_string_equal(is, hash);
		free(hash);
	}
	buf_release(&asked);
	push_range_release(&range);
}

TEST(a_ref_that_the_remote_has_is_where_it_is_left)
{
	sh("cd '" REPOSITORY "' && git checkout -q -b topic v1 && echo t >t && git add t && " COMMIT
	   " topic && git checkout -q --orphan alone && " COMMIT " alone && git checkout -q main");
	is_range(range_of("refs/heads/main", "main", "v1", NULL), "v1", "main");
	is_range(range_of("refs/heads/main", "main", "main", NULL), "main", "main");
	/* Forced */
	is_range(range_of("refs/heads/topic", "topic", "main", NULL), "v1", "topic");
	/* With nothing in common */
	is_range(range_of("refs/heads/alone", "alone", "main", NULL), "main", "alone");
}

TEST(a_deletion_brings_nothing)
{
	is_range(range_of("(delete)", "", "main", "v1"), NULL, NULL);
	/* Nor does what is no commit. */
	is_range(range_of("refs/tags/tree", "main^{tree}", "", "v1"), NULL, NULL);
}

TEST(a_new_ref_is_based_on_what_the_remote_has)
{
	is_range(range_of("refs/heads/topic", "topic", "", NULL), NULL, "topic");
	is_range(range_of("refs/heads/topic", "topic", "", "nowhere"), NULL, "topic");
	is_range(range_of("refs/heads/topic", "topic", "", "main"), "v1", "topic");
	/* A hash that nobody here knows is as good as none. */
	sh("cd '" REPOSITORY "' && git update-ref refs/remotes/origin/main main");
	is_range(range_of("refs/heads/topic", "topic", "", NULL), "v1", "topic");
	is_range(range_of("refs/heads/main", "main", "", NULL), "main", "main");
	/* The upstream is nearer. */
	sh("cd '" REPOSITORY "' && git checkout -q topic && echo u >u && git add u && " COMMIT
	   " more && git update-ref refs/remotes/origin/before topic~1"
	   " && git remote add origin nowhere && git branch -q -u origin/before"
	   " && git checkout -q main");
	is_range(range_of("refs/heads/topic", "topic", "", NULL), "topic~1", "topic");
	is_range(range_of("refs/heads/other", "topic", "", NULL), "v1", "topic");
}

TEST(an_annotated_tag_is_its_commit)
{
	sh("cd '" REPOSITORY "' && " WHO "tag -a -m x noted main");
	is_range(range_of("refs/tags/noted", "noted", "v1", NULL), "v1", "main");
}

TEST(two_names_are_a_range)
{
	is_range(push_range_between(inside(REPOSITORY), "v1", "main"), "v1", "main");
	is_range(push_range_between(inside(REPOSITORY), "main", "topic"), "v1", "topic");
	is_range(push_range_between(inside(REPOSITORY), "nowhere", "topic"), NULL, "topic");
	is_range(push_range_between(inside(REPOSITORY), "main", "nowhere"), NULL, NULL);
}

TEST(the_files_are_those_that_differ)
{
	struct texts files = { 0 };
	struct error err = ERROR_INIT;
	struct push_range range;

	sh("cd '" REPOSITORY "' && git mv sub/file 'sub/other file' && echo '\xc3\xa4' >'\xc3\xa4'"
	   " && git add -A && " COMMIT " third");
	range = push_range_between(inside(REPOSITORY), "v1", "main");
	assert_int_equal(
		push_range_files(inside(REPOSITORY "/sub"), "sub/", &range, &files, &err), 0);
	texts_sort(&files);
	assert_int_equal(files.nr, 4);
	assert_string_equal(files.items[0], "../file");
	assert_string_equal(files.items[1], "../\xc3\xa4");
	assert_string_equal(files.items[2], "file");
	assert_string_equal(files.items[3], "other file");
	texts_release(&files);
	push_range_release(&range);
}

TEST_START
{
	process_setup();
}

TEST_GROUP(open_repository, close_playground);
