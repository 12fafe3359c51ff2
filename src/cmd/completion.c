/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/error.h"
#include "cmd/verbs.h"

#include <string.h>

static const struct opt opts[] = { OPT_END };

/* Does the option want a file name? */
static bool wants_file(const struct opt *opt)
{
	return opt->value && strcmp(opt->value, "FILE") == 0;
}

/* Are there words for the option's value? */
static bool has_choices(const struct opt *opt)
{
	return opt->choices || opt->add_names;
}

/* These words with spaces between them. */
static void add_choices(struct buf *out, const struct opt *opt)
{
	struct buf words = BUF_INIT;

	if (opt->choices)
		buf_adds(&words, opt->choices);
	else
		opt->add_names(&words);
	for (const char *at = words.data; *at; at++)
		if (*at != ',')
			buf_addc(out, *at);
		else if (at[1] != ' ')
			buf_addc(out, ' ');
	buf_release(&words);
}

/* Text inside single quotes. */
static void add_quoted(struct buf *out, const char *text)
{
	for (; *text; text++) {
		if (*text == '\'')
			buf_adds(out, "'\\''");
		else
			buf_addc(out, *text);
	}
}

static void add_command_names(struct buf *out)
{
	for (size_t i = 0; commands[i]; i++)
		if (!commands[i]->hidden)
			buf_addf(out, "%s ", commands[i]->name);
}

static void completion_add_words(struct buf *out, const struct command *command)
{
	if (command->add_words)
		command->add_words(out);
}

/* What may follow one option, for `case $verb:$before`. */
static void add_bash_value(struct buf *out, const char *verb, const struct opt *opt)
{
	if (!has_choices(opt) && !wants_file(opt))
		return;
	buf_addf(out, "\t\t%s:--%s) COMPREPLY=($(compgen ", verb, opt->name);
	if (has_choices(opt)) {
		buf_adds(out, "-W '");
		add_choices(out, opt);
		buf_addc(out, '\'');
	} else {
		buf_adds(out, "-f");
	}
	buf_adds(out, " -- \"$word\")); return;;\n");
}

static void add_bash_values(struct buf *out)
{
	for (size_t i = 0; commands[i]; i++)
		for (const struct opt *opt = commands[i]->opts; opt->name; opt++)
			add_bash_value(out, commands[i]->name, opt);
	for (const struct opt *opt = common_opts; opt->name; opt++)
		add_bash_value(out, "*", opt);
}

static void add_bash_names(struct buf *out, const struct opt *rows)
{
	for (; rows->name; rows++)
		buf_addf(out, "--%s ", rows->name);
}

static void bash(struct buf *out)
{
	buf_adds(out,
		"_benchgate() {\n"
		"\tlocal word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD-1]} verb=${COMP_WORDS[1]}\n"
		"\tif [ \"$word\" = = ]; then word=; elif [ \"$before\" = = ]; then before=${COMP_WORDS[COMP_CWORD-2]}; fi\n"
		"\tif [ \"$COMP_CWORD\" = 1 ]; then\n\t\tCOMPREPLY=($(compgen -W '");
	add_command_names(out);
	buf_adds(out, "' -- \"$word\"))\n\t\treturn\n\tfi\n\tcase $verb:$before in\n");
	add_bash_values(out);
	buf_adds(out, "\tesac\n\tcase $verb in\n");
	for (size_t i = 0; commands[i]; i++) {
		if (commands[i]->hidden)
			continue;
		buf_addf(out, "\t\t%s) COMPREPLY=($(compgen -W '", commands[i]->name);
		add_bash_names(out, commands[i]->opts);
		completion_add_words(out, commands[i]);
		add_bash_names(out, common_opts);
		buf_adds(out, "' -- \"$word\"));;\n");
	}
	buf_adds(out, "\tesac\n}\ncomplete -F _benchgate benchgate\n");
}

static void zsh_opt(struct buf *out, const struct opt *opt)
{
	buf_addf(out, "\t\t\t'--%s%s[", opt->name, opt->value ? "=" : "");
	for (const char *at = opt->help; *at; at++) {
		if (*at == '[' || *at == ']' || *at == ':')
			buf_addc(out, '\\');
		add_quoted(out, (char[]){ *at, '\0' });
	}
	buf_addc(out, ']');
	if (opt->value)
		buf_addf(out, ":%s:", opt->value);
	if (has_choices(opt)) {
		buf_addc(out, '(');
		add_choices(out, opt);
		buf_addc(out, ')');
	} else if (wants_file(opt)) {
		buf_adds(out, "_files");
	}
	buf_adds(out, "' \\\n");
}

