/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The measuring that run and its like share: from options and patterns to a run. What to measure,
 * in what order, how long and with what progress is decided here; what it means is the caller's.
 */
#ifndef SESSION_MEASURE_H
#define SESSION_MEASURE_H

#include "base/opts.h"
#include "harness/catalog.h"
#include "harness/decider.h"
#include "harness/turns.h"
#include "model/run.h"
#include "model/tier.h"
#include "report/text.h"
#include "session/settings.h"

/* Which benchmarks; `list` takes no more than this. */
struct select_options {
	struct words suites;
	struct said_commands said; /* command lines that are benchmarks */
	const char *tier;          /* comma-separated, or NULL for all */
	const char *trigger;       /* or NULL */
	struct settings_options settings;
};

#define SELECT_OPTS(struct_type, field) \
	OPT_WORDS('s', "suite", struct_type, field.suites, "FILE", \
		"take the benchmarks of this shared object or program instead of those linked in; " \
		"may be given again", \
		GROUP_EVERYDAY), \
		OPT_WORD('t', "tier", struct_type, field.tier, "TIER[,TIER]", \
			"only these tiers: critical, standard, comprehensive or your own", \
			GROUP_EVERYDAY), \
		OPT_WORD(0, "trigger", struct_type, field.trigger, "OCCASION", \
			"only the tiers that run on every_commit, pull_requests, daily, release or " \
			"your own occasion; each of these includes those before it", \
			GROUP_SELECT), \
		COMMAND_OPTS(struct_type, field), SANDBOX_OPT(struct_type, field.settings), \
		CONFIG_OPT(struct_type, field.settings)

/* Command lines that are measured. */
#define COMMAND_OPTS(struct_type, field) \
	OPT_WORDS('c', "command", struct_type, field.said.commands, "COMMAND", \
		"measure runs of this command line, or NAME=COMMAND, instead of a suite; may be given again", \
		GROUP_EVERYDAY), \
		OPT_FLAG('S', "shell", struct_type, field.said.shell, \
			"run the commands of --command in sh, and do not count what starting it takes", \
			GROUP_SELECT), \
		OPT_WORD(0, "bench", struct_type, field.said.bench, "COMMAND", \
			"run this tool for its benchmarks, 'go test -bench .', and read what it prints", \
			GROUP_EVERYDAY)

/* What was chosen of what there is. */
struct selection {
	const struct select_options *options;
	const struct words *patterns;
	struct settings *settings;
	struct catalog *catalog;
};

struct progress_line;

struct measure_options {
	struct select_options select;
	struct plan plan;
	const char *color;
	bool quiet;
	unsigned verbose; /* 1: how each was measured; 2: how it was judged, step by step */
	bool identify;
	struct live_report *live; /* who is told of progress; borrowed; NULL: nobody */
	const char *counts;       /* one of counts_words, or NULL */
	bool keep_profile;
	struct progress_line
		*progress; /* of a whole that the measuring is part of; NULL: its own */
};

#define MEASURE_OPTIONS_INIT \
	{ \
		.plan = PLAN_UNSAID \
	}

/* How much it may take. */
#define MEASURE_LIMIT_OPTS(struct_type, field) \
	OPT_DURATION(0, "warmup", struct_type, field.plan.warmup_ns, \
		"how long each process warms up at least, 100us to 10s (default, and 0: 25ms, and 10ms in turn)", \
		GROUP_MEASURE), \
		OPT_DURATION('b', "budget", struct_type, field.plan.budget_ns, \
			"what the whole run may take; what is left out then is said (default: the tiers' " \
			"own: critical 3min, standard 8min, comprehensive 45min)", \
			GROUP_MEASURE), \
		OPT_DURATION(0, "timeout", struct_type, field.plan.timeout_ns, \
			"what one process of a benchmark may take before it is killed (default 60s; a run of --bench: 30min)", \
			GROUP_MEASURE), \
		OPT_SIZE(0, "memory-limit", struct_type, field.plan.memory_limit, \
			"what one process may allocate (default, and 0: no limit)", \
			GROUP_MEASURE), \
		OPT_COUNT(0, "seed", struct_type, field.plan.seed, "N", \
			"of the order of processes and of the benchmarks' own data (default, and 0: a new one)", \
			GROUP_MEASURE), \
		OPT_FLAG(0, "identify", struct_type, field.identify, \
			"put user and host name into the result file", GROUP_RESULTS)

