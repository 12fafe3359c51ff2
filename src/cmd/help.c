/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/unknown.h"
#include "cmd/manual.h"
#include "cmd/topics.h"
#include "cmd/verbs.h"

#include <string.h>

struct help_options {
	bool man;
};

static const struct opt opts[] = {
	OPT_FLAG(0, "man", struct help_options, man, "as the source of a man page"),
	OPT_END,
};

static void add_overview(struct buf *out)
{
	buf_adds(out,
		"usage: benchgate COMMAND [OPTION...]\n\n"
		"Measures benchmarks so that a change in speed can be told from noise.\n\ncommands:\n");
	for (size_t i = 0; commands[i]; i++)
		if (!commands[i]->hidden)
			buf_addf(out, "  %-20s%s\n", commands[i]->name, commands[i]->summary);
	buf_adds(out, "\ntopics (benchgate help TOPIC):\n");
	topics_list(topics, out);
}

static void offer_topics(struct unknown *unknown, const struct topic *rows)
{
	for (; rows->name; rows++)
		unknown_offer(unknown, rows->name);
}

static int unknown_topic(const char *name, struct error *err)
{
	struct unknown unknown = { .given = name, .see = "'benchgate help'" };

	offer_topics(&unknown, topics);
	offer_topics(&unknown, schemas);
	commands_offer(&unknown);
	return unknown_error(&unknown, err, "no command or topic is named '%s'", name);
}

static int add_help(const char *name, bool man, struct buf *out, struct error *err)
{
	const struct command *command = name ? command_named(name) : NULL;
	const struct topic *topic = name ? topic_named(name) : NULL;

	if (name && !command && !topic)
		return unknown_topic(name, err);
	if (topic && !command && man)
		manual_topic_page(topic, out);
	else if (topic && !command)
		topic_text(topic, out);
	else if (man)
		manual_page(command, out);
	else if (command)
		command_help(command, out);
	else
		add_overview(out);
	return 0;
}

static int help_run(struct arguments given, struct outcome *outcome, struct error *err)
{
	struct help_options options = { .man = false };
	struct words names = { 0 };
	struct buf text = BUF_INIT;
	int rc = opts_parse(opts, given, &options, &names, err);

	(void)outcome;
	if (!rc && names.nr > 1)
		rc = error_set(
			err, ERR_USAGE, "help takes one topic, but also got '%s'", names.items[1]);
	if (!rc)
		rc = add_help(names.nr ? names.items[0] : NULL, options.man, &text, err);
	if (!rc)
		rc = options.man ? command_print(&text, err) : command_page(&text, err);
	buf_release(&text);
	ARRAY_RELEASE(&names);
	return rc;
}

static void add_words(struct buf *out)
{
	for (size_t i = 0; commands[i]; i++)
		if (!commands[i]->hidden)
			buf_addf(out, "%s ", commands[i]->name);
	for (const struct topic *topic = topics; topic->name; topic++)
		buf_addf(out, "%s ", topic->name);
	for (const struct topic *schema = schemas; schema->name; schema++)
		buf_addf(out, "%s ", schema->name);
}

const struct command command_help_verb = {
	.name = "help",
	.group = COMMANDS_HELP,
	.operands = "[TOPIC]",
	.summary = "explain a command or a topic",
	.details =
		"Explains a command or a topic; without one, lists them. On a terminal, what is longer than the screen is shown "
		"by $PAGER (default: less, where it is installed; PAGER=cat shows it without).",
	.examples = "benchgate help verdicts\n"
		    "benchgate help run\n",
	.opts = opts,
	.add_words = add_words,
	.without_json = true,
	.run = help_run,
};
