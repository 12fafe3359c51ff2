/* SPDX-License-Identifier: MIT-0 */
/* The smallest suite. */
#include <benchgate.h>

BG_BENCH(good)
{
	BG_LOOP(run)
		BG_KEEP(run->seed);
}
