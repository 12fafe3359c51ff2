/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Several processes that do the same at the same time. test.h goes before. */
#ifndef SUPPORT_AT_ONCE_H
#define SUPPORT_AT_ONCE_H

#include <stdbool.h>
#include <sys/wait.h>
#include <unistd.h>

#define NR_AT_ONCE 4

/* Each takes so many turns, and all of them must succeed. */
static inline void take_turns_at_once(bool (*take_turn)(void), int nr_turns)
{
	pid_t children[NR_AT_ONCE];

	for (int i = 0; i < NR_AT_ONCE; i++) {
		children[i] = fork();
		if (children[i])
			continue;
		for (int turn = 0; turn < nr_turns; turn++)
			if (!take_turn())
				_exit(1);
		_exit(0);
	}
	for (int i = 0; i < NR_AT_ONCE; i++) {
		int status = -1;

		assert_int_equal(waitpid(children[i], &status, 0), children[i]);
		assert_int_equal(status, 0);
	}
}

#endif
