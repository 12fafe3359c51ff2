/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "session/lineage.h"

#include "base/array.h"
#include "base/str.h"
#include "suite/git.h"

#include <stdlib.h>
#include <string.h>

#define GIT_TIMEOUT_NS 20000000000u
/* Commits that may be the branch's newest. */
#define MAX_TIPS 20

struct lineage {
	char *branch;
	char *newest;   /* commit that was measured */
	int64_t height; /* of that */
	bool went_back; /* another commit was measured later that is no higher */
};

struct lineages {
	struct lineage *items;
	size_t nr, alloc;
};

static struct lineage *find_lineage(struct lineages *lineages, const char *branch)
{
	struct lineage *lineage;

	for (size_t i = lineages->nr; i-- > 0;)
		if (strcmp(lineages->items[i].branch, branch) == 0)
			return &lineages->items[i];
	lineage = ARRAY_ADD(lineages);
	*lineage = (struct lineage){ .branch = str_dup(branch) };
	return lineage;
}

static void look_at_run(struct lineages *lineages, const struct history_run *run)
{
	struct lineage *lineage;

	if (!run->branch || !run->commit)
		return;
	lineage = find_lineage(lineages, run->branch);
	if (lineage->newest && strcmp(lineage->newest, run->commit) == 0)
		return;
	lineage->went_back |= run->height && run->height <= lineage->height;
	free(lineage->newest);
	lineage->newest = str_dup(run->commit);
	lineage->height = run->height ? run->height : lineage->height;
}

static bool does_git_say(const struct git *git, const char *const arguments[], bool with_output)
{
	struct buf output = BUF_INIT;
	struct error ignored = ERROR_INIT;
	bool is = git_run(git, arguments, &output, &ignored) == 0 && (output.len || !with_output);

	buf_release(&output);
	return is;
}

static bool is_behind(const struct git *git, const char *commit, const char *other)
{
	const char *const base[] = { "merge-base", "--is-ancestor", commit, other, NULL };

	return does_git_say(git, base, false);
}

/* A CI system checks a commit out without any branch. */
static bool is_in_use(const struct git *git, const char *commit)
{
	const char *const refs[] = { "for-each-ref", "--count=1", "--contains", commit, NULL };

	return is_behind(git, commit, "HEAD") || does_git_say(git, refs, true);
}

static bool knows_commit(const struct git *git, const char *commit)
{
	const char *const type[] = { "cat-file", "-e", commit, NULL };

	return does_git_say(git, type, false);
}

/* The newest commits of the branch, the newest first. */
struct tips {
	const struct history_run *items[MAX_TIPS];
	size_t nr;
};

static void list_tips(
	const struct history_runs *runs, const struct lineage *lineage, struct tips *tips)
{
	for (size_t i = runs->nr; i-- > 0 && tips->nr < MAX_TIPS;) {
		const struct history_run *run = &runs->items[i];
		bool is_new =
			run->branch && run->commit && strcmp(run->branch, lineage->branch) == 0;

		for (size_t j = 0; j < tips->nr && is_new; j++)
			is_new = strcmp(tips->items[j]->commit, run->commit) != 0;
		if (is_new)
			tips->items[tips->nr++] = run;
	}
}

/* Who measures an older commit again, or one that the branch no longer has, does not move it. NULL:
 * git does not know. */
static const char *find_tip(
	const struct git *git, const struct history_runs *runs, const struct lineage *lineage)
{
	struct tips tips = { .nr = 0 };
	const struct history_run *tip;
	size_t first = 0;

	list_tips(runs, lineage, &tips);
	if (!knows_commit(git, tips.items[0]->commit))
		return NULL;
	while (first < tips.nr && !is_in_use(git, tips.items[first]->commit))
		first++;
	tip = tips.items[first < tips.nr ? first : 0];
	for (size_t i = first; i < tips.nr; i++)
		if (tips.items[i]->height > tip->height &&
			is_behind(git, tip->commit, tips.items[i]->commit))
			tip = tips.items[i];
	return tip->commit;
}

struct commit_name {
	char hex[64]; /* filled up with zeros */
};

struct ancestors {
	struct commit_name *items;
	size_t nr, alloc;
};

static int compare_commits(const void *a, const void *b)
{
	return memcmp(a, b, sizeof(struct commit_name));
}

static bool take_commit_name(const char *hex, size_t len, struct commit_name *name)
{
	*name = (struct commit_name){ "" };
	if (!len || len > sizeof name->hex)
		return false;
	memcpy(name->hex, hex, len);
	return true;
}

static void find_ancestors(const struct git *git, const char *tip, struct ancestors *ancestors)
{
	const char *const list[] = { "rev-list", tip, "--", NULL };
	struct error ignored = ERROR_INIT;
	struct buf output = BUF_INIT;

	if (git_run(git, list, &output, &ignored) == 0)
		for (const char *at = output.data; *at;) {
			size_t len = strcspn(at, "\n");
			struct commit_name name;

			if (take_commit_name(at, len, &name))
				*ARRAY_ADD(ancestors) = name;
			at += len + (at[len] == '\n');
		}
	if (ancestors->nr)
		qsort(ancestors->items, ancestors->nr, sizeof *ancestors->items, compare_commits);
	buf_release(&output);
}

static bool is_ancestor(const struct ancestors *ancestors, const char *commit)
{
	struct commit_name name;

	return take_commit_name(commit, strlen(commit), &name) &&
		bsearch(&name, ancestors->items, ancestors->nr, sizeof name, compare_commits);
}

static void drop_others(
	struct history_runs *runs, const char *branch, const struct ancestors *ancestors)
{
	size_t nr = 0;

	for (size_t i = 0; i < runs->nr; i++) {
		struct history_run *run = &runs->items[i];

		if (run->branch && run->commit && strcmp(run->branch, branch) == 0 &&
			!is_ancestor(ancestors, run->commit))
			history_run_release(run);
		else
			runs->items[nr++] = *run;
	}
	runs->nr = nr;
}

static void keep_lineage(
	const struct git *git, struct history_runs *runs, const struct lineage *lineage)
{
	const char *tip = find_tip(git, runs, lineage);
	struct ancestors ancestors = { 0 };

	if (tip)
		find_ancestors(git, tip, &ancestors);
	if (ancestors.nr)
		drop_others(runs, lineage->branch, &ancestors);
	ARRAY_RELEASE(&ancestors);
}

void lineage_keep(struct history_runs *runs)
{
	const struct git git = { .folder = ".", .timeout_ns = GIT_TIMEOUT_NS };
	struct lineages lineages = { 0 };
	bool asks = false;

	for (size_t i = 0; i < runs->nr; i++)
		look_at_run(&lineages, &runs->items[i]);
	for (size_t i = 0; i < lineages.nr; i++)
		asks |= lineages.items[i].went_back;
	asks = asks && !git_is_shallow(".");
	for (size_t i = 0; i < lineages.nr; i++) {
		if (asks && lineages.items[i].went_back)
			keep_lineage(&git, runs, &lineages.items[i]);
		free(lineages.items[i].branch);
		free(lineages.items[i].newest);
	}
	ARRAY_RELEASE(&lineages);
}
