/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "support/test.h"

#include "suite/command_line.h"

#include "base/buf.h"
#include "base/str.h"

#include <stdlib.h>

/* The words with "|" between them, then what is redirected. */
static char *split(const char *text, struct error *err)
{
	struct bench_command command = { .text = str_dup(text) };
	struct buf out = BUF_INIT;

	if (command_line_split(&command, err)) {
		buf_adds(&out, err->text);
	} else {
		for (size_t i = 0; i < command.words.nr; i++)
			buf_addf(&out, "%s%s", i ? "|" : "", command.words.items[i]);
		if (command.input)
			buf_addf(&out, " in:%s", command.input);
		if (command.output)
			buf_addf(&out, " out%s:%s", command.output_appends ? "+" : "",
				command.output);
		if (command.errors)
			buf_addf(&out, " err%s:%s", command.errors_append ? "+" : "",
				command.errors);
		if (command.errors_to_output)
			buf_adds(&out, " 2>&1");
	}
	bench_command_release(&command);
	return buf_detach(&out);
}

TEST(a_command_line_is_split_as_a_shell_would)
{
	static const struct {
		const char *text, *said;
	} cases[] = {
		{ "true", "true" },
		{ "  ./a  b\tc ", "./a|b|c" },
		{ "a 'b c' \"d e\" f\\ g", "a|b c|d e|f g" },
		{ "a '' \"\"", "a||" },
		{ "a x'y'\"z\"w", "a|xyzw" },
		{ "a '|&;$`\\' '~'", "a||&;$`\\|~" },
		{ "a \"\\\"\\\\\\$\\x\"", "a|\"\\$\\x" },
		{ "a --pattern=*.c [x] {y} ? #", "a|--pattern=*.c|[x]|{y}|?|#" },
		{ "a <in", "a in:in" },
		{ "a < in > out 2>> 'e f' b", "a|b in:in out:out err+:e f" },
		{ "a>>out 2>&1", "a out+:out 2>&1" },
		{ "a 12 2", "a|12|2" },
	};
	struct error err = ERROR_INIT;

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		char *said = split(cases[i].text, &err);

		assert_string_equal(said, cases[i].said);
		free(said);
	}
}

TEST(what_only_a_shell_can_do_is_said_to_be_so)
{
	static const struct {
		const char *text, *said;
	} cases[] = {
		{ "a | b",
			"'a | b' has a '|', which needs a shell: ask for one with --shell or \"shell\": true, or quote it" },
		{ "a \"$HOME\"",
			"'a \"$HOME\"' has a '$', which needs a shell: ask for one with --shell or \"shell\": true, or quote it" },
		{ "ls ~/x",
			"'ls ~/x' has a '~', which needs a shell: ask for one with --shell or \"shell\": true, or quote it" },
		{ "a\nb",
			"'a?b' has several lines, which need a shell: ask for one with --shell or \"shell\": true, or quote the line break" },
		{ "a 'b", "'a 'b' has a ' that is not closed" },
		{ "a \"b\\\"", "'a \"b\\\"' has a \" that is not closed" },
		{ "a \\", "'a \\' has a \\ that is not closed" },
		{ "", "'' names no program" },
		{ "< in", "'< in' names no program" },
		{ "''", "'''' names no program" },
		{ "a <", "'a <' has no file behind its '<'" },
		{ "a > > b", "'a > > b' has no file behind its '>'" },
		{ "a < b < c", "'a < b < c' has two files for '<', or \"input\" beside it" },
	};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct error err = ERROR_INIT;
		char *said = split(cases[i].text, &err);

		assert_string_equal(said, cases[i].said);
		free(said);
	}
}
