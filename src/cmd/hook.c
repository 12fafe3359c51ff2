/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The pre-push hook: a few lines of shell in git's own folder of hooks, which a hook that was there
 * is kept beside, and what they call at each push.
 */
#include "base/error.h"
#include "base/str.h"
#include "cmd/command.h"
#include "cmd/shell.h"
#include "cmd/verbs.h"
#include "gate/paths.h"
#include "session/settings.h"
#include "session/side.h"
#include "suite/git.h"
#include "suite/push.h"
#include "sys/clock.h"
#include "sys/file.h"
#include "sys/folder.h"
#include "sys/process.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct hook_options {
	uint64_t limit_ns;  /* for measuring, at each push */
	const char *tier;   /* as --tier; NULL: unsaid */
	const char *remote; /* what git calls it; NULL: unsaid */
	bool quiet;
};

/* The tier that is measured where nothing else is said. */
#define HOOK_TIER "critical"

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

static enum owner hook_owner_of(const char *path)
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

static char *hook_joined(const char *folder, const char *name, const char *end)
{
	struct buf path = BUF_INIT;

	buf_addf(&path, "%s/%s%s", folder, name, end);
	return buf_detach(&path);
}

static int hook_find_place(const char *folder, struct place *place, struct error *err)
{
	char *hooks;

	if (git_place_find(folder, &place->git, err))
		return -1;
	hooks = git_hooks_folder(&place->git, err);
	if (!hooks)
		return -1;
	place->folder = str_dup(str_starts(hooks, "./") ? hooks + 2 : hooks);
	free(hooks);
	place->hook = hook_joined(place->folder, "pre-push", "");
	place->kept = hook_joined(place->folder, "pre-push", KEPT);
	place->owner = hook_owner_of(place->hook);
	return 0;
}

static bool hook_ends_in(const char *text, const char *end)
{
	size_t len = strlen(text), end_len = strlen(end);

	return len >= end_len && strcmp(text + len - end_len, end) == 0;
}

