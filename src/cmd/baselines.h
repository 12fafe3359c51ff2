/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The actions of `benchgate baselines`, a file each, and what they share. */
#ifndef CMD_BASELINES_H
#define CMD_BASELINES_H

#include "cmd/command.h"
#include "session/base.h"
#include "session/baseline_file.h"
#include "session/measure.h"

struct baselines_options {
	struct select_options select; /* suites and settings, no more */
	const char *baseline;         /* a name or a file; NULL: this machine's */
	struct words reports;         /* of diff */
	const char *color;
	bool json;
	bool verbose;
	bool exit_code; /* the verdict decides it */
	bool allow_mismatch;
	bool yes;
	bool dry_run;
};

/* An action at work. Its own are the settings, which it loads, and what it says. */
struct baselines_work {
	const struct baselines_options *options;
	struct words operands; /* behind the action */
	struct settings settings;
	struct outcome *outcome;
	struct buf text; /* for standard output, printed when the action is done */
};

int baselines_list(struct baselines_work *work, struct error *err);
int baselines_show(struct baselines_work *work, struct error *err);
int baselines_diff(struct baselines_work *work, struct error *err);
int baselines_prune(struct baselines_work *work, struct error *err);
int baselines_rm(struct baselines_work *work, struct error *err);

/* Finds the one that the options name, which must be there; the base's path and the run's machine
 * are known then, and nothing is read. */
int baselines_find(
	const struct baselines_work *work, struct base *base, struct run *here, struct error *err);

#endif