/* How its report looks. */
#define MEASURE_STYLE_OPTS(struct_type, field) \
	OPT_LEVEL('v', "verbose", struct_type, field.verbose, \
		"say how each benchmark was measured; -vv: how it was judged, step by step, too", \
		GROUP_EVERYDAY), \
		OPT_CHOICE(0, "color", struct_type, field.color, "auto,always,never", \
			"whether to color the output (default auto: on a terminal, unless NO_COLOR is set)", \
			GROUP_RESULTS)

/* What is shown of it. */
#define MEASURE_SHOW_OPTS(struct_type, field) \
	OPT_FLAG('q', "quiet", struct_type, field.quiet, "no progress", GROUP_EVERYDAY), \
		MEASURE_STYLE_OPTS(struct_type, field)

/* Whether counts are taken, too. */
#define COUNTS_OPT(struct_type, field) \
	OPT_CHOICE(0, "counts", struct_type, field.counts, "auto,on,perf,callgrind,none", \
		"count instructions, allocations and memory, too, in processes of their own; on: instructions by perf, " \
		"or else by callgrind (default auto: on in CI, none elsewhere; see 'benchgate help counts')", \
		GROUP_MEASURE), \
		OPT_FLAG(0, "keep-profile", struct_type, field.keep_profile, \
			"count by callgrind, and keep in the result file which functions executed the instructions", \
			GROUP_RESULTS)

/* How many units in turn are taken at once. */
#define JOBS_OPT(struct_type, field) \
	OPT_COUNT('j', "jobs", struct_type, field.plan.nr_jobs, "N", \
		"in turn: measure so many benchmarks at once, each on a core of its own (default, and 0: half of " \
		"the cores that nobody uses, or 1; see 'benchgate help measuring')", \
		GROUP_MEASURE)

#define MEASURE_OPTS(struct_type, field) \
	SELECT_OPTS(struct_type, field.select), \
		TOLERANCE_OPTS(struct_type, field.select.settings), \
		OPT_COUNT('p', "processes", struct_type, field.plan.nr_processes, "N", \
			"fresh processes for each benchmark (default 10)", GROUP_MEASURE), \
		OPT_DURATION(0, "time", struct_type, field.plan.time_ns, \
			"timed for each benchmark, over all its processes (default 1s); it shrinks to " \
			"fit the budget", \
			GROUP_MEASURE), \
		MEASURE_LIMIT_OPTS(struct_type, field), \
		OPT_FLAG(0, "keep-samples", struct_type, field.plan.keep_samples, \
			"keep every timed batch in the result file", GROUP_RESULTS), \
		MEASURE_SHOW_OPTS(struct_type, field)

#define MEASURE_MAX_JOBS 256

/* What a measurement is steered by. */
struct measuring {
	const struct tiers *tiers; /* for their budgets */
	struct decider decider;
	struct turns *turns; /* in turn with these; NULL: each benchmark alone */
};

/* Loads the settings, and of the suites (what is linked in when none is named) what the options and
 * patterns choose. Tools that list theirs are run by the plan (NULL: the usual one). */
int measure_select(const struct selection *selection, const struct plan *plan, struct error *err);

/* Adds the commands that are benchmarks, to run in that folder (NULL: the current one), and those
 * that tools list. */
int measure_add_commands(const struct settings *settings, const char *folder,
	const struct plan *plan, struct catalog *catalog, struct error *err);

/* The same for catalogs that are filled, of one side or of two: what is asked for must be in one of
 * them. The sides have all but the catalog in common. */
int measure_choose(const struct selection *sides, size_t nr, struct error *err);

/* Would a benchmark of that name and tier have been chosen? */
bool measure_chooses(const struct selection *selection, const char *name, const char *tier);

/* Makes an empty run ready: what it is, where, and an empty result for each benchmark. An error is
 * a mistake in the options. */
int measure_prepare(const struct measure_options *options, const struct catalog *catalog,
	struct run *run, struct error *err);

/* Shortens what is planned for a run that is ready, where that takes longer than its budgets.
 * `compares`: the run may go beyond the plan, and have a second look. */
void measure_fit(const struct tiers *tiers, bool compares, struct run *run);

/* A line on each budget that shortened what was asked for. */
void measure_add_fit(const struct plan *asked, const struct tiers *tiers, const struct run *run,
	struct buf *text);

/* Measures these benchmarks of a run that is ready, until the decider has enough of each; again,
 * where they have processes already. What fails is in the run. */
void measure_benches(const struct measure_options *options, const struct benches *benches,
	struct measuring measuring, struct run *run);

/* How its report is to look on standard output. */
struct text_style measure_style(const struct measure_options *options);

#endif
