/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Rows of numbers in JSON: a list for each thing that there is one of a row, for a parser meets a
 * few lists of numbers sooner than a hundred thousand objects.
 */
#ifndef MODEL_COLUMNS_JSON_H
#define MODEL_COLUMNS_JSON_H

#include "base/error.h"
#include "base/field.h"
#include "base/json.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum column_type {
	COLUMN_COUNT,  /* uint64_t */
	COLUMN_SMALL,  /* uint32_t */
	COLUMN_FLAG,   /* bool, as 0 or 1 */
	COLUMN_NUMBER, /* double */
};

struct column {
	const char *name;
	enum column_type type;
	size_t offset; /* in its struct */
	bool is_new;   /* files of older versions have none: all 0 */
};

#define COLUMN_COUNT(name, struct_type, field) \
	{ \
		name, COLUMN_COUNT, FIELD_AT(struct_type, field, uint64_t), false \
	}
#define COLUMN_SMALL(name, struct_type, field) \
	{ \
		name, COLUMN_SMALL, FIELD_AT(struct_type, field, uint32_t), false \
	}
#define COLUMN_FLAG(name, struct_type, field) \
	{ \
		name, COLUMN_FLAG, FIELD_AT(struct_type, field, bool), false \
	}
#define COLUMN_NUMBER(name, struct_type, field) \
	{ \
		name, COLUMN_NUMBER, FIELD_AT(struct_type, field, double), false \
	}
#define COLUMN_NEW_COUNT(name, struct_type, field) \
	{ \
		name, COLUMN_COUNT, FIELD_AT(struct_type, field, uint64_t), true \
	}
#define COLUMN_NEW_FLAG(name, struct_type, field) \
	{ \
		name, COLUMN_FLAG, FIELD_AT(struct_type, field, bool), true \
	}

struct columns {
	const struct column *items;
	size_t nr;
	size_t row_size;
	const char *noun; /* what a row is: "process" */
};

#define COLUMNS(table, struct_type, noun) \
	{ \
		(table), sizeof(table) / sizeof *(table), sizeof(struct_type), (noun) \
	}

/* Rows as they were read: items is the caller's to free, whatever came of it. */
struct column_rows {
	void *items;
	size_t nr;
};

/* What is read, and how an error names the object that holds it. */
struct column_place {
	const struct columns *columns;
	const char *where;
};

double column_cell(const struct column *column, const void *row);

/* Adds a member for each column to an object. */
void columns_json_add(struct json *to, const struct columns *columns, const void *rows, size_t nr);

/* Into no rows. */
int columns_json_read(const struct json *from, const struct column_place *place,
	struct column_rows *rows, struct error *err);

#endif
