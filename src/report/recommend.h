/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What to do next, from what was seen and nothing else; each names the command to run. */
#ifndef REPORT_RECOMMEND_H
#define REPORT_RECOMMEND_H

#include "base/buf.h"
#include "gate/verdict.h"

struct recommendation {
	const char *about; /* a word for programs: "layout" */
	bool said;         /* the terminal's report says it beside each benchmark already */
	/* The machine that is a guest of a hypervisor, where it is about that: nobody can mend it,
	 * so nobody needs to read it each time. NULL: about something else. */
	const struct env *guest;
	char *text;    /* a sentence without its full stop, fit for a terminal */
	char *command; /* or NULL */
};

struct recommendations {
	struct recommendation *items;
	size_t nr, alloc;
};

struct recommendations recommend(const struct verdict *verdict);
void recommendations_release(struct recommendations *recommendations);

#endif
