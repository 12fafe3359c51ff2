/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cmd/baselines.h"

#include "base/error.h"
#include "base/str.h"
#include "cmd/verbs.h"
#include "harness/machine.h"
#include "model/run_json.h"
#include "session/finish.h"
#include "store/baseline.h"
#include "store/shelf.h"
#include "sys/file.h"
#include "sys/folder.h"
#include "sys/lock.h"
#include "sys/process.h"
#include "sys/term.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

static const struct opt opts[] = {
	OPT_FLAG(0, "json", struct baselines_options, json,
		"with list and show: as JSON, for programs"),
	OPT_WORD('B', "baseline", struct baselines_options, baseline, "NAME|FILE",
		"with show and prune: the baseline of that name (baselines/named/NAME.json) or in that "
		"file (default: this machine's)"),
	REPORT_OPT(struct baselines_options, reports),
	OPT_FLAG(0, "exit-code", struct baselines_options, exit_code,
		"with diff: exit as run does, by the verdict"),
	OPT_FLAG(0, "allow-mismatch", struct baselines_options, allow_mismatch,
		"with diff --exit-code: let the verdict decide although machine or build differ"),
	OPT_FLAG('v', "verbose", struct baselines_options, verbose,
		"with diff: say how each benchmark was measured"),
	OPT_CHOICE(0, "color", struct baselines_options, color, "auto,always,never",
		"with diff: whether to color the output (default auto)"),
	OPT_WORDS('s', "suite", struct baselines_options, select.suites, "FILE",
		"with prune: the suite whose benchmarks are still there, instead of those linked in; "
		"may be given again"),
	OPT_FLAG('y', "yes", struct baselines_options, yes,
		"with prune and rm: do it without asking"),
	OPT_FLAG('d', "dry-run", struct baselines_options, dry_run,
		"with prune and rm: show, and take nothing out"),
	SETTINGS_OPTS(struct baselines_options, select.settings),
	FORMAT_OPT(struct baselines_options, select.settings),
	OPT_END,
};

enum { LIST = 1, SHOW = 2, DIFF = 4, PRUNE = 8, RM = 16 };

static const struct action_row {
	const char *name;
	unsigned bit;
	int (*run)(struct baselines_work *work, struct error *err);
} actions[] = {
	{ "list", LIST, baselines_list },
	{ "show", SHOW, baselines_show },
	{ "diff", DIFF, baselines_diff },
	{ "prune", PRUNE, baselines_prune },
	{ "rm", RM, baselines_rm },
};

#define NR_ACTIONS (sizeof actions / sizeof *actions)

int baselines_find(
	const struct baselines_work *work, struct base *base, struct run *here, struct error *err)
{
	const char *baseline = work->options->baseline;

	machine_describe(&here->env);
	if (base_find(base, baseline, &work->settings, &here->env, err))
		return -1;
	if (!folder_lacks(base->path.data))
		return 0;
	if (baseline)
		return error_set(err, ERR_NO_BASE, "there is no baseline '%s': %s is missing",
			shelf_name(baseline), base->path.data);
	return error_set(err, ERR_NO_BASE,
		"no baseline for this machine in %s%s%s; 'benchgate update-baselines' records one",
		work->settings.baselines, base->others.nr ? ", only of others such as " : "",
		base->others.nr ? base->others.items[0] : "");
}

static int baselines_check_options(
	const struct baselines_options *options, const struct action_row *action, struct error *err)
{
	const struct {
		const char *name, *with;
		bool given;
		unsigned actions;
	} rows[] = {
		{ "json", "list and show", options->json, LIST | SHOW },
		{ "baseline", "show and prune", options->baseline, SHOW | PRUNE },
		{ "report", "diff", options->reports.nr > 0, DIFF },
		{ "exit-code", "diff", options->exit_code, DIFF },
		{ "allow-mismatch", "diff", options->allow_mismatch, DIFF },
		{ "verbose", "diff", options->verbose, DIFF },
		{ "color", "diff", options->color, DIFF },
		{ "threshold", "diff", options->select.settings.threshold, DIFF },
		{ "alpha", "diff", options->select.settings.alpha, DIFF },
		{ "suite", "prune", options->select.suites.nr > 0, PRUNE },
		{ "yes", "prune and rm", options->yes, PRUNE | RM },
		{ "dry-run", "prune and rm", options->dry_run, PRUNE | RM },
	};

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
		if (rows[i].given && !(rows[i].actions & action->bit))
			return error_set(err, ERR_USAGE, "--%s goes with baselines %s, not with %s",
				rows[i].name, rows[i].with, action->name);
	return 0;
}

