/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "support/test.h"

#include "suite/revision.h"

#include "base/str.h"
#include "sys/process.h"

#include "support/repository.h"

static struct revision resolve(const char *folder, const char *name)
{
	struct revision revision;
	struct error err = ERROR_INIT;

	if (revision_resolve(inside(folder), name, &revision, &err))
		fail_msg("%s: %s", name ? name : "the working tree", err.text);
	return revision;
}

static void assert_says(const char *question, const char *expected)
{
	char *answer = git_said(question);

	assert_string_equal(answer, expected);
	free(answer);
}

static void assert_fails(const char *folder, const char *name, const char *expected)
{
	struct revision revision;
	struct error err = ERROR_INIT;

	assert_int_equal(revision_resolve(inside(folder), name, &revision, &err), -1);
	assert_null(revision.name);
	assert_null(revision.commit);
	if (!strstr(err.text, expected))
		fail_msg("'%s' is not in '%s'", expected, err.text);
}

TEST_WITH(a_name_is_a_commit_and_a_tree, open_repository, close_playground)
{
	static const struct {
		const char *name, *commit, *tree;
	} cases[] = { { "main", "rev-parse main", "rev-parse main^{tree}" },
		{ "HEAD~1", "rev-parse v1", "rev-parse v1^{tree}" },
		{ "v1", "rev-parse v1", "rev-parse v1^{tree}" },
		{ "annotated", "rev-parse annotated^{commit}", "rev-parse annotated^{tree}" },
		{ "@", "rev-parse HEAD", "rev-parse HEAD^{tree}" },
		{ ":/first", "rev-parse v1", "rev-parse v1^{tree}" } };

	sh("cd '" REPOSITORY "' && " WHO "tag -a -m x annotated HEAD~1");
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct revision revision = resolve(REPOSITORY "/sub", cases[i].name);

		assert_string_equal(revision.name, cases[i].name);
		assert_false(revision.is_working_tree);
		assert_says(cases[i].commit, revision.commit);
		assert_says(cases[i].tree, revision.tree);
		revision_release(&revision);
		assert_null(revision.name);
	}
}

TEST_WITH(a_hash_is_a_name_however_short, open_repository, close_playground)
{
	char *hash = git_said("rev-parse v1");

	for (int len = 8; len <= 40; len += 32) {
		struct buf spelled = BUF_INIT;
		struct revision revision;

		hash[len] = '\0';
		revision = resolve(REPOSITORY, hash);
		assert_says("rev-parse v1", revision.commit);
		revision_spell(&revision, &spelled);
		assert_int_equal(spelled.len, 7);
		assert_memory_equal(spelled.data, hash, 7);
		revision_release(&revision);
		buf_release(&spelled);
		free(hash);
		hash = git_said("rev-parse v1");
	}
	free(hash);
}

TEST_WITH(what_git_does_not_know_is_an_error, open_repository, close_playground)
{
	static const char *const names[] = { "nowhere", "", "-x", "--all", "^main", "main..v1",
		"HEAD:file", "HEAD~9", "main^{tree}", "deadbeef", "a b", "main\nv1" };

	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		assert_false(revision_is_known(inside(REPOSITORY), names[i]));
		assert_fails(REPOSITORY, names[i], "unknown revision '");
	}
	assert_true(revision_is_known(inside(REPOSITORY), "main"));
	assert_true(revision_is_known(inside(REPOSITORY), "HEAD~1"));
	assert_fails(REPOSITORY, "mian", "unknown revision 'mian'; did you mean main?");
}

TEST_WITH(what_is_no_repository_is_an_error, open_repository, close_playground)
{
	assert_fails("home", "main", "home' is not in a git repository");
	assert_fails("home", NULL, "home' is not in a git repository");
	assert_fails("missing", "main", "missing': No such file or directory");
	assert_false(revision_is_known(inside("home"), "main"));
	sh("mkdir empty && cd empty && git init -q");
	assert_fails("empty", NULL, "has no commit yet");
	sh("git clone -q --bare '" REPOSITORY "' bare");
	assert_fails("bare", NULL, "must be run in a work tree");
}

TEST_WITH(without_git_there_are_no_revisions, open_repository, close_playground)
{
	char *path = str_dup(getenv("PATH"));

	setenv("PATH", inside("home"), 1);
	assert_fails(REPOSITORY, "main", "git is not installed");
	assert_fails(REPOSITORY, NULL, "git is not installed");
	setenv("PATH", path, 1);
	free(path);
}

TEST_WITH(a_branch_may_be_known_of_origin_only, open_repository, close_playground)
{
	struct revision revision;

	sh("git clone -q '" REPOSITORY
	   "' clone && cd clone && git checkout -q -b topic && git branch -q -D main");
	revision = resolve("clone", "main");
	assert_string_equal(revision.name, "main");
	assert_says("rev-parse main", revision.commit);
	revision_release(&revision);
	revision = resolve("clone", "main~1");
	assert_says("rev-parse v1", revision.commit);
	revision_release(&revision);
}

