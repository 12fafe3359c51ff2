/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A table whose rows are alike: the first column to the left, the others to the right, each as wide
 * as it needs to be. */
#ifndef REPORT_COLUMNS_H
#define REPORT_COLUMNS_H

#include "base/buf.h"

struct column {
	const char *heading;
	void (*fill)(const void *row, struct buf *cell);
	int rank; /* 1 is left out first when the table is too wide; 0 stays */
};

#define COLUMNS_MAX 10

/* What the rows are made of: nr items of that size, one behind the other. */
struct rows {
	const void *items;
	size_t nr, size;
};

/* A heading, and a line for each row; nr_columns is at most COLUMNS_MAX. */
void columns_add(const struct column *columns, size_t nr_columns, struct rows rows, unsigned width,
	struct buf *out);

#endif
