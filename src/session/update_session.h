/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One session on its way into a baseline: measured, judged against what is known, and added. */
#ifndef SESSION_UPDATE_SESSION_H
#define SESSION_UPDATE_SESSION_H

#include "session/base.h"
#include "session/calibrate.h"
#include "session/measure.h"

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

/* What all sessions of a command say in the end. */
struct update_said {
	struct buf table;      /* of the last one, compared with what was known before it */
	struct buf left_out;   /* a line on each benchmark that was not recorded, and why */
	struct texts recorded; /* names of benchmarks that were, in any of them */
	size_t nr_on_record;   /* sessions of the one of these that has fewest */
	bool has_no_machine;   /* they are of files that do not say on which they were measured */
};

#define UPDATE_SAID_INIT \
	{ \
		.table = BUF_INIT, .left_out = BUF_INIT \
	}

/* Prints the table and what was left out, and forgets both. */
int update_said_print(struct update_said *said, struct error *err);
void update_said_release(struct update_said *said);

struct update_session {
	uint64_t number, nr; /* which it is, from 1, and how many there will be */
	const struct update_options *options;
	const struct selection *selection;
	struct outcome *outcome;
	struct update_said *said;
	struct base base;
	struct calibration calibration;
	struct run run;
	struct texts left_out; /* names of benchmarks that are not recorded */
	struct changes
		changes; /* one for each result of the run; those left out have no timestamp */
};

#define UPDATE_SESSION_INIT \
	{ \
		.base = BASE_INIT, .calibration = CALIBRATION_INIT, .run = RUN_INIT \
	}

/* Makes its run ready, and reads the baseline that it is to go into. */
int update_session_open(struct update_session *session, struct error *err);

/* Measures it, and records it unless it was interrupted. Where it is the only one, and nobody said
 * yes, it shows the table and asks. */
int update_session_take(struct update_session *session, struct error *err);

/* In place of both, of what was measured already: records what files hold. */
int update_session_from(
	struct update_session *session, const struct words *files, struct error *err);

/* How many sessions the baseline has of the benchmark of that name. */
size_t update_session_count(const struct run *baseline, const char *name);

void update_session_release(struct update_session *session);

/* "test-procedure: longer runs" is a reason and a note (NULL: none); in other words it is a note. A
 * reason may be spelt as proposals spell it, too. */
enum reason update_read_reason(const char *text, const char **note);

#endif
