/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * All that a history holds, run by run: into another history, into a text that git can keep, and
 * back. The text has a line for each run, in the order of time: what it was measured by, and its
 * result file, or, where it is given up, its levels; then a line for each note.
 */
#ifndef STORE_HISTORY_COPY_H
#define STORE_HISTORY_COPY_H

#include "store/history.h"

#define HISTORY_TEXT_VERSION 2 /* with notes; without any it is as version 1 */
#define HISTORY_TEXT_OLDEST 1

struct history_copied {
	size_t nr_new, nr_known; /* runs */
	size_t nr_notes;         /* new ones */
};

/* Appends "2 runs added, 1 there already". */
void history_add_copied(const struct history_copied *copied, struct buf *text);

/* Each run that the other does not have yet. */
int history_merge(struct history *from, struct history *into, struct history_copied *copied,
	struct error *err);

/* Appends the text of these runs of the history, which are in the order of history_list. */
int history_print(struct history *history, const struct history_runs *runs, struct buf *text,
	struct error *err);

/* Adds what a text holds. The error names the line; what stands before it is added. */
int history_parse(struct history *history, const char *text, struct history_copied *copied,
	struct error *err);

/* Does a text begin as history_print begins it? */
bool history_is_text(const char *text);

/* Reads every byte of it; appends a line for each fault, and counts them. */
int history_check(
	struct history *history, struct buf *faults, size_t *nr_faults, struct error *err);

#endif
