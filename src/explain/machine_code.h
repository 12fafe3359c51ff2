/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The machine code of a function as objdump lists it, with how often each instruction ran, and what
 * can be seen in it of what the compiler did. The listing is foreign. */
#ifndef EXPLAIN_MACHINE_CODE_H
#define EXPLAIN_MACHINE_CODE_H

#include "base/buf.h"
#include "explain/explanation.h"

#include <stdbool.h>

struct machine_instruction {
	uint64_t address;
	char *text;      /* without addresses that only layout changes; owned */
	double executed; /* an iteration */
};

/* What instructions are for, as far as their names say. */
enum machine_use { USE_VECTOR, USE_CALL, USE_STACK, NR_MACHINE_USES };

struct machine_code {
	struct machine_instruction *items; /* in the order of their addresses */
	size_t nr, alloc;
	double uses[NR_MACHINE_USES]; /* executed, an iteration */
};

/* A function of an explanation, on one side; borrowed. */
struct machine_function {
	const struct costs *costs;
	const size_t *of; /* of the explanation, by function of the costs */
	size_t function;
};

/* Where its code is: its object, and from the first to the last instruction that was executed. */
struct machine_range {
	const char *object; /* borrowed from the costs */
	uint64_t first, last;
};

/* False: it is not known, or in several objects. */
bool machine_range_find(const struct machine_function *function, struct machine_range *range);

/* Reads "  1180:\tpush   %rbx" and its like; other lines are passed over. */
void machine_code_read(
	const char *listing, const struct machine_function *function, struct machine_code *code);

/* One beside the other, the same instructions in one row; SIZE_MAX: it is not on that side. */
struct machine_row {
	size_t at[NR_SIDES];
};
struct machine_rows {
	struct machine_row *items;
	size_t nr, alloc;
};
struct machine_rows machine_code_compare(
	const struct machine_code *base, const struct machine_code *head);

/* "24 instructions of code became 61; executes 12 vector instructions an iteration instead of 0" */
void machine_code_add_facts(
	const struct machine_code *base, const struct machine_code *head, struct buf *out);

void machine_code_release(struct machine_code *code);

#endif
