/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "suite/commands.h"

#include "base/array.h"
#include "base/buf.h"
#include "base/str.h"
#include "suite/command_line.h"

#include <stdlib.h>
#include <string.h>

#define MAX_COMBINATIONS 10000
#define STANDARD_TIER "standard"

/* One combination of a command's parameters. */
struct combination {
	const struct parameters *parameters;
	const size_t *at; /* which value each of them has */
};

static const char *commands_value_of(const struct combination *combination, size_t parameter)
{
	return combination->parameters->items[parameter].values.items[combination->at[parameter]];
}

/* The parameter that "{name}" is, or how many there are. */
static size_t parameter_at(const struct parameters *parameters, const char *text)
{
	size_t i = 0;

	for (; *text == '{' && i < parameters->nr; i++) {
		size_t len = strlen(parameters->items[i].name);

		if (strncmp(text + 1, parameters->items[i].name, len) == 0 && text[len + 1] == '}')
			return i;
	}
	return parameters->nr;
}

static char *spell(const char *text, void *context)
{
	const struct combination *combination = context;
	struct buf out = BUF_INIT;

	while (*text) {
		size_t which = parameter_at(combination->parameters, text);

		if (which < combination->parameters->nr) {
			buf_adds(&out, commands_value_of(combination, which));
			text += strlen(combination->parameters->items[which].name) + 2;
		} else {
			buf_addc(&out, *text++);
		}
	}
	return buf_detach(&out);
}

static bool mentions(const char *text, const struct parameters *parameters, size_t which)
{
	for (; text && *text; text++)
		if (*text == '{' && parameter_at(parameters, text) == which)
			return true;
	return false;
}

static bool uses(const struct bench_command *command, size_t which)
{
	const char *const texts[] = { command->text, command->prepare, command->setup,
		command->cleanup, command->input };

	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
		if (mentions(texts[i], &command->parameters, which))
			return true;
	return false;
}

/* With the parameters that a name of one's own does not mention behind it: "sort/size=10". */
static char *full_name(const struct bench_command *said, const struct bench_command *command,
	const struct combination *combination)
{
	struct buf name = BUF_INIT;

	buf_adds(&name, command->name ? command->name : command->text);
	for (size_t i = 0; said->name && i < said->parameters.nr; i++)
		if (!mentions(said->name, &said->parameters, i))
			buf_addf(&name, "/%s=%s", said->parameters.items[i].name,
				commands_value_of(combination, i));
	return buf_detach(&name);
}

static int add_combination(const struct bench_command *said, const char *folder,
	const struct combination *combination, struct benches *benches, struct error *err)
{
	struct bench_command *command = mem_alloc(1, sizeof *command);
	char *name;

	*command = bench_command_with(said, spell, (void *)combination);
	str_set(&command->folder, folder);
	name = full_name(said, command, combination);
	str_set(&command->name, name);
	free(name);
	*ARRAY_ADD(benches) = (struct bench){
		.name = str_dup(command->name),
		.tier = str_dup(command->tier ? command->tier : STANDARD_TIER),
		.about = str_dup(""),
		.file = str_dup(""),
		.source = str_dup(""),
		.nr_threads = 1,
		.exclusive = true,
		.command = command,
	};
	if (!buf_is_printable(command->name))
		return error_set(err, ERR_USAGE,
			"a command's name must have no control character and no command of a CI system; give it another with \"name\"");
	return command->shell ? 0 : command_line_split(command, err);
}

/* The last parameter turns fastest; false: all were there. */
static bool turn_over(const struct parameters *parameters, size_t *at)
{
	for (size_t i = parameters->nr; i-- > 0;) {
		if (++at[i] < parameters->items[i].values.nr)
			return true;
		at[i] = 0;
	}
	return false;
}

static int check_parameters(const struct bench_command *command, struct error *err)
{
	size_t nr = 1;

	for (size_t i = 0; i < command->parameters.nr; i++) {
		const struct parameter *parameter = &command->parameters.items[i];

		if (!uses(command, i))
			return error_set(err, ERR_USAGE,
				"'%.80s' does not use its parameter '%.40s': write {%.40s} where its value is to be",
				command->text, parameter->name, parameter->name);
		nr *= parameter->values.nr;
		if (nr > MAX_COMBINATIONS)
			return error_set(err, ERR_USAGE,
				"'%.80s' has more than %d combinations of its parameters",
				command->text, MAX_COMBINATIONS);
	}
	return 0;
}

static int commands_add_command(const struct bench_command *command, const char *folder,
	struct benches *benches, struct error *err)
{
	size_t *at = mem_alloc(command->parameters.nr, sizeof *at);
	struct combination combination = { &command->parameters, at };
	int rc = check_parameters(command, err);

	while (!rc) {
		rc = add_combination(command, folder, &combination, benches, err);
		if (!turn_over(&command->parameters, at))
			break;
	}
	free(at);
	return rc;
}

/* Names are how benchmarks are told apart. */
static int commands_check_names(const struct benches *benches, size_t from, struct error *err)
{
	for (size_t i = from; i < benches->nr; i++)
		if (benches_find(benches, benches->items[i].name) != &benches->items[i])
			return error_set(err, ERR_USAGE,
				"two benchmarks are called '%.80s': give the command another \"name\"",
				benches->items[i].name);
	return 0;
}

int commands_add(const struct bench_commands *commands, const char *folder, struct benches *benches,
	struct error *err)
{
	size_t before = benches->nr;

	for (size_t i = 0; i < commands->nr; i++)
		if (!commands->items[i].is_tool &&
			commands_add_command(&commands->items[i], folder, benches, err))
			return -1;
	return commands_check_names(benches, before, err);
}

/* Where the name ends: at a '=' in the first word, behind what could be a name. */
static size_t commands_name_len(const char *said)
{
	size_t len = strcspn(said, "= \t/'\"<>\\");

	return said[len] == '=' ? len : 0;
}

void commands_say(struct bench_commands *commands, const char *said, bool shell)
{
	size_t len = commands_name_len(said);

	*ARRAY_ADD(commands) = (struct bench_command){ .name = len ? mem_copy(said, len) : NULL,
		.text = str_dup(len ? said + len + 1 : said),
		.shell = shell,
		.nr_warmups = 1 };
}
