/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What trends shows: a box for each group of series, a line for each series, and what there is to
 * say of it. Of many series only one is in memory at a time. */
#ifndef CMD_TRENDS_H
#define CMD_TRENDS_H

#include "gate/policy.h"
#include "report/together.h"
#include "session/pasts.h"

#define TRENDS_WINDOW_DAYS 14
#define TRENDS_MIN_WIDTH 80 /* columns; what is narrower breaks lines */

/* A series and what is found in it. */
struct trends_line {
	const struct series *series;
	struct past past;
	struct limit limit;    /* its budget, borrowed; its text is NULL where there is none */
	struct past_move move; /* within the window; `now` is the newest value where it has one */
};

/* Places in the list of series. */
struct places {
	size_t *items;
	size_t nr, alloc;
};

struct trends_style {
	size_t width; /* columns */
	bool color;
};

/* The order in which they are shown, for qsort: of struct series. */
int trends_compare(const void *one, const void *other);

/* The boxes as far as they are drawn. */
struct trends_boxes {
	struct trends_style style;
	struct buf group; /* of the box that is open; empty: none is */
};

/* Each appends to *out. */
void trends_boxes_add(struct trends_boxes *boxes, const struct trends_line *line, struct buf *out);
/* Closes the last box; releases *boxes. */
void trends_boxes_end(struct trends_boxes *boxes, struct buf *out);

/* What moves at the same commits; sorts the moves. The series that are shown stand side by side by
 * their benchmarks on each machine and branch. */
void trends_together(struct moves *moves, const struct series_list *series,
	const struct places *shown, bool json, struct buf *out);

#endif
