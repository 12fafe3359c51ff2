/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a tier's benchmarks may cost, when they run, and what changes in them matter. */
#ifndef MODEL_TIER_H
#define MODEL_TIER_H

#include "base/texts.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What a change that is too large does. */
enum severity {
	SEVERITY_BLOCK, /* fails the run */
	SEVERITY_WARN,  /* is said, and fails nothing */
};

/* By value, NULL at the end. */
extern const char *const severity_words[];

/* The usual ones, from the most often to the least, each with those before it; NULL at the end. */
extern const char *const tier_triggers[];

struct tier {
	char *name;
	struct texts benchmarks; /* names or globs that belong here whatever their source says */
	struct texts paths;      /* globs of the files that can change them; none: not said */
	char *trigger;           /* "every_commit", "pull_requests", "daily", or the user's own */
	uint64_t budget_ns;      /* for all its benchmarks together */
	uint64_t max_time_ns;    /* longer is a regression, of all together too; 0: none */
	double threshold_ratio;  /* the change that is tolerated: 0.02 is 2 % */
	double target_ratio;     /* the change that a PASS rules out; NaN: twice the threshold */
	double memory_ratio;     /* more memory than this warns; NaN: than the threshold */
	double work_ratio;       /* more instructions than this warn; NaN: 0.5 % */
	enum severity severity;
	unsigned said; /* which of these a file says: a bit for each of its keys */
};

struct tiers {
	struct tier *items;
	size_t nr, alloc;
};

/* critical, standard, comprehensive. */
void tiers_init(struct tiers *tiers);
void tiers_release(struct tiers *tiers);

/* Adds one that is like the standard one but for its name. */
struct tier *tiers_add(struct tiers *tiers, const char *name);

/* NULL when there is none of that name. */
struct tier *tiers_find(const struct tiers *tiers, const char *name);

/* A tier of that name, or the standard one where there is none. */
const struct tier *tiers_named(const struct tiers *tiers, const char *name);

/* The tier that claims a benchmark of that name by its list, or NULL. */
const struct tier *tiers_claiming(const struct tiers *tiers, const char *benchmark);

/* The tier that a benchmark belongs to, whose source names a tier. */
const struct tier *tiers_holding(
	const struct tiers *tiers, const char *benchmark, const char *named);

/*
 * Is the tier to run on that occasion? What runs on every commit runs on pull requests too, and
 * what runs on those, daily and at releases; a trigger of the user's own means just itself.
 */
bool tier_runs_on(const struct tier *tier, const char *trigger);

#endif
