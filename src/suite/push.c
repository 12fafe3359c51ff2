/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "suite/push.h"

#include "base/array.h"
#include "base/buf.h"
#include "base/str.h"
#include "suite/git.h"

#include <string.h>

/* Of the names of changed files: more than any push has. */
#define MAX_NAMES (64u << 20)

/* githooks(5): <local ref> <local hash> <remote ref> <remote hash> */
static int push_read_line(const char *line, struct pushes *pushes, struct error *err)
{
	char *copy = str_dup(line), *at = copy, *words[5];
	size_t nr = 0;

	while (nr < 5 && (words[nr] = strsep(&at, " ")))
		nr++;
	if (nr == 4)
		*ARRAY_ADD(pushes) = (struct push){ str_dup(words[0]), str_dup(words[1]),
			str_dup(words[2]), str_dup(words[3]) };
	else
		error_set(err, ERR_USAGE,
			"'%.80s' is not a line for a pre-push hook; it must be LOCAL-REF HASH REMOTE-REF HASH",
			line);
	free(copy);
	return nr == 4 ? 0 : -1;
}

int pushes_read(const char *lines, struct pushes *pushes, struct error *err)
{
	char *copy = str_dup(lines), *at = copy, *line;
	int rc = 0;

	while (!rc && (line = strsep(&at, "\n")))
		if (*line)
			rc = push_read_line(line, pushes, err);
	free(copy);
	return rc;
}

void pushes_release(struct pushes *pushes)
{
	for (size_t i = 0; i < pushes->nr; i++) {
		free(pushes->items[i].local_ref);
		free(pushes->items[i].local);
		free(pushes->items[i].remote_ref);
		free(pushes->items[i].remote);
	}
	ARRAY_RELEASE(pushes);
}

static bool is_nothing(const char *hash)
{
	return !hash[strspn(hash, "0")];
}

/* Its hash; NULL: git knows no commit of that name. */
static char *commit_named(const char *folder, const char *name)
{
	const struct git git = { .folder = folder };
	struct error ignored = ERROR_INIT;
	struct buf asked = BUF_INIT;
	char *hash = NULL;

	buf_addf(&asked, "%s^{commit}", name);
	if (*name && *name != '-' && *name != '^')
		hash = git_line(&git,
			(const char *[]){ "rev-parse", "--verify", "--quiet", asked.data, NULL },
			&ignored);
	buf_release(&asked);
	return hash;
}

/* Where the one left the other; NULL: they have nothing in common, or one is unknown. */
static char *merge_base(const char *folder, const char *one, const char *other)
{
	const struct git git = { .folder = folder };
	struct error ignored = ERROR_INIT;

	return git_line(&git, (const char *[]){ "merge-base", one, other, NULL }, &ignored);
}

static char *base_on(const char *folder, const char *name, const char *head)
{
	char *commit = commit_named(folder, name);
	char *base = commit ? merge_base(folder, commit, head) : NULL;

	free(commit);
	return base;
}

/* Where what the remote had is thrown away altogether, it is still what to compare with. */
static char *base_on_old(const char *folder, const char *remote, const char *head)
{
	char *old = commit_named(folder, remote);
	char *base = old ? merge_base(folder, old, head) : NULL;

	if (!base)
		return old;
	free(old);
	return base;
}

static char *base_on_upstream(const char *folder, const char *ref, const char *head)
{
	static const char heads[] = "refs/heads/";
	struct buf name = BUF_INIT;
	char *base;

	buf_addf(&name, "%s@{upstream}", str_starts(ref, heads) ? ref + sizeof heads - 1 : ref);
	base = base_on(folder, name.data, head);
	buf_release(&name);
	return base;
}

/* Clones know the remote's default branch as HEAD; who added the remote later does not. */
static char *base_on_default(const char *folder, const char *remote, const char *head)
{
	static const char *const branches[] = { "HEAD", "main", "master" };
	struct buf name = BUF_INIT;
	char *base = NULL;

	for (size_t i = 0; i < sizeof branches / sizeof *branches && !base; i++) {
		buf_clear(&name);
		buf_addf(&name, "refs/remotes/%s/%s", remote, branches[i]);
		base = base_on(folder, name.data, head);
	}
	buf_release(&name);
	return base;
}

struct push_range push_range_of(
	const char *folder, const char *remote, const struct push *push, const char *otherwise)
{
	struct push_range range = { NULL, NULL };

	if (is_nothing(push->local))
		return range;
	range.head = commit_named(folder, push->local);
	if (!range.head)
		return range;
	if (!is_nothing(push->remote))
		range.base = base_on_old(folder, push->remote, range.head);
	if (!range.base)
		range.base = base_on_upstream(folder, push->local_ref, range.head);
	if (!range.base && remote)
		range.base = base_on_default(folder, remote, range.head);
	if (!range.base && otherwise)
		range.base = base_on(folder, otherwise, range.head);
	return range;
}

struct push_range push_range_between(const char *folder, const char *from, const char *to)
{
	struct push_range range = { NULL, commit_named(folder, to) };

	if (range.head)
		range.base = base_on_old(folder, from, range.head);
	return range;
}

void push_range_release(struct push_range *range)
{
	free(range->base);
	free(range->head);
	*range = (struct push_range){ NULL, NULL };
}

char *push_path_from(const char *prefix, const char *path)
{
	struct buf out = BUF_INIT;
	const char *slash;

	while ((slash = strchr(prefix, '/')) &&
		strncmp(prefix, path, (size_t)(slash + 1 - prefix)) == 0) {
		path += slash + 1 - prefix;
		prefix = slash + 1;
	}
	for (; slash; slash = strchr(slash + 1, '/'))
		buf_adds(&out, "../");
	buf_adds(&out, path);
	return buf_detach(&out);
}

/* By the plumbing, which does not listen to how the user likes diffs. */
int push_range_files(const char *folder, const char *prefix, const struct push_range *range,
	struct texts *files, struct error *err)
{
	const struct git git = { .folder = folder };
	struct buf names = BUF_INIT_MAX(MAX_NAMES);
	int rc = git_run(&git,
		(const char *[]){ "diff-tree", "-r", "-z", "--name-only", "--no-renames",
			range->base, range->head, NULL },
		&names, err);

	for (const char *at = names.data; !rc && at < names.data + names.len;
		at += strlen(at) + 1) {
		char *file = push_path_from(prefix, at);

		texts_add(files, file);
		free(file);
	}
	buf_release(&names);
	return rc ? -1 : 0;
}
