/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sys/term.h"

#include "base/str.h"
#include "sys/process.h"

#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

bool term_is_terminal(int fd)
{
	return isatty(fd);
}

unsigned term_width(int fd)
{
	const char *columns = getenv("COLUMNS");
	struct winsize size;
	uint64_t wide;

	if (ioctl(fd, TIOCGWINSZ, &size) == 0 && size.ws_col)
		return size.ws_col;
	if (columns && str_to_u64(columns, &wide) && wide >= 20 && wide <= 1000)
		return (unsigned)wide;
	/* Nothing wraps in a log. */
	return isatty(fd) ? 80 : 120;
}

bool term_color(int fd, const char *choice)
{
	const char *no_color = getenv("NO_COLOR");
	const char *kind = getenv("TERM");

	if (choice && strcmp(choice, "auto") != 0)
		return strcmp(choice, "always") == 0;
	if (no_color && *no_color)
		return false;
	return isatty(fd) && !(kind && strcmp(kind, "dumb") == 0);
}

/* Signals are blocked while others measure, so reading alone would not notice one. */
bool term_confirm(const char *question)
{
	struct pollfd input = { STDIN_FILENO, POLLIN, 0 };
	char answer[8] = "";

	fprintf(stderr, "%s [y/N] ", question);
	while (!process_interrupted() && poll(&input, 1, 100) == 0)
		;
	return !process_interrupted() && fgets(answer, sizeof answer, stdin) &&
		(*answer == 'y' || *answer == 'Y');
}
