/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What was changed in the sources between base and head, as "git diff --unified=0" says it, and how
 * that fits with what changed in cost. The diff is foreign. */
#ifndef EXPLAIN_SOURCE_CHANGES_H
#define EXPLAIN_SOURCE_CHANGES_H

#include "base/buf.h"
#include "explain/explanation.h"

struct source_change {
	char *file;    /* of the head, or of the base where it is gone; owned */
	char *context; /* the line that git takes for the function's; "": none, or no code; owned */
	unsigned line[NR_SIDES], nr[NR_SIDES]; /* the first line, and how many */
};

struct source_changes {
	struct source_change *items;
	size_t nr, alloc;
};

void source_changes_read(const char *diff, struct source_changes *changes);
void source_changes_release(struct source_changes *changes);

/* The likely cause in a sentence, with its evidence, no surer than that is; nothing where nothing
 * changed in cost or in the sources. */
void source_changes_add_cause(const struct source_changes *changes,
	const struct explanation *explanation, struct buf *out);

#endif
