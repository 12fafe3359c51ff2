/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "support/test.h"

#include "suite/commits.h"

#include "base/str.h"
#include "sys/process.h"

#include "support/repository.h"

#include <stdlib.h>

/* The subjects of commits, with a blank behind each. */
static char *subjects(struct texts *hashes)
{
	struct buf all = BUF_INIT;

	for (size_t i = 0; i < hashes->nr; i++) {
		struct commit_words words;

		commit_words_find(inside(REPOSITORY), hashes->items[i], &words);
		buf_addf(&all, "%s ", words.subject);
		commit_words_release(&words);
	}
	texts_release(hashes);
	return buf_detach(&all);
}

static void assert_subjects(struct texts *hashes, const char *expected)
{
	char *found = subjects(hashes);

	assert_string_equal(found, expected);
	free(found);
}

/* On main: first second third, and a merge of topic, which left after first, with one and two. */
static int open_merged(void **state)
{
	process_setup();
	if (open_repository(state))
		return -1;
	sh("cd '" REPOSITORY
	   "' && git checkout -q -b topic v1 && echo 1 >one && git add -A && " COMMIT
	   " one && " COMMIT " two --allow-empty && git checkout -q main && " COMMIT
	   " third --allow-empty && " WHO "merge -q --no-ff -m merge topic && " COMMIT
	   " last --allow-empty");
	return 0;
}

TEST_WITH(commits_are_those_along_first_parents, open_merged, close_playground)
{
	struct texts hashes = { 0 };
	struct error err = ERROR_INIT;

	assert_int_equal(commits_between(inside(REPOSITORY), "v1", "main", &hashes, &err), 0);
	assert_subjects(&hashes, "first second third merge last ");
	assert_int_equal(commits_between(inside(REPOSITORY), "main", "main", &hashes, &err), 0);
	assert_subjects(&hashes, "last ");
	assert_int_equal(commits_between(inside(REPOSITORY), "main", "none", &hashes, &err), -1);
	assert_true(str_starts(err.text, "git: "));
	texts_release(&hashes);
}

TEST_WITH(a_merge_has_what_it_merged, open_merged, close_playground)
{
	struct texts hashes = { 0 };
	struct error err = ERROR_INIT;

	assert_int_equal(commits_merged(inside(REPOSITORY), "main~1", 0, &hashes, &err), 0);
	assert_subjects(&hashes, "first one two ");
	assert_int_equal(commits_merged(inside(REPOSITORY), "main", 0, &hashes, &err), 0);
	assert_int_equal(hashes.nr, 0);
	sh("cd '" REPOSITORY "' && git checkout -q -b left v1 && " COMMIT
	   " left --allow-empty && git checkout -q -b right v1 && " COMMIT
	   " right --allow-empty && git checkout -q -b several v1 && " COMMIT
	   " here --allow-empty && " WHO "merge -q --no-ff -m several left right");
	for (size_t i = 0; i < 3; i++) {
		static const char *const merged[] = { "first left ", "first right ", "" };

		assert_int_equal(
			commits_merged(inside(REPOSITORY), "several", i, &hashes, &err), 0);
		assert_subjects(&hashes, merged[i]);
	}
	sh("cd '" REPOSITORY "' && git checkout -q main");
	/* The very first has no parent, and histories that are not related no beginning. */
	assert_int_equal(commits_merged(inside(REPOSITORY), "v1", 0, &hashes, &err), 0);
	sh("cd '" REPOSITORY "' && git checkout -q --orphan alone && " COMMIT
	   " alone --allow-empty && " WHO
	   "merge -q --allow-unrelated-histories -s ours -m both main");
	assert_int_equal(commits_merged(inside(REPOSITORY), "alone", 0, &hashes, &err), 0);
	assert_int_equal(hashes.nr, 0);
}

TEST_WITH(a_commit_is_told_by_its_author_date_and_subject, open_merged, close_playground)
{
	struct commit_words words;

	commit_words_find(inside(REPOSITORY), "v1", &words);
	assert_string_equal(words.author, "Somebody");
	assert_string_equal(words.subject, "first");
	assert_int_equal(strlen(words.date), strlen("2026-11-21T04:05:06+01:00"));
	commit_words_release(&words);
	commit_words_find(inside(REPOSITORY), "none", &words);
	assert_null(words.subject);
	commit_words_release(&words);
}
