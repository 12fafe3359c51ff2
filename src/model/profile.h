/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Where a benchmark's instructions go: the functions that execute most of them, and what differs
 * between two such lists. */
#ifndef MODEL_PROFILE_H
#define MODEL_PROFILE_H

#include "base/buf.h"

#include <stdbool.h>
#include <stddef.h>

struct profile_row {
	char *function;
	double instructions; /* that it executes itself, an iteration */
	double calls;        /* of it, an iteration */
};

struct profile {
	struct profile_row *items; /* the most expensive first, once they are sorted */
	size_t nr, alloc;
};

void profile_release(struct profile *profile);

/* The last row of a list that is not complete: what all functions have that are not in it. */
#define PROFILE_REST "all other functions"

/* Sorts them, most instructions first, and keeps at most so many, and a row for the rest. */
void profile_keep_most(struct profile *profile, size_t max);

/* What a function executes more of, or less, in the head. */
struct profile_change {
	const char *function; /* borrowed */
	double base, head;    /* instructions an iteration; 0: it is not in that list */
	bool is_least;        /* one of them is the most that a function may have there that is not
				 in an incomplete list: it changed by the difference at least */
};

struct profile_changes {
	struct profile_change *items; /* the largest change, up or down, first */
	size_t nr, alloc;
};

/* Of functions whose instructions surely differ; borrows the names. Free it with ARRAY_RELEASE. */
struct profile_changes profile_compare(const struct profile *base, const struct profile *head);

/* Appends "+412 (+38 %)", "+96 (new)", or "+80 or more". */
void profile_add_change(const struct profile_change *change, struct buf *out);

/* Appends "parse_number +412 instructions an iteration (+38 %), new: memcpy +96", of at most so
 * many functions; nothing where there is no change. */
void profile_add_changes(const struct profile_changes *changes, size_t max, struct buf *out);

#endif
