/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The series of a history. New points stand in the tail, a row for each run; once the tail is long,
 * they are packed into chunks, where those of one series stand together.
 */
#ifndef STORE_SERIES_H
#define STORE_SERIES_H

#include "model/run.h"
#include "store/db.h"
#include "store/history_run.h"
#include "store/points.h"

struct series {
	int64_t number;
	char *benchmark, *metric, *unit;
	char *tier;
	char *machine; /* or HISTORY_ANY and more: a count that all of them share */
	char *branch;  /* "": none is known */
	bool in_turn;  /* no shared one is */
	bool more_is_better;
};

struct series_list {
	struct series *items;
	size_t nr, alloc;
};

void series_list_release(struct series_list *list);

bool series_is_shared(const struct series *series);

/*
 * Whose series a count of a run belongs to. What the code alone decides, machines of one
 * architecture share; instructions only where the C library was told which of its variants to use,
 * and where they were counted in the same way. "": that of the run's machine.
 */
void series_share(const struct run *run, const char *count, char any[HISTORY_ANY_MAX]);

/* Those whose benchmark a pattern matches (str_matches; NULL: all), by benchmark and metric. */
int series_find(struct db *db, const char *pattern, struct series_list *list, struct error *err);

/* A point and the run that it is of. */
struct moment {
	double value, spread; /* as of a struct point */
	int64_t height;       /* by which it is ordered */
	const struct history_run *run;
};

struct moments {
	struct moment *items;
	size_t nr, alloc;
};

struct tail_point {
	int64_t series;
	struct point point; /* by its run */
};

struct tail_points {
	struct tail_point *items;
	size_t nr, alloc;
};

/* Reads series after series. */
struct series_reader {
	struct db *db;
	const struct history_run **by_number; /* NULL: no such run */
	size_t nr_numbers;
	struct db_query *chunks;
	struct tail_points tail; /* by series and run; empty while few series are read */
	bool has_tail;
	struct points found; /* of the present series */
};

#define SERIES_READER_INIT \
	{ \
		.db = NULL \
	}

/* `runs` are all of the history, as history_list has them; they must outlive the reader. `many`:
 * more than a few series will be read. Released in any case. */
int series_reader_open(struct series_reader *reader, struct db *db, const struct history_runs *runs,
	bool many, struct error *err);
void series_reader_release(struct series_reader *reader);

/*
 * Appends the points of a series in the order of its commits: by their heights, where one is not
 * known like the one before it in time.
 */
int series_read(
	struct series_reader *reader, int64_t number, struct moments *moments, struct error *err);

/* For history.c. Appends the levels of a run, which borrow from it. */
void series_levels(const struct run *run, struct history_levels *levels);
/* Those of its counts alone. */
void series_count_levels(const struct run *run, struct history_levels *levels);
/* Adds them, within the transaction of their run, which may have others. */
int series_add(struct db *db, const struct history_run *row, const struct history_levels *levels,
	struct error *err);
/* Packs the tail where it is long enough. */
int series_pack(struct db *db, bool all, struct error *err);

#endif
