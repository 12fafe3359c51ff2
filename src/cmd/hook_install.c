/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/str.h"
#include "cmd/hook.h"
#include "cmd/shell.h"
#include "suite/git.h"
#include "sys/clock.h"
#include "sys/file.h"
#include "sys/folder.h"
#include "sys/process.h"

#include <stdlib.h>
#include <string.h>

/* By this line a hook is known as ours. */
#define MARK "# The pre-push hook of benchgate; 'benchgate hook uninstall' takes it away.\n"
/* What was there before, kept beside ours. */
#define KEPT ".before-benchgate"
/* No hook of ours is larger. */
#define MAX_HOOK_BYTES 65536

enum owner { OWNER_NOBODY, OWNER_US, OWNER_OTHERS };

struct place {
	struct git_place git;
	char *folder; /* git's, of hooks */
	char *hook, *kept;
	enum owner owner; /* of the hook */
};

static void place_release(struct place *place)
{
	git_place_release(&place->git);
	free(place->folder);
	free(place->hook);
	free(place->kept);
}

static enum owner owner_of(const char *path)
{
	struct buf text = BUF_INIT;
	struct error ignored = ERROR_INIT;
	enum owner owner = OWNER_OTHERS;

	if (!file_is_there(path))
		return OWNER_NOBODY;
	if (file_read(path, MAX_HOOK_BYTES, &text, &ignored) == 0 && strstr(text.data, MARK))
		owner = OWNER_US;
	buf_release(&text);
	return owner;
}

static char *joined(const char *folder, const char *name, const char *end)
{
	struct buf path = BUF_INIT;

	buf_addf(&path, "%s/%s%s", folder, name, end);
	return buf_detach(&path);
}

static int find_place(const char *folder, struct place *place, struct error *err)
{
	char *hooks;

	if (git_place_find(folder, &place->git, err))
		return -1;
	hooks = git_hooks_folder(&place->git, err);
	if (!hooks)
		return -1;
	place->folder = str_dup(str_starts(hooks, "./") ? hooks + 2 : hooks);
	free(hooks);
	place->hook = joined(place->folder, "pre-push", "");
	place->kept = joined(place->folder, "pre-push", KEPT);
	place->owner = owner_of(place->hook);
	return 0;
}

static bool ends_in(const char *text, const char *end)
{
	size_t len = strlen(text), end_len = strlen(end);

	return len >= end_len && strcmp(text + len - end_len, end) == 0;
}

static int check_place(const struct place *place, struct error *err)
{
	/* It writes them all anew, and they know by their own names what to run. */
	if (ends_in(place->folder, "/.husky/_"))
		return error_set(err, ERR_USAGE,
			"husky keeps the hooks of this repository: put this line into .husky/pre-push instead: benchgate hook run --remote \"$1\"");
	if (!folder_lacks(place->folder) && !folder_is(place->folder))
		return error_set(err, ERR_USAGE,
			"git is told by core.hooksPath to run no hooks: %s is no folder",
			place->folder);
	if (place->owner == OWNER_OTHERS && file_is_there(place->kept))
		return error_set(err, ERR_USAGE,
			"%s is not benchgate's hook, but %s is kept from an earlier install: join the two files, or remove one",
			place->hook, place->kept);
	return 0;
}

static void add_command(const struct hook_options *options, struct buf *out)
{
	buf_addf(out, "pushed | \"$benchgate\" hook run --remote \"$1\" --limit %.9gs",
		(double)options->limit_ns / CLOCK_NS_PER_S);
	if (options->tier) {
		buf_adds(out, " --tier ");
		shell_add_word(out, options->tier);
	}
	if (options->quiet)
		buf_adds(out, " --quiet");
	buf_addc(out, '\n');
}

/* What stops a push is 1, and a signal that ends us; all else is said, and lets it go on. */
static void add_script(
	const struct hook_options *options, const struct place *place, struct buf *out)
{
	char *own = process_own_path();

	buf_adds(out,
		"#!/bin/sh\n" MARK "refs=$(cat)\n"
		"pushed() { [ -z \"$refs\" ] || printf '%s\\n' \"$refs\"; }\n"
		"before=$(dirname -- \"$0\")/pre-push" KEPT "\n"
		"if [ -x \"$before\" ]; then pushed | \"$before\" \"$@\" || exit; fi\n");
	if (*place->git.prefix) {
		buf_adds(out, "cd -- ");
		shell_add_word(out, place->git.prefix);
		buf_adds(out, " 2>/dev/null || exit 0\n");
	}
	buf_adds(out, "benchgate=");
	shell_add_word(out, own ? own : "benchgate");
	buf_adds(out,
		"\n[ -x \"$benchgate\" ] || benchgate=$(command -v benchgate) || {\n"
		"\techo 'benchgate is gone: nothing was measured' >&2\n"
		"\texit 0\n"
		"}\n");
	add_command(options, out);
	buf_adds(out, "case $? in 1 | 129 | 130 | 143) exit 1 ;; *) exit 0 ;; esac\n");
	free(own);
}

