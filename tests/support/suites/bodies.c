/* SPDX-License-Identifier: MIT-0 */
/* A body of which a compiler leaves nothing, and bodies of a few cycles. KEPT: it leaves all. */
#include <benchgate.h>

static int sink;

BG_BENCH(sum)
{
	int sum = 0;

	BG_LOOP(run) {
#ifdef KEPT
		for (int i = 0; i < 100; i++)
			sum = BG_KEEP(sum + 3);
#else
		sum += 3;
#endif
	}
	sink = sum;
}

/* Some 2 to 4 ns */
BG_BENCH(division)
{
	double x = 1e9;

	BG_LOOP(run)
		x = BG_KEEP(x / 1.0000001);
}

BG_BENCH(chain)
{
	uint64_t x = 1;

	BG_LOOP(run)
		for (int i = 0; i < 3; i++)
			x = BG_KEEP(x * 5 + 1) * 3;
	sink = (int)x;
}
