/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "model/bench_command.h"

#include "base/array.h"
#include "base/str.h"

const char *const printed_words[] = {
	[PRINTED_NOTHING] = "none",
	[PRINTED_BMF] = "bmf",
	[PRINTED_JSON] = "json",
	[PRINTED_LINES] = "lines",
	NULL,
};

static void release_parameters(struct parameters *parameters)
{
	for (size_t i = 0; i < parameters->nr; i++) {
		free(parameters->items[i].name);
		texts_release(&parameters->items[i].values);
	}
	ARRAY_RELEASE(parameters);
}

static void release_patterns(struct printed_patterns *patterns)
{
	for (size_t i = 0; i < patterns->nr; i++) {
		free(patterns->items[i].metric);
		free(patterns->items[i].unit);
		free(patterns->items[i].pattern);
	}
	ARRAY_RELEASE(patterns);
}

void bench_command_release(struct bench_command *command)
{
	free(command->name);
	free(command->tier);
	free(command->text);
	free(command->setup);
	free(command->cleanup);
	free(command->prepare);
	free(command->input);
	free(command->folder);
	free(command->output);
	free(command->format);
	free(command->results);
	free(command->errors);
	ARRAY_RELEASE(&command->good);
	texts_release(&command->words);
	release_patterns(&command->patterns);
	release_parameters(&command->parameters);
	*command = (struct bench_command){ .name = NULL };
}

void bench_commands_release(struct bench_commands *commands)
{
	for (size_t i = 0; i < commands->nr; i++)
		bench_command_release(&commands->items[i]);
	ARRAY_RELEASE(commands);
}

bool bench_command_is_good(const struct bench_command *command, int status)
{
	for (size_t i = 0; i < command->good.nr; i++)
		if (command->good.items[i] == status)
			return true;
	return !command->good.nr && !status;
}

struct bench_command bench_command_with(const struct bench_command *from,
	char *(*spell)(const char *text, void *context), void *context)
{
	struct bench_command to = { .tier = str_dup(from->tier),
		.folder = str_dup(from->folder),
		.shell = from->shell,
		.timeout_ns = from->timeout_ns,
		.nr_warmups = from->nr_warmups,
		.printed = from->printed };

	to.name = from->name ? spell(from->name, context) : NULL;
	to.text = spell(from->text, context);
	to.setup = from->setup ? spell(from->setup, context) : NULL;
	to.cleanup = from->cleanup ? spell(from->cleanup, context) : NULL;
	to.prepare = from->prepare ? spell(from->prepare, context) : NULL;
	to.input = from->input ? spell(from->input, context) : NULL;
	for (size_t i = 0; i < from->good.nr; i++)
		*ARRAY_ADD(&to.good) = from->good.items[i];
	for (size_t i = 0; i < from->patterns.nr; i++) {
		const struct printed_pattern *row = &from->patterns.items[i];

		*ARRAY_ADD(&to.patterns) = (struct printed_pattern){ str_dup(row->metric),
			str_dup(row->unit), str_dup(row->pattern), row->more_is_better };
	}
	return to;
}
