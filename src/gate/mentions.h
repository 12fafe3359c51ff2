/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Which benchmarks, metrics, tiers and triggers the policy file names, and which of these names
 * nothing has: a word that is misspelt there would do nothing, and nobody would see it.
 */
#ifndef GATE_MENTIONS_H
#define GATE_MENTIONS_H

#include "base/json.h"
#include "gate/policy.h"
#include "gate/rules.h"
#include "model/run.h"

enum mention_kind {
	MENTION_BENCHMARK,
	MENTION_METRIC,
	MENTION_TIER,     /* by a rule's condition */
	MENTION_OWN_TIER, /* a key of "tiers" that claims no benchmark by its name */
	MENTION_TRIGGER,
};

struct mention {
	enum mention_kind kind;
	char *place;                                         /* in the file: "overrides[2]" */
	char *text;                                          /* a name or a pattern */
	bool (*fits)(const char *pattern, const char *name); /* by which it is meant */
	struct texts benchmarks; /* a metric's: patterns of who has it; none: anyone */
};

struct mentions {
	struct mention *items;
	size_t nr, alloc;
};

/* Of a policy file that is right, or NULL, and of the rules that hold. */
void mentions_read(const struct json *root, const struct rules *rules, struct mentions *mentions);
void mentions_release(struct mentions *mentions);
/* Is a benchmark named? */
bool mentions_have_benchmark(const struct mentions *mentions);

/* The names that there are. */
struct known_names {
	struct texts benchmarks, tiers, metrics;
	bool whole; /* no benchmark is missing here */
};

void known_names_add(struct known_names *known, const char *benchmark, const char *tier);
/* A run's benchmarks, and the metrics that they have. */
void known_names_add_run(struct known_names *known, const struct run *run);
void known_names_release(struct known_names *known);

/*
 * Appends a line for each mention of what is not there, with the nearest name that is. Benchmarks
 * are held against the known ones only where these are whole. Of metrics, only what looks like a
 * percentile can be told before there are values.
 */
void mentions_check(const struct mentions *mentions, const struct policy *policy,
	const struct known_names *known, struct texts *lines);

/* The same for metrics of benchmarks that the run has values of, all that are meant. */
void mentions_check_values(const struct mentions *mentions, const struct known_names *known,
	const struct run *run, struct texts *lines);

#endif
