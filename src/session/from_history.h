/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Runs of a history by what people call them, and two sides of a comparison that come from there.
 */
#ifndef SESSION_FROM_HISTORY_H
#define SESSION_FROM_HISTORY_H

#include "model/run.h"
#include "store/history.h"

/* Appends the runs that somebody calls so: by the beginning of an id or a commit, or by a name that
 * git knows. None is an error. */
int from_history_find(
	struct history *history, const char *said, struct history_runs *runs, struct error *err);

/* What is compared. */
struct from_history_sides {
	const char *base, *head;         /* as somebody calls them */
	struct run *base_run, *head_run; /* empty ones, to be filled */
};

/*
 * Head is the newest run of its name that was measured alone; base are the runs of its name on the
 * same machine, as sessions. Where there are none of these, a run in turn and the very one that it
 * was measured with.
 */
int from_history_read(const char *path, const struct from_history_sides *sides, struct error *err);

#endif
