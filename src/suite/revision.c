/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "suite/revision.h"

#include "base/error.h"
#include "base/mem.h"
#include "base/str.h"
#include "suite/git.h"
#include "sys/program.h"
#include "sys/scratch.h"

#include <stdlib.h>
#include <string.h>

/* How the rest of a shallow clone is had. */
#define FETCH_ALL \
	"fetch all of the history, with 'fetch-depth: 0' for GitHub's checkout action or 'git fetch --unshallow'"
#define SHORT_HASH 7
#define MAX_NAMES (1u << 20)

/* The object of that name; NULL: unknown, or git cannot be asked. */
static char *object_of(const char *folder, const char *name)
{
	const struct git git = { .folder = folder };
	struct error ignored = ERROR_INIT;

	return git_line(
		&git, (const char *[]){ "rev-parse", "--verify", "--quiet", name, NULL }, &ignored);
}

/* The commit or the tree that it leads to, "^{commit}" or "^{tree}". In two steps, because behind
 * ":/words of a message" that would be a word. */
static char *hash_of(const char *folder, const char *name, const char *kind)
{
	char *object = object_of(folder, name), *hash = NULL;
	struct buf asked = BUF_INIT;

	if (object) {
		buf_addf(&asked, "%s%s", object, kind);
		hash = object_of(folder, asked.data);
	}
	buf_release(&asked);
	free(object);
	return hash;
}

static char *commit_in(const char *folder, const char *place, const char *name)
{
	struct buf full = BUF_INIT;
	char *commit;

	buf_addf(&full, "%s%s", place, name);
	commit = hash_of(folder, full.data, "^{commit}");
	buf_release(&full);
	return commit;
}

/* A hash and HEAD are what they are, whatever else is called so. */
static bool may_be_branch(const char *name)
{
	return !str_starts(name, "HEAD") && strspn(name, "0123456789abcdefABCDEF") < strlen(name);
}

/* Git takes a tag before a branch of its name. Who may push tags, but not to that branch, would
 * choose what a change is compared with, and who is told. */
static char *commit_of_branch_and_tag(const char *folder, const char *name)
{
	static const char *const branches[] = { "refs/heads/", "refs/remotes/",
		"refs/remotes/origin/" };
	char *tag = may_be_branch(name) ? commit_in(folder, "refs/tags/", name) : NULL;
	char *commit = NULL;

	for (size_t i = 0; tag && !commit && i < sizeof branches / sizeof *branches; i++)
		commit = commit_in(folder, branches[i], name);
	free(tag);
	return commit;
}

/* In a CI system's clone there may be no branch but the one that is tested. */
static char *revision_commit_of(const char *folder, const char *name)
{
	char *commit;

	/* Git would take the one for an option and the other for HEAD. */
	if (*name == '-' || !*name || *name == '^')
		return NULL;
	commit = commit_of_branch_and_tag(folder, name);
	if (!commit)
		commit = hash_of(folder, name, "^{commit}");
	return commit ? commit : commit_in(folder, "refs/remotes/origin/", name);
}

bool revision_has_file(const char *folder, const struct revision *revision, const char *name)
{
	struct buf asked = BUF_INIT;
	char *object;

	buf_addf(&asked, "%s:./%s", revision->tree, name);
	object = object_of(folder, asked.data);
	buf_release(&asked);
	free(object);
	return object != NULL;
}

int revision_read_file(const char *folder, const struct revision *revision, const char *name,
	struct buf *out, struct error *err)
{
	const struct git git = { .folder = folder };
	struct buf asked = BUF_INIT;
	int rc;

	buf_addf(&asked, "%s:./%s", revision->tree, name);
	rc = git_run(&git, (const char *[]){ "cat-file", "blob", asked.data, NULL }, out, err);
	buf_release(&asked);
	return rc ? -1 : 0;
}

bool revision_is_known(const char *folder, const char *name)
{
	char *commit = revision_commit_of(folder, name);
	bool known = commit != NULL;

	free(commit);
	return known;
}

