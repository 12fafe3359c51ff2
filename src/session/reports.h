/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Where a command's reports go: --report FORMAT[=FILE], any number of them. Their files are opened
 * before anything is measured, so that a slip is found at once.
 */
#ifndef SESSION_REPORTS_H
#define SESSION_REPORTS_H

#include "base/opts.h"
#include "report/reporter.h"
#include "report/text.h"
#include "sys/file.h"

#define REPORT_OPT(struct_type, field) \
	OPT_WORDS('r', "report", struct_type, field, "FORMAT[=FILE]", \
		"write a report of that format to the file, or to standard output instead of the " \
		"usual one: text, markdown, json, junit, html, github, openmetrics, csv, bmf, gab, " \
		"gab-bigger, gobench, badge, shields; may be given again (see 'benchgate help reports')")

struct report {
	const struct reporter *format;
	struct file_new file; /* none is open: standard output */
};

struct reports {
	struct report *items;
	size_t nr, alloc;
};

#define REPORTS_INIT \
	{ \
		.nr = 0 \
	}

int reports_open(struct reports *reports, const struct words *given, struct error *err);

/* Writes them all, and to standard output what was asked for there: without a wish the terminal's
 * report, behind what stands before it. None keeps the others from being written. */
int reports_tell(struct reports *reports, const struct verdict *verdict, struct text_style style,
	const struct buf *before, struct error *err);

void reports_release(struct reports *reports);

#endif
