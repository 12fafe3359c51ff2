/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A series as the pages show it: its points, what is found in them, and its state. */
#ifndef PAGES_LINE_H
#define PAGES_LINE_H

#include "base/json.h"
#include "pages/documents.h"
#include "session/pasts.h"

struct line {
	const struct series *series; /* borrowed */
	struct moments moments;      /* owned; the same points as those of `past` */
	struct past past;            /* owned */
	struct limit limit;    /* its budget, borrowed; its text is NULL where there is none */
	struct past_move move; /* within LINE_WINDOW_DAYS */
	double now;            /* the newest value */
	enum past_state state;
};

#define LINE_WINDOW_DAYS 14

/* Is it a row of the overview? */
bool line_is_judged(const struct series *series);

/* Into an empty one; released in any case. */
int line_read(struct documents *documents, const struct series *series, struct line *line,
	struct error *err);
void line_close(struct line *line);

/* The stretch between two changes: its level goes from `first` to `last`, which differ on a slope.
 */
struct stretch {
	size_t from, to; /* points; to is behind the last */
	double first, last;
};

struct stretches {
	struct stretch *items;
	size_t nr, alloc;
};

/* Appends them; a change that is only a maybe begins none. */
void line_stretches(const struct line *line, struct stretches *stretches);

/* The largest figures of a number, without those that only rounding made: shorter as text. */
double line_figures(double value, int nr);

/* Adds the list "changes". */
void line_add_changes(const struct past *past, struct json *to);

#endif
