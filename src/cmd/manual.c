/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cmd/manual.h"

#include "base/version.h"
#include "cmd/topics.h"

#include <ctype.h>

/* Text as troff takes it: no dot or quote at the start of a line, hyphens that stay hyphens. */
static void add_text(struct buf *out, const char *text)
{
	bool line_start = true;

	for (; *text; text++) {
		if (line_start && (*text == '.' || *text == '\''))
			buf_adds(out, "\\&");
		if (*text == '\\')
			buf_adds(out, "\\e");
		else if (*text == '-')
			buf_adds(out, "\\-");
		else
			buf_addc(out, *text);
		line_start = *text == '\n';
	}
}

static void add_title(struct buf *out, const char *name)
{
	buf_adds(out, ".TH BENCHGATE");
	if (name)
		buf_addc(out, '-');
	for (const char *at = name ? name : ""; *at; at++)
		buf_addc(out, (char)toupper((unsigned char)*at));
	buf_addf(out, " 1 %s \"benchgate %s\" \"benchgate manual\"\n", BENCHGATE_DATE,
		BENCHGATE_VERSION);
	buf_addf(out, ".SH NAME\nbenchgate%s%s \\- ", name ? "\\-" : "", name ? name : "");
}

/* Paragraphs: each line of text is one. */
static void add_paragraphs(struct buf *out, const char *text)
{
	for (; *text; text++) {
		if (*text == '\n')
			buf_adds(out, "\n.PP\n");
		else
			add_text(out, (char[]){ *text, '\0' });
	}
	buf_addc(out, '\n');
}

static void add_item(struct buf *out, const char *head, const char *text)
{
	buf_adds(out, ".TP\n.B ");
	add_text(out, head);
	buf_addc(out, '\n');
	add_text(out, text);
	buf_addc(out, '\n');
}

static void add_options(struct buf *out, const struct opt *opts)
{
	struct buf head = BUF_INIT;

	if (!opts->name)
		return;
	buf_adds(out, ".SH OPTIONS\n");
	for (; opts->name; opts++) {
		size_t skip;

		buf_clear(&head);
		opts_spell(opts, &head);
		for (skip = 0; head.data[skip] == ' '; skip++)
			;
		add_item(out, head.data + skip, opts->help);
	}
	buf_release(&head);
}

static void add_command_page(const struct command *command, struct buf *out)
{
	add_title(out, command->name);
	add_text(out, command->summary);
	buf_addf(out, "\n.SH SYNOPSIS\n.B benchgate %s\n", command->name);
	if (command->opts->name)
		buf_adds(out, "[\\fIOPTION\\fR...]\n");
	if (*command->operands) {
		add_text(out, command->operands);
		buf_addc(out, '\n');
	}
	buf_adds(out, ".SH DESCRIPTION\n");
	add_paragraphs(out, command->details);
	add_options(out, command->opts);
	buf_adds(out, ".SH SEE ALSO\n.BR benchgate (1)\n");
}

static void add_main_page(struct buf *out)
{
	add_title(out, NULL);
	buf_adds(out,
		"performance regression gate\n"
		".SH SYNOPSIS\n.B benchgate\n\\fICOMMAND\\fR [\\fIOPTION\\fR...]\n.SH COMMANDS\n");
	for (size_t i = 0; commands[i]; i++)
		if (!commands[i]->hidden)
			add_item(out, commands[i]->name, commands[i]->summary);
	buf_adds(out, ".SH TOPICS\nPrinted by \\fBbenchgate help\\fR \\fITOPIC\\fR:\n");
	for (const struct topic *topic = topics; topic->name; topic++)
		add_item(out, topic->name, topic->summary);
	buf_adds(out, ".SH EXIT STATUS\n.nf\n");
	add_text(out, topic_named("exit-codes")->text);
	buf_adds(out, ".fi\n.SH SEE ALSO\n");
	for (size_t i = 0; commands[i]; i++)
		if (!commands[i]->hidden)
			buf_addf(out, ".BR benchgate\\-%s (1)\n", commands[i]->name);
}

void manual_page(const struct command *command, struct buf *out)
{
	if (command)
		add_command_page(command, out);
	else
		add_main_page(out);
}
