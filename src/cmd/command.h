/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A verb: one row, and one file that ends in it. Parsing, help, man page and completion are made
 * from the row. */
#ifndef CMD_COMMAND_H
#define CMD_COMMAND_H

#include "base/error.h"
#include "base/opts.h"
#include "base/str.h"
#include "sys/file.h"

/* What came of a command, for main.c to turn into an exit code. */
struct outcome {
	bool regressed;    /* a regression, a broken budget, something missing */
	bool unmeasured;   /* something failed or could not be measured */
	bool incomparable; /* the base is of another machine or build, or there is none */
	bool inconclusive; /* and the policy calls that failing */
};

struct command {
	const char *name;
	const char *operands; /* "[PATTERN...]" or "" */
	const char *summary;  /* one line, no full stop */
	const char *details;  /* paragraphs, empty lines between them */
	const struct opt *opts;
	bool hidden;       /* not for people */
	bool without_json; /* libcjson is not opened for it: a suite may run in its process */
	void (*add_words)(
		struct buf *out); /* what its operands may be, with blanks; NULL: anything */
	int (*run)(struct arguments given, struct outcome *outcome, struct error *err);
};

/* All of them, NULL at the end; in main.c. */
extern const struct command *const commands[];

const struct command *command_named(const char *name);

/* Offers the names of all that are for people. */
void commands_offer(struct str_nearest *nearest);

/* --help of one command. */
void command_help(const struct command *command, struct buf *out);

/* Writes to stdout; a broken pipe is nobody's error. */
int command_print(const struct buf *text, struct error *err);

/* What a file that is to be written will be. */
struct command_file {
	const char *what;   /* "result file" */
	const char *begins; /* with this, always */
};

/* Opens one. A slip must not cost a source file: what is there is only replaced when it begins as
 * what will be written. */
int command_open_file(
	struct file_new *out, const char *path, struct command_file file, struct error *err);

/* The same for a JSON file that an option names (NULL: none). */
int command_open_out(struct file_new *out, const char *path, const char *option, struct error *err);

#endif
