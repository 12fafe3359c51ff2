/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sys/term.h"

#include "base/str.h"
#include "sys/process.h"
#include "sys/program.h"

#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
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

static unsigned term_height(void)
{
	struct winsize size;

	return ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_row ? size.ws_row : 24;
}

static bool needs_pager(const char *text)
{
	const char *kind = getenv("TERM");
	unsigned nr_lines = 0;

	for (; (text = strchr(text, '\n')); text++)
		nr_lines++;
	return isatty(STDOUT_FILENO) && kind && strcmp(kind, "dumb") != 0 &&
		nr_lines >= term_height();
}

/* The command, owned by the caller; NULL: none. */
static char *pager_command(void)
{
	const char *chosen = getenv("PAGER");
	char *less;

	if (chosen)
		return *chosen && strcmp(chosen, "cat") != 0 ? str_dup(chosen) : NULL;
	less = program_find("less");
	if (!less)
		return NULL;
	free(less);
	return str_dup("less -FRX");
}

/* 126 and 127 are the shell's: it did not start. */
static bool pager_showed(int status)
{
	return status >= 0 &&
		!(WIFEXITED(status) && (WEXITSTATUS(status) == 126 || WEXITSTATUS(status) == 127));
}

bool term_page(const char *text)
{
	char *command = needs_pager(text) ? pager_command() : NULL;
	FILE *pager;
	int status = -1;

	if (!command)
		return false;
	pager = popen(command, "w");
	if (pager) {
		/* Ctrl-C is for the pager, and who leaves it early need not read all. */
		void (*interrupt)(int) = signal(SIGINT, SIG_IGN);
		void (*broken)(int) = signal(SIGPIPE, SIG_IGN);

		fputs(text, pager);
		status = pclose(pager);
		signal(SIGINT, interrupt);
		signal(SIGPIPE, broken);
	}
	free(command);
	return pager_showed(status);
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
