/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What one iteration of a benchmark costs, by function, call, source line and instruction: as a
 * profiler that counts says it. Owns its texts. All costs and calls are an iteration's.
 */
#ifndef EXPLAIN_COSTS_H
#define EXPLAIN_COSTS_H

#include "base/texts.h"

#include <stddef.h>
#include <stdint.h>

enum cost_event {
	COST_INSTRUCTIONS,
	COST_CACHE_MISSES,  /* of the first level, simulated */
	COST_MEMORY_READS,  /* misses of the last level, simulated */
	COST_BRANCH_MISSES, /* simulated */
	COST_TIME,          /* ns, sampled: it is known up to an error */
	NR_COST_EVENTS
};

extern const char *const cost_event_names[NR_COST_EVENTS];
/* What a number of them is followed by. */
extern const char *const cost_event_units[NR_COST_EVENTS];

struct cost {
	double of[NR_COST_EVENTS];
};

/* Indices into struct costs are size_t; COSTS_NONE is none. */
#define COSTS_NONE SIZE_MAX

struct cost_function {
	char *name;
	size_t file;      /* of the source, an index into files; COSTS_NONE: not known */
	size_t object;    /* the program or library, an index into objects; COSTS_NONE: not known */
	unsigned line;    /* where it begins, or the first that costs something; 0: not known */
	uint64_t start;   /* what tells it from another of that name; 0: not known */
	struct cost own;  /* what it executes itself */
	struct cost all;  /* with what it calls */
	double calls;     /* of it */
	unsigned level;   /* 1; 2: entered again while it is at work */
	size_t outermost; /* the same function of level 1; its own index, where that is this one */
};

struct cost_call {
	size_t from, to; /* functions */
	double calls;
	struct cost all; /* of what is called, with what that calls */
};

/* A line of a function, or of what was inlined into it. */
struct cost_line {
	size_t function, file;
	size_t called;  /* what it makes this function cost; COSTS_NONE: what it costs itself */
	size_t inlined; /* the function of the source that was inlined there, an index into
			   inlined; COSTS_NONE: none, or not known */
	unsigned line;
	uint64_t address; /* of its first instruction, in the object's file; 0: not known */
	struct cost cost;
};

/* One instruction. */
struct cost_place {
	size_t function;
	uint64_t address; /* in the object's file */
	double executed;
};

/* Processes of each side that are sampled, each beside one of the other side. */
#define COST_PAIRS 2

struct costs {
	struct texts files, objects, inlined;
	char *suite; /* of the objects, the benchmark's own; NULL: not known */
	struct {
		struct cost_function *items;
		size_t nr, alloc;
	} functions;
	struct {
		struct cost_call *items;
		size_t nr, alloc;
	} calls;
	struct {
		struct cost_line *items;
		size_t nr, alloc;
	} lines;
	struct {
		struct cost_place *items;
		size_t nr, alloc;
	} places;
	struct cost total;
	bool has[NR_COST_EVENTS]; /* what was counted */
	double sample_ns;         /* of COST_TIME: what a sample stands for, an iteration */
	uint64_t nr_samples;
	double pair_ns[COST_PAIRS]; /* of COST_TIME: what each process took; 0: not known */
};

/* Whose profile it is; all is borrowed. */
struct costs_of {
	uint64_t iterations;
	double period_ns;  /* of samples: the time that each stands for; 0: there are none */
	const char *suite; /* the object that is the benchmark's own; NULL: not known */
	const char
		*left_out; /* an object whose functions are none of the benchmark's; NULL: none */
};

void cost_add(struct cost *to, const struct cost *what);

/* Once all is read: fills in what functions cost with what they call, and sorts calls by function.
 */
void costs_complete(struct costs *costs);

/* What it is mainly about: instructions, unless only time is known. */
enum cost_event costs_main(const struct costs *costs);

/* The source file of a function without its folder, or NULL. */
const char *costs_file(const struct costs *costs, const struct cost_function *function);
const char *costs_object(const struct costs *costs, const struct cost_function *function);

void costs_release(struct costs *costs);

#endif
