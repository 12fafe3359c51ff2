/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What one benchmark costs more, or less, in the head than in the base, and where: by function, by
 * what functions call, by source line. Owns its names; all numbers are an iteration's.
 *
 * Libraries that both sides share did not change. What a function makes them do is charged to it:
 * who calls malloc once more pays for that malloc.
 */
#ifndef EXPLAIN_EXPLANATION_H
#define EXPLAIN_EXPLANATION_H

#include "explain/costs.h"

#include <stdbool.h>

enum explanation_side { SIDE_BASE, SIDE_HEAD, NR_SIDES };

enum explanation_kind {
	EXPLAINED_BOTH, /* it is there on both sides */
	EXPLAINED_NEW,
	EXPLAINED_GONE,
	EXPLAINED_INLINED, /* gone, and what it did is done in a function that called it */
	EXPLAINED_OUTLINED /* new, and what it does was done in a function that calls it */
};

struct explained {
	bool there;
	unsigned line;      /* 0: not known */
	struct cost own;    /* what it executes itself */
	struct cost all;    /* with all that it calls */
	struct cost charge; /* own, and what it makes shared libraries do */
	double calls;
	double allocations; /* that it makes, itself or through shared libraries */
};

struct explained_function {
	char *name, *file; /* the file without its folder; NULL: not known */
	char *was;         /* the function of the base that it takes the place of; or NULL */
	bool is_shared;    /* of a library that both sides share */
	enum explanation_kind kind;
	size_t other; /* what it was inlined into, or was inlined in; else COSTS_NONE */
	struct explained side[NR_SIDES];
};

struct explained_call {
	size_t from, to;        /* functions */
	double calls[NR_SIDES]; /* an iteration */
	struct cost all[NR_SIDES];
};

struct explained_line {
	size_t function;
	char *file;                   /* without its folder */
	char *path;                   /* with it, as the compiler says it */
	char *text;                   /* of the source, or NULL */
	unsigned line[NR_SIDES];      /* 0: it is not on that side */
	struct cost charge[NR_SIDES]; /* its own, and what it makes shared libraries do */
};

struct explanation {
	const char *benchmark; /* borrowed */
	enum cost_event event; /* that says most about the change: mostly instructions */
	struct cost total[NR_SIDES];
	bool has[NR_COST_EVENTS];   /* counted on both sides */
	double sample_ns[NR_SIDES]; /* of COST_TIME: what a sample stands for */
	uint64_t nr_samples[NR_SIDES];
	double pair_change[COST_PAIRS]; /* of time, as each pair of processes has it: 0.15 is +15 %
					 */
	struct {
		struct explained_function *items; /* by name */
		size_t nr, alloc;
	} functions;
	struct {
		struct explained_call *items; /* the largest change first */
		size_t nr, alloc;
	} calls;
	struct {
		struct explained_line
			*items; /* the largest change first, without those that did not change */
		size_t nr, alloc;
	} lines;
	size_t *of[NR_SIDES]; /* by function of the costs of that side: its function here */
	char *inlined; /* the function inlined in the culprit that most of its change is in; or NULL
			*/
	char *inlined_file; /* that it is in, without its folder */
	char *was_in; /* of a culprit that is new or gone: where it is inlined on the other side;
			 or NULL */
};

/* Compares; borrows nothing but the name of the benchmark. */
void explanation_make(struct explanation *explanation, const char *benchmark,
	const struct costs *const sides[NR_SIDES]);

double explanation_total_change(const struct explanation *explanation, enum cost_event event);

/* By how much its charge changed, with what was inlined into it. */
double explanation_change(const struct explanation *explanation, size_t function);

/* The function that most of the change of that cost is in, and how much of it: 1 is all.
 * COSTS_NONE: it did not change. */
double explanation_most_of(
	const struct explanation *explanation, enum cost_event event, size_t *function);

/* The first as a part of the whole change: 1 is all of it. NaN where nothing changed. */
double explanation_part(const struct explanation *explanation, size_t function);

/* How far the part may be from that, 19 times in 20, by the chance of sampling; 0 for what is
 * counted. */
double explanation_part_error(const struct explanation *explanation, size_t function);

/* The same of a change between two costs, and of the change of the whole. */
double explanation_error(const struct explanation *explanation, double base, double head);
double explanation_whole_error(const struct explanation *explanation);

/* Are there enough samples to say anything? */
bool explanation_has_samples(const struct explanation *explanation);

/* Does each pair of processes say about the same of time? */
bool explanation_pairs_agree(const struct explanation *explanation);

/* Is there a change to speak of: a thousandth of the whole; of time, one that sampling and the
 * chance of a process do not make? */
bool explanation_has_change(const struct explanation *explanation);

/* The function that most of the change is in, which shared libraries' are not. COSTS_NONE: nothing
 * changed, or samples are too few to tell which. */
size_t explanation_culprit(const struct explanation *explanation);

/* The call of it that changed most; NULL: nobody calls it. */
const struct explained_call *explanation_busiest_call(
	const struct explanation *explanation, size_t function);

/* Does it do the same in each call, and is called more often, or less where all is less? */
bool explanation_is_called_more(const struct explanation *explanation, size_t function);

/* Up from there, the call where the number of calls begins to differ: its caller is called as often
 * as before. NULL: there is none. */
const struct explained_call *explanation_first_call(
	const struct explanation *explanation, size_t function);

/* Is that the C library's function that makes memory? */
bool explanation_is_allocator(const char *name);

void explanation_release(struct explanation *explanation);

#endif