TEST_WITH(without_a_name_it_is_the_files_as_they_are, open_repository, close_playground)
{
	struct revision before = resolve(REPOSITORY, NULL), after;
	struct buf spelled = BUF_INIT;
	char *own;

	assert_true(before.is_working_tree);
	assert_string_equal(before.name, "working tree");
	assert_says("rev-parse HEAD", before.commit);
	assert_says("rev-parse HEAD^{tree}", before.tree);
	revision_spell(&before, &spelled);
	assert_string_equal(spelled.data, "the working tree");
	sh("cd '" REPOSITORY "' && echo three >file && echo new >'new file' && echo no >x.ignored"
	   " && rm sub/file && echo staged >staged && git add staged && echo changed >staged");
	own = users_own();
	after = resolve(REPOSITORY "/sub/..", NULL);
	assert_string_not_equal(after.tree, before.tree);
	assert_string_equal(after.commit, before.commit);
	{
		char *now = users_own();

		assert_string_equal(own, now);
		free(now);
	}
	/* What a commit of everything would be. */
	sh("cd '" REPOSITORY "' && git add -A && " COMMIT " third");
	assert_says("rev-parse HEAD^{tree}", after.tree);
	free(own);
	buf_release(&spelled);
	revision_release(&before);
	revision_release(&after);
}

/* Git takes a file for unchanged by its size and time; a change in the same tick as the index must
 * not get lost. */
TEST_WITH(a_change_right_after_adding_is_seen, open_repository, close_playground)
{
	for (int i = 0; i < 10; i++) {
		struct revision first, second;

		sh("cd '" REPOSITORY "' && echo aaa >file && git add file && echo bbb >file");
		first = resolve(REPOSITORY, NULL);
		sh("cd '" REPOSITORY "' && git add file");
		second = resolve(REPOSITORY, NULL);
		assert_string_equal(first.tree, second.tree);
		revision_release(&first);
		revision_release(&second);
	}
}

TEST_WITH(a_repository_without_an_index_has_files_too, open_repository, close_playground)
{
	struct revision revision;

	sh("rm '" REPOSITORY "/.git/index'");
	revision = resolve(REPOSITORY, NULL);
	assert_says("rev-parse HEAD^{tree}", revision.tree);
	revision_release(&revision);
}

TEST_WITH(files_that_cannot_be_taken_are_an_error, open_repository, close_playground)
{
	sh("mkdir '" REPOSITORY "/nested' && cd '" REPOSITORY "/nested' && git init -q");
	assert_fails(REPOSITORY, NULL, "cannot read the files in '");
	setenv("TMPDIR", "/nonexistent", 1);
	assert_fails(REPOSITORY, NULL, "cannot make the folder '/nonexistent/benchgate-scratch-");
	unsetenv("TMPDIR");
}

TEST_WITH(the_merge_base_is_where_two_part, open_repository, close_playground)
{
	struct revision revision;
	struct error err = ERROR_INIT;

	sh("cd '" REPOSITORY
	   "' && git checkout -q -b topic v1 && echo topic >topic && git add topic"
	   " && " COMMIT " topic");
	assert_int_equal(revision_merge_base(inside(REPOSITORY), "main", NULL, &revision, &err), 0);
	assert_string_equal(revision.name, "merge base of main and HEAD");
	assert_says("rev-parse v1", revision.commit);
	assert_says("rev-parse v1^{tree}", revision.tree);
	revision_release(&revision);
	assert_int_equal(
		revision_merge_base(inside(REPOSITORY), "mian", "topic", &revision, &err), -1);
	assert_non_null(strstr(err.text, "unknown revision 'mian'"));
	assert_null(revision.name);
}

TEST_WITH(histories_that_share_nothing_have_none, open_repository, close_playground)
{
	struct revision revision;
	struct error err = ERROR_INIT;

	sh("cd '" REPOSITORY "' && git checkout -q --orphan other && " COMMIT " other");
	assert_int_equal(
		revision_merge_base(inside(REPOSITORY), "main", "other", &revision, &err), -1);
	assert_int_equal(err.kind, ERR_NO_BASE);
	assert_string_equal(err.text,
		"main and other have no common ancestor: their histories are not related");
}

TEST_WITH(a_shallow_clone_is_said_to_be_one, open_repository, close_playground)
{
	struct revision revision;
	struct error err = ERROR_INIT;

	sh("cd '" REPOSITORY
	   "' && git checkout -q -b topic v1 && echo topic >topic && git add topic"
	   " && " COMMIT " topic");
	sh("git clone -q --depth 1 --no-single-branch \"file://$PWD/" REPOSITORY "\" clone");
	assert_fails("clone", "v1~1", "this clone is shallow");
	assert_fails("clone", "HEAD~1", "fetch-depth: 0");
	assert_int_equal(
		revision_merge_base(inside("clone"), "main", "topic", &revision, &err), -1);
	assert_int_equal(err.kind, ERR_USAGE);
	assert_non_null(strstr(err.text, "no common ancestor of main and topic was fetched"));
	assert_non_null(strstr(err.text, "this clone is shallow"));
	assert_non_null(strstr(err.text, "fetch-depth: 0"));
}

/* A hook runs with these set. */
TEST_WITH(the_environment_of_a_hook_is_not_ours, open_repository, close_playground)
{
	struct revision revision;

	setenv("GIT_DIR", inside("nowhere"), 1);
	setenv("GIT_INDEX_FILE", inside("no index"), 1);
	setenv("GIT_WORK_TREE", inside("home"), 1);
	setenv("GIT_TRACE", "1", 1);
	revision = resolve(REPOSITORY, NULL);
	unsetenv("GIT_DIR");
	unsetenv("GIT_INDEX_FILE");
	unsetenv("GIT_WORK_TREE");
	unsetenv("GIT_TRACE");
	assert_says("rev-parse HEAD^{tree}", revision.tree);
	revision_release(&revision);
}

TEST_START
{
	process_setup();
}