static const struct action_row *action_named(const char *name, struct error *err)
{
	struct unknown unknown = { .given = name, .kinds = "actions" };

	for (size_t i = 0; i < NR_ACTIONS; i++) {
		if (strcmp(actions[i].name, name) == 0)
			return &actions[i];
		unknown_offer(&unknown, actions[i].name);
	}
	unknown_error(&unknown, err, "unknown baselines action '%s'", name);
	return NULL;
}

/* words[0] is the action. */
static int baselines_act(struct baselines_work *work, const struct words *words, struct error *err)
{
	const struct action_row *action;

	if (!words->nr)
		return error_set(err, ERR_USAGE, "baselines takes list, show, diff, prune or rm");
	action = action_named(words->items[0], err);
	if (!action || baselines_check_options(work->options, action, err))
		return -1;
	work->operands = (struct words){ words->items + 1, words->nr - 1, 0 };
	return action->run(work, err);
}

static int baselines_run(struct arguments given, struct outcome *outcome, struct error *err)
{
	struct baselines_options options = { .json = false };
	struct baselines_work work = {
		.options = &options, .settings = SETTINGS_INIT, .outcome = outcome, .text = BUF_INIT
	};
	struct words words = { 0 };
	int rc = opts_parse(opts, given, &options, &words, err);

	if (!rc)
		rc = baselines_act(&work, &words, err);
	if (!rc)
		rc = command_print(&work.text, err);
	buf_release(&work.text);
	settings_release(&work.settings);
	ARRAY_RELEASE(&options.reports);
	ARRAY_RELEASE(&options.select.suites);
	ARRAY_RELEASE(&options.select.said.commands);
	ARRAY_RELEASE(&words);
	return rc;
}

static void baselines_add_words(struct buf *out)
{
	for (size_t i = 0; i < NR_ACTIONS; i++)
		buf_addf(out, "%s ", actions[i].name);
}

const struct command command_baselines = {
	.name = "baselines",
	.group = COMMANDS_BASELINES,
	.operands = "ACTION [ARGUMENT...]",
	.summary = "list, show, compare, tidy up and remove baselines",
	.details =
		"list: which baselines there are, of which machines, with how many benchmarks and sessions.\n"
		"show [PATTERN...]: what is known of each benchmark whose name matches a pattern (of all when there is "
		"none): its level with a 95 % interval that reckons with the drift between sessions, each session, and "
		"every change with its reason.\n"
		"diff BASE HEAD [PATTERN...]: judges HEAD against BASE without measuring. Each is the name of a baseline, "
		"a baseline's file or a result file; all values of HEAD count as one session. The exit code is 0 whatever "
		"it finds, unless --exit-code is given.\n"
		"prune [PATTERN...]: takes out of this machine's baseline what the suites no longer have; with patterns, "
		"the benchmarks that match. What was recorded from a suite that is not given stays.\n"
		"rm NAME...: removes the baselines of these names (baselines/named/NAME.json).",
	.examples = "benchgate baselines list\n"
		    "benchgate baselines diff old new\n",
	.opts = opts,
	.add_words = baselines_add_words,
	.run = baselines_run,
};

static int check_usage(const struct baselines_work *work, struct error *err)
{
	if (!work->operands.nr)
		return error_set(err, ERR_USAGE, "baselines rm takes the names of baselines");
	if (!work->options->yes && !work->options->dry_run && !term_is_terminal(STDIN_FILENO))
		return error_set(err, ERR_USAGE,
			"rm asks before it removes anything, but there is no terminal: give --yes or --dry-run");
	return 0;
}

