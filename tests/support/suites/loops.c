/* SPDX-License-Identifier: MIT-0 */
/* Loops for a test that reads what the compilers make of them. */
#include <benchgate.h>

extern int sink;
int sink;

BG_BENCH(empty)
{
	BG_LOOP(run) {
	}
}

BG_BENCH(kept_int)
{
	int value = 3;

	BG_LOOP(run)
		BG_KEEP(value);
}

BG_BENCH(kept_double)
{
	double value = 3;

	BG_LOOP(run)
		BG_KEEP(value);
}

BG_BENCH(kept_pointer)
{
	const char *value = "three";

	BG_LOOP(run)
		BG_KEEP(value);
}

BG_BENCH(stored_twice)
{
	BG_LOOP(run) {
		sink = 1;
		BG_CLOBBER();
		sink = 2;
	}
}

BG_BENCH(stored_once)
{
	BG_LOOP(run) {
		sink = 1;
		sink = 2;
	}
}
