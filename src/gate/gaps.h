/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * How far ours is from its competitors: a gap for each metric of each benchmark that both have. It
 * says nothing of whether ours changed, and does nothing to the run.
 */
#ifndef GATE_GAPS_H
#define GATE_GAPS_H

#include "gate/competitors.h"
#include "gate/verdict.h"

enum gap_word {
	GAP_UNKNOWN, /* too few values to tell */
	GAP_NONE,    /* no difference that can be seen */
	GAP_BETTER,  /* ours is */
	GAP_WORSE,
	GAP_NR_WORDS,
};

/* By value, NULL at the end: "worse". */
extern const char *const gap_words[];

/* What a gap rests on, the surest first. */
enum gap_source {
	GAP_IN_TURN,       /* both measured in turn */
	GAP_RUN,           /* both benchmarks of the same run, each alone */
	GAP_FILES,         /* theirs from files of this machine */
	GAP_FILES_UNKNOWN, /* files that do not say of which machine */
	GAP_FILES_OTHER,   /* files of another machine */
};

/* By value, NULL at the end, for programs: "files-of-another-machine". */
extern const char *const gap_source_words[];

struct gap {
	const struct competitor *competitor; /* borrowed */
	char *benchmark;                     /* ours */
	char *theirs;                        /* what they call it */
	char *metric, *unit;
	bool more_is_better;
	double our_value, their_value; /* levels; NaN: not known */
	double ratio;                  /* ours / theirs - 1 */
	double low, high;              /* its 95 % interval; NaN: none */
	double p;                      /* of "no difference", for all gaps; NaN: not tested */
	enum gap_word word;
	enum gap_source source;
	bool is_time;
	const struct past *past; /* of ours / theirs, by a history; NULL: none is known; borrowed */
};

struct gaps {
	struct gap *items;
	size_t nr, alloc;
	const struct run *ours; /* whose gaps they are; borrowed */
	struct texts notes;     /* what was not compared, and why: a line each */
};

void gaps_release(struct gaps *gaps);

/* Adds what a verdict says in which the competitor's run is the base. */
void gaps_add(struct gaps *gaps, const struct competitor *competitor, enum gap_source source,
	const struct verdict *verdict);

/* When all are there: corrects the p-values for all of them, and finds the words. */
void gaps_judge(struct gaps *gaps);

/* Of a metric of ours the gap to the best competitor; NULL: none is known. */
const struct gap *gaps_widest(const struct gaps *gaps, const char *benchmark, const char *metric);

/* How fast the gap grows, in percent a week: above 0 ours falls behind; NaN: not known. */
double gap_trend_percent(const struct gap *gap);

/* How much worse ours is, whichever way is better, in percent; below 0: better. */
double gap_percent(const struct gap *gap);
/* The better and the worse end of its interval; NaN: none. */
double gap_low_percent(const struct gap *gap);
double gap_high_percent(const struct gap *gap);

/* The word for people: "slower", "no difference seen". */
const char *gap_say(const struct gap *gap);

/* What it rests on, for people: "measured in turn". */
const char *gap_say_source(const struct gap *gap);

/* What a history calls the gap: "gap", and of any metric but the time "rate gap". */
void gap_add_metric(const struct gap *gap, struct buf *out);

/* "parse", and of any metric but the time "parse allocations": fit for a terminal. */
void gap_add_name(const struct gap *gap, struct buf *out);

#endif
