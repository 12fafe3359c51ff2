/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The documents one by one; for documents.c. */
#ifndef PAGES_PARTS_H
#define PAGES_PARTS_H

#include "base/date.h"
#include "base/json.h"
#include "pages/line.h"

/* What is gathered from series after series. */
struct gathering {
	struct buf overview; /* members of a list, with commas between */
	struct change_rows {
		struct change_row *items;
		size_t nr, alloc;
	} changes;
	size_t states[PAST_NR_STATES]; /* how many series are in each */
	struct machine_sums {
		struct machine_sum *items;
		size_t nr, alloc;
	} machines;
};

#define GATHERING_INIT \
	{ \
		.overview = BUF_INIT \
	}

/* Owns its texts. */
struct change_row {
	char time[DATE_TIME_MAX];
	char *json;
	char *entry; /* of the feed */
};

struct machine_sum {
	const char *machine; /* borrowed */
	double noise;        /* the sum over series, each as a ratio */
	size_t nr_series, nr_points, nr_spikes, nr_steps;
};

/* What tells series apart. */
void parts_add_identity(struct json *to, const struct series *series);
/* Appends a value to a list that is being written, with a comma before it; frees it. */
void parts_add_member(struct json *json, struct buf *list);

void overview_gather(const struct line *line, struct gathering *gathering);
void changes_gather(const struct line *line, struct change_rows *rows);
void changes_release(struct change_rows *rows);
void machines_gather(const struct line *line, struct gathering *gathering);

void overview_end(
	const struct documents *documents, const struct gathering *gathering, struct buf *out);
/* Sorts them. */
void changes_end(struct gathering *gathering, struct buf *out);
/* The newest of them as an Atom feed; they are sorted. */
void changes_feed(const struct gathering *gathering, struct buf *out);
/* How many series are worse, as a badge. */
void overview_badge(const struct gathering *gathering, struct buf *out);
int machines_end(const struct documents *documents, const struct gathering *gathering,
	struct buf *out, struct error *err);

/* With at most so many points; 0: all. */
void series_document(
	const struct documents *documents, const struct line *line, size_t most, struct buf *out);
void rows_document(const struct moments *moments, struct buf *out);
/* There is such a chunk. */
void points_document(
	const struct moments *moments, const struct series *series, size_t chunk, struct buf *out);
void list_document(const struct documents *documents, struct buf *out);
void runs_document(const struct documents *documents, struct buf *out);
int run_document(struct documents *documents, const struct history_run *run, struct buf *out,
	struct error *err);
int values_document(struct documents *documents, const struct history_run *run, struct buf *out,
	struct error *err);
/* Of a run that is explained. */
int explained_document(struct documents *documents, const struct history_run *run, struct buf *out,
	struct error *err);
/* The kinds of files that are made of it, by what their names end in; NULL at the end. */
const char *profile_suffix(size_t kind);
int profile_document(struct documents *documents, const struct history_run *run, size_t kind,
	struct buf *out, struct error *err);
int compare_document(
	struct documents *documents, const char *sides, struct buf *out, struct error *err);
int notes_document(struct documents *documents, struct buf *out, struct error *err);
int gate_document(struct documents *documents, struct buf *out, struct error *err);
void commits_document(const struct documents *documents, struct buf *out);

#endif
