/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sys/process.h"

#include <signal.h>
#include <stddef.h>

const char *process_signal_name(int signal)
{
	static const struct {
		int signal;
		const char *name;
	} names[] = { { SIGSEGV, "SIGSEGV (invalid memory access)" },
		{ SIGBUS, "SIGBUS (bad memory access)" }, { SIGABRT, "SIGABRT (abort)" },
		{ SIGFPE, "SIGFPE (arithmetic error)" }, { SIGILL, "SIGILL (illegal instruction)" },
		{ SIGTRAP, "SIGTRAP (breakpoint)" }, { SIGKILL, "SIGKILL (killed)" },
		{ SIGTERM, "SIGTERM (terminated)" }, { SIGINT, "SIGINT (interrupted)" },
		{ SIGHUP, "SIGHUP (hung up)" }, { SIGQUIT, "SIGQUIT (quit)" },
		{ SIGPIPE, "SIGPIPE (broken pipe)" }, { SIGALRM, "SIGALRM (alarm)" },
		{ SIGXCPU, "SIGXCPU (CPU time limit)" }, { SIGXFSZ, "SIGXFSZ (file size limit)" },
		{ SIGSYS, "SIGSYS (bad system call)" } };

	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		if (names[i].signal == signal)
			return names[i].name;
	return "a signal";
}
