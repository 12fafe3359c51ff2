/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "harness/guard.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

static int guarded_fd;
static pid_t guarded; /* a copy that the kernel forks is not guarded */

static void tell_memory(void)
{
	static const char message[] = "memory\n";

	if (errno == ENOMEM && getpid() == guarded &&
		write(guarded_fd, message, sizeof message - 1) < 0)
		return;
}

static void on_signal(int number)
{
	tell_memory();
	signal(number, SIG_DFL);
	raise(number);
}

void guard_memory(int fd)
{
	static const int fatal[] = { SIGSEGV, SIGBUS, SIGABRT };
	static char stack[16384];
	struct sigaction action = { .sa_handler = on_signal, .sa_flags = SA_ONSTACK | SA_NODEFER };
	stack_t alternate = { .ss_sp = stack, .ss_size = sizeof stack };

	guarded_fd = fd;
	guarded = getpid();
	sigaltstack(&alternate, NULL);
	sigemptyset(&action.sa_mask);
	for (size_t i = 0; i < sizeof fatal / sizeof *fatal; i++)
		sigaction(fatal[i], &action, NULL);
	atexit(tell_memory);
}
