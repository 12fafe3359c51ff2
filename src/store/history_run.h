/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A run as a history lists it, without what it measured; and its levels. */
#ifndef STORE_HISTORY_RUN_H
#define STORE_HISTORY_RUN_H

#include "base/buf.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct history_run {
	int64_t number;    /* in this file, in the order of adding; never used twice */
	char *id;          /* 16 hex digits */
	char time[32];     /* of its start, UTC */
	char *commit;      /* or NULL, as the next two */
	char *branch;      /* or NULL */
	char *tag;         /* or NULL */
	char *machine;     /* eight hex digits */
	char *toolchain;   /* what made the suite, or NULL */
	int64_t height;    /* as of its origin */
	int64_t nr_levels; /* metrics with values */
	bool in_turn;
	bool dirty;        /* what was measured is not quite the commit */
	bool is_whole;     /* it is kept whole; else only its points are */
	bool is_explained; /* of a benchmark it says why that changed; it is kept whole */
};

struct history_runs {
	struct history_run *items;
	size_t nr, alloc;
};

/* What the branch of a competitor's run begins with; no branch of git has a blank. Such a run is of
 * our commit, and no run of ours. */
#define HISTORY_COMPETITOR "competitor "
bool history_run_is_of_competitor(const struct history_run *run);

/* Appends the first letters of an id or a commit, for people: others write histories, too. */
void history_add_name(const char *name, size_t most, struct buf *to);

void history_run_release(struct history_run *run);
void history_runs_release(struct history_runs *runs);

/* What counts that are the same on every machine have in place of one: "any x86_64". */
#define HISTORY_ANY "any "
#define HISTORY_ANY_MAX 40

/* A level of a run: what is left of a metric when the run is given up. */
struct history_level {
	const char *benchmark, *metric, *unit, *tier; /* borrowed */
	char any[HISTORY_ANY_MAX];                    /* "": it is of the run's machine */
	bool more_is_better;
	double value;  /* the mean over processes, the geometric one where there is one */
	double spread; /* relative standard error of it; NaN: not known */
};

struct history_levels {
	struct history_level *items;
	size_t nr, alloc;
};

#endif
