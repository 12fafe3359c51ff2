/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Result files of other tools, read as runs. Each format is a file and a row of a table: which
 * marks its text has, how it is read, what its values are, and which option of the tool gives more.
 * Pure: bytes in, a run out; who calls has read the file.
 */
#ifndef STORE_IMPORT_IMPORT_H
#define STORE_IMPORT_IMPORT_H

#include "base/buf.h"
#include "model/run.h"
#include "store/import/format.h"

/* NULL with the error, which says which are known. */
const struct import_format *import_named(const char *name, struct error *err);

/* By its content; NULL: none of them, or a file of our own. */
const struct import_format *import_recognise(const char *text, size_t len);

/* Is it a text that may hold results? An error where it is empty or compressed. */
int import_check_text(const char *text, size_t len, struct error *err);

/* Says that it is none, what it looks like most, and which are known; -1. */
int import_unknown(const char *text, size_t len, struct error *err);

/* Is it a table of which nobody said which columns have names and values? Appends its headings, as
 * people read them: 'a', 'b'. */
bool import_asks_columns(const struct import_input *input, struct buf *headings);

/* "name=1,value=ns,unit=3": numbers or headings. */
int import_columns_parse(const char *said, struct import_columns *columns, struct error *err);
void import_columns_release(struct import_columns *columns);

/*
 * Into an empty run, as that of one file: its metrics say by their basis what their values are.
 * Where the file says no time of its own, the timestamp stays empty. The error names the place in
 * the text.
 */
int import_read(const struct import_input *input, struct run *run, struct error *err);

/* Adds what another file of the same benchmarks has: each file is a process of its own. An error
 * where a metric has another unit there. */
int import_join(struct run *run, const struct run *more, struct error *err);

#endif
