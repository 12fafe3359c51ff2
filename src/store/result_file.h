/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What was measured, from files: a result file or baseline of our own, a file of another tool, a
 * folder of such files, or several with commas between them. Each file is a process of its own; "-"
 * is what comes from standard input.
 */
#ifndef STORE_RESULT_FILE_H
#define STORE_RESULT_FILE_H

#include "base/opts.h"
#include "store/import/import.h"

/* What somebody said of files of other tools. */
struct import_hint {
	const struct import_format *format; /* NULL: by their content */
	struct import_columns columns;
};

/* Into an empty run; a result file keeps what failed, too. The error names the file. */
int result_file_read(const char *path, const struct import_hint *hint, struct run *run,
	bool *is_result, struct error *err);

/* Does it stand for standard input? */
bool result_file_is_input(const char *said);

/* Several such paths, as one run; a baseline is refused. */
int result_files_read(const struct words *paths, const struct import_hint *hint, struct run *run,
	struct error *err);

/* The same of content that was read. */
int result_file_parse(
	const struct import_input *input, struct run *run, bool *is_result, struct error *err);

#endif
