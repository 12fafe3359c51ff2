/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "support/test.h"

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

TEST(a_choice_is_a_choice)
{
	set("NO_COLOR", "1");
	set("TERM", "dumb");
	assert_true(term_color(lines.file, "always"));
	set("NO_COLOR", NULL);
	set("TERM", "xterm");
	assert_false(term_color(lines.file, "never"));
	if (lines.terminal >= 0)
		assert_false(term_color(lines.terminal, "never"));
}

TEST(what_is_no_terminal_has_no_color_by_itself)
{
	set("NO_COLOR", NULL);
	set("TERM", "xterm");
	assert_false(term_is_terminal(lines.file));
	assert_false(term_color(lines.file, NULL));
	assert_false(term_color(lines.file, "auto"));
}

TEST(a_terminal_has_color_unless_it_says_no)
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

TEST(the_environment_says_how_wide_what_is_no_terminal)
{
	static const struct {
		const char *columns;
		unsigned width;
	} cases[] = { { NULL, 120 }, { "100", 100 }, { "20", 20 }, { "1000", 1000 }, { "19", 120 },
		{ "1001", 120 }, { "0", 120 }, { "-5", 120 }, { "wide", 120 }, { "", 120 },
		{ "120x", 120 }, { "99999999999999999999", 120 } };

	for (size_t i = 0; i < NR(cases); i++) {
		set("COLUMNS", cases[i].columns);
		assert_int_equal(term_width(lines.file), cases[i].width);
	}
}

TEST(a_terminal_knows_best_how_wide_it_is)
{
	struct winsize size = { .ws_row = 24, .ws_col = 123 };

	if (lines.terminal < 0)
		skip();
	set("COLUMNS", "77");
	assert_int_equal(ioctl(lines.terminal, TIOCSWINSZ, &size), 0);
	assert_int_equal(term_width(lines.terminal), 123);
	size.ws_col = 0;
	assert_int_equal(ioctl(lines.terminal, TIOCSWINSZ, &size), 0);
	assert_int_equal(term_width(lines.terminal), 77);
}

TEST_GROUP(open_lines, close_lines);
