/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Suites built by a test in its playground. support/playground.h goes before. */
#ifndef SUPPORT_COMPILED_H
#define SUPPORT_COMPILED_H

#include <stdlib.h>
#include <sys/wait.h>

/* Runs a shell command; is it there and content? */
static bool runs(const char *command)
{
	pid_t child = fork();
	int status = -1;

	if (child == 0) {
		execl("/bin/sh", "sh", "-c", command, (char *)NULL);
		_exit(127);
	}
	return child > 0 && waitpid(child, &status, 0) == child && status == 0;
}

static inline const char *own_compiler(void)
{
	const char *named = getenv("CC");

	return named && *named ? named : "cc";
}

/* Builds tests/support/suites/code.c as a file of the playground. */
static inline void build_suite(const char *compiler, const char *flags, const char *name)
{
	char command[1024];

	snprintf(command, sizeof command,
		"%s -O2 -w -Iinclude %s -o %s tests/support/suites/code.c", compiler, flags,
		inside(name));
	if (!runs(command))
		fail_msg("cannot run: %s", command);
}

#endif
