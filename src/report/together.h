/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Which series move at the same commits: steps and slopes of one branch on one machine that may all
 * have begun at the same run. Many at once are more likely the machine than the code.
 */
#ifndef REPORT_TOGETHER_H
#define REPORT_TOGETHER_H

#include "base/buf.h"
#include "gate/past.h"

/* A change of a series. */
struct move {
	const char *benchmark, *metric, *machine, *branch; /* borrowed */
	char first[32], last[32]; /* the times between which the first changed run was started */
	char *commits;            /* as git log takes them; "" where they are not known */
	size_t nr_runs;           /* that may be the first changed one */
	double change_ratio;      /* 0.1 is 10 % more */
	bool is_slope, maybe;
};

struct moves {
	struct move *items;
	size_t nr, alloc;
};

/* Appends what surprises in a series that the row names; its other fields are not looked at. From a
 * time on, or all where `since` is NULL. */
void moves_add(
	struct moves *moves, const struct move *of, const struct past *past, const char *since);
void moves_release(struct moves *moves);

/* Puts those that move together side by side, the newest last. */
void moves_sort(struct moves *moves);
/* Where the group that begins there ends. */
size_t moves_end(const struct moves *moves, size_t from);
/* Of how many benchmarks it is: a benchmark alone does not move together. */
size_t moves_benchmarks(const struct moves *moves, size_t from, size_t end);

/* Appends "111111111111..222222222222 (2026-11-15)". */
void moves_add_place(const struct moves *moves, size_t from, size_t end, struct buf *text);
/* Appends "+12.0 %", "maybe +3.1 %", "slope of +4.0 %". */
void moves_add_change(const struct move *move, struct buf *text);
/* Appends "3 of 14 benchmarks moved", and whom to suspect where they are nearly all. */
void moves_add_share(
	const struct moves *moves, size_t from, size_t end, size_t nr_all, struct buf *text);

#endif
