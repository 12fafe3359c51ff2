/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The formats that a verdict can be told in: a row a format, each with a file of its own. A
 * reporter renders into a buffer; it opens no file and cannot fail. What belongs elsewhere than
 * where the user wants the report, such as a CI system's own files, it names.
 */
#ifndef REPORT_REPORTER_H
#define REPORT_REPORTER_H

#include "base/buf.h"
#include "gate/verdict.h"

typedef void reporter_render(const struct verdict *verdict, struct buf *out);

/* What goes to the end of a file that an environment variable names, where it is set. */
struct reporter_part {
	const char *variable;
	reporter_render *render;
};

struct reporter {
	const char *name;
	const char *use;     /* who reads it, and what is in it: a paragraph of the help */
	const char *example; /* the arguments of benchgate that write one */
	const char *begins;  /* as each such file does; "": they begin in many ways */
	reporter_render *render;
	const struct reporter_part *parts; /* ended by a NULL variable; or NULL */
};

/* NULL name at the end. */
extern const struct reporter reporters[];

/* NULL when there is none. */
const struct reporter *reporter_named(const char *name);

/* "text, markdown, json", and so on. */
void reporter_add_names(struct buf *out);

#endif
