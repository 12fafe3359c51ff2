/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A history: one file that keeps runs, never verdicts. A run is kept whole, as its result file has
 * it; and each of its levels is a point of a series, which stays when the run itself is given up. A
 * series is a metric of a benchmark on one machine and one branch, alone or in turn.
 */
#ifndef STORE_HISTORY_H
#define STORE_HISTORY_H

#include "base/buf.h"
#include "model/run.h"
#include "store/db.h"
#include "store/history_run.h"

/* What git says of the state that was measured. */
struct history_origin {
	const char *branch; /* NULL: what the run says */
	const char *tag;    /* of exactly this commit, or NULL */
	int64_t height;     /* commits that it goes back to, itself too; 0: not known */
};

struct history;

/* A file of a newer version, or of another program, is an error; one of an older version becomes
 * one of this version when it is opened for changes. */
struct history *history_open(const char *path, enum db_mode mode, struct error *err);
void history_close(struct history *history);
struct db *history_db(const struct history *history);
/* Was it made by a version that kept counts in runs alone? Then it has no series of them. */
bool history_lacks_counts(const struct history *history);

/* Adds a run, all of it or nothing. One that is there already stays as it is: *is_new says which.
 */
int history_add(struct history *history, const struct run *run, const struct history_origin *origin,
	bool *is_new, struct error *err);

/* The same of a run that is no more than its levels; the row's number is not looked at. */
int history_add_levels(struct history *history, const struct history_run *row,
	const struct history_levels *levels, bool *is_new, struct error *err);

/* Which runs. All zero: every one. */
struct history_filter {
	const char *said;    /* the beginning of an id, or of a commit, of four letters at least */
	const char *commit;  /* all of it */
	const char *branch;  /* its name */
	const char *machine; /* eight hex digits */
	const char *before, *since; /* times */
	bool alone;                 /* not in turn */
	bool clean;                 /* not dirty */
	bool whole;                 /* those that are kept whole */
	size_t newest;              /* of these so many, the newest; 0: all */
};

/* Appends them, the oldest first. */
int history_list(struct history *history, const struct history_filter *filter,
	struct history_runs *runs, struct error *err);

/* Its result file, byte for byte. */
int history_text(struct history *history, int64_t number, struct buf *text, struct error *err);
/* Into an empty run. */
int history_read(struct history *history, int64_t number, struct run *run, struct error *err);

/* Takes a run out, with its points. */
int history_remove(struct history *history, int64_t number, struct error *err);
/* Gives it up but for its points. */
int history_thin(struct history *history, int64_t number, struct error *err);
/* After either: gives the room back. */
int history_tidy(struct history *history, struct error *err);

#endif
