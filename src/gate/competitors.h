/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The competitors of the policy file: other programs and libraries that do what ours does, and
 * which of their benchmarks is the like of which of ours. Owned by whoever read the file.
 */
#ifndef GATE_COMPETITORS_H
#define GATE_COMPETITORS_H

#include "base/error.h"
#include "base/json.h"
#include "base/texts.h"
#include "gate/policy_keys.h"

#include <stdbool.h>

struct competitor {
	char *name;
	char *version; /* or NULL, as the next */
	char *command; /* that does what one of our commands does; {benchmark} in it is theirs */
	struct texts suites;  /* of theirs; neither these nor the others: ours has theirs, too */
	struct texts data;    /* result files */
	struct texts metrics; /* names or globs of those that are compared; none: the time */
	/* Benchmarks of ours, and what theirs are called, one to one; none: all, by the same names.
	 */
	struct texts ours, theirs;
};

struct competitors {
	struct competitor *items;
	size_t nr, alloc;
};

void competitors_release(struct competitors *competitors);

/* Is it known from files alone? */
bool competitor_is_read(const struct competitor *competitor);

/* What it calls the like of our benchmark; NULL: it has none that we compare with. */
const char *competitor_name_of(const struct competitor *competitor, const char *ours);

bool competitor_has_metric(const struct competitor *competitor, const char *metric);

/* The name, and the version where there is one: "zlib 1.3", fit for a terminal. */
void competitor_add_name(const struct competitor *competitor, struct buf *out);

/* The policy file's "competitors"; NULL: it has none. */
int competitors_read(const struct json *json, struct competitors *competitors, struct error *err);

/* The rows of a competitor's keys. POLICY_KEY_END ends them. */
extern const struct policy_key competitor_keys[];

#endif
