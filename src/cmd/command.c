/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cmd/command.h"

#include "session/groups.h"

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

void command_add_wrapped(struct buf *out, const char *text, size_t column, size_t indent)
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
	struct buf help = BUF_INIT;

	buf_adds(out, "  ");
	opts_spell(opt, out);
	width = out->len - start;
	if (width + 2 > HELP_COLUMN) {
		buf_addc(out, '\n');
		width = 0;
	}
	buf_fill(out, ' ', HELP_COLUMN - width);
	opts_explain(opt, &help);
	command_add_wrapped(out, help.data, HELP_COLUMN, HELP_COLUMN);
	buf_release(&help);
}

const struct opt common_opts[] = {
	OPT_WORD(0, "trace", struct common_options, trace, "FILE",
		"record here what the command does and when, for a trace viewer: 'benchgate help tracing'"),
	OPT_FLAG('h', "help", struct common_options, help, "explain the command"),
	OPT_END,
};

/* More rows than a person looks through are divided. */
#define MOST_UNDIVIDED 18

static const char *const option_titles[NR_GROUPS] = {
	[GROUP_OTHER] = "other options",
	[GROUP_EVERYDAY] = "everyday options",
	[GROUP_SELECT] = "which benchmarks",
	[GROUP_MEASURE] = "how to measure",
	[GROUP_BASE] = "what to compare with",
	[GROUP_JUDGE] = "how to judge",
	[GROUP_RESULTS] = "what is kept and shown",
	[GROUP_ALERTS] = "alerts",
	[GROUP_BUILD] = "policy file, builds, sandbox",
};

static bool is_in_group(const struct opt *opts, int group)
{
	for (; opts->name; opts++)
		if (opts->group == group)
			return true;
	return false;
}

bool options_are_grouped(const struct opt *opts)
{
	size_t nr = 0;

	while (opts[nr].name)
		nr++;
	return nr > MOST_UNDIVIDED && is_in_group(opts, GROUP_EVERYDAY);
}

const char *options_title(int group)
{
	return option_titles[group];
}

int options_next_group(int group)
{
	return (group + 1) % NR_GROUPS;
}

static void add_group(struct buf *out, const struct opt *opts, int group)
{
	if (!is_in_group(opts, group))
		return;
	buf_addf(out, "\n%s:\n", options_title(group));
	for (; opts->name; opts++)
		if (opts->group == group)
			add_opt(opts, out);
}

static void add_opts(struct buf *out, const char *title, const struct opt *opts)
{
	if (opts->name)
		buf_addf(out, "\n%s:\n", title);
	for (; opts->name; opts++)
		add_opt(opts, out);
}

static void add_opts_by_group(struct buf *out, const struct opt *opts)
{
	int group = GROUP_OTHER;

	do {
		group = options_next_group(group);
		add_group(out, opts, group);
	} while (group != GROUP_OTHER);
}

static void add_description(struct buf *out, const char *details)
{
	for (const char *at = details; *at;) {
		size_t len = strcspn(at, "\n");
		struct buf paragraph = BUF_INIT;

		buf_add(&paragraph, at, len);
		command_add_wrapped(out, paragraph.data, 0, 0);
		buf_release(&paragraph);
		at += len + (at[len] == '\n');
	}
}

static void add_examples(struct buf *out, const char *examples)
{
	if (!examples)
		return;
	buf_adds(out, "\nexamples:\n");
	for (const char *at = examples; *at; at += strcspn(at, "\n") + 1)
		buf_addf(out, "\t%.*s\n", (int)strcspn(at, "\n"), at);
}

void command_help(const struct command *command, struct buf *out)
{
	buf_addf(out, "usage: benchgate %s [OPTION...]%s%s\n\n", command->name,
		*command->operands ? " " : "", command->operands);
	add_description(out, command->details);
	add_examples(out, command->examples);
	if (options_are_grouped(command->opts))
		add_opts_by_group(out, command->opts);
	else
		add_opts(out, "options", command->opts);
	add_opts(out, "options of every command", common_opts);
}

static const char *const command_titles[NR_COMMAND_GROUPS] = {
	[COMMANDS_GATE] = "measure, judge",
	[COMMANDS_BASELINES] = "baselines",
	[COMMANDS_RESULTS] = "results",
	[COMMANDS_ALERTS] = "alerts",
	[COMMANDS_SETUP] = "set up",
	[COMMANDS_HELP] = "help",
};

static void add_command_group(struct buf *out, enum command_group group)
{
	buf_addf(out, "  %-14s", command_titles[group]);
	for (size_t i = 0; commands[i]; i++)
		if (!commands[i]->hidden && commands[i]->group == group)
			buf_addf(out, " %s", commands[i]->name);
	buf_addc(out, '\n');
}

void command_screen(struct buf *out)
{
	buf_adds(out,
		"benchgate says whether code became slower. It measures benchmarks in fresh\n"
		"processes, compares them with a base, and ends with one exit code.\n\n"
		"three ways to start:\n"
		"  benchgate init                  look at this project; write a benchmark, a\n"
		"                                  policy file and a file for the CI system\n"
		"  benchgate run --suite ./my.so   measure, and compare with the baseline\n"
		"  benchgate compare main          measure this work in turn with another\n"
		"                                  revision: no baseline is needed\n\n"
		"commands:\n");
	for (int group = 0; group < NR_COMMAND_GROUPS; group++)
		add_command_group(out, (enum command_group)group);
	buf_adds(out,
		"\n"
		"  benchgate COMMAND --help        what a command does, its options, examples\n"
		"  benchgate help                  every command and every topic, a line each\n"
		"  benchgate help TOPIC            for example: suites, verdicts, exit-codes, ci\n");
}
