/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "gate/commands_json.h"

#include "base/array.h"
#include "base/str.h"
#include "gate/policy.h"

#include <math.h>
#include <regex.h>
#include <stdlib.h>
#include <string.h>

#define MAX_STATUS 255
#define MAX_WARMUPS 1000
#define USUAL_WARMUPS 1

/* What the rows of a command are read into. */
struct command_fields {
	struct bench_command command;
	enum choice shell;
};

const struct policy_key policy_command_keys[] = {
	POLICY_KEY_TEXT("name", struct command_fields, command.name),
	POLICY_KEY_TEXT("command", struct command_fields, command.text),
	POLICY_KEY_TEXT("tier", struct command_fields, command.tier),
	POLICY_KEY_TEXT("setup", struct command_fields, command.setup),
	POLICY_KEY_TEXT("prepare", struct command_fields, command.prepare),
	POLICY_KEY_TEXT("cleanup", struct command_fields, command.cleanup),
	POLICY_KEY_TEXT("input", struct command_fields, command.input),
	POLICY_KEY_CHOICE("shell", struct command_fields, shell),
	POLICY_KEY_DURATION("timeout", struct command_fields, command.timeout_ns),
	POLICY_KEY_SECTION("warmup"),
	POLICY_KEY_SECTION("exit_codes"),
	POLICY_KEY_SECTION("parameters"),
	POLICY_KEY_SECTION("metrics"),
	POLICY_KEY_END,
};

static bool is_whole_up_to(const struct json *json, double max)
{
	double number = json_type(json) == JSON_NUMBER ? json_number(json) : -1;

	return number >= 0 && number <= max && number == floor(number);
}

static int read_warmup(const struct json *json, const char *place, uint64_t *nr, struct error *err)
{
	*nr = USUAL_WARMUPS;
	if (!json)
		return 0;
	if (!is_whole_up_to(json, MAX_WARMUPS))
		return policy_wrong(json, place, "a number of runs from 0 to 1000", err);
	*nr = (uint64_t)json_number(json);
	return 0;
}

static int read_codes(
	const struct json *json, const char *place, struct exit_codes *codes, struct error *err)
{
	static const char right[] = "a list of exit codes, each from 0 to 255";
	const struct json *at = json;

	if (!json)
		return 0;
	if (json_type(json) == JSON_ARRAY)
		at = json_first(json);
	for (; at; at = json_type(json) == JSON_ARRAY ? json_next(at) : NULL) {
		if (!is_whole_up_to(at, MAX_STATUS))
			return policy_wrong(at, place, right, err);
		*ARRAY_ADD(codes) = (int)json_number(at);
	}
	return codes->nr ? 0 : policy_wrong(json, place, right, err);
}

static int commands_json_add_value(
	const struct json *json, const char *place, struct texts *values, struct error *err)
{
	struct buf text = BUF_INIT;

	if (json_type(json) == JSON_TEXT)
		buf_adds(&text, json_text(json));
	else if (json_type(json) == JSON_NUMBER)
		buf_addf(&text, "%.15g", json_number(json));
	else
		return policy_wrong(json, place, "a list of numbers and texts", err);
	texts_add(values, text.data);
	buf_release(&text);
	return 0;
}

static int read_parameter(const struct json *json, const char *place, struct parameters *parameters,
	struct error *err)
{
	struct parameter *parameter = ARRAY_ADD(parameters);
	const struct json *at = json;
	bool is_list = json_type(json) == JSON_ARRAY;

	*parameter = (struct parameter){ .name = str_dup(json_name(json)) };
	if (is_list)
		at = json_first(json);
	for (; at; at = is_list ? json_next(at) : NULL)
		if (commands_json_add_value(at, place, &parameter->values, err))
			return -1;
	return parameter->values.nr
		? 0
		: policy_wrong(json, place, "a list of numbers and texts, at least one", err);
}

static int read_parameters(const struct json *json, const char *place,
	struct parameters *parameters, struct error *err)
{
	int rc = 0;

	if (json && json_type(json) != JSON_OBJECT)
		return policy_wrong(json, place, "an object: {\"size\": [1, 10, 100]}", err);
	for (const struct json *at = json ? json_first(json) : NULL; at && !rc;
		at = json_next(at)) {
		struct buf inner = BUF_INIT;

		buf_addf(&inner, "%s.%.60s", place, json_name(at));
		rc = read_parameter(at, inner.data, parameters, err);
		buf_release(&inner);
	}
	return rc;
}

static bool is_regex(const char *pattern)
{
	regex_t regex;

	if (regcomp(&regex, pattern, REG_EXTENDED | REG_NEWLINE))
		return false;
	regfree(&regex);
	return true;
}

static char *text_named(const struct json *object, const char *name)
{
	const struct json *member =
		json_type(object) == JSON_OBJECT ? json_get(object, name) : NULL;

	return member && json_type(member) == JSON_TEXT ? str_dup(json_text(member)) : NULL;
}

static int read_pattern(const struct json *json, const char *place,
	struct printed_patterns *patterns, struct error *err)
{
	struct printed_pattern *row = ARRAY_ADD(patterns);
	char *better = text_named(json, "better");

