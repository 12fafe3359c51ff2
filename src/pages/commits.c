/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What git says of the commits that were measured; nothing where there is no repository. */
#include "pages/parts.h"

#include "suite/git.h"

#include <stdlib.h>
#include <string.h>

#define TIMEOUT_NS UINT64_C(20000000000)
#define MAX_COMMITS "--max-count=50000"
/* More of a subject tells nobody more. */
#define MAX_SUBJECT 200

struct hashes {
	const char **items;
	size_t nr;
};

static int by_text(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static struct hashes hashes_of(const struct history_runs *runs)
{
	struct hashes hashes = { mem_alloc(runs->nr, sizeof(char *)), 0 };

	for (size_t i = 0; i < runs->nr; i++)
		if (runs->items[i].commit)
			hashes.items[hashes.nr++] = runs->items[i].commit;
	if (hashes.nr)
		qsort(hashes.items, hashes.nr, sizeof *hashes.items, by_text);
	return hashes;
}

/* "hash, author, subject", with tabs between them */
static void take_log_line(char *line, const struct hashes *hashes, struct json *to)
{
	char *author = strchr(line, '\t'), *subject = author ? strchr(author + 1, '\t') : NULL;
	struct json *item;

	if (!subject)
		return;
	*author = *subject = '\0';
	if (!bsearch(&line, hashes->items, hashes->nr, sizeof *hashes->items, by_text))
		return;
	if (strlen(subject + 1) > MAX_SUBJECT)
		subject[1 + MAX_SUBJECT] = '\0';
	item = json_add_object(to, line);
	json_add_text(item, "author", author + 1);
	json_add_text(item, "subject", subject + 1);
}

void commits_document(const struct documents *documents, struct buf *out)
{
	const char *const log[] = { "log", "--all", MAX_COMMITS, "--format=%H%x09%an%x09%s", NULL };
	const struct git git = { .folder = documents->settings->root, .timeout_ns = TIMEOUT_NS };
	struct hashes hashes = hashes_of(&documents->runs);
	struct json *root = json_new_object(), *commits;
	struct error ignored = ERROR_INIT;
	struct buf said = BUF_INIT;
	char *at, *line, *save = NULL;

	json_add_text(root, "format", "benchgate-commits");
	json_add_number(root, "version", 1);
	commits = json_add_object(root, "commits");
	if (hashes.nr && !git_run(&git, log, &said, &ignored))
		for (at = said.data; (line = strtok_r(at, "\n", &save)); at = NULL)
			take_log_line(line, &hashes, commits);
	json_print_line(root, out);
	json_free(root);
	buf_release(&said);
	free(hashes.items);
}
