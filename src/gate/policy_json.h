/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The policy file: a policy's spelling in JSON with comments or in YAML, and where the project
 * keeps its things. Its schema is policy.schema.json beside this file. A file that is one tier's
 * block and nothing else is a policy with that tier, named after its trigger.
 */
#ifndef GATE_POLICY_JSON_H
#define GATE_POLICY_JSON_H

#include "gate/competitors.h"
#include "gate/keeping.h"
#include "gate/past.h"
#include "gate/policy.h"
#include "gate/policy_keys.h"
#include "gate/proposing.h"
#include "gate/rules.h"
#include "model/bench_command.h"

/* What of runs is kept, where, and how long. */
struct policy_history {
	char *db;                   /* a file, as written; NULL: unsaid */
	struct keeping keep;        /* whole runs */
	struct keeping keep_points; /* their levels */
	struct past_settings past;
};

/* All that a file says. What it does not say is as in the built-in policy. */
struct policy_file {
	struct policy policy;
	struct rules rules;
	struct texts suites;            /* as written */
	struct bench_commands commands; /* that are benchmarks */
	struct competitors competitors;
	char *build;     /* a command that makes the suites; NULL: unsaid */
	char *base;      /* what to compare with in turn: a revision or a suite; NULL: unsaid */
	char *baselines; /* a folder, as written; NULL: unsaid */
	struct policy_history history;
	struct proposing_rules updates; /* of baselines by themselves */
	unsigned said;                  /* which of policy_file_keys the file says, a bit each */
	struct json *root; /* all of it, for whom other sections belong to; NULL: not read */
};

void policy_file_init(struct policy_file *file);
void policy_file_release(struct policy_file *file);

/* Into one that was just initialised. The error names the place in the file; then it holds what was
 * read so far. */
int policy_file_read(const char *text, size_t len, struct policy_file *file, struct error *err);
/* The same; libyaml must be loaded. */
int policy_file_read_yaml(
	const char *text, size_t len, struct policy_file *file, struct error *err);

/* One of the file's overrides, which may speak of several benchmarks. */
struct policy_exception {
	struct texts benchmarks;
	struct texts paths;
	char *expected;      /* a window of time, or NULL */
	struct override row; /* but for its benchmark */
};

/* The rows: of the file, of each of its tiers (struct tier), and of each of its overrides (struct
 * policy_exception). POLICY_KEY_END ends them. */
extern const struct policy_key policy_file_keys[];
extern const struct policy_key policy_history_keys[];
extern const struct policy_key policy_update_keys[];
extern const struct policy_key policy_tier_keys[];
extern const struct policy_key policy_exception_keys[];

/* Text of the schema. */
extern const char policy_schema_json[];

#endif
