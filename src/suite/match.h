/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Two images of one machine side by side: is what an address of one leads to the same as what an
 * address of the other does? Two functions or data are the same when their bytes are, but for
 * addresses, and those lead to what is the same. What has a name is put in a queue at its first
 * meeting and held against its one counterpart later; what is met is thereby all that can be
 * reached. Pointers that the program makes at run time are not seen.
 */
#ifndef SUITE_MATCH_H
#define SUITE_MATCH_H

#include "model/code.h"
#include "suite/image.h"

struct match {
	const struct image *base, *head; /* borrowed */
	size_t *to_head, *to_base; /* counterparts, by place in elf.symbols: the other's place and
				      1, or 0: none yet */
	struct pair {
		const struct elf_symbol *base, *head;
	} * items; /* all pairs so far, in the order met */
	size_t nr, alloc;
	struct pair looked_into; /* functions; NULL: data, or nothing */
	bool looks_up; /* something that was met finds functions by their names, at run time */
	bool uses_thread_data; /* something that was met reads or writes a thread's own variables */
	bool may_open; /* something that was met may open files: it calls the kernel, or what other
			  files have and that is not known to open none */
	uint64_t left; /* bytes that may still be looked at; at 0, answers are no longer to be
			  trusted */
};

void match_init(struct match *match, const struct image *base, const struct image *head);
void match_release(struct match *match);

/* Pairs what the addresses lead to. CODE_SAME: to the same, provided that all pairs are. */
enum code_likeness match_addresses(struct match *match, uint64_t base, uint64_t head);
/* Looks into a pair. CODE_MOVED: it is the same but for what cannot be followed. */
enum code_likeness match_pair(struct match *match, struct pair pair);

/* Are the functions of that name, and all that they reach, the same? Also when neither side has
 * one.
 */
enum code_likeness match_named(struct match *match, const char *name);

/* Looks into all pairs from the one at that place on; each may add more. */
enum code_likeness match_follow(struct match *match, size_t from);

/* The one that says more against them: same, moved, unknown, changed. */
enum code_likeness code_worse(enum code_likeness a, enum code_likeness b);

/* Is it the name of a function or of data of the C library, the mathematical one or the compiler's
 * own that opens no files? */
bool match_opens_nothing(const char *name);

#endif
