/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/error.h"
#include "base/version.h"
#include "cmd/command.h"
#include "cmd/topics.h"
#include "cmd/verbs.h"

#include <ctype.h>
#include <string.h>

/* Text as troff takes it: no dot or quote at the start of a line, hyphens that stay hyphens. */
static void help_add_text(struct buf *out, const char *text)
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

/* page: "benchgate-run.1" */
static void help_add_title(struct buf *out, const char *page)
{
	const char *dot = strrchr(page, '.');

	buf_adds(out, ".TH ");
	for (const char *at = page; at < dot; at++)
		buf_addc(out, (char)toupper((unsigned char)*at));
	buf_addf(out, " %s %s \"benchgate %s\" \"benchgate manual\"\n.SH NAME\n", dot + 1,
		BENCHGATE_DATE, BENCHGATE_VERSION);
	for (const char *at = page; at < dot; at++)
		help_add_text(out, (char[]){ *at, '\0' });
	buf_adds(out, " \\- ");
}

/* benchgate\-suites (7) */
static void add_reference(struct buf *out, const struct topic *topic)
{
	struct buf page = BUF_INIT;
	size_t dot;

	topic_page(topic, &page);
	dot = (size_t)(strrchr(page.data, '.') - page.data);
	page.data[dot] = '\0';
	buf_adds(out, ".BR ");
	help_add_text(out, page.data);
	buf_addf(out, " (%s)\n", page.data + dot + 1);
	buf_release(&page);
}

/* Paragraphs: each line of text is one. */
static void add_paragraphs(struct buf *out, const char *text)
{
	for (; *text; text++) {
		if (*text == '\n')
			buf_adds(out, "\n.PP\n");
		else
			help_add_text(out, (char[]){ *text, '\0' });
	}
	buf_addc(out, '\n');
}

static void add_item(struct buf *out, const char *head, const char *text)
{
	buf_adds(out, ".TP\n.B ");
	help_add_text(out, head);
	buf_addc(out, '\n');
	help_add_text(out, text);
	buf_addc(out, '\n');
}

static void add_option(struct buf *out, const struct opt *opt)
{
	struct buf head = BUF_INIT, help = BUF_INIT;

	opts_spell(opt, &head);
	opts_explain(opt, &help);
	add_item(out, head.data + strspn(head.data, " "), help.data);
	buf_release(&head);
	buf_release(&help);
}

static void add_option_rows(struct buf *out, const struct opt *opts)
{
	for (; opts->name; opts++)
		add_option(out, opts);
}

static void add_option_group(struct buf *out, const struct opt *opts, int group)
{
	bool begun = false;

	for (; opts->name; opts++) {
		if (opts->group != group)
			continue;
		if (!begun)
			buf_addf(out, ".SS %s\n", options_title(group));
		begun = true;
		add_option(out, opts);
	}
}

static void add_options(struct buf *out, const struct opt *opts)
{
	int group = 0;

	buf_adds(out, ".SH OPTIONS\n");
	if (!options_are_grouped(opts)) {
		add_option_rows(out, opts);
	} else {
		do {
			group = options_next_group(group);
			add_option_group(out, opts, group);
		} while (group);
	}
	buf_adds(out, ".SS options of every command\n");
	add_option_rows(out, common_opts);
}

static void add_example_section(struct buf *out, const char *examples)
{
	if (!examples)
		return;
	buf_adds(out, ".SH EXAMPLES\n.nf\n");
	help_add_text(out, examples);
	buf_adds(out, ".fi\n");
}

static void add_command_page(const struct command *command, struct buf *out)
{
	struct buf page = BUF_INIT;

	buf_addf(&page, "benchgate-%s.1", command->name);
	help_add_title(out, page.data);
	buf_release(&page);
	help_add_text(out, command->summary);
	buf_addf(out, "\n.SH SYNOPSIS\n.B benchgate %s\n[\\fIOPTION\\fR...]\n", command->name);
	if (*command->operands) {
		help_add_text(out, command->operands);
		buf_addc(out, '\n');
	}
	buf_adds(out, ".SH DESCRIPTION\n");
	add_paragraphs(out, command->details);
	add_options(out, command->opts);
	add_example_section(out, command->examples);
	buf_adds(out, ".SH SEE ALSO\n.BR benchgate (1)\n");
}

static void add_main_page(struct buf *out)
{
	help_add_title(out, "benchgate.1");
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
	help_add_text(out, topic_named("exit-codes")->text);
	buf_adds(out, ".fi\n.SH SEE ALSO\n");
	for (size_t i = 0; commands[i]; i++)
		if (!commands[i]->hidden)
			buf_addf(out, ".BR benchgate\\-%s (1)\n", commands[i]->name);
	for (const struct topic *topic = topics; topic->name; topic++)
		add_reference(out, topic);
}

/* A line in capitals, or one that begins with # */
static bool is_heading(const char *line, size_t len)
{
	bool has_letter = false;

	if (!len || isspace((unsigned char)*line))
		return false;
	if (*line == '#')
		return true;
	for (size_t i = 0; i < len; i++) {
		if (islower((unsigned char)line[i]))
			return false;
		has_letter = has_letter || isupper((unsigned char)line[i]);
	}
	return has_letter;
}

static void add_topic_section(struct buf *out, const char *line, size_t len)
{
	struct buf title = BUF_INIT;
	size_t skip = strspn(line, "# ");

	for (size_t i = skip; i < len; i++)
		buf_addc(&title, line[i] == '"' ? '\'' : (char)toupper((unsigned char)line[i]));
	buf_adds(out, ".fi\n.SH \"");
	help_add_text(out, title.data);
	buf_adds(out, "\"\n.nf\n");
	buf_release(&title);
}

/* Lines stay as they are: they hold tables and examples. Headings become sections. */
static void add_topic_text(struct buf *out, const char *text)
{
	bool blank = false, begun = false;

	for (const char *end; *text; text = *end ? end + 1 : end) {
		size_t len = strcspn(text, "\n");
		struct buf line = BUF_INIT;

		end = text + len;
		if (is_heading(text, len)) {
			/* The first is the title of the page. */
			if (begun)
				add_topic_section(out, text, len);
			begun = true;
			blank = false;
			continue;
		}
		begun = true;
		if (!len) {
			blank = true;
			continue;
		}
		if (blank)
			buf_addc(out, '\n');
		blank = false;
		buf_add(&line, text, len);
		help_add_text(out, line.data);
		buf_addc(out, '\n');
		buf_release(&line);
	}
}

static void manual_topic_page(const struct topic *topic, struct buf *out)
{
	struct buf text = BUF_INIT, page = BUF_INIT;

	topic_text(topic, &text);
	topic_page(topic, &page);
	help_add_title(out, page.data);
	buf_release(&page);
	help_add_text(out, topic->summary);
	buf_adds(out, "\n.SH DESCRIPTION\n.nf\n");
	add_topic_text(out, text.data);
	buf_adds(out, ".fi\n.SH SEE ALSO\n.BR benchgate (1)\n");
	buf_release(&text);
}

static void manual_page(const struct command *command, struct buf *out)
{
	if (command)
		add_command_page(command, out);
	else
		add_main_page(out);
}

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

static void help_add_words(struct buf *out)
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
	.add_words = help_add_words,
	.without_json = true,
	.run = help_run,
};
