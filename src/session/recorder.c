/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "session/recorder.h"

#include "base/str.h"
#include "session/ci.h"
#include "suite/git.h"

#include <stdio.h>
#include <string.h>

#define GIT_TIMEOUT_NS 20000000000u

struct history *recorder_read(const char *path, struct error *err)
{
	struct history *history = history_open(path, DB_READ, err);

	if (history && history_lacks_counts(history))
		fprintf(stderr,
			"benchgate: %s is of an older version: its counts are no series until a run is "
			"added to it\n",
			path);
	return history;
}

const char *recorder_path(const char *db, const struct settings *settings)
{
	const char *path = db ? db : settings->history_db;

	return path && strcmp(path, "none") != 0 ? path : NULL;
}

int recorder_open(struct recorder *recorder, const char *db, const struct settings *settings,
	struct error *err)
{
	struct history *history;

	recorder->path = recorder_path(db, settings);
	if (!recorder->path)
		return 0;
	if (!*recorder->path)
		return error_set(err, ERR_USAGE, "--db is empty; it takes a file, or none");
	history = history_open(recorder->path, DB_MAY_NEW, err);
	history_close(history);
	return history ? 0 : -1;
}

/* Of a history that was not fetched as a whole nobody can count the commits. */
static int64_t count_commits(const struct git *git, const char *commit)
{
	const char *const count[] = { "rev-list", "--count", commit, NULL };
	struct error ignored = ERROR_INIT;
	char *line = git_is_shallow(".") ? NULL : git_line(git, count, &ignored);
	uint64_t nr = 0;

	if (line)
		str_to_u64(line, &nr);
	free(line);
	return nr <= INT32_MAX ? (int64_t)nr : 0;
}

static char *find_tag(const struct git *git, const char *commit)
{
	const char *const tag[] = { "describe", "--tags", "--exact-match", commit, NULL };
	struct error ignored = ERROR_INIT;

	return git_line(git, tag, &ignored);
}

static bool is_commit_hash(const char *text)
{
	return text && strlen(text) >= 40 && strspn(text, "0123456789abcdef") == strlen(text);
}

void recorder_find_origin(const struct run *run, struct recorder_origin *origin)
{
	const struct git git = { .timeout_ns = GIT_TIMEOUT_NS };
	const char *commit = run->env.values[ENV_COMMIT];

	*origin = (struct recorder_origin){ .branch = NULL };
	if (is_commit_hash(commit)) {
		origin->said.height = count_commits(&git, commit);
		origin->tag = find_tag(&git, commit);
		/* CI systems check a commit out, and no branch. */
		if (!run->env.values[ENV_BRANCH] && !run_is_in_turn(run))
			origin->branch = str_dup(ci_branch());
	}
	origin->said.tag = origin->tag;
	origin->said.branch = origin->branch;
}

void recorder_origin_release(struct recorder_origin *origin)
{
	free(origin->branch);
	free(origin->tag);
}

static bool has_value(const struct run *run)
{
	for (size_t i = 0; i < run->nr; i++)
		if (run->items[i].metrics.nr)
			return true;
	return false;
}

static int recorder_add(const char *path, const struct run *run, struct error *err)
{
	struct history *history = history_open(path, DB_MAY_NEW, err);
	struct recorder_origin origin;
	bool is_new;
	int rc;

	if (!history)
		return -1;
	recorder_find_origin(run, &origin);
	rc = history_add(history, run, &origin.said, &is_new, err);
	recorder_origin_release(&origin);
	history_close(history);
	return rc;
}

int recorder_keep(const struct recorder *recorder, const struct run *run, struct buf *notes,
	struct error *err)
{
	const char *why = run->status == RUN_INTERRUPTED ? "it was interrupted"
		: !has_value(run)                        ? "it has no value"
							 : NULL;

	if (!recorder->path)
		return 0;
	if (!why)
		return recorder_add(recorder->path, run, err);
	buf_adds(notes, "note: the run is not kept in ");
	buf_add_printable(notes, recorder->path);
	buf_addf(notes, ": %s\n", why);
	return 0;
}
