/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * How a verb ends: it writes the reports and result files, sets the outcome by the policy, and
 * sends alerts. --report FORMAT[=FILE] may be given any number of times. All files are opened
 * before anything is measured, so that a wrong name is found at once.
 */
#ifndef SESSION_FINISH_H
#define SESSION_FINISH_H

#include "base/opts.h"
#include "gate/verdict.h"
#include "report/reporter.h"
#include "report/text.h"
#include "session/output.h"
#include "session/pasts.h"
#include "session/recorder.h"
#include "session/tell.h"

#define REPORT_OPT(struct_type, field) \
	OPT_WORDS('r', "report", struct_type, field, "FORMAT[=FILE]", \
		"write a report of that format to the file, or to standard output instead of the " \
		"usual one; may be given again; formats (see 'benchgate help reports')", \
		GROUP_EVERYDAY, reporter_add_names)

struct report {
	const struct reporter *format;
	struct file_new file; /* none is open: standard output */
};

struct reports {
	struct report *items;
	size_t nr, alloc;
};

struct finish {
	struct reports reports;
	struct file_new out, base_out;   /* result files of head and base; not open: none */
	struct recorder recorder;        /* of the head, and of a base measured with it */
	const char *past_db;             /* the history that says what was before; NULL: the
					    recorder's, if it has one */
	struct pasts pasts;              /* that the verdict borrows from */
	struct buf notes;                /* lines before the usual report */
	struct text_style style;         /* of the usual report */
	const struct settings *settings; /* with tell, or a history */
	const struct tell_options *tell; /* NULL: send no alerts */
	bool require_base;               /* comparing with nothing is a failure */
};

#define FINISH_INIT \
	{ \
		.out = FILE_NEW_INIT, .base_out = FILE_NEW_INIT, .notes = BUF_INIT \
	}

/* Opens the reports' files. */
int finish_open(struct finish *finish, const struct words *reports, struct error *err);

/* Does all of it. When one part fails, the others are done all the same. The verdict learns what a
 * history says, which must not outlive `finish`. */
int finish_verdict(
	struct finish *finish, struct verdict *verdict, struct outcome *outcome, struct error *err);

/* The reports that were opened, of something else than a verdict: `render` adds that of a format,
 * or says false where there is none. None asked for is the text. */
typedef bool finish_render(const char *format, const void *what, struct buf *out);
int finish_other(struct finish *finish, finish_render *render, const void *what, struct error *err);

void finish_release(struct finish *finish);

#endif
