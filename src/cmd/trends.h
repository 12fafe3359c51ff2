/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What trends shows: a box for each group of series, a line for each series, and what there is to
 * say of it. */
#ifndef CMD_TRENDS_H
#define CMD_TRENDS_H

#include "gate/policy.h"
#include "session/pasts.h"

#define TRENDS_WINDOW_DAYS 14

/* A series and what is found in it. */
struct trends_line {
	const struct series *series;
	struct past past;
	struct limit limit;    /* its budget, borrowed; its text is NULL where there is none */
	struct past_move move; /* within the window; `now` is the newest value where it has one */
};

struct trends_lines {
	struct trends_line *items;
	size_t nr, alloc;
};

struct trends_style {
	size_t width; /* columns */
	bool color;
};

/* Sorts them. */
void trends_boxes(struct trends_lines *lines, struct trends_style style, struct buf *out);

#endif
