/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Tells a server ('benchgate serve') how far measuring is, between processes that are timed and
 * never while one is. Nothing waits for the server: what it does not take in time is left out, and
 * a server that is gone is not asked again.
 */
#ifndef SESSION_LIVE_REPORT_H
#define SESSION_LIVE_REPORT_H

#include "base/opts.h"
#include "harness/schedule.h"
#include "model/run.h"

#define LIVE_OPT(struct_type, field) \
	OPT_WORD(0, "live", struct_type, field, "URL", \
		"tell this server how far it is, http://host:8080, with the token of BENCHGATE_TOKEN " \
		"(see 'benchgate help serving')", \
		GROUP_RESULTS)

struct live_report;

/* Of a run that is ready. URL NULL: *live is NULL, and so is what it is told. An error is a mistake
 * in the URL; that nobody is there is none. */
int live_report_begin(
	struct live_report **live, const char *url, const struct run *run, struct error *err);

/* NULL is fine, as below. */
void live_report_progress(struct live_report *live, const struct progress *progress);

/* Waits two seconds at most. Appends a line where not all was told. */
void live_report_end(struct live_report *live, const char *word, struct buf *notes);
void live_report_free(struct live_report *live);

#endif