static int unknown_revision(const char *folder, const char *name, struct error *err)
{
	static const char *const ask[] = { "for-each-ref", "--format=%(refname:short)",
		"refs/heads", "refs/tags", NULL };
	const struct git git = { .folder = folder };
	struct unknown unknown = { .given = name, .see = "'git branch --all' and 'git tag'" };
	struct git_place place;
	struct buf names = BUF_INIT_MAX(MAX_NAMES);
	struct error ignored = ERROR_INIT;

	if (git_place_find(folder, &place, err))
		return -1;
	git_place_release(&place);
	if (git_is_shallow(folder))
		return error_set(err, ERR_USAGE,
			"unknown revision '%s'; this clone is shallow: " FETCH_ALL, name);
	git_run(&git, ask, &names, &ignored);
	for (char *at = names.data, *line; *names.data && (line = strsep(&at, "\n"));)
		unknown_offer(&unknown, line);
	unknown_error(&unknown, err, "unknown revision '%s'", name);
	buf_release(&names);
	return -1;
}

/*
 * The files as they are, as a tree: by an index of our own, so that the user's stays as it is. It
 * starts as a copy, with the time of the original, by which git sees which files it need not read.
 */
static char *tree_of_files(const char *folder, const char *scratch, struct error *err)
{
	static const char *const where[] = { "rev-parse", "--git-path", "index", NULL };
	struct buf index = BUF_INIT, variable = BUF_INIT, ignored = BUF_INIT;
	const char *set[] = { NULL, NULL };
	const struct git plain = { .folder = folder }, git = { .folder = folder, .set = set };
	char *original = git_line(&plain, where, err), *tree = NULL;
	const char *copy[] = { "cp", "-p", "--", original, NULL, NULL };
	const struct program program = { .argv = copy, .folder = folder };
	struct program_end end;

	buf_addf(&index, "%s/index", scratch);
	buf_addf(&variable, "GIT_INDEX_FILE=%s", index.data);
	copy[4] = index.data;
	set[0] = variable.data;
	/* A repository that nothing was ever added to has no index, and copying it may fail. */
	if (original && !program_run(&program, &ignored, NULL, &end, err) &&
		git_run(&git, (const char *[]){ "add", "-A", NULL }, &ignored, err) == 0)
		tree = git_line(&git, (const char *[]){ "write-tree", NULL }, err);
	free(original);
	buf_release(&ignored);
	buf_release(&variable);
	buf_release(&index);
	return tree;
}

static int resolve_working_tree(const char *folder, struct revision *revision, struct error *err)
{
	struct git_place place;
	struct scratch scratch;

	if (git_place_find(folder, &place, err))
		return -1;
	revision->name = str_dup("working tree");
	revision->is_working_tree = true;
	revision->commit = hash_of(folder, "HEAD", "^{commit}");
	if (!revision->commit) {
		error_set(err, ERR_USAGE, "the repository '%s' has no commit yet", place.top);
	} else if (!scratch_make(&scratch, err)) {
		revision->tree = tree_of_files(place.top, scratch.path, err);
		scratch_remove(&scratch);
		if (!revision->tree)
			error_wrap(err, "cannot read the files in '%s'", place.top);
	}
	git_place_release(&place);
	return revision->tree ? 0 : -1;
}

/* Takes the commit over. */
static int revision_fill(const char *folder, const char *name, char *commit,
	struct revision *revision, struct error *err)
{
	revision->name = str_dup(name);
	revision->commit = commit;
	revision->tree = hash_of(folder, commit, "^{tree}");
	if (!revision->tree)
		return error_set(err, ERR_IO, "git has the commit '%s' but not its files", name);
	return 0;
}

int revision_resolve(
	const char *folder, const char *name, struct revision *revision, struct error *err)
{
	char *commit;
	int rc;

	*revision = (struct revision)REVISION_INIT;
	if (name) {
		commit = revision_commit_of(folder, name);
		rc = commit ? revision_fill(folder, name, commit, revision, err)
			    : unknown_revision(folder, name, err);
	} else {
		rc = resolve_working_tree(folder, revision, err);
	}
	if (rc)
		revision_release(revision);
	return rc;
}

static int no_merge_base(const char *folder, const char *one, const char *other, struct error *err)
{
	if (git_is_shallow(folder))
		return error_set(err, ERR_USAGE,
			"no common ancestor of %s and %s was fetched; this clone is shallow: " FETCH_ALL,
			one, other);
	return error_set(err, ERR_NO_BASE,
		"%s and %s have no common ancestor: their histories are not related", one, other);
}

int revision_merge_base(const char *folder, const char *one, const char *other,
	struct revision *revision, struct error *err)
{
	const struct git git = { .folder = folder };
	struct revision first = REVISION_INIT, second = REVISION_INIT;
	struct buf name = BUF_INIT, found = BUF_INIT;
	int rc = -1, status;