	*row = (struct printed_pattern){ .metric = str_dup(json_name(json)),
		.unit = text_named(json, "unit"),
		.pattern = json_type(json) == JSON_TEXT ? str_dup(json_text(json))
							: text_named(json, "pattern"),
		.more_is_better = better && strcmp(better, "more") == 0 };
	free(better);
	if (row->pattern && is_regex(row->pattern))
		return 0;
	return policy_wrong(json, place,
		"a regular expression whose group is the number, or {\"pattern\": ..., \"unit\": ..., \"better\": \"more\"}",
		err);
}

static int read_printed(const struct json *json, const char *place, struct bench_command *command,
	struct error *err)
{
	int rc = 0;

	if (!json)
		return 0;
	for (unsigned i = 0; json_type(json) == JSON_TEXT && printed_words[i]; i++)
		if (strcmp(json_text(json), printed_words[i]) == 0) {
			command->printed = i;
			return 0;
		}
	if (json_type(json) != JSON_OBJECT)
		return policy_wrong(json, place,
			"\"bmf\", \"json\", \"lines\", or an object of regular expressions by their metrics",
			err);
	command->printed = PRINTED_PATTERNS;
	for (const struct json *at = json_first(json); at && !rc; at = json_next(at)) {
		struct buf inner = BUF_INIT;

		buf_addf(&inner, "%s.%.60s", place, json_name(at));
		rc = read_pattern(at, inner.data, &command->patterns, err);
		buf_release(&inner);
	}
	return rc;
}

/* The sections of one, each with its place. */
static int read_parts(const struct json *json, const char *place, struct bench_command *command,
	struct error *err)
{
	struct buf at[4] = { BUF_INIT, BUF_INIT, BUF_INIT, BUF_INIT };
	static const char *const names[] = { "warmup", "exit_codes", "parameters", "metrics" };
	int rc;

	for (size_t i = 0; i < 4; i++)
		buf_addf(&at[i], "%s.%s", place, names[i]);
	rc = read_warmup(json_get(json, names[0]), at[0].data, &command->nr_warmups, err) ||
		read_codes(json_get(json, names[1]), at[1].data, &command->good, err) ||
		read_parameters(json_get(json, names[2]), at[2].data, &command->parameters, err) ||
		read_printed(json_get(json, names[3]), at[3].data, command, err);
	for (size_t i = 0; i < 4; i++)
		buf_release(&at[i]);
	return rc ? -1 : 0;
}

static int read_command(const struct json *json, const char *place, struct bench_commands *commands,
	struct error *err)
{
	struct command_fields fields = { .command = { .name = NULL } };
	int rc;

	rc = policy_keys_read(json, policy_command_keys, &fields, place, err);
	if (!rc && !fields.command.text)
		rc = error_set(err, ERR_USAGE,
			"%s has no command; it must have one, such as \"command\": \"./prog --flag < input\"",
			place);
	if (!rc)
		rc = read_parts(json, place, &fields.command, err);
	fields.command.shell = fields.shell == CHOICE_YES;
	*ARRAY_ADD(commands) = fields.command;
	return rc;
}

int commands_json_read(const struct json *json, struct bench_commands *commands, struct error *err)
{
	size_t nr = 0;
	int rc = 0;

	if (json && json_type(json) != JSON_ARRAY)
		return policy_wrong(json, "commands", "a list", err);
	for (const struct json *at = json ? json_first(json) : NULL; at && !rc;
		at = json_next(at)) {
		struct buf place = BUF_INIT;

		buf_addf(&place, "commands[%zu]", nr++);
		rc = read_command(at, place.data, commands, err);
		buf_release(&place);
	}
	return rc;
}

const struct policy_key policy_bench_keys[] = {
	POLICY_KEY_TEXT("command", struct bench_command, text),
	POLICY_KEY_TEXT("format", struct bench_command, format),
	POLICY_KEY_TEXT("output", struct bench_command, results),
	POLICY_KEY_TEXT("tier", struct bench_command, tier),
	POLICY_KEY_TEXT("setup", struct bench_command, setup),
	POLICY_KEY_TEXT("prepare", struct bench_command, prepare),
	POLICY_KEY_TEXT("cleanup", struct bench_command, cleanup),
	POLICY_KEY_DURATION("timeout", struct bench_command, timeout_ns),
	POLICY_KEY_COUNT("repeat", struct bench_command, repeat),
	POLICY_KEY_END,
};

int commands_json_read_bench(
	const struct json *json, struct bench_commands *commands, struct error *err)
{
	struct bench_command *tool;

	if (!json)
		return 0;
	tool = ARRAY_ADD(commands);
	*tool = (struct bench_command){ .shell = true, .is_tool = true };
	if (policy_keys_read(json, policy_bench_keys, tool, "bench", err))
		return -1;
	if (tool->text)
		return 0;
	return error_set(err, ERR_USAGE,
		"bench has no command; it must have one, such as \"command\": \"go test -bench . ./...\"");
}
