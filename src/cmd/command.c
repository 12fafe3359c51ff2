/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cmd/command.h"

#include <string.h>

#define HELP_COLUMN 30
#define HELP_WIDTH 92

const struct command *command_named(const char *name)
{
	for (size_t i = 0; commands[i]; i++)
		if (strcmp(commands[i]->name, name) == 0)
			return commands[i];
	return NULL;
}

void commands_offer(struct unknown *unknown)
{
	for (size_t i = 0; commands[i]; i++)
		if (!commands[i]->hidden)
			unknown_offer(unknown, commands[i]->name);
}

/* Words of text, broken before the width, each new line indented. */
static void add_wrapped(struct buf *out, const char *text, size_t column, size_t indent)
{
	while (*text) {
		size_t len = strcspn(text, " ");

		if (column > indent && column + len + 1 > HELP_WIDTH) {
			buf_addc(out, '\n');
			buf_fill(out, ' ', indent);
			column = indent;
		} else if (column > indent) {
			buf_addc(out, ' ');
			column++;
		}
		buf_add(out, text, len);
		column += len;
		text += len + strspn(text + len, " ");
	}
	buf_addc(out, '\n');
}

static void add_opt(const struct opt *opt, struct buf *out)
{
	size_t start = out->len, width;

	buf_adds(out, "  ");
	opts_spell(opt, out);
	width = out->len - start;
	if (width + 2 > HELP_COLUMN) {
		buf_addc(out, '\n');
		width = 0;
	}
	buf_fill(out, ' ', HELP_COLUMN - width);
	add_wrapped(out, opt->help, HELP_COLUMN, HELP_COLUMN);
}

void command_help(const struct command *command, struct buf *out)
{
	buf_addf(out, "usage: benchgate %s%s%s%s\n\n", command->name,
		command->opts->name ? " [OPTION...]" : "", *command->operands ? " " : "",
		command->operands);
	for (const char *at = command->details; *at;) {
		size_t len = strcspn(at, "\n");
		char *line;
		struct buf paragraph = BUF_INIT;

		buf_add(&paragraph, at, len);
		line = buf_detach(&paragraph);
		add_wrapped(out, line, 0, 0);
		free(line);
		at += len + (at[len] == '\n');
	}
	if (!command->opts->name)
		return;
	buf_adds(out, "\noptions:\n");
	for (const struct opt *opt = command->opts; opt->name; opt++)
		add_opt(opt, out);
}
