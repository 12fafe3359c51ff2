/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How a run's counts were taken, and what could not be taken and why. Owned by its run. */
#ifndef MODEL_COUNTING_H
#define MODEL_COUNTING_H

#include <stdbool.h>
#include <stddef.h>

/* What could not be counted. */
struct untaken {
	char *metric;    /* or several, separated by commas: "allocations, allocated" */
	char *benchmark; /* NULL: of all benchmarks */
	char *reason;    /* for people: with what to install, where that helps */
};

struct counting {
	bool is_wanted; /* counts were asked for; the rest is empty where not */
	char *way;      /* how instructions were counted: "perf" or "callgrind"; NULL: not */
	char *tool;     /* its version, "valgrind-3.19.0"; NULL: none or not known */
	char *dispatch; /* which of its variants the C library was told to use; NULL: its choice */
	struct untaken *items;
	size_t nr, alloc;
};

void counting_release(struct counting *counting);

/* Adds what could not be taken, unless the same is there. Benchmark NULL: of all. */
void counting_add_untaken(
	struct counting *counting, const char *metric, const char *benchmark, const char *reason);

/* What could not be taken becomes that of another, which has none then. */
void counting_take_untaken(struct counting *counting, struct counting *from);

/* Were the counts of both taken in the same way, so that they can be compared? */
bool counting_is_alike(const struct counting *one, const struct counting *other);

/* Adds what another part of the same run says: of a shard. */
void counting_merge(struct counting *to, const struct counting *from);

#endif