static int write_hook(const struct place *place, const struct buf *script, struct error *err)
{
	struct file_new file = FILE_NEW_INIT;

	if (file_new_open(&file, place->hook, err) || file_new_commit(&file, script, err))
		return -1;
	return file_make_executable(place->hook, err);
}

static bool is_written(const struct place *place, const struct buf *script)
{
	struct buf text = BUF_INIT;
	struct error ignored = ERROR_INIT;
	bool same = file_read(place->hook, MAX_HOOK_BYTES, &text, &ignored) == 0 &&
		strcmp(text.data, script->data) == 0 && file_is_executable(place->hook);

	buf_release(&text);
	return same;
}

static int put(const struct place *place, const struct buf *script, struct error *err)
{
	struct error ignored = ERROR_INIT;

	if (folder_make(place->folder, err))
		return -1;
	if (place->owner == OWNER_OTHERS && file_rename(place->hook, place->kept, err))
		return -1;
	if (!write_hook(place, script, err))
		return 0;
	if (place->owner == OWNER_OTHERS)
		file_rename(place->kept, place->hook, &ignored);
	return -1;
}

static void add_kept(const struct place *place, struct buf *out)
{
	if (!file_is_there(place->kept))
		return;
	if (file_is_executable(place->kept))
		buf_addf(out, "the hook that was there is run first: %s\n", place->kept);
	else
		buf_addf(out,
			"the hook that was there is kept but not run, because it is not executable: %s\n",
			place->kept);
}

static void add_advice(const struct settings *settings, struct buf *out)
{
	if (!settings->file)
		buf_adds(out,
			"there is no policy file yet: until there is, nothing is measured (see 'benchgate init')\n");
	else if (!settings->build || !settings->suites_said.nr)
		buf_addf(out,
			"%s does not say how to build a commit: until it has \"build\" and \"suite\", nothing is measured\n",
			settings->file);
}

int hook_install(const struct hook_options *options, const struct settings *settings,
	struct buf *out, struct error *err)
{
	struct place place = { .git = GIT_PLACE_INIT };
	struct buf script = BUF_INIT;
	int rc = -1;

	if (find_place(settings->root, &place, err) || check_place(&place, err))
		goto out;
	add_script(options, &place, &script);
	if (place.owner == OWNER_US && is_written(&place, &script)) {
		buf_addf(out, "%s is installed already\n", place.hook);
	} else if (put(&place, &script, err)) {
		goto out;
	} else {
		buf_addf(out,
			"%s %s: at each push it measures for at most %.9g s; 'git push --no-verify' skips it\n",
			place.owner == OWNER_US ? "renewed" : "installed", place.hook,
			(double)options->limit_ns / CLOCK_NS_PER_S);
		add_kept(&place, out);
	}
	add_advice(settings, out);
	rc = 0;
out:
	buf_release(&script);
	place_release(&place);
	return rc;
}

/* A hook of ours that somebody removed by hand may have left one behind that was kept. */
static int take_away(const struct place *place, struct buf *out, struct error *err)
{
	bool kept = file_is_there(place->kept);

	if (place->owner == OWNER_OTHERS || (place->owner == OWNER_NOBODY && !kept)) {
		buf_addf(out, "there is no benchgate hook in %s\n", place->folder);
		return 0;
	}
	if (kept ? file_rename(place->kept, place->hook, err) : folder_remove(place->hook, err))
		return -1;
	buf_addf(out, kept ? "put back %s\n" : "removed %s\n", place->hook);
	return 0;
}

int hook_uninstall(struct buf *out, struct error *err)
{
	struct place place = { .git = GIT_PLACE_INIT };
	int rc = find_place(".", &place, err);

	if (!rc)
		rc = take_away(&place, out, err);
	place_release(&place);
	return rc;
}
