/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What was found of a benchmark whose change was explained, as its result keeps it: the answer, who
 * calls whom on both sides, and the account in words. Owns its texts. It is small: what costs next
 * to nothing, and what is long, is left out, and it says how much.
 */
#ifndef MODEL_KEPT_EXPLANATION_H
#define MODEL_KEPT_EXPLANATION_H

#include "base/texts.h"

#include <stddef.h>
#include <stdint.h>

/* More of them, and longer ones, are not read. */
#define KEPT_MOST_STACKS 20000
#define KEPT_MOST_DEPTH 200
#define KEPT_MOST_NAME 1000
#define KEPT_MOST_TEXT 65536

/* A stack: the function that it ends in, and the stack that called it. */
struct kept_stack {
	size_t function; /* a place in the names */
	size_t parent;   /* a place before its own; the first is the benchmark, its own parent */
	double own[2];   /* base, head: an iteration, without what it calls */
};

struct kept_explanation {
	char *base, *head; /* the two sides as people name them */
	char *base_commit; /* or NULL */
	char *tool;        /* "counted by callgrind of valgrind-3.19.0", or NULL */
	char *summary;     /* a sentence */
	char *cause;       /* what was changed in the sources, as far as that is likely; or NULL */
	char *function;    /* that most of the change is in; or NULL, as what is said of it */
	char *file;        /* without its folder */
	uint32_t line;     /* 0: not known */
	double part;       /* of the change that is in it: 1 is all of it; NaN: not known */
	char *unit;        /* of costs: "instructions" */
	uint64_t iterations; /* that were profiled on each side */
	char *report;        /* all that was found, in words and tables */
	char *code;          /* the function's machine code, base beside head; or NULL */
	struct texts names;  /* of functions; the first is the benchmark */
	struct texts files;  /* one for each name; "": not known */
	struct {
		struct kept_stack *items;
		size_t nr, alloc;
	} stacks;
	uint64_t nr_left_out; /* stacks that are part of the one that called them */
};

void kept_explanation_release(struct kept_explanation *kept);
/* With what it is in. NULL is fine. */
void kept_explanation_free(struct kept_explanation *kept);

/* What each stack costs with all that it calls; the caller frees it. */
double *kept_explanation_all(const struct kept_explanation *kept, int side);

#endif
