/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Options as rows of a table. The same rows parse the command line and write --help, the man page
 * and the shell completion. A row names the field that it sets; OPT_* check at compile time that
 * the field has the row's type.
 */
#ifndef BASE_OPTS_H
#define BASE_OPTS_H

#include "base/array.h"
#include "base/buf.h"
#include "base/error.h"
#include "base/field.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum opt_type {
	OPT_TYPE_FLAG,        /* bool */
	OPT_TYPE_LEVEL,       /* unsigned: how often it is given */
	OPT_TYPE_WORD,        /* const char *, borrowed from the command line */
	OPT_TYPE_WORDS,       /* struct words: may be given again and again */
	OPT_TYPE_COUNT,       /* uint64_t */
	OPT_TYPE_DURATION_NS, /* uint64_t */
	OPT_TYPE_SIZE_BYTES,  /* uint64_t */
};

struct words {
	const char **items; /* borrowed from the command line */
	size_t nr, alloc;
};

struct opt {
	enum opt_type type;
	char letter;         /* 0: none */
	const char *name;    /* without the dashes */
	const char *value;   /* what follows, for people: "FILE"; NULL: nothing */
	const char *choices; /* "auto,always,never": nothing else is taken; or NULL */
	size_t offset;
	const char *help;
	int group; /* of options that help shows together (session/groups.h); 0: none */
	/* Appends the names that the value may begin with, "text, json", which help shows and
	 * shells complete; or NULL. */
	void (*add_names)(struct buf *out);
};

/* What follows the other arguments is the help, and perhaps the group and the names. */
#define OPT_ROW(row_type, row_letter, row_name, row_value, row_choices, at, ...) \
	{ \
		.type = row_type, .letter = row_letter, .name = row_name, .value = row_value, \
		.choices = row_choices, .offset = at, .help = __VA_ARGS__ \
	}
#define OPT_FLAG(letter, name, struct_type, field, ...) \
	OPT_ROW(OPT_TYPE_FLAG, letter, name, NULL, NULL, FIELD_AT(struct_type, field, bool), \
		__VA_ARGS__)
#define OPT_LEVEL(letter, name, struct_type, field, ...) \
	OPT_ROW(OPT_TYPE_LEVEL, letter, name, NULL, NULL, FIELD_AT(struct_type, field, unsigned), \
		__VA_ARGS__)
#define OPT_WORD(letter, name, struct_type, field, value, ...) \
	OPT_ROW(OPT_TYPE_WORD, letter, name, value, NULL, \
		FIELD_AT(struct_type, field, const char *), __VA_ARGS__)
#define OPT_CHOICE(letter, name, struct_type, field, choices, ...) \
	OPT_ROW(OPT_TYPE_WORD, letter, name, "WHEN", choices, \
		FIELD_AT(struct_type, field, const char *), __VA_ARGS__)
#define OPT_WORDS(letter, name, struct_type, field, value, ...) \
	OPT_ROW(OPT_TYPE_WORDS, letter, name, value, NULL, \
		FIELD_AT(struct_type, field, struct words), __VA_ARGS__)
#define OPT_COUNT(letter, name, struct_type, field, value, ...) \
	OPT_ROW(OPT_TYPE_COUNT, letter, name, value, NULL, FIELD_AT(struct_type, field, uint64_t), \
		__VA_ARGS__)
#define OPT_DURATION(letter, name, struct_type, field, ...) \
	OPT_ROW(OPT_TYPE_DURATION_NS, letter, name, "DURATION", NULL, \
		FIELD_AT(struct_type, field, uint64_t), __VA_ARGS__)
#define OPT_SIZE(letter, name, struct_type, field, ...) \
	OPT_ROW(OPT_TYPE_SIZE_BYTES, letter, name, "SIZE", NULL, \
		FIELD_AT(struct_type, field, uint64_t), __VA_ARGS__)
#define OPT_END \
	{ \
		.name = NULL \
	}

/* The arguments of one command. */
struct arguments {
	int nr;
	char **items;
};

/*
 * Sets the fields of *into and appends what is not an option to *operands. Options and operands
 * mix; all behind `--` are operands.
 */
int opts_parse(const struct opt *rows, struct arguments given, void *into, struct words *operands,
	struct error *err);

/* Takes the options of these rows out of *given, and leaves the rest for opts_parse with other
 * rows. */
int opts_take(const struct opt *rows, struct arguments *given, void *into, struct error *err);

/* The spelling of a row, "-q, --quiet" or "    --out=FILE", as help and man pages show it. */
void opts_spell(const struct opt *row, struct buf *out);

/* The help of a row, with the names that it knows. */
void opts_explain(const struct opt *row, struct buf *out);

#endif
