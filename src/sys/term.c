/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sys/term.h"

#include "base/str.h"

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
