/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The actions of `benchgate baselines`, a file each, and what they share. */
#ifndef CMD_BASELINES_H
#define CMD_BASELINES_H

#include "cmd/base.h"
#include "cmd/command.h"
#include "cmd/measure.h"

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

/* Appends the paths of all baselines on the shelf: the machines', then those with a name. */
int baselines_on_shelf(const char *folder, struct texts *paths, struct error *err);

/* Finds the one that the options name, which must be there; the base's path and the run's machine
 * are known then, and nothing is read. */
int baselines_find(
	const struct baselines_work *work, struct base *base, struct run *here, struct error *err);

/* Reads a baseline or a result file; this one keeps what failed, too. */
int baselines_read(const char *path, struct run *run, bool *is_result, struct error *err);

/* All its values count, and at once: with which base they were looked at meanwhile is not known. */
void baselines_forget_looks(struct run *head);

/* Is there no pattern, or does one match? */
bool baselines_chosen(const struct words *patterns, const char *name);

/* A pattern that matches nothing in either of two runs (one may be NULL) is a mistake. */
int baselines_check_patterns(const struct words *patterns, const struct run *one,
	const struct run *other, struct error *err);

/* How many sessions of a benchmark are kept; what is left as a digest is one. */
size_t baselines_sessions(const struct result *result);

/* The newest session of a benchmark by name, or NULL where its time is not known. */
const char *baselines_newest(const struct result *result);

/* The machine's name; "-" where the file says too little to name one. */
void baselines_machine(const struct env *env, char name[ENV_MACHINE_MAX]);

#endif