static int check_place(const struct place *place, struct error *err)
{
	/* It writes them all anew, and they know by their own names what to run. */
	if (hook_ends_in(place->folder, "/.husky/_"))
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

static void hook_add_command(const struct hook_options *options, struct buf *out)
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
	hook_add_command(options, out);
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

static int hook_put(const struct place *place, const struct buf *script, struct error *err)
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

static void hook_add_advice(const struct settings *settings, struct buf *out)
{
	if (!settings->file)
		buf_adds(out,
			"there is no policy file yet: until there is, nothing is measured (see 'benchgate init')\n");
	else if (!settings->build || !settings->suites_said.nr)
		buf_addf(out,
			"%s does not say how to build a commit: until it has \"build\" and \"suite\", nothing is measured\n",
			settings->file);
}

static int hook_install(const struct hook_options *options, const struct settings *settings,
	struct buf *out, struct error *err)
{
	struct place place = { .git = GIT_PLACE_INIT };
	struct buf script = BUF_INIT;
	int rc = -1;

	if (hook_find_place(settings->root, &place, err) || check_place(&place, err))
		goto out;
	add_script(options, &place, &script);
	if (place.owner == OWNER_US && is_written(&place, &script)) {
		buf_addf(out, "%s is installed already\n", place.hook);
	} else if (hook_put(&place, &script, err)) {
		goto out;
	} else {
		buf_addf(out,
			"%s %s: at each push it measures for at most %.9g s; 'git push --no-verify' skips it\n",
			place.owner == OWNER_US ? "renewed" : "installed", place.hook,
			(double)options->limit_ns / CLOCK_NS_PER_S);
		add_kept(&place, out);
	}
	hook_add_advice(settings, out);
	rc = 0;
out:
	buf_release(&script);
	place_release(&place);
	return rc;
}

/* A hook of ours that somebody removed by hand may have left one behind that was kept. */
static int hook_take_away(const struct place *place, struct buf *out, struct error *err)
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

static int hook_uninstall(struct buf *out, struct error *err)
{
	struct place place = { .git = GIT_PLACE_INIT };
	int rc = hook_find_place(".", &place, err);

	if (!rc)
		rc = hook_take_away(&place, out, err);
	place_release(&place);
	return rc;
}

/* More than any push has refs. */
#define MAX_INPUT (16u << 20)

struct ranges {
	struct push_range *items;
	size_t nr, alloc;
};

struct gate {
	const struct hook_options *options;
	const struct settings *settings;
	struct git_place place; /* of the project's folder */
	struct ranges ranges;   /* what is pushed, each once */
};

static void gate_release(struct gate *gate)
{
	for (size_t i = 0; i < gate->ranges.nr; i++)
		push_range_release(&gate->ranges.items[i]);
	ARRAY_RELEASE(&gate->ranges);
	git_place_release(&gate->place);
}

static void hook_say(const char *line)
{
	struct buf out = BUF_INIT;

	buf_adds(&out, "benchgate: ");
	buf_add_printable(&out, line);
	fprintf(stderr, "%s\n", out.data);
	buf_release(&out);
}

static bool is_same_range(const struct push_range *one, const struct push_range *other)
{
	return strcmp(one->base, other->base) == 0 && strcmp(one->head, other->head) == 0;
}

/* Takes it over, unless there is nothing to measure in it. */
static void hook_add_range(struct gate *gate, struct push_range range)
{
	bool known = !range.head || (range.base && strcmp(range.base, range.head) == 0);

	if (range.head && !range.base)
		hook_say(
			"nothing was measured: no pushed commit builds on a commit that the remote already has");
	for (size_t i = 0; range.base && !known && i < gate->ranges.nr; i++)
		known = is_same_range(&gate->ranges.items[i], &range);
	if (known || !range.base)
		push_range_release(&range);
	else
		*ARRAY_ADD(&gate->ranges) = range;
}

/* The framework pre-commit keeps git's lines for itself, and says what it makes of them. */
static bool take_from_pre_commit(struct gate *gate)
{
	const char *from = getenv("PRE_COMMIT_FROM_REF"), *to = getenv("PRE_COMMIT_TO_REF");

	if (gate->options->remote || !from || !to)
		return false;
	hook_add_range(gate, push_range_between(gate->settings->root, from, to));
	return true;
}

static int take_lines(struct gate *gate, struct error *err)
{
	const struct settings *settings = gate->settings;
	struct buf lines = BUF_INIT;
	struct pushes pushes = { 0 };
	int rc = -1;

	if (file_read_input(MAX_INPUT, &lines, err) || pushes_read(lines.data, &pushes, err))
		goto out;
	for (size_t i = 0; i < pushes.nr; i++)
		hook_add_range(gate,
			push_range_of(settings->root, gate->options->remote, &pushes.items[i],
				settings->base));
	rc = 0;
out:
	pushes_release(&pushes);
	buf_release(&lines);
	return rc;
}

/* Of a commit that is built, the benchmarks that the files can have changed. */
static int hook_choose(const struct gate *gate, const struct push_range *range,
	const struct texts *files, struct texts *names, struct error *err)
{
	const struct policy *policy = &gate->settings->policy;
	const char *tiers = gate->options->tier;
	const struct side_options options = { .settings = gate->settings,
		.quiet = gate->options->quiet };
	struct side side = SIDE_INIT;
	int rc;

	side.said = range->head;
	rc = side_find(&side, &options, NULL, err) || side_prepare(&side, &options, err);
	for (size_t i = 0; !rc && i < side.catalog.benches.nr; i++) {
		const struct bench *bench = &side.catalog.benches.items[i];
		const struct tier *claiming = tiers_claiming(&policy->tiers, bench->name);
		const char *tier = claiming ? claiming->name : bench->tier;

		if (paths_change(policy, bench->name, bench->tier, files) &&
			(!tiers || str_in_list(tiers, tier)))
			texts_add(names, bench->name);
	}
	side_release(&side);
	return rc ? -1 : 0;
}

static void hook_add_word(struct texts *words, const char *option, const char *value)
{
	struct buf word = BUF_INIT;

	buf_addf(&word, "%s%s", option, value);
	texts_add(words, word.data);
	buf_release(&word);
}

/* Those benchmarks, or without any name the tier's. */
static void hook_add_choice(const struct gate *gate, const struct texts *names, struct texts *words)
{
	for (size_t i = 0; i < names->nr; i++)
		hook_add_word(words, "--only=", names->items[i]);
	if (!names->nr)
		hook_add_word(
			words, "--tier=", gate->options->tier ? gate->options->tier : HOOK_TIER);
}

static void hook_conclude(const struct outcome *came, struct outcome *outcome)
{
	if (came->regressed) {
		outcome->regressed = true;
		hook_say("this push is stopped; 'git push --no-verify' pushes without this check");
	} else if (came->unmeasured || came->incomparable || came->inconclusive) {
		hook_say("not every benchmark could be decided; the push continues");
	}
}

static int hook_compare(const struct gate *gate, const struct push_range *range,
	const struct texts *names, struct outcome *outcome, struct error *err)
{
	uint64_t budget_ns = gate->options->limit_ns / gate->ranges.nr;
	struct outcome came = { .regressed = false };
	struct texts words = { 0 };
	char budget[40];
	int rc;

	texts_add(&words, range->base);
	texts_add(&words, range->head);
	texts_add(&words, "--tip");
	if (gate->settings->policy.only_changed != CHOICE_NO)
		texts_add(&words, "--only-changed");
	snprintf(budget, sizeof budget, "%" PRIu64 "ns", budget_ns ? budget_ns : 1);
	hook_add_word(&words, "--budget=", budget);
	hook_add_choice(gate, names, &words);
	if (gate->options->quiet)
		texts_add(&words, "--quiet");
	rc = command_compare.run((struct arguments){ (int)words.nr, words.items }, &came, err);
	texts_release(&words);
	if (!process_interrupted())
		hook_conclude(&came, outcome);
	return came.regressed ? 0 : rc;
}

static int gate_range(const struct gate *gate, const struct push_range *range,
	struct outcome *outcome, struct error *err)
{
	const struct settings *settings = gate->settings;
	struct texts files = { 0 }, names = { 0 };
	bool mapped = paths_are_said(&settings->policy);
	int rc = push_range_files(settings->root, gate->place.prefix, range, &files, err);

	if (!rc && paths_change_all(&files, str_path_name(settings->file)))
		mapped = false;
	if (!rc && mapped && paths_change_any(&settings->policy, &files))
		rc = hook_choose(gate, range, &files, &names, err);
	if (!rc && mapped && !names.nr)
		hook_say("nothing was measured: no file has changed that a benchmark depends on");
	else if (!rc)
		rc = hook_compare(gate, range, &names, outcome, err);
	texts_release(&names);
	texts_release(&files);
	return rc;
}

/* What cannot be measured of one ref says nothing of the others. */
static int gate_all(const struct gate *gate, struct outcome *outcome, struct error *err)
{
	int rc = 0;

	for (size_t i = 0; i < gate->ranges.nr && !process_interrupted(); i++) {
		if (rc) {
			error_wrap(err, "nothing was measured");
			hook_say(err->text);
		}
		rc = gate_range(gate, &gate->ranges.items[i], outcome, err);
	}
	return rc;
}

static int hook_gate(const struct hook_options *options, const struct settings *settings,
	struct outcome *outcome, struct error *err)
{
	struct gate gate = { .options = options, .settings = settings, .place = GIT_PLACE_INIT };
	int rc = -1;

	/* In a folder of hooks that many projects share it is called for all of them. */
	if (!settings->file)
		return 0;
	if (!git_place_find(settings->root, &gate.place, err) &&
		(take_from_pre_commit(&gate) || !take_lines(&gate, err)))
		rc = gate_all(&gate, outcome, err);
	gate_release(&gate);
	return rc;
}

#define LIMIT_S 60

static const struct opt opts[] = {
	OPT_DURATION('l', "limit", struct hook_options, limit_ns,
		"what measuring may take at each push; building the commits, which is done once "
		"for each, comes on top (default 60s)"),
	OPT_WORD('t', "tier", struct hook_options, tier, "TIER[,TIER]",
		"measure only these tiers (default: critical; where the policy file says paths, "
		"what they are of)"),
	OPT_WORD(0, "remote", struct hook_options, remote, "NAME",
		"with run: what is pushed to, as git names it"),
	OPT_FLAG('q', "quiet", struct hook_options, quiet, "no progress"),
	OPT_END,
};

static int install(const struct hook_options *options, const struct settings *settings,
	struct outcome *outcome, struct error *err)
{
	struct buf text = BUF_INIT;
	int rc = hook_install(options, settings, &text, err);

	(void)outcome;
	if (!rc)
		rc = command_print(&text, err);
	buf_release(&text);
	return rc;
}

static int uninstall(const struct hook_options *options, const struct settings *settings,
	struct outcome *outcome, struct error *err)
{
	struct buf text = BUF_INIT;
	int rc = hook_uninstall(&text, err);

	(void)options;
	(void)settings;
	(void)outcome;
	if (!rc)
		rc = command_print(&text, err);
	buf_release(&text);
	return rc;
}

static const struct {
	const char *name;
	int (*run)(const struct hook_options *options, const struct settings *settings,
		struct outcome *outcome, struct error *err);
	bool reads;   /* the policy file; what takes the hook away must work when that is broken */
	bool lenient; /* what goes wrong stops nothing */
} tasks[] = {
	{ "install", install, true, false },
	{ "uninstall", uninstall, false, false },
	{ "run", hook_gate, true, true },
};

#define NR_TASKS (sizeof tasks / sizeof *tasks)

static int hook_unknown_task(const char *name, struct error *err)
{
	struct unknown unknown = { .given = name, .kinds = "actions" };

	for (size_t i = 0; i < NR_TASKS; i++)
		unknown_offer(&unknown, tasks[i].name);
	return unknown_error(&unknown, err, "unknown hook action '%s'", name);
}

/* A push is not to fail for want of a policy file that can be read, or of a build. */
static int forgive(int rc, struct error *err)
{
	struct buf line = BUF_INIT;

	if (!rc || process_interrupted())
		return rc;
	buf_adds(&line, "benchgate: nothing was measured: ");
	buf_add_printable(&line, err->text);
	fprintf(stderr, "%s\n", line.data);
	buf_release(&line);
	return 0;
}

static int hook_run_task(
	size_t task, const struct hook_options *options, struct outcome *outcome, struct error *err)
{
	const struct settings_options from = { .config = NULL };
	struct settings settings = SETTINGS_INIT;
	int rc = 0;

	if (tasks[task].reads)
		rc = settings_load(&from, &settings, err) ||
				settings_choose_sandbox(&from, &settings, err)
			? -1
			: 0;
	if (!rc)
		rc = tasks[task].run(options, &settings, outcome, err);
	settings_release(&settings);
	return tasks[task].lenient ? forgive(rc, err) : rc;
}

static int hook_check(const struct words *words, const struct hook_options *options, size_t *task,
	struct error *err)
{
	if (words->nr != 1)
		return error_set(err, ERR_USAGE, "hook takes one of install, uninstall and run");
	*task = 0;
	while (*task < NR_TASKS && strcmp(tasks[*task].name, words->items[0]) != 0)
		++*task;
	if (*task == NR_TASKS)
		return hook_unknown_task(words->items[0], err);
	if (!options->limit_ns)
		return error_set(err, ERR_USAGE, "--limit must be above 0");
	return 0;
}

static int hook_run(struct arguments given, struct outcome *outcome, struct error *err)
{
	struct hook_options options = { .limit_ns = LIMIT_S * (uint64_t)CLOCK_NS_PER_S };
	struct words words = { 0 };
	size_t task = 0;
	int rc = opts_parse(opts, given, &options, &words, err);

	process_setup();
	if (!rc)
		rc = hook_check(&words, &options, &task, err);
	if (!rc)
		rc = hook_run_task(task, &options, outcome, err);
	ARRAY_RELEASE(&words);
	return rc;
}

static void hook_add_words(struct buf *out)
{
	for (size_t i = 0; i < NR_TASKS; i++)
		buf_addf(out, "%s ", tasks[i].name);
}

const struct command command_hook = {
	.name = "hook",
	.group = COMMANDS_SETUP,
	.operands = "install | uninstall | run",
	.summary = "measure before each push what the push can have changed",
	.details =
		"install writes a pre-push hook into git's folder of hooks, wherever core.hooksPath puts it. A hook "
		"that is there already is kept, and run first; when it fails, the push fails. uninstall puts back "
		"what was there, byte for byte.\n"
		"At a push, what the remote has and what is pushed are built and measured in turn, for at most "
		"--limit. A regression stops the push, with exit code 1; nothing else does: what cannot be built or "
		"told is said. 'git push --no-verify' skips the hook.\n"
		"With \"paths\" in the policy file only the benchmarks are measured whose files have changed (see "
		"'benchgate help config-file'); when there are none, nothing is built. Without, the critical tier is.\n"
		"run is what the hook calls, with git's lines on standard input. The framework pre-commit calls it "
		"by the file .pre-commit-hooks.yaml in benchgate's repository, as the hook benchgate of the stage "
		"pre-push; or by 'repo: local' with entry: benchgate hook run, language: system, stages: "
		"[pre-push], always_run: true and pass_filenames: false. Other keepers of hooks, such as husky, call: "
		"benchgate hook run --remote \"$1\"",
	.examples = "benchgate hook install\n"
		    "benchgate hook uninstall\n",
	.opts = opts,
	.add_words = hook_add_words,
	.run = hook_run,
};
