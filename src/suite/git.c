/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "suite/git.h"

#include "base/array.h"
#include "base/str.h"
#include "sys/clock.h"
#include "sys/program.h"
#include "sys/trace.h"

#include <stdlib.h>
#include <string.h>

#define PATIENCE_NS (600 * (uint64_t)CLOCK_NS_PER_S)
/* Of what it prints, for the question with the longest answer: all names of branches. */
#define MAX_OUTPUT (1u << 20)

const char *const git_variables[] = { "GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_PREFIX",
	"GIT_COMMON_DIR", "GIT_OBJECT_DIRECTORY", "GIT_ALTERNATE_OBJECT_DIRECTORIES",
	"GIT_QUARANTINE_PATH", "GIT_NAMESPACE", "GIT_SHALLOW_FILE", "GIT_GRAFT_FILE",
	"GIT_REPLACE_REF_BASE", "GIT_IMPLICIT_WORK_TREE", "GIT_INTERNAL_SUPER_PREFIX", "GIT_CONFIG",
	"GIT_TRACE*", "GIT_LITERAL_PATHSPECS", "GIT_GLOB_PATHSPECS", "GIT_NOGLOB_PATHSPECS",
	"GIT_ICASE_PATHSPECS", NULL };

/* Whatever the user's configuration says: nothing of theirs runs or is rewritten, and no advice. */
static const char *const always[] = { "git", "-c", "core.hooksPath=/dev/null", "-c",
	"core.fsmonitor=false", "-c", "core.splitIndex=false", "-c", "core.safecrlf=false", "-c",
	"submodule.recurse=false", "-c", "worktree.useRelativePaths=false", "-c", "gc.auto=0", "-c",
	"maintenance.auto=false", "-c", "advice.addEmbeddedRepo=false", "-c",
	"advice.detachedHead=false" };

struct words {
	const char **items;
	size_t nr, alloc;
};

/* Finds what is behind the start of the first line that starts so. */
static bool find_line(const char *text, const char *start, const char **rest)
{
	for (;;) {
		if (str_starts(text, start)) {
			*rest = text + strlen(start);
			return true;
		}
		text += strcspn(text, "\n");
		if (!*text++)
			return false;
	}
}

/* The first line of what git printed that is a complaint, or the first line. */
static const char *complaint(const char *printed)
{
	const char *rest;

	if (find_line(printed, "fatal: ", &rest) || find_line(printed, "error: ", &rest))
		return rest;
	return printed;
}

static int explain(const struct program *program, const struct program_end *end,
	const char *printed, struct error *err)
{
	struct buf how = BUF_INIT;
	const char *why = complaint(printed);
	size_t len = strcspn(why, "\n");

	program_end_spell(program, end, &how);
	if (end->kind == PROGRAM_EXITED && len)
		error_set(err, ERR_IO, "git: %.*s", (int)len, why);
	else
		error_set(err, ERR_IO, "git %s", how.data);
	buf_release(&how);
	return end->kind == PROGRAM_EXITED ? end->number : -1;
}

/* Behind settings for this call alone. */
static const char *verb_of(const char *const arguments[])
{
	while (arguments[0] && strcmp(arguments[0], "-c") == 0 && arguments[1])
		arguments += 2;
	return arguments[0] ? arguments[0] : "";
}

int git_run(
	const struct git *git, const char *const arguments[], struct buf *output, struct error *err)
{
	struct words words = { 0 }, set = { 0 };
	struct buf errors = BUF_INIT_MAX(8192);
	struct program program = { .folder = git->folder,
		.unset = git_variables,
		.log = git->log,
		.timeout_ns = git->timeout_ns ? git->timeout_ns : PATIENCE_NS };
	struct program_end end;
	const char *verb = verb_of(arguments);
	uint64_t start_ns = trace_start();
	char *found = program_find("git");
	int rc = -1;

	for (size_t i = 0; i < sizeof always / sizeof *always; i++)
		*ARRAY_ADD(&words) = always[i];
	for (; *arguments; arguments++)
		*ARRAY_ADD(&words) = *arguments;
	*ARRAY_ADD(&words) = NULL;
	*ARRAY_ADD(&set) = "LC_ALL=C";
	*ARRAY_ADD(&set) = "GIT_TERMINAL_PROMPT=0";
	*ARRAY_ADD(&set) = "GIT_OPTIONAL_LOCKS=0";
	for (const char *const *at = git->set; at && *at; at++)
		*ARRAY_ADD(&set) = *at;
	*ARRAY_ADD(&set) = NULL;
	program.argv = words.items;
	program.set = set.items;
	if (!found)
		error_set(err, ERR_IO, "git is not installed, or not in PATH: a revision needs it");
	else if (!program_run(&program, output, git->log ? NULL : &errors, &end, err))
		rc = program_is_fine(&end)
			? 0
			: explain(&program, &end, git->log ? output->data : errors.data, err);
	trace_event(start_ns, 0, "git", "git %s", verb);
	free(found);
	buf_release(&errors);
	ARRAY_RELEASE(&set);
	ARRAY_RELEASE(&words);
	return rc;
}

