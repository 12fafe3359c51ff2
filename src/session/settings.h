/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What holds for a command: the built-in policy, over it the policy file, over that the command
 * line; and where the project keeps its things. Everything works without a file.
 */
#ifndef SESSION_SETTINGS_H
#define SESSION_SETTINGS_H

#include "base/opts.h"
#include "gate/mentions.h"
#include "gate/past.h"
#include "gate/policy_json.h"
#include "notify/notify.h"
#include "respond/responses.h"
#include "session/groups.h"
#include "store/result_file.h"
#include "suite/revision.h"
#include "sys/sandbox.h"

struct settings_options {
	const char *config;    /* a file, "none", or NULL: look for one */
	const char *threshold; /* "2%", or NULL */
	const char *target;    /* "4%", or NULL */
	const char *unsaid;    /* "20%", the threshold of tiers that the file gives none; or NULL */
	const char *alpha;     /* "0.01", or NULL */
	const char *sandbox;   /* "on", "auto", "off", or NULL */
	const char *format;    /* of result files of other tools: "go", or NULL */
	const char *columns;   /* of tables: "name=1,value=2", or NULL */
};

/* What a policy file may be called; NULL at the end. */
extern const char *const settings_file_names[];

#define CONFIG_OPT(struct_type, field) \
	OPT_WORD(0, "config", struct_type, field.config, "FILE", \
		"the policy file, or none (default: benchgate.json or benchgate.yml, here or in " \
		"the nearest folder above, see 'benchgate help config-file')", \
		GROUP_BUILD)

#define SANDBOX_OPT(struct_type, field) \
	OPT_CHOICE(0, "sandbox", struct_type, field.sandbox, "on,auto,off", \
		"run suites and build revisions without network, secrets and writing, but to a scratch folder; auto: " \
		"where the kernel has what it takes (default off; see 'benchgate help sandbox')", \
		GROUP_BUILD)

#define FORMAT_OPT(struct_type, field) \
	OPT_WORD(0, "format", struct_type, field.format, "NAME", \
		"the format of files of other tools: go, bmf ... (default: by their content, see " \
		"'benchgate help imports')", \
		GROUP_RESULTS), \
		OPT_WORD(0, "columns", struct_type, field.columns, "name=N,value=N", \
			"which columns of a table are what: numbers or headings, unit=N too", \
			GROUP_RESULTS)

#define TOLERANCE_OPTS(struct_type, field) \
	OPT_WORD(0, "threshold", struct_type, field.threshold, "PERCENT", \
		"the largest change that is tolerated in every benchmark, whatever its tier and the " \
		"policy file say: 2%", \
		GROUP_JUDGE), \
		OPT_WORD(0, "target", struct_type, field.target, "PERCENT", \
			"the change that a PASS rules out, the same (default: twice the threshold)", \
			GROUP_JUDGE), \
		OPT_WORD(0, "default-threshold", struct_type, field.unsaid, "PERCENT", \
			"the threshold of tiers to which the policy file gives none (default: 2 %, 5 % and 10 %)", \
			GROUP_JUDGE), \
		OPT_WORD(0, "alpha", struct_type, field.alpha, "NUMBER", \
			"the chance of any false regression in a run (default 0.01)", GROUP_JUDGE)

#define SETTINGS_OPTS(struct_type, field) \
	CONFIG_OPT(struct_type, field), TOLERANCE_OPTS(struct_type, field)

/* All its paths are from the current folder, as short as they can be said. */
struct settings {
	struct policy policy;
	char *file;               /* the policy file, or NULL: there is none */
	char *root;               /* the project's folder: the file's, or else the nearest with
				     baselines/ or .git */
	char *baselines;          /* the folder of baselines, which need not be there */
	struct texts suites;      /* of the file, for when none is given */
	struct texts suites_said; /* the same as the file says it, from its own folder */
	struct bench_commands commands;   /* that are benchmarks */
	struct competitors competitors;   /* with the paths of their files */
	char *commands_folder;            /* that they run in; NULL: the current one */
	char *build;                      /* the command that makes them, or NULL */
	char *base;                       /* a git revision, or a suite's path, or NULL */
	struct import_hint import;        /* of result files of other tools */
	char *history_db;                 /* the file that keeps runs, or NULL */
	struct keeping keep, keep_points; /* how long it keeps them, and their levels */
	struct past_settings past;        /* what of a history is the present */
	struct proposing_rules updates;   /* of baselines by themselves */
	struct rules rules;
	struct mentions mentions; /* the names in the file */
	struct notify_settings notify;
	struct responses responses;
	struct sandbox sandbox; /* for children, where it is in use */
	bool in_sandbox;
	unsigned said; /* which of policy_file_keys the file says, a bit each */
};

/* Commands of the command line, and a tool that runs benchmarks (or NULL), which stand in for all
 * benchmarks of the policy file. */
struct said_commands {
	struct words commands; /* borrowed */
	bool shell;            /* sh runs them */
	const char *bench;
};
void settings_use_commands(struct settings *settings, const struct said_commands *said);

#define SETTINGS_INIT \
	{ \
		.file = NULL \
	}

/* An error is a mistake in the file or in the options, and says in which. */
int settings_load(
	const struct settings_options *options, struct settings *settings, struct error *err);
/* For commands that run suites or build revisions: after loading, before either. An error: there is
 * none, and one is wanted. */
int settings_choose_sandbox(
	const struct settings_options *options, struct settings *settings, struct error *err);

/* The sandbox that suites and builds are to run in; NULL: none. */
const struct sandbox *settings_sandbox(const struct settings *settings);
void settings_release(struct settings *settings);

/*
 * Fills *its with what this policy file says in another revision, nothing where it is not there.
 * Only who is told of what, and the names of suites, are to be taken from there.
 */
int settings_of_revision(const struct settings *settings, const struct revision *revision,
	struct settings *its, struct error *err);

#endif