	*revision = (struct revision)REVISION_INIT;
	one = one ? one : "HEAD";
	other = other ? other : "HEAD";
	if (revision_resolve(folder, one, &first, err) ||
		revision_resolve(folder, other, &second, err))
		goto out;
	status = git_run(&git, (const char *[]){ "merge-base", first.commit, second.commit, NULL },
		&found, err);
	if (status == 1)
		no_merge_base(folder, one, other, err);
	if (status)
		goto out;
	buf_addf(&name, "merge base of %s and %s", one, other);
	rc = revision_fill(
		folder, name.data, mem_copy(found.data, strcspn(found.data, "\n")), revision, err);
	if (rc)
		revision_release(revision);
out:
	buf_release(&found);
	buf_release(&name);
	revision_release(&second);
	revision_release(&first);
	return rc;
}

/* Of the remote that it was cloned from, or else by its name; owned. A repository that has none of
 * them has one branch that counts: its own. */
static char *default_branch(const char *folder)
{
	static const char *const ask[] = { "symbolic-ref", "--quiet", "--short",
		"refs/remotes/origin/HEAD", NULL };
	static const char *const usual[] = { "origin/main", "origin/master", "main", "master" };
	const struct git git = { .folder = folder };
	struct error ignored = ERROR_INIT;
	char *branch = git_line(&git, ask, &ignored);

	if (branch && revision_is_known(folder, branch))
		return branch;
	free(branch);
	for (size_t i = 0; i < sizeof usual / sizeof *usual; i++)
		if (revision_is_known(folder, usual[i]))
			return str_dup(usual[i]);
	return str_dup("HEAD");
}

static bool has_changes(const char *folder)
{
	static const char *const ask[] = { "diff", "--quiet", "HEAD", NULL };
	const struct git git = { .folder = folder };
	struct buf output = BUF_INIT;
	struct error ignored = ERROR_INIT;
	int status = git_run(&git, ask, &output, &ignored);

	buf_release(&output);
	return status == 1;
}

static int resolve_parent(const char *folder, struct revision *revision, struct error *err)
{
	char *commit = revision_commit_of(folder, "HEAD^");

	if (commit)
		return revision_fill(folder, "parent of HEAD", commit, revision, err);
	if (git_is_shallow(folder))
		return error_set(err, ERR_USAGE,
			"the parent of HEAD was not fetched; this clone is shallow: " FETCH_ALL);
	return error_set(err, ERR_NO_BASE, "HEAD is the first commit and has no parent");
}

int revision_before(
	const char *folder, const char *branch, struct revision *revision, struct error *err)
{
	char *found = branch ? str_dup(branch) : default_branch(folder);
	char *head = revision_commit_of(folder, "HEAD");
	int rc = revision_merge_base(folder, found, NULL, revision, err);

	if (!rc && head && strcmp(revision->commit, head) == 0) {
		revision_release(revision);
		rc = has_changes(folder) ? revision_resolve(folder, "HEAD", revision, err)
					 : resolve_parent(folder, revision, err);
		if (rc)
			revision_release(revision);
	}
	free(head);
	free(found);
	return rc;
}

int revision_ancestors(const char *folder, const struct revision *revision, size_t max,
	struct texts *commits, struct error *err)
{
	const struct git git = { .folder = folder };
	struct buf count = BUF_INIT, output = BUF_INIT_MAX(MAX_NAMES);
	int rc;

	buf_addf(&count, "--max-count=%zu", max);
	rc = git_run(&git, (const char *[]){ "rev-list", count.data, revision->commit, NULL },
		&output, err);
	for (char *at = output.data, *line; !rc && *output.data && (line = strsep(&at, "\n"));)
		if (*line)
			texts_add(commits, line);
	buf_release(&output);
	buf_release(&count);
	return rc ? -1 : 0;
}

void revision_advise_fetch(const char *folder, struct buf *out)
{
	if (git_is_shallow(folder))
		buf_adds(out, "; this clone is shallow: " FETCH_ALL);
}

void revision_spell(const struct revision *revision, struct buf *out)
{
	const char *name = revision->name, *commit = revision->commit;

	if (revision->is_working_tree)
		buf_adds(out, "the working tree");
	else if (strlen(name) >= SHORT_HASH && str_starts(commit, name))
		buf_addf(out, "%.*s", SHORT_HASH, commit);
	else
		buf_addf(out, "%s (%.*s)", name, SHORT_HASH, commit);
}

void revision_release(struct revision *revision)
{
	free(revision->name);
	free(revision->commit);
	free(revision->tree);
	*revision = (struct revision)REVISION_INIT;
}
