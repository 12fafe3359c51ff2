/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cmd/history.h"

#include "base/array.h"
#include "base/date.h"
#include "base/error.h"
#include "base/str.h"
#include "cmd/verbs.h"
#include "session/recorder.h"
#include "session/weeks.h"
#include "sys/clock.h"
#include "sys/process.h"

#include <stdio.h>
#include <string.h>

static const struct opt opts[] = {
	OPT_WORD(0, "db", struct history_options, db, "FILE",
		"the history (default: \"history\" of the policy file)"),
	OPT_FLAG(0, "json", struct history_options, json,
		"with list and show: as JSON, for programs; show writes the result file"),
	OPT_WORD(0, "branch", struct history_options, branch, "NAME",
		"with list, export and prune: only runs of this branch"),
	OPT_WORD(0, "machine", struct history_options, machine, "ID",
		"with list, export and prune: only runs of this machine"),
	OPT_WORD(0, "since", struct history_options, since, "TIME",
		"with list and export: only runs since that day or time, or since so long ago: 7d"),
	OPT_FLAG(0, "text", struct history_options, text,
		"with export: as text, the only form that there is"),
	OPT_WORD('o', "out", struct history_options, out, "FILE",
		"with show: write the run's result file here; with export: the text"),
	OPT_DURATION(0, "keep", struct history_options, keep_ns,
		"with prune: give up runs that are older, but for their levels (default: \"keep\" of the policy file)"),
	OPT_DURATION(0, "keep-points", struct history_options, keep_points_ns,
		"with prune: take runs out that are older (default: \"keep_points\" of the policy file)"),
	OPT_FLAG(
		'y', "yes", struct history_options, yes, "with rm and prune: do it without asking"),
	OPT_FLAG('d', "dry-run", struct history_options, dry_run,
		"with rm and prune: show, and change nothing"),
	CONFIG_OPT(struct history_options, settings),
	OPT_END,
};

enum {
	LIST = 1 << 0,
	SHOW = 1 << 1,
	RM = 1 << 2,
	PRUNE = 1 << 3,
	EXPORT = 1 << 4,
	IMPORT = 1 << 5,
	MERGE = 1 << 6,
	BACKUP = 1 << 7,
	CHECK = 1 << 8,
};

static const struct action_row {
	const char *name;
	unsigned bit;
	enum db_mode mode;
	int (*run)(struct history_work *work, struct error *err);
} actions[] = {
	{ "list", LIST, DB_READ, history_list_runs },
	{ "show", SHOW, DB_READ, history_show_run },
	{ "rm", RM, DB_CHANGE, history_remove_runs },
	{ "prune", PRUNE, DB_CHANGE, history_prune_runs },
	{ "export", EXPORT, DB_READ, history_export_text },
	{ "import", IMPORT, DB_MAY_NEW, history_import_files },
	{ "merge", MERGE, DB_MAY_NEW, history_merge_files },
	{ "backup", BACKUP, DB_READ, history_back_up },
	{ "check", CHECK, DB_READ, history_check_file },
};

#define NR_ACTIONS (sizeof actions / sizeof *actions)

static int history_check_options(
	const struct history_options *options, const struct action_row *action, struct error *err)
{
	const struct {
		const char *name, *with;
		bool given;
		unsigned actions;
	} rows[] = {
		{ "json", "list and show", options->json, LIST | SHOW },
		{ "branch", "list, export and prune", options->branch, LIST | EXPORT | PRUNE },
		{ "machine", "list, export and prune", options->machine, LIST | EXPORT | PRUNE },
		{ "since", "list and export", options->since, LIST | EXPORT },
		{ "text", "export", options->text, EXPORT },
		{ "out", "show and export", options->out, SHOW | EXPORT },
		{ "keep", "prune", options->keep_ns, PRUNE },
		{ "keep-points", "prune", options->keep_points_ns, PRUNE },
		{ "yes", "rm and prune", options->yes, RM | PRUNE },
		{ "dry-run", "rm and prune", options->dry_run, RM | PRUNE },
	};

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
		if (rows[i].given && !(rows[i].actions & action->bit))
			return error_set(err, ERR_USAGE, "--%s goes with history %s, not with %s",
				rows[i].name, rows[i].with, action->name);
	return 0;
}

