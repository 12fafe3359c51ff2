/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Recording: a session is measured, shown against what is known, and added to a baseline. */
#ifndef SESSION_UPDATE_H
#define SESSION_UPDATE_H

#include "session/measure.h"
#include "session/output.h"

/* Nobody said how many: as many as tell a benchmark's own drift where no session is on record, else
 * one. */
#define UPDATE_SESSIONS_DEFAULT UINT64_MAX

struct update_options {
	struct measure_options measure;
	const char *from;        /* a file with what was measured; NULL: it is measured */
	const char *baseline;    /* a name or a file; NULL: this machine's */
	const char *reason;      /* "environment-change: a new kernel", or NULL */
	const char *approved_by; /* or NULL */
	uint64_t nr_sessions;    /* or UPDATE_SESSIONS_DEFAULT */
	uint64_t spread_ns;      /* from the first session to the last */
	const char *db;          /* the history that proposals rest on, or NULL: the policy's */
	bool propose, approve;   /* nothing is measured */
	bool replace;            /* what was known is forgotten */
	bool yes;
	bool dry_run;
	bool force; /* record the unstable too */
};

int update_baselines(const struct update_options *options, const struct words *patterns,
	struct outcome *outcome, struct error *err);

/* The same of what was measured already: these files are one session. */
int update_baselines_from(const struct update_options *options, const struct words *files,
	struct outcome *outcome, struct error *err);

/* Waits until a session of the head may be added to the baseline: values that are taken closer
 * together tell of one moment only. -1: interrupted. */
int update_keep_apart(const struct run *baseline, const struct run *head, bool quiet);

/* "2 sessions on record; with 3 more, ...", a line. */
void update_add_outlook(size_t nr_sessions, struct buf *text);

/* What UPDATE_BASELINES asks of `run`: false where it is unset, empty or 0; a text other than 1 is
 * the reason. */
bool update_is_asked_for(const char **reason);

#endif
