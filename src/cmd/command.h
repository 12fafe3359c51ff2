/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A verb: one row, and one file that ends in it. Parsing, help, man page and completion are made
 * from the row. */
#ifndef CMD_COMMAND_H
#define CMD_COMMAND_H

#include "base/error.h"
#include "base/opts.h"
#include "session/output.h"

/* What a command is for; the screen of `benchgate` alone shows them so. */
enum command_group {
	COMMANDS_GATE,
	COMMANDS_BASELINES,
	COMMANDS_RESULTS,
	COMMANDS_ALERTS,
	COMMANDS_SETUP,
	COMMANDS_HELP,
	NR_COMMAND_GROUPS
};

struct command {
	const char *name;
	enum command_group group;
	const char *operands; /* "[PATTERN...]" or "" */
	const char *summary;  /* one line, no full stop */
	const char *details;  /* paragraphs, empty lines between them */
	const char *examples; /* lines; what stands behind # explains; NULL: none */
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

/* Options that every command takes; main.c looks at them. */
struct common_options {
	const char *trace;
	bool help;
};

extern const struct opt common_opts[];

/* Is the help of these options divided into groups? */
bool options_are_grouped(const struct opt *opts);
/* The title of a group (see session/groups.h). */
const char *options_title(int group);
/* The groups in the order in which they are shown: start with 0; back at 0 there is no more. */
int options_next_group(int group);

/* Words of text, broken before the width of help, each new line indented; the first begins at
 * `column`. */
void command_add_wrapped(struct buf *out, const char *text, size_t column, size_t indent);

/* The screen of `benchgate` alone: at most 24 lines of 80 columns. */
void command_screen(struct buf *out);

/* --help of one command. */
void command_help(const struct command *command, struct buf *out);

#endif
