/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a verb leaves: its outcome, standard output, and the files that options name. */
#ifndef SESSION_OUTPUT_H
#define SESSION_OUTPUT_H

#include "base/buf.h"
#include "base/error.h"
#include "harness/schedule.h"
#include "sys/file.h"

#include <stdbool.h>

/* What came of a command, for main.c to turn into an exit code. */
struct outcome {
	bool regressed;    /* a regression, a broken budget, something missing */
	bool unmeasured;   /* something failed or could not be measured */
	bool incomparable; /* the base is of another machine or build, or there is none */
	bool inconclusive; /* and the policy calls that failing */
	bool for_git;      /* the code is one that git bisect run understands */
};

/* Writes to stdout; a broken pipe is nobody's error. */
int command_print(const struct buf *text, struct error *err);

/* The same, through a pager where it is too long for the terminal. */
int command_page(const struct buf *text, struct error *err);

/* What a file that is to be written will be. */
struct command_file {
	const char *what;   /* "result file" */
	const char *begins; /* with this, always */
};

/* Opens one. A slip must not cost a source file: what is there is only replaced when it begins as
 * what will be written. */
int command_open_file(
	struct file_new *out, const char *path, struct command_file file, struct error *err);

/* The same for a JSON file that an option names (NULL: none). */
int command_open_out(struct file_new *out, const char *path, const char *option, struct error *err);

/* How far measuring is, on standard error: a bar on a terminal, elsewhere a plain line now and
 * then. */

struct live_report;

struct progress_line {
	struct live_report *live; /* who else is told; borrowed; NULL: nobody */
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
