/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A benchmark as the program knows it: what to call it and where to find it. How to run it is the
 * plan's to say, but for what makes it another benchmark. */
#ifndef MODEL_BENCH_H
#define MODEL_BENCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct bench_command;

struct bench {
	char *name;   /* with argument and threads: "sort/1000/threads:4" */
	char *called; /* what its suite calls it; NULL: the same */
	char *tier;
	char *about;         /* one line, may be empty */
	char *file;          /* the source file as its compiler was told it */
	char *source;        /* path of the suite that has it, or "" when it is linked in */
	uint64_t body;       /* where its code is in the suite's file; 0: not known */
	uint32_t line;       /* in file, from 1 */
	uint32_t nr_threads; /* 1 or more */
	bool latency;        /* single iterations are timed too */
	bool exclusive;      /* two of its processes cannot live at the same time */
	uint64_t extra_work; /* in turn: work that runs besides what is counted, in millionths of
				that; it makes the benchmark slower by so much. 0: none */
	struct bench_command *command; /* that it is a run of, owned; NULL: a suite has it */
};

struct benches {
	struct bench *items;
	size_t nr, alloc;
};

void benches_release(struct benches *benches);

/* NULL when there is none of that name. */
const struct bench *benches_find(const struct benches *benches, const char *name);

/* Is one of them in the tier whose name is the first len bytes of tier? */
bool benches_have_tier(const struct benches *benches, const char *tier, size_t len);

#endif
