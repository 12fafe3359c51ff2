/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What can be said of a comparison by name: the words of a rule's condition and of its message's
 * placeholders. One table for both, and for the list that people are shown.
 */
#ifndef GATE_FACTS_H
#define GATE_FACTS_H

#include "gate/verdict.h"

/* What is spoken of; all borrowed. */
struct subject {
	const struct verdict *verdict;
	const struct comparison *comparison;
	const char *branch; /* "" where it is not known */
	const char *commit; /* the same */
};

/* What a fact is, and so how people read it. */
enum fact_kind {
	FACT_TEXT,
	FACT_COUNT,
	FACT_PERCENT, /* 2 for "2 %" */
	FACT_CHANGE,  /* the same with a sign */
	FACT_P,       /* a probability */
	FACT_VALUE,   /* in the metric's unit */
};

/* A text has `text`, all others have `number`. */
struct fact {
	const char *name;
	enum fact_kind kind;
	const char *what;                                /* for people: a phrase with its unit */
	double (*number)(const struct subject *subject); /* NaN: not to be had */
	void (*text)(const struct subject *subject, struct buf *out); /* nothing: not to be had */
	const char *const *words; /* all that the text can be, NULL at the end; NULL: anything */
};

/* NULL name at the end. */
extern const struct fact facts[];

/* NULL when there is none of that name, which need not end there. */
const struct fact *fact_named(const char *name, size_t len);

bool fact_is_percent(const struct fact *fact);

/* For people, with its unit: "+17.0 %", "12.3 us"; "unknown" where it is not to be had. What came
 * from outside is fit for a terminal. */
void fact_print(const struct fact *fact, const struct subject *subject, struct buf *out);

#endif
