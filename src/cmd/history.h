/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The actions of `benchgate history`, a file for those that belong together, and what they share.
 */
#ifndef CMD_HISTORY_H
#define CMD_HISTORY_H

#include "cmd/command.h"
#include "session/settings.h"
#include "store/history.h"

struct history_options {
	struct settings_options settings;
	const char *db;
	const char *branch, *machine, *since;
	const char *out;
	uint64_t keep_ns, keep_points_ns;
	bool json, text, yes, dry_run;
};

/* An action at work. Its own are the settings, which are loaded, and what it says. */
struct history_work {
	const struct history_options *options;
	struct words operands; /* behind the action */
	struct settings settings;
	const char *path; /* of the history, borrowed */
	struct history *history;
	struct outcome *outcome;
	struct buf text; /* for standard output, printed when the action is done */
};

int history_list_runs(struct history_work *work, struct error *err);
int history_show_run(struct history_work *work, struct error *err);
int history_remove_runs(struct history_work *work, struct error *err);
int history_prune_runs(struct history_work *work, struct error *err);
int history_export_text(struct history_work *work, struct error *err);
int history_import_files(struct history_work *work, struct error *err);
int history_merge_files(struct history_work *work, struct error *err);
int history_back_up(struct history_work *work, struct error *err);
int history_check_file(struct history_work *work, struct error *err);

/* Appends the runs that --branch, --machine and --since leave. */
int history_chosen(const struct history_work *work, struct history_runs *runs, struct error *err);

/* Appends "run 0123456789abcdef of 2026-11-21T04:05:06Z (commit 0123456789, main)". */
void history_spell_run(const struct history_run *run, struct buf *text);

#endif