static const struct action_row *history_action(const char *name, struct error *err)
{
	struct unknown unknown = { .given = name, .kinds = "actions" };

	for (size_t i = 0; i < NR_ACTIONS; i++) {
		if (strcmp(actions[i].name, name) == 0)
			return &actions[i];
		unknown_offer(&unknown, actions[i].name);
	}
	unknown_error(&unknown, err, "unknown history action '%s'", name);
	return NULL;
}

int history_chosen(const struct history_work *work, struct history_runs *runs, struct error *err)
{
	const struct history_options *options = work->options;
	struct history_filter filter = { .branch = options->branch, .machine = options->machine };
	char since[DATE_TIME_MAX];

	if (options->since) {
		if (weeks_since(options->since, since, err))
			return -1;
		filter.since = since;
	}
	return history_list(work->history, &filter, runs, err);
}

void history_spell_run(const struct history_run *run, struct buf *text)
{
	buf_adds(text, "run ");
	history_add_name(run->id, 16, text);
	buf_addf(text, " of %s", run->time);
	if (!run->commit && !run->branch)
		return;
	buf_adds(text, " (");
	if (run->commit) {
		buf_adds(text, "commit ");
		history_add_name(run->commit, 10, text);
	}
	buf_adds(text, run->commit && run->branch ? ", " : "");
	buf_add_printable(text, run->branch ? run->branch : "");
	buf_addc(text, ')');
}

static int open_history(
	struct history_work *work, const struct action_row *action, struct error *err)
{
	if (settings_load(&work->options->settings, &work->settings, err))
		return -1;
	work->path = recorder_path(work->options->db, &work->settings);
	if (!work->path)
		return error_set(err, ERR_USAGE,
			"no history is named: give --db FILE, or set \"history\" in the policy file");
	work->history = history_open(work->path, action->mode, err);
	return work->history ? 0 : -1;
}

/* words[0] is the action. */
static int history_act(struct history_work *work, const struct words *words, struct error *err)
{
	const struct action_row *action;

	if (!words->nr)
		return error_set(err, ERR_USAGE,
			"history takes list, show, rm, prune, export, import, merge, backup or check");
	action = history_action(words->items[0], err);
	if (!action || history_check_options(work->options, action, err))
		return -1;
	work->operands = (struct words){ words->items + 1, words->nr - 1, 0 };
	return open_history(work, action, err) ? -1 : action->run(work, err);
}

static int history_run(struct arguments given, struct outcome *outcome, struct error *err)
{
	struct history_options options = { .json = false };
	struct history_work work = {
		.options = &options, .settings = SETTINGS_INIT, .outcome = outcome, .text = BUF_INIT
	};
	struct words words = { 0 };
	int rc = opts_parse(opts, given, &options, &words, err);

	/* git may be asked what a name is. */
	process_setup();
	if (!rc)
		rc = history_act(&work, &words, err);
	if (!rc)
		rc = command_print(&work.text, err);
	history_close(work.history);
	buf_release(&work.text);
	settings_release(&work.settings);
	ARRAY_RELEASE(&words);
	return rc;
}

static void history_add_words(struct buf *out)
{
	for (size_t i = 0; i < NR_ACTIONS; i++)
		buf_addf(out, "%s ", actions[i].name);
}

const struct command command_history = {
	.name = "history",
	.group = COMMANDS_RESULTS,
	.operands = "ACTION [ARGUMENT...]",
	.summary = "look after the file that keeps runs",
	.details =
		"list: the runs, the oldest first.\n"
		"show RUN [PATTERN...]: the levels of a run. A run is named by four letters or more of its id or its commit, "
		"or by a name that git knows.\n"
		"rm RUN...: takes runs out, with their levels.\n"
		"prune: gives up runs that are older than --keep but for their levels, and takes those out that are older "
		"than --keep-points. Runs of a tag, and those that a baseline was recorded from, stay whole.\n"
		"export: everything as text, a line for each run, which git can keep; import FILE...: adds what such a "
		"text, or a result file, holds.\n"
		"merge FILE...: adds what other histories hold. backup FILE: a copy, while others write.\n"
		"check: reads every byte, and says what is damaged (exit code 3).",
	.examples = "benchgate history list --db benchmarks.db\n"
		    "benchgate history merge one.db other.db --db all.db\n",
	.opts = opts,
	.add_words = history_add_words,
	.run = history_run,
};
