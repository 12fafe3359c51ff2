/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "sys/term.h"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <unistd.h>

#define NR(table) (sizeof(table) / sizeof *(table))

/* A terminal that nobody looks at, and a file that is none. */
struct lines {
	int keeper, terminal, file;
};

static struct lines lines = { -1, -1, -1 };

static int open_lines(void **state)
{
	(void)state;
	lines.file = open("/dev/null", O_RDWR);
	lines.keeper = posix_openpt(O_RDWR | O_NOCTTY);
	if (lines.keeper >= 0 && grantpt(lines.keeper) == 0 && unlockpt(lines.keeper) == 0)
		lines.terminal = open(ptsname(lines.keeper), O_RDWR | O_NOCTTY);
	return lines.file < 0;
}

static int close_lines(void **state)
{
	(void)state;
	close(lines.file);
	close(lines.keeper);
	close(lines.terminal);
	return 0;
}

static void set(const char *name, const char *value)
{
	if (value)
		setenv(name, value, 1);
	else
		unsetenv(name);
}

static void a_choice_is_a_choice(void **state)
{
	(void)state;
	set("NO_COLOR", "1");
	set("TERM", "dumb");
	assert_true(term_color(lines.file, "always"));
	set("NO_COLOR", NULL);
	set("TERM", "xterm");
	assert_false(term_color(lines.file, "never"));
	if (lines.terminal >= 0)
		assert_false(term_color(lines.terminal, "never"));
}

static void what_is_no_terminal_has_no_color_by_itself(void **state)
{
	(void)state;
	set("NO_COLOR", NULL);
	set("TERM", "xterm");
	assert_false(term_is_terminal(lines.file));
	assert_false(term_color(lines.file, NULL));
	assert_false(term_color(lines.file, "auto"));
}

static void a_terminal_has_color_unless_it_says_no(void **state)
{
	static const struct {
		const char *no_color, *kind;
		bool color;
	} cases[] = {
		{ NULL, "xterm-256color", true },
		{ NULL, NULL, true },
		{ "", "xterm", true },
		{ "1", "xterm", false },
		{ "0", "xterm", false },
		{ NULL, "dumb", false },
		{ NULL, "dumber", true },
	};

	(void)state;
	if (lines.terminal < 0)
		skip();
	assert_true(term_is_terminal(lines.terminal));
	for (size_t i = 0; i < NR(cases); i++) {
		set("NO_COLOR", cases[i].no_color);
		set("TERM", cases[i].kind);
		assert_int_equal(term_color(lines.terminal, NULL), cases[i].color);
		assert_int_equal(term_color(lines.terminal, "auto"), cases[i].color);
	}
}

static void the_environment_says_how_wide_what_is_no_terminal(void **state)
{
	static const struct {
		const char *columns;
		unsigned width;
	} cases[] = { { NULL, 120 }, { "100", 100 }, { "20", 20 }, { "1000", 1000 }, { "19", 120 },
		{ "1001", 120 }, { "0", 120 }, { "-5", 120 }, { "wide", 120 }, { "", 120 },
		{ "120x", 120 }, { "99999999999999999999", 120 } };

	(void)state;
	for (size_t i = 0; i < NR(cases); i++) {
		set("COLUMNS", cases[i].columns);
		assert_int_equal(term_width(lines.file), cases[i].width);
	}
}

static void a_terminal_knows_best_how_wide_it_is(void **state)
{
	struct winsize size = { .ws_row = 24, .ws_col = 123 };

	(void)state;
	if (lines.terminal < 0)
		skip();
	set("COLUMNS", "77");
	assert_int_equal(ioctl(lines.terminal, TIOCSWINSZ, &size), 0);
	assert_int_equal(term_width(lines.terminal), 123);
	size.ws_col = 0;
	assert_int_equal(ioctl(lines.terminal, TIOCSWINSZ, &size), 0);
	assert_int_equal(term_width(lines.terminal), 77);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_choice_is_a_choice),
		cmocka_unit_test(what_is_no_terminal_has_no_color_by_itself),
		cmocka_unit_test(a_terminal_has_color_unless_it_says_no),
		cmocka_unit_test(the_environment_says_how_wide_what_is_no_terminal),
		cmocka_unit_test(a_terminal_knows_best_how_wide_it_is),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, open_lines, close_lines);
}