static int no_such_baseline(
	const char *folder, const char *name, const char *path, struct error *err)
{
	struct str_nearest nearest = str_nearest(name);
	struct texts files = { 0 };
	struct buf named = BUF_INIT;

	buf_addf(&named, "%s/named", folder);
	if (folder_list(named.data, ".json", &files, err))
		goto out;
	for (size_t i = 0; i < files.nr; i++) {
		files.items[i][strlen(files.items[i]) - strlen(".json")] = '\0';
		str_nearest_offer(&nearest, files.items[i]);
	}
	error_set(err, ERR_NO_BASE, "there is no baseline '%s': %s is missing%s%s%s", name, path,
		nearest.best ? "; did you mean " : "", nearest.best ? nearest.best : "",
		nearest.best ? "?" : "");
out:
	buf_release(&named);
	texts_release(&files);
	return -1;
}

/* The file of each name; every name is looked at before the first file goes. */
static int find_paths(const struct baselines_work *work, struct texts *paths, struct error *err)
{
	const struct words *names = &work->operands;
	const char *folder = work->settings.baselines;
	struct buf path = BUF_INIT;
	int rc = 0;

	for (size_t i = 0; i < names->nr && !rc; i++) {
		const char *name = shelf_name(names->items[i]);

		buf_clear(&path);
		rc = shelf_named_path(folder, name, &path, err);
		if (!rc && strcmp(path.data, name) == 0)
			rc = error_set(err, ERR_USAGE,
				"baselines rm takes names of baselines, and '%s' is a file", name);
		if (!rc && folder_lacks(path.data))
			rc = no_such_baseline(folder, name, path.data, err);
		if (!rc && !texts_have(paths, path.data))
			texts_add(paths, path.data);
	}
	buf_release(&path);
	return rc;
}

static void add_size(const char *path, struct buf *text)
{
	struct run baseline = RUN_INIT;
	struct error unreadable = ERROR_INIT;
	size_t most = 0;

	buf_adds(text, "to remove: ");
	buf_add_printable(text, path);
	if (baseline_read(path, &baseline, &unreadable)) {
		buf_adds(text, ", which cannot be read\n");
	} else {
		for (size_t i = 0; i < baseline.nr; i++) {
			size_t nr = baseline_file_sessions(&baseline.items[i]);

			most = nr > most ? nr : most;
		}
		buf_addf(text, ", %zu benchmark%s, up to %zu session%s\n", baseline.nr,
			baseline.nr == 1 ? "" : "s", most, most == 1 ? "" : "s");
	}
	run_release(&baseline);
}

static int remove_one(struct baselines_work *work, const char *path, struct error *err)
{
	/* Who adds a session to it now is waited for. */
	struct lock lock = LOCK_INIT;
	int rc = lock_folder_of(&lock, path, err);

	if (!rc)
		rc = folder_remove(path, err);
	lock_release(&lock);
	if (!rc) {
		buf_adds(&work->text, "removed: ");
		buf_add_printable(&work->text, path);
		buf_addc(&work->text, '\n');
	}
	return rc;
}

static int remove_all(struct baselines_work *work, const struct texts *paths, struct error *err)
{
	struct buf *text = &work->text;
	int rc = 0;

	for (size_t i = 0; i < paths->nr; i++)
		add_size(paths->items[i], text);
	if (work->options->dry_run)
		return 0;
	if (command_print(text, err))
		return -1;
	buf_clear(text);
	if ((!work->options->yes && !term_confirm("remove this?")) || process_interrupted()) {
		buf_adds(text, "nothing was removed\n");
		return 0;
	}
	for (size_t i = 0; i < paths->nr && !rc; i++)
		rc = remove_one(work, paths->items[i], err);
	return rc;
}

int baselines_rm(struct baselines_work *work, struct error *err)
{
	struct texts paths = { 0 };
	int rc = check_usage(work, err);

	process_setup();
	if (!rc)
		rc = settings_load(&work->options->select.settings, &work->settings, err);
	if (!rc)
		rc = find_paths(work, &paths, err);
	if (!rc)
		rc = remove_all(work, &paths, err);
	texts_release(&paths);
	return rc;
}
