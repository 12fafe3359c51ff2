/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How far measuring is, on standard error: a bar on a terminal, elsewhere a plain line now and
 * then. */
#ifndef SESSION_PROGRESS_H
#define SESSION_PROGRESS_H

#include "harness/schedule.h"

struct progress_line {
	bool quiet;
	bool terminal;
	bool color;
	unsigned width;
	uint64_t last_ns; /* elapsed when a plain line was last written */
	/* Of a whole that takes a known time: */
	const char *part; /* what of it is at hand, "session 2 alone"; NULL: there is no whole */
	uint64_t whole_start_ns; /* by clock_now_ns */
	uint64_t whole_ns;
};

struct progress_line progress_line(bool quiet, const char *color);

/* Fits struct schedule's tell, with the line as its context. */
void progress_tell(void *line, const struct progress *progress);

#endif
