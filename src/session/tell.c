/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "session/tell.h"

#include "base/str.h"
#include "respond/respond.h"
#include "session/ci.h"
#include "session/state_home.h"
#include "suite/git.h"
#include "suite/revision.h"
#include "sys/clock.h"
#include "sys/folder.h"
#include "sys/process.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A project is told from others by where it lies; in CI, where that differs from job to job, by its
 * repository and the place in it. */
static void add_project(const char *real, struct buf *out)
{
	struct ci_context ci;
	const char *name = real, *place = "";

	ci_context_find(&ci, NULL, NULL);
	if (*ci.repository) {
		name = ci.repository;
		if (*ci.folder && str_starts(real, ci.folder))
			place = real + strlen(ci.folder);
	}
	buf_addf(out, "%.64s-%08" PRIx64, str_path_name(name),
		str_hash(str_hash(STR_HASH_START, name), place) & 0xffffffffu);
	ci_context_release(&ci);
}

static int make_state_home(struct buf *path, struct error *err)
{
	if (!state_home_path(path))
		return error_set(err, ERR_IO,
			"there is no place for a state file: the environment has neither XDG_STATE_HOME nor HOME, and the policy file no notify.state");
	return folder_make_hidden(path->data, err) ? error_wrap(err, "the state file of alerts")
						   : 0;
}

static char *state_at_home(const char *root, struct error *err)
{
	char *real = folder_real(root, err);
	struct buf path = BUF_INIT;
	int rc = real ? make_state_home(&path, err) : -1;

	if (!rc) {
		buf_adds(&path, "/alerts/");
		add_project(real, &path);
		buf_adds(&path, ".json");
	}
	free(real);
	if (!rc)
		return buf_detach(&path);
	buf_release(&path);
	return NULL;
}

char *tell_state_path(const struct settings *settings, struct error *err)
{
	const char *said = settings->notify.state;
	struct buf path = BUF_INIT;

	if (!said)
		return state_at_home(settings->root, err);
	if (*said != '/' && strcmp(settings->root, ".") != 0)
		buf_addf(&path, "%s/", settings->root);
	buf_adds(&path, said);
	return buf_detach(&path);
}

static void print_lines(const char *what, const struct buf *lines)
{
	const char *at = lines->data;

	while (*at) {
		size_t len = strcspn(at, "\n");

		fprintf(stderr, "benchgate: %s%.*s\n", what, (int)len, at);
		at += len + (at[len] == '\n');
	}
}

void tell_warn(const struct told *told)
{
	print_lines("warning: ", &told->warnings);
}

void tell_strictly(bool strict, const struct settings *settings, const struct told *told,
	struct outcome *outcome)
{
	if ((strict || settings->notify.strict == CHOICE_YES) &&
		(told->nr_waiting || told->nr_lost))
		outcome->unmeasured = true;
}

/* A base without the file has no channels. */
static int tell_read_base(
	const struct settings *settings, struct settings *of_base, struct error *err)
{
	const char *root = settings->root;
	struct revision revision = REVISION_INIT;
	int rc = ci_target_branch() ? revision_resolve(root, ci_target_branch(), &revision, err)
				    : revision_before(root, NULL, &revision, err);

	if (!rc)
		rc = settings_of_revision(settings, &revision, of_base, err);
	revision_release(&revision);
	return rc;
}

int tell_settings(const char *policy_from, const struct settings *settings,
	struct settings *of_base, const struct settings **by, struct error *err)
{
	bool by_base = ci_tests_change();

	if (policy_from && strcmp(policy_from, "auto") != 0)
		by_base = strcmp(policy_from, "base") == 0;
	*by = by_base && settings->file ? of_base : settings;
	if (*by == settings || !tell_read_base(settings, of_base, err))
		return 0;
	return error_wrap(err,
		"nobody is told, because the base's policy file says who would be (--policy-from=head takes this one)");
}

static bool tell_is_wanted(const struct tell_options *options)
{
	const char *when = options->when ? options->when : "auto";

	if (process_interrupted() || strcmp(when, "never") == 0)
		return false;
	return strcmp(when, "always") == 0 || ci_is_there();
}

/* What a state file says is a commit may be anything. */
static bool looks_like_hash(const char *text)
{
	return *text && strspn(text, "0123456789abcdef") == strlen(text);
}

#define MAX_CHANGED_BYTES (1u << 16)
#define GIT_TIMEOUT_NS UINT64_C(5000000000)

void tell_changed_files(const char *from, const char *to, struct texts *files)
{
	const struct git git = { .folder = ".", .timeout_ns = GIT_TIMEOUT_NS };
	const char *ask[] = { "-c", "core.quotePath=false", "diff", "--name-only", "--no-ext-diff",
		"--no-renames", from, to, "--", NULL };
	struct buf output = BUF_INIT_MAX(MAX_CHANGED_BYTES);
	struct error ignored = ERROR_INIT;

	if (looks_like_hash(from) && looks_like_hash(to) && !git_run(&git, ask, &output, &ignored))
		for (char *at = output.data, *line; *output.data && (line = strsep(&at, "\n"));)
			if (*line)
				texts_add(files, line);
	buf_release(&output);
}

bool tell_has_anybody(const struct settings *settings)
{
	return settings->notify.outlets.nr || settings->responses.nr;
}

static void tell_channels(const struct tell_options *options, const struct settings *settings,
	const struct verdict *verdict, struct outcome *outcome)
{
	const struct env *env = &verdict->head->env;
	char now[CLOCK_TIMESTAMP_MAX];
	struct told told = TOLD_INIT;
	struct ci_context ci;
	struct telling telling;
	struct error why_no_state = ERROR_INIT;
	char *state = tell_state_path(settings, &why_no_state);

	clock_timestamp(now);
	ci_context_find(&ci, env->values[ENV_COMMIT], env->values[ENV_BRANCH]);
	telling = (struct telling){ &settings->notify, &settings->rules, verdict, &ci, state, now,
		why_no_state.text, tell_changed_files };
	notify_tell(&telling, &told);
	respond(&(struct responding){ &telling, &settings->responses, settings->file,
			ci_is_asked_for() },
		&told);
	print_lines("", &told.lines);
	tell_warn(&told);
	tell_strictly(options->strict, settings, &told, outcome);
	free(state);
	ci_context_release(&ci);
	told_release(&told);
}

void tell(const struct tell_options *options, const struct settings *settings,
	const struct verdict *verdict, struct outcome *outcome)
{
	struct settings of_base = SETTINGS_INIT;
	struct error err = ERROR_INIT;
	const struct settings *by;

	if (!tell_is_wanted(options))
		return;
	if (!tell_settings(options->policy_from, settings, &of_base, &by, &err)) {
		if (tell_has_anybody(by))
			tell_channels(options, by, verdict, outcome);
	} else if (tell_has_anybody(settings) || options->strict) {
		/* Without channels there was nobody to tell. */
		struct buf line = BUF_INIT;

		buf_adds(&line, err.text);
		print_lines("warning: ", &line);
		buf_release(&line);
		outcome->unmeasured |= options->strict;
	}
	settings_release(&of_base);
}
