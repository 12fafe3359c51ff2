/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A git repository of a test's own, "my project" in its playground, with a home of its own: no
 * configuration but the defaults, and nobody's name. test.h goes before.
 */
#ifndef SUPPORT_REPOSITORY_H
#define SUPPORT_REPOSITORY_H

#include "base/buf.h"
#include "sys/program.h"

#include "support/playground.h"

#define REPOSITORY "my project"

/* Who commits in scripts; what we build must do without. */
#define WHO "git -c user.name=Somebody -c user.email=somebody@localhost "
#define COMMIT WHO "commit -q -m"

/* Runs a script in the playground; its output, without the newline at its end, is the caller's. */
static inline char *said(const char *script)
{
	const char *argv[] = { "/bin/sh", "-e", "-c", script, NULL };
	static const char *const unset[] = { "GIT_DIR", "GIT_INDEX_FILE", "GIT_WORK_TREE", NULL };
	const struct program program = { .argv = argv, .folder = playground, .unset = unset };
	struct program_end end;
	struct error err = ERROR_INIT;
	struct buf output = BUF_INIT;

	if (program_run(&program, &output, NULL, &end, &err))
		fail_msg("%s", err.text);
	if (!program_is_fine(&end))
		fail_msg("this failed: %s\n%s", script, output.data);
	if (output.len && output.data[output.len - 1] == '\n')
		output.data[--output.len] = '\0';
	return buf_detach(&output);
}

static inline void sh(const char *script)
{
	free(said(script));
}

/* Two commits on main; the first has the tag v1. */
static inline int open_repository(void **state)
{
	if (open_playground(state))
		return -1;
	setenv("HOME", inside("home"), 1);
	setenv("GIT_CONFIG_NOSYSTEM", "1", 1);
	unsetenv("XDG_CACHE_HOME");
	unsetenv("XDG_CONFIG_HOME");
	sh("mkdir home && git -c init.defaultBranch=main init -q '" REPOSITORY "'"
	   " && cd '" REPOSITORY "' && mkdir sub && echo one >file && echo below >sub/file"
	   " && echo '*.ignored' >.gitignore && git add -A && " COMMIT " first && git tag v1"
	   " && echo two >file && " COMMIT " second -a");
	return 0;
}

/* In the repository. */
static inline char *git_said(const char *command)
{
	struct buf script = BUF_INIT;
	char *output;

	buf_addf(&script, "cd '" REPOSITORY "' && git %s", command);
	output = said(script.data);
	buf_release(&script);
	return output;
}

/* All that is the user's: files, index, configuration, refs, logs, worktrees and stash. Not what
 * git's own look at it would change. */
static inline char *users_own(void)
{
	return said(
		"cd '" REPOSITORY "' && find . -path ./.git/objects -prune -o -type f -print0"
		" | sort -z | xargs -0 sha1sum; find .git -name objects -prune -o -type d -print"
		" | sort; git worktree list; git for-each-ref; git stash list");
}

#endif
