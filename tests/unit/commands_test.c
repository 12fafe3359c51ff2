/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "support/test.h"

#include "suite/commands.h"

#include "gate/commands_json.h"

#include <stdlib.h>
#include <string.h>

/* The benchmarks of a section of the policy file: "name: command", each on a line; or the error. */
static char *listed(const char *text)
{
	struct error err = ERROR_INIT;
	struct json *json = json_parse(text, strlen(text), &err);
	struct bench_commands commands = { 0 };
	struct benches benches = { 0 };
	struct buf out = BUF_INIT;

	assert_non_null(json);
	if (commands_json_read(json, &commands, &err) ||
		commands_add(&commands, NULL, &benches, &err))
		buf_adds(&out, err.text);
	else
		for (size_t i = 0; i < benches.nr; i++)
			buf_addf(&out, "%s: %s\n", benches.items[i].name,
				benches.items[i].command->text);
	benches_release(&benches);
	bench_commands_release(&commands);
	json_free(json);
	return buf_detach(&out);
}

TEST(commands_become_benchmarks_one_for_each_combination)
{
	static const struct {
		const char *text, *said;
	} cases[] = {
		{ "[]", "" },
		{ "[{\"command\":\"./a b\"}]", "./a b: ./a b\n" },
		{ "[{\"name\":\"x y\",\"command\":\"./a\"}]", "x y: ./a\n" },
		{ "[{\"name\":\"s\",\"command\":\"./a {n} {kind} {m}\",\"parameters\":{\"n\":[1,2.5],\"kind\":[\"p q\",\"r\"]}}]",
			"s/n=1/kind=p q: ./a 1 p q {m}\ns/n=1/kind=r: ./a 1 r {m}\n"
			"s/n=2.5/kind=p q: ./a 2.5 p q {m}\ns/n=2.5/kind=r: ./a 2.5 r {m}\n" },
		{ "[{\"name\":\"s-{n}\",\"command\":\"./a {n}\",\"parameters\":{\"n\":1}}]",
			"s-1: ./a 1\n" },
		{ "[{\"command\":\"./a\",\"input\":\"{f}.txt\",\"parameters\":{\"f\":[\"u\",\"v\"]}}]",
			"two benchmarks are called './a': give the command another \"name\"" },
		{ "[{\"command\":\"./a\",\"parameters\":{\"f\":[1]}}]",
			"'./a' does not use its parameter 'f': write {f} where its value is to be" },
		{ "[{\"command\":\"a\"},{\"command\":\"a\"}]",
			"two benchmarks are called 'a': give the command another \"name\"" },
		{ "[{\"command\":\"a | b\",\"shell\":true}]", "a | b: a | b\n" },
	};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		char *said = listed(cases[i].text);

		assert_string_equal(said, cases[i].said);
		free(said);
	}
}

TEST(what_is_wrong_with_a_command_is_said_with_its_place)
{
	static const struct {
		const char *text, *said;
	} cases[] = {
		{ "{}", "commands is an object; it must be a list" },
		{ "[{}]",
			"commands[0] has no command; it must have one, such as \"command\": \"./prog --flag < input\"" },
		{ "[{\"command\":\"a\"},{\"comand\":\"a\"}]",
			"unknown key 'commands[1].comand'; did you mean command? known keys: name, command, tier, setup, prepare, cleanup, input, shell, timeout, warmup, exit_codes, parameters, metrics" },
		{ "[{\"command\":\"a\",\"warmup\":-1}]",
			"commands[0].warmup is -1; it must be a number of runs from 0 to 1000" },
		{ "[{\"command\":\"a\",\"exit_codes\":[0,256]}]",
			"commands[0].exit_codes is 256; it must be a list of exit codes, each from 0 to 255" },
		{ "[{\"command\":\"a\",\"exit_codes\":[]}]",
			"commands[0].exit_codes is a list; it must be a list of exit codes, each from 0 to 255" },
		{ "[{\"command\":\"a\",\"parameters\":[1]}]",
			"commands[0].parameters is a list; it must be an object: {\"size\": [1, 10, 100]}" },
		{ "[{\"command\":\"a\",\"parameters\":{\"n\":[]}}]",
			"commands[0].parameters.n is a list; it must be a list of numbers and texts, at least one" },
		{ "[{\"command\":\"a\",\"metrics\":\"xml\"}]",
			"commands[0].metrics is \"xml\"; it must be \"bmf\", \"json\", \"lines\", or an object of regular expressions by their metrics" },
		{ "[{\"command\":\"a\",\"metrics\":{\"hits\":\"(\"}}]",
			"commands[0].metrics.hits is \"(\"; it must be a regular expression whose group is the number, or {\"pattern\": ..., \"unit\": ..., \"better\": \"more\"}" },
	};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		char *said = listed(cases[i].text);

		assert_string_equal(said, cases[i].said);
		free(said);
	}
}

TEST(a_command_of_the_command_line_may_have_a_name_in_front)
{
	static const struct {
		const char *said, *name, *text;
	} cases[] = {
		{ "a=./b c", "a", "./b c" },
		{ "./b --x=1", NULL, "./b --x=1" },
		{ "./b=c", NULL, "./b=c" },
		{ "a b=c", NULL, "a b=c" },
		{ "=a", NULL, "=a" },
		{ "sort-1k=x=y", "sort-1k", "x=y" },
	};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct bench_commands commands = { 0 };

		commands_say(&commands, cases[i].said, false);
		assert_string_equal(commands.items[0].text, cases[i].text);
		assert_true(!commands.items[0].name == !cases[i].name);
		if (cases[i].name)
			assert_string_equal(commands.items[0].name, cases[i].name);
		bench_commands_release(&commands);
	}
}
