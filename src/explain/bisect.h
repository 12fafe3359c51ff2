/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Which commit changed a benchmark: the search as a value. It is asked what it needs (bisect_next)
 * and told what came of it (bisect_tell, bisect_follow). It reads no file, starts nothing and knows
 * nothing of git: commits are numbers. Told the same again, it is where it was.
 *
 * The ends are compared first: is there a change at all? Then commits between them are compared
 * with the good end: is the change there already? Then the commit that was found is compared with
 * the one before it: how much of the change is it? Where that is not all, the search goes on in the
 * rest, as it does on both sides of a commit that has a part of the change; where it is a merge, in
 * what was merged.
 */
#ifndef EXPLAIN_BISECT_H
#define EXPLAIN_BISECT_H

#include <stdbool.h>
#include <stddef.h>

/* What comparing two commits says. */
enum bisect_answer {
	BISECT_UNDECIDED, /* not yet, or not with what it may take */
	BISECT_ABOVE,     /* slower than asked about */
	BISECT_BELOW,     /* faster than asked about */
	BISECT_BETWEEN,   /* neither, and surely so */
	BISECT_AS_GOOD,   /* nothing to measure: the benchmark is the same as in a commit before the
			     change */
	BISECT_AS_BAD,    /* the same of a commit behind it */
	BISECT_UNMEASURED, /* the head does not build, or the benchmark fails in it */
};

/* By value, NULL at the end. */
extern const char *const bisect_answer_words[];

enum bisect_purpose {
	BISECT_ENDS,      /* is there a change between them? */
	BISECT_CANDIDATE, /* is the change there already? */
	BISECT_STEP,      /* how large is it? */
};

extern const char *const bisect_purpose_words[];

/* Changes are logarithms of head / base, more is worse. */
struct bisect_question {
	enum bisect_purpose purpose;
	size_t base, head;            /* commits */
	double low, high;             /* is the change above high, or below low; */
	double inner_low, inner_high; /* or surely between these? Where they are the same, that is
					 not asked */
	double width;                 /* of a step: so wide may half of its interval be */
	double error;                 /* the chance of a wrong answer that it may have */
	size_t like_good, like_bad;   /* a head that is the same as one of these need not be
					 measured */
};

/* The measured answer. */
struct bisect_told {
	enum bisect_answer answer;
	double change, low, high; /* with its 95 % interval; NaN: not measured */
};

enum bisect_need {
	BISECT_COMPARE, /* the question's two commits */
	BISECT_BRANCH,  /* what the commit merged */
	BISECT_DONE,
};

/* What is known of a commit of a chain. */
enum bisect_word {
	BISECT_UNKNOWN,
	BISECT_GOOD, /* before the change */
	BISECT_BAD,
	BISECT_SKIPPED, /* cannot be measured */
	BISECT_UNCLEAR, /* was measured, and nobody can tell */
};

enum bisect_stage {
	BISECT_STAGE_ENDS,
	BISECT_STAGE_SEARCH,
	BISECT_STAGE_STEP,
	BISECT_STAGE_BRANCH,
	BISECT_STAGE_OVER
};

#define BISECT_NONE ((size_t)-1)

/* Commits in a row, each the parent of the next; the first is good, the last is bad. */
struct bisect_chain {
	size_t *commits;         /* owned */
	enum bisect_word *words; /* owned */
	size_t nr;
	enum bisect_stage stage;
	double limit;  /* a smaller change between its ends is none */
	double change; /* between its ends, once it is measured */
	size_t merge;  /* the finding that it is the inside of, or BISECT_NONE */
};

struct bisect_chains {
	struct bisect_chain *items;
	size_t nr, alloc;
};

/* Commits of a chain from `before`, the last that is good, to `last`, the first that is bad: it is
 * one of those behind `before`. */
struct bisect_finding {
	size_t chain, before, last; /* places */
	struct bisect_told step;    /* last against before */
	size_t merge;               /* the finding of the merge that brought it, or BISECT_NONE */
	bool followed;              /* a merge, and what it merged has findings of its own */
	bool unmerged; /* a merge, and what it merged does not have the change by itself */
};

struct bisect_findings {
	struct bisect_finding *items;
	size_t nr, alloc;
};

enum bisect_outcome {
	BISECT_RUNNING,
	BISECT_FOUND,
	BISECT_NOT_THERE, /* the ends do not differ */
	BISECT_NOT_SURE,  /* nobody can tell whether they do */
	BISECT_IDENTICAL, /* the benchmark is the same at both ends */
	BISECT_NO_END,    /* an end cannot be measured */
};

struct bisect {
	struct bisect_chains chains; /* the first is the whole */
	struct bisect_findings findings;
	double error;             /* the chance of a wrong answer */
	double least;             /* a change between the ends that is smaller is none */
	struct bisect_told whole; /* between the ends */
	enum bisect_outcome outcome;
	size_t nr_asked;   /* questions that may have been answered wrongly */
	size_t nr_planned; /* of these, how many a search without trouble has */
	bool stopped;      /* before it was over */
};

/* Commits from the good end to the bad end, two at least; they are copied. */
void bisect_init(
	struct bisect *bisect, const size_t *commits, size_t nr, double error, double least);
void bisect_release(struct bisect *bisect);

/*
 * What is needed next: an answer to *question, or what *commit merged. `is_cheap` (or NULL) says of
 * a commit that it is built already: where one is near enough to the middle it is preferred.
 */
enum bisect_need bisect_next(const struct bisect *bisect,
	bool (*is_cheap)(void *context, size_t commit), void *context,
	struct bisect_question *question, size_t *commit);

void bisect_tell(
	struct bisect *bisect, const struct bisect_question *question, struct bisect_told told);

/* A branch that a commit merged: commits from where the branch began, which is not of it, to its
 * last one. To be said of one after the other; fewer than two commits: there is no other. */
void bisect_follow(struct bisect *bisect, const size_t *commits, size_t nr);

/* There is no time for more: what is not found yet is answered as a range. */
void bisect_stop(struct bisect *bisect);

/* The commits that are left to tell apart in what is searched now, and about how many comparisons
 * that takes. */
size_t bisect_nr_left(const struct bisect *bisect);
size_t bisect_steps_left(const struct bisect *bisect);

#endif
