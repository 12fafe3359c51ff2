/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A program of one's own, which reads the message as JSON on its standard input. */
#include "notify/notifier.h"

#include "base/str.h"
#include "report/escape.h"
#include "sys/clock.h"

#include <stdlib.h>

#define TIMEOUT_NS (20ull * CLOCK_NS_PER_S)

struct command_settings {
	struct outlet_terms terms;
	struct texts command;
};

static const struct policy_key keys[] = {
	OUTLET_KEYS(struct command_settings),
	POLICY_KEY_TEXTS("command", struct command_settings, command),
	POLICY_KEY_END,
};

static const struct command_settings *command_settings_of(const struct outlet *outlet)
{
	return (const struct command_settings *)(const void *)outlet->terms;
}

static int command_check(const struct outlet *outlet, const char *place, struct error *err)
{
	if (command_settings_of(outlet)->command.nr)
		return 0;
	return error_set(err, ERR_USAGE,
		"%s has no command; it must have one, such as \"command\": [\"./tell\", \"--all\"]",
		place);
}

static bool command_compose(
	const struct outlet *outlet, const struct content *content, struct json *body)
{
	(void)outlet;
	if (!content->nr)
		return false;
	content_write(content, body);
	return true;
}

/* A text alone is for the shell; of a list the first is a program. */
static const char **words_of(const struct texts *command)
{
	const char **words = mem_alloc(command->nr + 3, sizeof *words);
	size_t nr = 0;

	if (command->nr == 1) {
		words[nr++] = "/bin/sh";
		words[nr++] = "-c";
	}
	for (size_t i = 0; i < command->nr; i++)
		words[nr++] = command->items[i];
	return words;
}

static void command_show(const struct outlet *outlet, const struct json *body, struct buf *out)
{
	const char **words = words_of(&command_settings_of(outlet)->command);

	buf_adds(out, "run");
	for (size_t i = 0; words[i]; i++) {
		buf_addc(out, ' ');
		escape_shell(out, words[i]);
	}
	buf_adds(out, " with this to read:\n");
	json_print(body, out);
	free(words);
}

static void program(const struct outlet *outlet, struct program *program)
{
	const struct command_settings *settings = command_settings_of(outlet);
	uint64_t timeout_ns = settings->terms.timeout_ns;

	*program = (struct program){ .argv = words_of(&settings->command),
		.timeout_ns = timeout_ns ? timeout_ns : TIMEOUT_NS };
}

const struct notifier command_notifier = {
	.type = "command",
	.what = "a program of your own, with the message on its standard input",
	.keys = keys,
	.size = sizeof(struct command_settings),
	.check = command_check,
	.compose = command_compose,
	.show = command_show,
	.program = program,
};
