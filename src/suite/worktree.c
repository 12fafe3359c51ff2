/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "suite/worktree.h"

#include "base/str.h"
#include "base/texts.h"
#include "suite/git.h"
#include "sys/file.h"
#include "sys/folder.h"

#include <stdlib.h>
#include <string.h>

#define MAX_PATH_BYTES ((size_t)1 << 16)

/* A commit that no name leads to, for files that nobody committed. Whoever we say made it, it needs
 * no configuration. */
static char *commit_of_files(const char *folder, const struct revision *revision, struct error *err)
{
	static const char *const set[] = { "GIT_AUTHOR_NAME=benchgate",
		"GIT_AUTHOR_EMAIL=benchgate@localhost", "GIT_COMMITTER_NAME=benchgate",
		"GIT_COMMITTER_EMAIL=benchgate@localhost", NULL };
	const struct git git = { .folder = folder, .set = set };

	return git_line(&git,
		(const char *[]){ "commit-tree", "-p", revision->commit, "-m",
			"The working tree, as benchgate builds it", revision->tree, NULL },
		err);
}

/* Not --init, which would write their addresses into the user's configuration. */
static int add_submodules(const struct worktree *worktree, struct buf *output, struct error *err)
{
	static const char *const update[] = { "-c", "submodule.active=.", "submodule", "update",
		"--recursive", NULL };
	const struct git git = {
		.folder = worktree->path, .log = worktree->log, .timeout_ns = worktree->timeout_ns
	};
	struct buf list = BUF_INIT;
	int rc = 0;

	buf_addf(&list, "%s/.gitmodules", worktree->path);
	if (!folder_lacks(list.data) && git_run(&git, update, output, err))
		rc = error_wrap(err, "its submodules");
	buf_release(&list);
	return rc;
}

int worktree_add(const struct worktree *worktree, const struct revision *revision,
	struct buf *output, struct error *err)
{
	const struct git git = {
		.folder = worktree->folder, .log = worktree->log, .timeout_ns = worktree->timeout_ns
	};
	char *commit = revision->is_working_tree ? commit_of_files(worktree->folder, revision, err)
						 : str_dup(revision->commit);
	int rc = -1;

	/* Forced twice: one that was killed in the middle of this has left a locked one behind. */
	if (commit &&
		!git_run(&git,
			(const char *[]){ "worktree", "add", "--force", "--force", "--detach",
				worktree->path, commit, NULL },
			output, err))
		rc = add_submodules(worktree, output, err);
	free(commit);
	return rc;
}

/* gitrepository-layout(5): worktrees/<id>/gitdir holds the path of the worktree's .git file. Read
 * a second time where that fails: one that is not found out to be ours stays in git's list. */
static int find_out_whose(const char *known, const char *link, bool *is_ours, struct error *err)
{
	struct buf path = BUF_INIT, text = BUF_INIT;
	int rc = 0;

	buf_addf(&path, "%s/gitdir", known);
	if (!folder_lacks(path.data))
		rc = file_read(path.data, MAX_PATH_BYTES, &text, err);
	if (rc) {
		buf_clear(&text);
		rc = file_read(path.data, MAX_PATH_BYTES, &text, err);
	}
	*is_ours = !rc && str_starts(text.data, link) && strcspn(text.data, "\n") == strlen(link);
	buf_release(&text);
	buf_release(&path);
	return rc;
}

/* `git worktree remove` takes the files, too, and refuses what is half there; `git worktree prune`
 * would take others of the user's with it. */
int worktree_forget(const char *common, const char *path, struct error *err)
{
	struct buf worktrees = BUF_INIT, known = BUF_INIT, link = BUF_INIT;
	struct texts names = { 0 };
	bool is_ours;
	int rc;

	buf_addf(&worktrees, "%s/worktrees", common);
	buf_addf(&link, "%s/.git", path);
	rc = folder_list_folders(worktrees.data, &names, err);
	for (size_t i = 0; i < names.nr && !rc; i++) {
		buf_clear(&known);
		buf_addf(&known, "%s/%s", worktrees.data, names.items[i]);
		rc = find_out_whose(known.data, link.data, &is_ours, err);
		if (is_ours)
			rc = folder_remove(known.data, err);
	}
	folder_remove_empty(worktrees.data);
	if (!rc)
		rc = folder_remove(link.data, err);
	texts_release(&names);
	buf_release(&link);
	buf_release(&known);
	buf_release(&worktrees);
	return rc;
}
