/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cmd/hook.h"

#include "base/unknown.h"
#include "cmd/verbs.h"
#include "sys/clock.h"
#include "sys/process.h"

#include <stdio.h>
#include <string.h>

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

static int unknown_task(const char *name, struct error *err)
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

static int run_task(
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

static int check(const struct words *words, const struct hook_options *options, size_t *task,
	struct error *err)
{
	if (words->nr != 1)
		return error_set(err, ERR_USAGE, "hook takes one of install, uninstall and run");
	*task = 0;
	while (*task < NR_TASKS && strcmp(tasks[*task].name, words->items[0]) != 0)
		++*task;
	if (*task == NR_TASKS)
		return unknown_task(words->items[0], err);
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
		rc = check(&words, &options, &task, err);
	if (!rc)
		rc = run_task(task, &options, outcome, err);
	ARRAY_RELEASE(&words);
	return rc;
}

static void add_words(struct buf *out)
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
	.add_words = add_words,
	.run = hook_run,
};
