/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Rows of separated values: fields may stand in quotes, with doubled quotes, separators and ends of
 * lines in them. */
#ifndef BASE_CSV_H
#define BASE_CSV_H

#include "base/texts.h"

#include <stdbool.h>

/* What stands behind so many in a row is passed over. */
#define CSV_MAX_FIELDS 1000

struct csv {
	const char *at;
	char separator;
	size_t line; /* where the last row begins, from 1 */
	size_t lines_in_row;
	struct texts fields; /* of the last row */
};

/* The separator is the comma, semicolon or tab that the first line has most of. */
void csv_open(struct csv *csv, const char *text);
/* False at the end. Empty lines are passed over. */
bool csv_next(struct csv *csv);
/* NULL when the row has fewer. */
const char *csv_field(const struct csv *csv, size_t at);
void csv_release(struct csv *csv);

#endif
