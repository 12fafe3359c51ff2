/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A verb: one row, and one file that ends in it. Parsing, help, man page and completion are made
 * from the row. */
#ifndef CMD_COMMAND_H
#define CMD_COMMAND_H

#include "base/error.h"
#include "base/opts.h"
#include "base/unknown.h"
#include "session/output.h"

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
void commands_offer(struct unknown *unknown);

/* --help of one command. */
void command_help(const struct command *command, struct buf *out);

#endif
