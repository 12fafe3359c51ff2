/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What match.c, functions and names, and match_data.c, what lies in data, ask of one another. */
#ifndef SUITE_MATCH_PARTS_H
#define SUITE_MATCH_PARTS_H

#include "suite/match.h"

/* Two addresses, and how they were come by. */
struct ends {
	uint64_t base, head;
	bool read; /* an instruction reads there, and no more than it can at once */
	int depth; /* of nameless constants that lead to nameless constants */
};

/* Is it the name of a function or of data of the C library, the mathematical one or the compiler's
 * own that opens no files? */
bool match_opens_nothing(const char *name);

enum code_likeness match_ends(struct match *match, struct ends ends);

/* False when there is no more to spend, so that a spoilt file, in which all leads to all, ends too.
 */
bool match_spend(struct match *match, uint64_t bytes);

enum code_likeness match_relocations(struct match *match, const struct elf_relocation *base,
	const struct elf_relocation *head, int depth);
/* Bytes with the dynamic linker's pointers among them. */
enum code_likeness match_data(struct match *match, struct ends ends, uint64_t len);
enum code_likeness match_constants(struct match *match, struct ends ends);

#endif
