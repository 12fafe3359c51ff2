/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What an explanation says, for whichever format: its sentences, and its tables. */
#ifndef REPORT_EXPLANATION_WORDS_H
#define REPORT_EXPLANATION_WORDS_H

#include "base/buf.h"
#include "explain/explain_account.h"

/* "92 % of +15 % instructions is in parse_number (cJSON.c:412): +1 malloc a call"; what nothing
 * explains says so. */
void explanation_words_summary(const struct explanation *explanation, struct buf *out);

/* "; most changed: parse +412, walk -3 instructions": three functions at most, where there are more
 * than one. */
void explanation_words_most(const struct explanation *explanation, struct buf *out);

/* "its machine code: 61 instructions of code, which were 24"; nothing where that is not known. */
void explanation_words_code(const struct explain_subject *subject, struct buf *out);

/* A long name of C++ without what its templates and functions take. */
void explanation_words_name(const char *name, struct buf *out);

/* "parse_number (cJSON.c:412)" */
void explanation_words_function(const struct explained_function *function, struct buf *out);

/* "new", "gone", "inlined into parse_value", or nothing. */
void explanation_words_kind(
	const struct explanation *explanation, size_t function, struct buf *out);

/* Whole ones, unless they are few. */
void explanation_words_number(double number, struct buf *out);

/* "+15 %", "new", "gone" or "-". */
void explanation_words_change(double base, double head, struct buf *out);

/* Where work on the benchmark would pay, each a sentence from what was counted in the head. */
void explanation_advice(const struct explain_subject *subject, struct texts *advice);

/* "parse (my.c:3) 40 %, walk (my.c:9) 21 %": the hottest functions of all benchmarks, each of which
 * weighs the same; nothing of a benchmark alone. */
void explanation_suite_advice(const struct explain_account *account, struct buf *out);

struct explanation_table {
	const char *title;
	const char *const *heads;    /* NULL at the end */
	size_t nr_columns, nr_texts; /* the first nr_texts columns are words, the others numbers */
	struct texts cells;          /* row by row */
};

struct explanation_tables {
	struct explanation_table *items; /* those with at least a row */
	size_t nr, alloc;
};

/* Of one of its subjects; with the machine code, where the account shows that. */
struct explanation_tables explanation_tables(
	const struct explain_account *account, const struct explain_subject *subject);
/* The machine code alone. */
struct explanation_tables explanation_code_tables(const struct explain_subject *subject);
void explanation_tables_release(struct explanation_tables *tables);

#endif
