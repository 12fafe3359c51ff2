/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What a history says of one metric, in words: a sentence for each finding that continues the
 * metric's name, fit for a terminal. A step stays, a slope takes its time, a spike is gone with the
 * next run; what only the newest runs show is a maybe, with the command that settles it.
 */
#ifndef REPORT_PAST_WORDS_H
#define REPORT_PAST_WORDS_H

#include "base/buf.h"
#include "gate/past.h"
#include "gate/policy.h"
#include "gate/verdict.h"

enum past_kind {
	PAST_STEP,
	PAST_MAYBE,
	PAST_SLOPE,
	PAST_SPIKE,
	PAST_CREEP,
	PAST_ANOMALY,
	PAST_BUDGET,
	PAST_COMPILER, /* another one made the suite; of all benchmarks alike, as is the next */
	PAST_MACHINE,
};

/* By value, NULL at the end: "step". */
extern const char *const past_kinds[];

struct past_word {
	enum past_kind kind;
	size_t at;      /* the first point that it is about */
	bool is_recent; /* it is about the present */
	char *text;     /* owned, as the next */
	char *command;  /* that settles it; or NULL */
};

struct past_words {
	struct past_word *items;
	size_t nr, alloc;
};

/* `benchmark` is for the commands. `limit` is the metric's budget, or NULL. */
struct past_words past_words_of(
	const struct past *past, const char *benchmark, const struct limit *limit);
void past_words_release(struct past_words *words);

/* The same of a comparison; none where no history is known. What is against a budget has nothing
 * but that to say: the other comparison of the metric says the rest. */
struct past_words past_words_of_comparison(const struct comparison *comparison);

/* Of a whole verdict, what is recent, the same of several benchmarks once: a name or NULL, a
 * sentence, a command or NULL. */
typedef void past_words_visit(const char *name, const struct past_word *word, void *context);
void past_words_each(const struct verdict *verdict, past_words_visit *visit, void *context);

/* "1111111..2222222": in which commits a change is, as git writes it; nothing where they are not
 * known. */
void past_words_add_range(
	const struct past *past, const struct changepoint *change, struct buf *out);

#endif