char *git_line(const struct git *git, const char *const arguments[], struct error *err)
{
	struct buf output = BUF_INIT_MAX(MAX_OUTPUT);
	char *line = NULL;

	if (git_run(git, arguments, &output, err) == 0)
		line = mem_copy(output.data, strcspn(output.data, "\n"));
	buf_release(&output);
	return line;
}

/* What git says of a folder, as seen from there. */
static char *absolute(const char *folder, const char *path)
{
	struct buf joined = BUF_INIT;

	buf_addf(&joined, "%s%s%s", *path == '/' ? "" : folder, *path == '/' ? "" : "/", path);
	return buf_detach(&joined);
}

static int not_a_repository(const char *folder, int status, struct error *err)
{
	if (status > 0 && strstr(err->text, "not a git repository"))
		return error_set(err, ERR_USAGE, "'%s' is not in a git repository", folder);
	return status > 0 ? error_wrap(err, "cannot use the repository of '%s'", folder) : -1;
}

int git_place_find(const char *folder, struct git_place *place, struct error *err)
{
	static const char *const ask[] = { "rev-parse", "--show-toplevel", "--git-common-dir",
		"--show-prefix", NULL };
	const struct git git = { .folder = folder };
	struct buf output = BUF_INIT_MAX(MAX_OUTPUT);
	char *at, *top, *common, *prefix;
	int rc = git_run(&git, ask, &output, err);

	*place = (struct git_place)GIT_PLACE_INIT;
	at = output.data;
	top = strsep(&at, "\n");
	common = strsep(&at, "\n");
	prefix = strsep(&at, "\n");
	if (rc) {
		rc = not_a_repository(folder, rc, err);
	} else if (!prefix) {
		rc = error_set(err, ERR_IO, "git does not say where '%s' is checked out", folder);
	} else {
		place->top = str_dup(top);
		place->prefix = str_dup(prefix);
		place->common = absolute(folder, common);
	}
	buf_release(&output);
	return rc;
}

void git_place_release(struct git_place *place)
{
	free(place->top);
	free(place->prefix);
	free(place->common);
	*place = (struct git_place)GIT_PLACE_INIT;
}

/* Of the lines, each with its newline, the last but one; NULL: there is none. */
static char *last_but_one(const char *lines)
{
	const char *before = NULL, *last = NULL;

	for (; *lines; lines += strcspn(lines, "\n") + 1) {
		before = last;
		last = lines;
	}
	return before ? mem_copy(before, strcspn(before, "\n")) : NULL;
}

/* The last value that git knows is the one that we set for ourselves. */
char *git_hooks_folder(const struct git_place *place, struct error *err)
{
	static const char *const ask[] = { "config", "--type=path", "--get-all", "core.hooksPath",
		NULL };
	const struct git git = { .folder = place->top };
	struct buf output = BUF_INIT_MAX(MAX_OUTPUT), standard = BUF_INIT;
	char *said = NULL, *path = NULL;

	if (git_run(&git, ask, &output, err) == 0) {
		said = last_but_one(output.data);
		buf_addf(&standard, "%s/hooks", place->common);
		path = said && *said ? absolute(place->top, said) : str_dup(standard.data);
	}
	free(said);
	buf_release(&standard);
	buf_release(&output);
	return path;
}

bool git_is_shallow(const char *folder)
{
	static const char *const ask[] = { "rev-parse", "--is-shallow-repository", NULL };
	const struct git git = { .folder = folder };
	struct error ignored = ERROR_INIT;
	char *answer = git_line(&git, ask, &ignored);
	bool shallow = answer && strcmp(answer, "true") == 0;

	free(answer);
	return shallow;
}
