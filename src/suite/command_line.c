/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "suite/command_line.h"

#include "base/buf.h"
#include "base/str.h"

#include <stdlib.h>
#include <string.h>

/* What a shell would act on outside of quotes. */
#define SHELL_SIGNS "|&;()`$\n"
/* Behind a backslash between double quotes, these lose it. */
#define ESCAPED_IN_QUOTES "\\\"$`"

struct splitter {
	struct bench_command *command;
	const char *at;
};

static int needs_shell(const struct splitter *splitter, char sign, struct error *err)
{
	if (sign == '\n')
		return error_set(err, ERR_USAGE,
			"'%.80s' has several lines, which need a shell: ask for one with --shell or \"shell\": true, or quote the line break",
			splitter->command->text);
	return error_set(err, ERR_USAGE,
		"'%.80s' has a '%c', which needs a shell: ask for one with --shell or \"shell\": true, or quote it",
		splitter->command->text, sign);
}

static int not_closed(const struct splitter *splitter, char quote, struct error *err)
{
	return error_set(err, ERR_USAGE, "'%.80s' has a %c that is not closed",
		splitter->command->text, quote);
}

/* Between quotes, behind the opening one. */
static int split_quoted(struct splitter *splitter, char quote, struct buf *word, struct error *err)
{
	for (; *splitter->at && *splitter->at != quote; splitter->at++) {
		if (quote == '"' && *splitter->at == '\\' && splitter->at[1] &&
			strchr(ESCAPED_IN_QUOTES, splitter->at[1]))
			splitter->at++;
		else if (quote == '"' && strchr("$`", *splitter->at))
			return needs_shell(splitter, *splitter->at, err);
		buf_addc(word, *splitter->at);
	}
	if (!*splitter->at)
		return not_closed(splitter, quote, err);
	splitter->at++;
	return 0;
}

/* 1: there is one, which may be empty; 0: none begins here. */
static int split_word(struct splitter *splitter, struct buf *word, struct error *err)
{
	const char *start = splitter->at;

	buf_clear(word);
	/* A shell would put the home folder there. */
	if (*start == '~')
		return needs_shell(splitter, '~', err);
	while (*splitter->at && !strchr(" \t<>", *splitter->at)) {
		char sign = *splitter->at;

		if (strchr(SHELL_SIGNS, sign))
			return needs_shell(splitter, sign, err);
		splitter->at++;
		if (sign == '\'' || sign == '"') {
			if (split_quoted(splitter, sign, word, err))
				return -1;
			continue;
		}
		if (sign == '\\' && !*splitter->at)
			return not_closed(splitter, '\\', err);
		buf_addc(word, sign == '\\' ? *splitter->at++ : sign);
	}
	return splitter->at > start;
}

static void pass_blanks(struct splitter *splitter)
{
	splitter->at += strspn(splitter->at, " \t");
}

/* The signs of redirections, the longer ones first. */
enum redirection { ERRORS_TO_OUTPUT, ERRORS_APPEND, ERRORS, OUTPUT_APPENDS, OUTPUT, INPUT };

static const char *const redirections[] = { [ERRORS_TO_OUTPUT] = "2>&1",
	[ERRORS_APPEND] = "2>>",
	[ERRORS] = "2>",
	[OUTPUT_APPENDS] = ">>",
	[OUTPUT] = ">",
	[INPUT] = "<" };

#define NR_REDIRECTIONS (sizeof redirections / sizeof *redirections)

static int split_file(
	struct splitter *splitter, enum redirection kind, struct buf *word, struct error *err)
{
	struct bench_command *command = splitter->command;
	char **file = kind == INPUT                        ? &command->input
		: kind == OUTPUT || kind == OUTPUT_APPENDS ? &command->output
							   : &command->errors;
	int got;

	pass_blanks(splitter);
	got = split_word(splitter, word, err);
	if (got < 0)
		return -1;
	if (!got || !word->len)
		return error_set(err, ERR_USAGE, "'%.80s' has no file behind its '%s'",
			command->text, redirections[kind]);
	if (*file)
		return error_set(err, ERR_USAGE, "'%.80s' has two files for '%s'%s", command->text,
			redirections[kind], kind == INPUT ? ", or \"input\" beside it" : "");
	*file = str_dup(word->data);
	command->output_appends |= kind == OUTPUT_APPENDS;
	command->errors_append |= kind == ERRORS_APPEND;
	return 0;
}

/* 1: there was one. */
static int split_redirection(struct splitter *splitter, struct buf *word, struct error *err)
{
	for (size_t i = 0; i < NR_REDIRECTIONS; i++) {
		if (!str_starts(splitter->at, redirections[i]))
			continue;
		splitter->at += strlen(redirections[i]);
		if (i == ERRORS_TO_OUTPUT)
			splitter->command->errors_to_output = true;
		else if (split_file(splitter, (enum redirection)i, word, err))
			return -1;
		return 1;
	}
	return 0;
}

int command_line_split(struct bench_command *command, struct error *err)
{
	struct splitter splitter = { command, command->text };
	struct buf word = BUF_INIT;
	int got = 0;

	for (pass_blanks(&splitter); *splitter.at && got >= 0; pass_blanks(&splitter)) {
		got = split_redirection(&splitter, &word, err);
		if (got)
			continue;
		got = split_word(&splitter, &word, err);
		if (got > 0)
			texts_add(&command->words, word.data);
	}
	buf_release(&word);
	if (got < 0)
		return -1;
	return command->words.nr && *command->words.items[0]
		? 0
		: error_set(err, ERR_USAGE, "'%.80s' names no program", command->text);
}
