/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "suite/commits.h"

#include "base/str.h"
#include "suite/git.h"

#include <stdlib.h>
#include <string.h>

#define MAX_HASHES (8u << 20)

static void add_hashes(struct buf *output, struct texts *lines)
{
	for (char *at = output->data, *line; *output->data && (line = strsep(&at, "\n"));)
		if (*line)
			texts_add(lines, line);
}

/* Those along first parents that `to` has and `from` has not, the oldest first. */
static int list_between(const char *folder, const char *from, const char *to, struct texts *hashes,
	struct error *err)
{
	const struct git git = { .folder = folder };
	struct buf range = BUF_INIT, output = BUF_INIT_MAX(MAX_HASHES);
	int rc;

	buf_addf(&range, "%s..%s", from, to);
	rc = git_run(&git,
		(const char *[]){ "rev-list", "--first-parent", "--reverse", range.data, NULL },
		&output, err);
	if (!rc && output.full)
		rc = error_set(err, ERR_USAGE,
			"there are more than %zu commits between %.7s and %.7s: give ends that are nearer to each other",
			hashes->nr, from, to);
	if (!rc) {
		texts_add(hashes, from);
		add_hashes(&output, hashes);
	}
	buf_release(&output);
	buf_release(&range);
	return rc ? -1 : 0;
}

int commits_between(const char *folder, const char *good, const char *bad, struct texts *hashes,
	struct error *err)
{
	return list_between(folder, good, bad, hashes, err);
}

static int find_parents(
	const char *folder, const char *commit, struct texts *parents, struct error *err)
{
	const struct git git = { .folder = folder };
	char *line = git_line(&git,
		(const char *[]){ "rev-list", "--parents", "--max-count=1", commit, NULL }, err);
	char *rest = line;

	for (char *word; line && (word = strsep(&rest, " "));)
		if (word != line)
			texts_add(parents, word);
	if (!line)
		return -1;
	free(line);
	return 0;
}

int commits_merged(const char *folder, const char *commit, size_t branch, struct texts *hashes,
	struct error *err)
{
	const struct git git = { .folder = folder };
	struct texts parents = { 0 };
	struct error ignored = ERROR_INIT;
	char *start = NULL;
	int rc = find_parents(folder, commit, &parents, err);

	if (!rc && parents.nr > branch + 1)
		start = git_line(&git,
			(const char *[]){
				"merge-base", parents.items[0], parents.items[branch + 1], NULL },
			&ignored);
	if (start)
		rc = list_between(folder, start, parents.items[branch + 1], hashes, err);
	free(start);
	texts_release(&parents);
	return rc;
}

static char *next_line_of(char **rest)
{
	char *line = strsep(rest, "\n");

	return line && *line ? str_dup(line) : NULL;
}

void commit_words_find(const char *folder, const char *commit, struct commit_words *words)
{
	static const char format[] = "--format=%aN%n%aI%n%s";
	const struct git git = { .folder = folder };
	struct buf output = BUF_INIT_MAX(MAX_HASHES);
	struct error ignored = ERROR_INIT;
	char *rest;

	*words = (struct commit_words){ .author = NULL };
	if (!git_run(&git,
		    (const char *[]){ "log", "--max-count=1", "--no-show-signature", "--no-color",
			    format, commit, NULL },
		    &output, &ignored)) {
		rest = output.data;
		words->author = next_line_of(&rest);
		words->date = next_line_of(&rest);
		words->subject = next_line_of(&rest);
	}
	buf_release(&output);
}

void commit_words_release(struct commit_words *words)
{
	free(words->author);
	free(words->date);
	free(words->subject);
	*words = (struct commit_words){ .author = NULL };
}
