/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The comparisons of a bisection, each with its answer: what its report shows, and what a
 * bisection that was ended goes on from. Owns its texts.
 */
#ifndef EXPLAIN_BISECT_STEPS_H
#define EXPLAIN_BISECT_STEPS_H

#include "base/buf.h"
#include "base/error.h"
#include "explain/bisect.h"

#include <stdint.h>

struct bisect_step {
	char *benchmark;
	char *metric;      /* that decides, "typical"; NULL: nothing was measured */
	char *base, *head; /* hashes of the two commits */
	enum bisect_purpose purpose;
	double limit; /* the upper one of the question: with it, the question is known */
	struct bisect_told told;
	uint64_t nr_units;
	double seconds; /* that measuring took */
	char *trouble;  /* why it was not measured, or NULL */
};

struct bisect_steps {
	struct bisect_step *items;
	size_t nr, alloc;
	char *key;      /* tells bisections apart: of which ends, benchmarks and options it is */
	double seconds; /* that it took before it was ended, builds too */
	uint64_t nr_builds;
	double build_seconds;
};

#define BISECT_STEPS_VERSION 1

void bisect_steps_release(struct bisect_steps *steps);

/* The step that asked that already, or NULL. */
const struct bisect_step *bisect_steps_find(const struct bisect_steps *steps, const char *benchmark,
	const char *base, const char *head, const struct bisect_question *question);

void bisect_steps_print(const struct bisect_steps *steps, struct buf *out);
/* Into an empty list. */
int bisect_steps_parse(const char *text, size_t len, struct bisect_steps *steps, struct error *err);

#endif