static void zsh(struct buf *out)
{
	buf_adds(out,
		"#compdef benchgate\n_benchgate() {\n\tif (( CURRENT == 2 )); then\n\t\tlocal -a verbs=(\n");
	for (size_t i = 0; commands[i]; i++) {
		if (commands[i]->hidden)
			continue;
		buf_addf(out, "\t\t\t'%s:", commands[i]->name);
		add_quoted(out, commands[i]->summary);
		buf_adds(out, "'\n");
	}
	buf_adds(out,
		"\t\t)\n\t\t_describe command verbs\n\t\treturn\n\tfi\n\tlocal verb=$words[2]\n"
		"\tshift words; (( CURRENT-- ))\n\tcase $verb in\n");
	for (size_t i = 0; commands[i]; i++) {
		if (commands[i]->hidden)
			continue;
		buf_addf(out, "\t\t%s) _arguments \\\n", commands[i]->name);
		for (const struct opt *opt = commands[i]->opts; opt->name; opt++)
			zsh_opt(out, opt);
		for (const struct opt *opt = common_opts; opt->name; opt++)
			zsh_opt(out, opt);
		buf_adds(out, "\t\t\t'*:argument:(");
		completion_add_words(out, commands[i]);
		buf_adds(out, ")';;\n");
	}
	buf_adds(out, "\tesac\n}\n_benchgate \"$@\"\n");
}

/* verb: NULL: after every command */
static void fish_opt(struct buf *out, const char *verb, const struct opt *opt)
{
	buf_adds(out, "complete -c benchgate -n '");
	if (verb)
		buf_addf(out, "__fish_seen_subcommand_from %s", verb);
	else
		buf_adds(out, "not __fish_use_subcommand");
	buf_addf(out, "' -l %s", opt->name);
	if (opt->letter)
		buf_addf(out, " -s %c", opt->letter);
	if (opt->value)
		buf_adds(out, wants_file(opt) ? " -r -F" : " -x");
	if (has_choices(opt)) {
		buf_adds(out, " -a '");
		add_choices(out, opt);
		buf_addc(out, '\'');
	}
	buf_adds(out, " -d '");
	for (const char *at = opt->help; *at; at++) {
		if (*at == '\'' || *at == '\\')
			buf_addc(out, '\\');
		buf_addc(out, *at);
	}
	buf_adds(out, "'\n");
}

static void fish(struct buf *out)
{
	buf_adds(out, "complete -c benchgate -f\n");
	for (const struct opt *opt = common_opts; opt->name; opt++)
		fish_opt(out, NULL, opt);
	for (size_t i = 0; commands[i]; i++) {
		if (commands[i]->hidden)
			continue;
		buf_addf(out, "complete -c benchgate -n __fish_use_subcommand -a %s -d '%s'\n",
			commands[i]->name, commands[i]->summary);
		for (const struct opt *opt = commands[i]->opts; opt->name; opt++)
			fish_opt(out, commands[i]->name, opt);
		if (!commands[i]->add_words)
			continue;
		buf_addf(out, "complete -c benchgate -n '__fish_seen_subcommand_from %s' -a '",
			commands[i]->name);
		completion_add_words(out, commands[i]);
		buf_adds(out, "'\n");
	}
}

static const struct {
	const char *name;
	void (*write)(struct buf *out);
} shells[] = {
	{ "bash", bash },
	{ "zsh", zsh },
	{ "fish", fish },
};

static void add_shells(struct buf *out)
{
	for (size_t i = 0; i < sizeof shells / sizeof *shells; i++)
		buf_addf(out, "%s ", shells[i].name);
}

static int write_for(const char *shell, struct buf *out, struct error *err)
{
	struct unknown unknown = { .given = shell, .kinds = "shells" };

	for (size_t i = 0; i < sizeof shells / sizeof *shells; i++) {
		if (strcmp(shells[i].name, shell) == 0) {
			shells[i].write(out);
			return 0;
		}
		unknown_offer(&unknown, shells[i].name);
	}
	return unknown_error(&unknown, err, "unknown shell '%s'", shell);
}

static int completion_run(struct arguments given, struct outcome *outcome, struct error *err)
{
	struct words names = { 0 };
	struct buf text = BUF_INIT;
	int rc = opts_parse(opts, given, NULL, &names, err);

	(void)outcome;
	if (!rc && names.nr != 1)
		rc = error_set(err, ERR_USAGE, "completion takes one shell: bash, zsh or fish");
	if (!rc)
		rc = write_for(names.items[0], &text, err);
	if (!rc)
		rc = command_print(&text, err);
	buf_release(&text);
	ARRAY_RELEASE(&names);
	return rc;
}

const struct command command_completion = {
	.name = "completion",
	.group = COMMANDS_SETUP,
	.operands = "SHELL",
	.summary = "print the completion script of a shell",
	.details =
		"Prints the completion script for bash, zsh or fish:\n"
		"benchgate completion bash >~/.local/share/bash-completion/completions/benchgate",
	.opts = opts,
	.add_words = add_shells,
	.without_json = true,
	.run = completion_run,
};
