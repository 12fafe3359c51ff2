/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Where the instructions of a benchmark went: the functions that execute more or fewer of them than
 * in the base. Known where both sides were counted with --keep-profile. Borrows the verdict.
 */
#ifndef REPORT_FUNCTIONS_H
#define REPORT_FUNCTIONS_H

#include "base/buf.h"
#include "gate/verdict.h"

/* What tables are headed with. */
#define FUNCTIONS_TITLE "Where the instructions went"

struct function_row {
	const struct comparison *comparison; /* of the benchmark's instructions */
	struct profile_change change;
};

struct function_rows {
	struct function_row *items; /* in the order of the verdict, the largest change first */
	size_t nr, alloc;
	size_t nr_left_out; /* smaller changes of benchmarks that have many */
};

/* The changes of one comparison; none unless it is of instructions. Free them with ARRAY_RELEASE.
 */
struct profile_changes functions_of(const struct comparison *comparison);

/* The largest of all comparisons: rows of a table. Free them with ARRAY_RELEASE. */
struct function_rows functions_rows(const struct verdict *verdict);

/* The cells of a row, in the order of functions_titles. */
#define FUNCTIONS_NR_CELLS 5
extern const char *const functions_titles[FUNCTIONS_NR_CELLS];
void functions_add_cell(const struct function_row *row, size_t cell, struct buf *out);

/* "instructions of parse: parse_number +412 instructions an iteration (+38 %), new: memcpy +96": a
 * line for each benchmark that has any. */
void functions_add_lines(const struct verdict *verdict, struct buf *out);

#endif
