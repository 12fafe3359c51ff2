/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a format of another tool is: a row of the table, and the file that it is read from. */
#ifndef STORE_IMPORT_FORMAT_H
#define STORE_IMPORT_FORMAT_H

#include "base/error.h"

#include <stdbool.h>
#include <stddef.h>

#define IMPORT_MAX_MARKS 6

struct import;

/* What a format's text is made of. */
enum import_shape {
	IMPORT_JSON,  /* one document, perhaps behind lines of a log */
	IMPORT_LINES, /* lines, some of which are JSON */
	IMPORT_TEXT,
};

struct import_format {
	const char *name;  /* "google-benchmark", as --format takes it */
	const char *title; /* "Google Benchmark, JSON" */
	enum import_shape shape;
	/* Texts that every such file has; '|' between those of which one is enough. */
	const char *marks[IMPORT_MAX_MARKS];
	/* Where marks do not tell enough: could it be one? Or NULL. */
	bool (*fits)(const char *text, size_t len);
	int (*read)(struct import *import, struct error *err);
	const char *values; /* what they are, for people */
	const char *more;   /* the option of the tool that gives more in one file, or NULL */
};

/* NULL at the end. */
extern const struct import_format *const import_formats[];

/* Which column is what, of files whose format says nothing of it; NULL: not said. */
struct import_columns {
	char *name, *value, *unit; /* a heading, or a number from 1 on */
};

struct import_input {
	const char *path; /* of the file; "" where there is none */
	const char *name; /* of a benchmark that the file does not name itself, or NULL */
	const char *text; /* ends in a NUL behind its len bytes */
	size_t len;
	const struct import_format *format;   /* NULL: by its content */
	const struct import_columns *columns; /* or NULL */
};

#endif
